"""The shapes that go in and out over HTTP."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from chassis.api import RefusesUnknown
from reservas.models import Estado, Reserva
from reservas.selectors import ORDERINGS


class ReservaSerializer(RefusesUnknown, serializers.ModelSerializer[Reserva]):
    next_estados = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Reserva
        fields = (
            "id",
            "usuario_id",
            "fecha_reserva",
            "numero_personas",
            "notas",
            "estado",
            "next_estados",
            "created_at",
            "updated_at",
        )
        read_only_fields: tuple[str, ...] = ("estado", "created_at", "updated_at")

    def validate_fecha_reserva(self, fecha_reserva: datetime) -> datetime:
        if fecha_reserva <= timezone.now():
            raise serializers.ValidationError("Ya ha pasado; se reserva para más adelante.")
        return fecha_reserva


class ReservaChanges(ReservaSerializer):
    """The person of a reserva cannot change: another person needs a reserva of their own."""

    class Meta(ReservaSerializer.Meta):
        read_only_fields = (*ReservaSerializer.Meta.read_only_fields, "usuario_id")


class TransitionInput(RefusesUnknown):
    estado = serializers.ChoiceField(choices=Estado.choices)


class ReservaQuery(RefusesUnknown):
    estado = serializers.ChoiceField(choices=Estado.choices, required=False)
    usuario_id = serializers.IntegerField(min_value=1, required=False)
    fecha_desde = serializers.DateTimeField(required=False, help_text="Included.")
    fecha_hasta = serializers.DateTimeField(required=False, help_text="Not included.")
    ordering = serializers.ChoiceField(choices=ORDERINGS, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, end = attrs.get("fecha_desde"), attrs.get("fecha_hasta")
        if first and end and first >= end:
            raise serializers.ValidationError({"fecha_hasta": ["No es posterior a fecha_desde."]})
        return attrs
