"""The shapes that go in and out over HTTP."""

from rest_framework import serializers

from chassis.api import RefusesUnknown
from usuarios.models import EMAIL_TAKEN, TipoUsuario, Usuario
from usuarios.selectors import ORDERINGS, email_is_taken


class UsuarioSerializer(RefusesUnknown, serializers.ModelSerializer[Usuario]):
    # Declared, because the one that DRF derives looks for the address as it was typed.
    email = serializers.EmailField(max_length=254)
    nombre_completo = serializers.CharField(read_only=True)

    class Meta:
        model = Usuario
        fields = (
            "id",
            "email",
            "nombre",
            "apellidos",
            "nombre_completo",
            "telefono",
            "tipo_usuario",
            "activo",
            "created_at",
            "updated_at",
        )
        read_only_fields = ("activo", "created_at", "updated_at")

    def validate_email(self, email: str) -> str:
        if email_is_taken(email=email, by_other_than=self.instance):
            raise serializers.ValidationError(EMAIL_TAKEN)
        return email.lower()


class UsuarioQuery(RefusesUnknown):
    activo = serializers.BooleanField(default=True, help_text="False: only who is deactivated.")
    tipo_usuario = serializers.ChoiceField(choices=TipoUsuario.choices, required=False)
    email = serializers.EmailField(required=False, help_text="Exactly this one, in any case.")
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=100,
        help_text="Words in nombre, apellidos, email.",
    )
    ordering = serializers.ChoiceField(choices=ORDERINGS, required=False)
