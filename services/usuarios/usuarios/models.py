"""People who book. Nobody is ever removed: reservas keep speaking of them."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils import timezone

EMAIL_TAKEN = "Ya hay un usuario con este email, activo o no."

phone_validator = RegexValidator(
    regex=r"^\+?[0-9(][0-9 ().-]{5,18}\Z",
    message="De 6 a 20 dígitos, espacios, puntos, guiones o paréntesis; puede empezar por +.",
)


class TipoUsuario(models.TextChoices):
    CLIENTE = "cliente", "Cliente"
    EMPLEADO = "empleado", "Empleado"
    ADMINISTRADOR = "administrador", "Administrador"


class Usuario(models.Model):
    """One person per address. Who is not `activo` keeps theirs, so that they can come back."""

    # Kept in lower case, so that the unique index is blind to it.
    email = models.EmailField(max_length=254, unique=True, error_messages={"unique": EMAIL_TAKEN})
    nombre = models.CharField(max_length=100)
    apellidos = models.CharField(max_length=150, blank=True)
    telefono = models.CharField(max_length=20, blank=True, validators=[phone_validator])
    tipo_usuario = models.CharField(
        max_length=13, choices=TipoUsuario.choices, default=TipoUsuario.CLIENTE
    )
    activo = models.BooleanField(default=True, editable=False)
    # A default, not auto_now_add: test data brings dates of its own.
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="usuario_email_lowercase",
                violation_error_message="El email se guarda en minúsculas.",
            ),
            models.CheckConstraint(
                condition=models.Q(tipo_usuario__in=TipoUsuario.values), name="usuario_tipo_known"
            ),
            models.CheckConstraint(condition=~models.Q(nombre=""), name="usuario_nombre_given"),
        )
        # Every list is one of active people or of the others, so they all begin with that.
        indexes = (
            models.Index(fields=["activo", "created_at", "id"], name="usuario_created"),
            models.Index(
                fields=["activo", "tipo_usuario", "created_at", "id"], name="usuario_tipo_created"
            ),
            models.Index(fields=["activo", "apellidos", "id"], name="usuario_apellidos"),
            # `icontains` compiles to UPPER(x) LIKE UPPER(%...%), which only trigrams can serve.
            GinIndex(
                OpClass(Upper("nombre"), name="gin_trgm_ops"),
                OpClass(Upper("apellidos"), name="gin_trgm_ops"),
                OpClass(Upper("email"), name="gin_trgm_ops"),
                name="usuario_search",
            ),
        )

    def __str__(self) -> str:
        return f"{self.nombre_completo} <{self.email}>"

    def clean(self) -> None:
        self.email = self.email.lower()

    @property
    def nombre_completo(self) -> str:
        return f"{self.nombre} {self.apellidos}".strip()
