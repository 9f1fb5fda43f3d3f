"""The people who answer calls."""

from django.core.validators import RegexValidator
from django.db import models

extension_validator = RegexValidator(r"^[0-9]{2,6}\Z", "De 2 a 6 dígitos.")


class AgentState(models.TextChoices):
    DISPONIBLE = "disponible", "Disponible"
    OCUPADO = "ocupado", "Ocupado"
    AUSENTE = "ausente", "Ausente"
    INACTIVO = "inactivo", "Inactivo"


class Agent(models.Model):
    nombre = models.CharField(max_length=150)
    email = models.EmailField(unique=True)
    extension = models.CharField(max_length=6, unique=True, validators=[extension_validator])
    estado = models.CharField(
        max_length=10, choices=AgentState.choices, default=AgentState.DISPONIBLE
    )
    creado = models.DateTimeField(auto_now_add=True)
    actualizado = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "agente"
        verbose_name_plural = "agentes"
        ordering = ("nombre", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(estado__in=AgentState.values), name="agent_estado_known"
            ),
        )
        indexes = (
            models.Index(fields=["nombre", "id"], name="agent_nombre"),
            models.Index(fields=["estado", "nombre", "id"], name="agent_estado_nombre"),
        )

    def __str__(self) -> str:
        return f"{self.nombre} ({self.extension})"
