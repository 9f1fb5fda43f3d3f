"""Calls, from the queue to the end."""

from datetime import timedelta

from agents.models import Agent
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

number_validator = RegexValidator(r"^\+?[0-9]{3,15}\Z", "De 3 a 15 dígitos; puede empezar por +.")


class CallState(models.TextChoices):
    EN_ESPERA = "en_espera", "En espera"
    EN_CURSO = "en_curso", "En curso"
    FINALIZADA = "finalizada", "Finalizada"
    ABANDONADA = "abandonada", "Abandonada"


class Call(models.Model):
    numero = models.CharField(max_length=16, validators=[number_validator])
    motivo = models.CharField(max_length=200, blank=True)
    estado = models.CharField(max_length=10, choices=CallState.choices, default=CallState.EN_ESPERA)
    # The indices below serve the key, one of its own would only cost writes.
    agente = models.ForeignKey(
        Agent,
        on_delete=models.PROTECT,
        related_name="llamadas",
        null=True,
        blank=True,
        db_index=False,
    )
    inicio = models.DateTimeField(default=timezone.now)
    fin = models.DateTimeField(null=True, blank=True)
    archivada = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "llamada"
        verbose_name_plural = "llamadas"
        ordering = ("-inicio", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(estado=CallState.EN_ESPERA, agente=None, fin=None)
                | Q(estado=CallState.EN_CURSO, agente__isnull=False, fin=None)
                | Q(estado=CallState.FINALIZADA, agente__isnull=False, fin__isnull=False)
                | Q(estado=CallState.ABANDONADA, agente=None, fin__isnull=False),
                name="call_estado_fits",
                violation_error_message="El estado no concuerda con el agente y el fin.",
            ),
            models.CheckConstraint(
                condition=Q(fin=None) | Q(fin__gte=F("inicio")),
                name="call_ends_after_start",
                violation_error_message="El fin es anterior al inicio.",
            ),
            models.UniqueConstraint(
                fields=["agente"],
                condition=Q(estado=CallState.EN_CURSO),
                name="call_one_at_a_time",
                violation_error_message="El agente ya está en otra llamada.",
            ),
        )
        indexes = (
            models.Index(fields=["-inicio", "-id"], name="call_inicio"),
            models.Index(fields=["estado", "-inicio", "-id"], name="call_estado_inicio"),
            models.Index(fields=["agente", "-inicio", "-id"], name="call_agente_inicio"),
        )

    def __str__(self) -> str:
        return f"{self.numero} {self.inicio:%Y-%m-%d %H:%M}"

    @property
    def duracion(self) -> timedelta | None:
        """The time from start to end; None while the call goes on."""
        return self.fin - self.inicio if self.fin else None
