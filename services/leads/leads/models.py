"""Leads: their contact details, their source and the state of the sale."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils import timezone

phone_validator = RegexValidator(
    regex=r"^\+?[0-9(][0-9 ().-]{5,18}\Z",
    message="De 6 a 20 dígitos, espacios, puntos, guiones o paréntesis; puede empezar por +.",
)


class Estado(models.TextChoices):
    NUEVO = "nuevo", "Nuevo"
    CONTACTADO = "contactado", "Contactado"
    CALIFICADO = "calificado", "Calificado"
    GANADO = "ganado", "Ganado"
    PERDIDO = "perdido", "Perdido"

    @property
    def next_estados(self) -> tuple["Estado", ...]:
        """The states that a lead in this one may move to."""
        return _TRANSITIONS[self]


_TRANSITIONS: dict[Estado, tuple[Estado, ...]] = {
    Estado.NUEVO: (Estado.CONTACTADO,),
    Estado.CONTACTADO: (Estado.CALIFICADO,),
    Estado.CALIFICADO: (Estado.GANADO, Estado.PERDIDO),
    Estado.GANADO: (),
    Estado.PERDIDO: (),
}


class Source(models.Model):
    """A channel that brings leads: the web form, an event, a campaign."""

    slug = models.SlugField(max_length=50, unique=True)
    nombre = models.CharField(max_length=100)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.nombre


class Lead(models.Model):
    """One person, once per source: the same address may come back through another channel."""

    nombre = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    telefono = models.CharField(max_length=20, blank=True, validators=[phone_validator])
    # The indices below start with source, so one for the key alone would only cost writes.
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="leads", db_index=False
    )
    estado = models.CharField(max_length=12, choices=Estado.choices, default=Estado.NUEVO)
    notas = models.TextField(max_length=5000, blank=True)
    # A default, not auto_now_add: test data and archives bring dates of their own.
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "email"],
                name="lead_email_once_per_source",
                violation_error_message="Este origen ya tiene un lead con este email.",
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="lead_email_lowercase"
            ),
            models.CheckConstraint(
                condition=models.Q(estado__in=Estado.values), name="lead_estado_known"
            ),
        )
        indexes = (
            models.Index(fields=["created_at", "id"], name="lead_created"),
            models.Index(fields=["estado", "created_at", "id"], name="lead_estado_created"),
            models.Index(fields=["source", "created_at", "id"], name="lead_source_created"),
            models.Index(fields=["nombre", "id"], name="lead_nombre"),
            # `icontains` compiles to UPPER(x) LIKE UPPER(%...%), which only trigrams can serve.
            GinIndex(
                OpClass(Upper("nombre"), name="gin_trgm_ops"),
                OpClass(Upper("email"), name="gin_trgm_ops"),
                OpClass(Upper("telefono"), name="gin_trgm_ops"),
                name="lead_search",
            ),
        )

    def __str__(self) -> str:
        return f"{self.nombre} <{self.email}>"

    def clean(self) -> None:
        self.email = self.email.lower()

    @property
    def next_estados(self) -> tuple[Estado, ...]:
        return Estado(self.estado).next_estados
