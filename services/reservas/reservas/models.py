"""Bookings, from the wish to the visit."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone


class Estado(models.TextChoices):
    PENDIENTE = "pendiente", "Pendiente"
    CONFIRMADA = "confirmada", "Confirmada"
    COMPLETADA = "completada", "Completada"
    CANCELADA = "cancelada", "Cancelada"

    @property
    def next_estados(self) -> tuple["Estado", ...]:
        """The states that a reserva in this one may move to."""
        return _TRANSITIONS[self]


_TRANSITIONS: dict[Estado, tuple[Estado, ...]] = {
    Estado.PENDIENTE: (Estado.CONFIRMADA, Estado.CANCELADA),
    Estado.CONFIRMADA: (Estado.COMPLETADA, Estado.CANCELADA),
    Estado.COMPLETADA: (),
    Estado.CANCELADA: (),
}


class Reserva(models.Model):
    # The row is in another service's database, so this is no foreign key.
    usuario_id = models.PositiveBigIntegerField(validators=[MinValueValidator(1)])
    fecha_reserva = models.DateTimeField()
    numero_personas = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    notas = models.TextField(max_length=2000, blank=True)
    estado = models.CharField(
        max_length=10, choices=Estado.choices, default=Estado.PENDIENTE, editable=False
    )
    # A default, not auto_now_add: test data brings dates of its own.
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-fecha_reserva", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(numero_personas__gte=1),
                name="reserva_numero_personas_positive",
                violation_error_message="Al menos una persona.",
            ),
            models.CheckConstraint(
                condition=models.Q(estado__in=Estado.values), name="reserva_estado_known"
            ),
        )
        indexes = (
            models.Index(fields=["fecha_reserva", "id"], name="reserva_fecha"),
            models.Index(fields=["created_at", "id"], name="reserva_created"),
            models.Index(fields=["estado", "fecha_reserva", "id"], name="reserva_estado"),
            models.Index(fields=["usuario_id", "fecha_reserva", "id"], name="reserva_usuario"),
        )

    def __str__(self) -> str:
        return f"{self.fecha_reserva:%Y-%m-%d %H:%M} · {self.numero_personas} · {self.estado}"

    @property
    def next_estados(self) -> tuple[Estado, ...]:
        return Estado(self.estado).next_estados
