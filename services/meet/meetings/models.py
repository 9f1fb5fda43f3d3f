"""Meetings, who organises them and who takes part."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

# Postgres alone can keep this rule; migration 0002 adds it there.
NO_OVERLAP = "meeting_no_overlap"


class Estado(models.TextChoices):
    PROGRAMADA = "programada", "Programada"
    CANCELADA = "cancelada", "Cancelada"


class Calendario(models.TextChoices):
    """The state of the event in the Google calendar."""

    PENDIENTE = "pendiente", "Pendiente"
    SINCRONIZADO = "sincronizado", "Sincronizado"
    NO_CONFIGURADO = "no_configurado", "No configurado"
    RECHAZADO = "rechazado", "Rechazado"


class Meeting(models.Model):
    """An organiser has one at a time, unless the others are cancelled."""

    titulo = models.CharField(max_length=200)
    descripcion = models.TextField(max_length=5000, blank=True)
    organizador = models.EmailField(max_length=254)
    inicio = models.DateTimeField()
    fin = models.DateTimeField()
    estado = models.CharField(
        max_length=10, choices=Estado.choices, default=Estado.PROGRAMADA, editable=False
    )
    calendario = models.CharField(
        max_length=14, choices=Calendario.choices, default=Calendario.PENDIENTE, editable=False
    )
    # Why the calendar does not have it; empty while nothing went wrong.
    calendario_motivo = models.CharField(
        max_length=500, blank=True, default="", db_default="", editable=False
    )
    # Tries that failed, and when the next one is due. The database has the defaults too: while an
    # update rolls out, the code before it writes rows without these columns.
    calendario_intentos = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    calendario_proximo = models.DateTimeField(null=True, editable=False)
    # A default, not auto_now_add: test data brings dates of its own.
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-inicio", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(fin__gt=F("inicio")),
                name="meeting_ends_after_start",
                violation_error_message="El fin no es posterior al inicio.",
            ),
            models.CheckConstraint(
                condition=Q(organizador=Lower("organizador")), name="meeting_organizador_lowercase"
            ),
            models.CheckConstraint(
                condition=Q(estado__in=Estado.values), name="meeting_estado_known"
            ),
            models.CheckConstraint(
                condition=Q(calendario__in=Calendario.values), name="meeting_calendario_known"
            ),
        )
        indexes = (
            models.Index(fields=["inicio", "id"], name="meeting_inicio"),
            models.Index(fields=["estado", "inicio", "id"], name="meeting_estado"),
            models.Index(fields=["organizador", "inicio", "id"], name="meeting_organizador"),
            # Few at a time, looked for at each nudge.
            models.Index(
                fields=["id"],
                condition=Q(calendario=Calendario.PENDIENTE),
                name="meeting_calendario_pending",
            ),
        )

    def __str__(self) -> str:
        return f"{self.titulo} {self.inicio:%Y-%m-%d %H:%M}"

    def clean(self) -> None:
        self.organizador = self.organizador.lower()


class Participant(models.Model):
    # The unique index begins with the key, so one of its own would only cost writes.
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    email = models.EmailField(max_length=254)

    class Meta:
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(fields=["meeting", "email"], name="participant_once"),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="participant_email_lowercase"
            ),
        )

    def __str__(self) -> str:
        return self.email
