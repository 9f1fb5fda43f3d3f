"""The shapes that go in and out over HTTP."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from chassis.api import RefusesUnknown
from meetings.models import Estado, Meeting, Participant
from meetings.selectors import ORDERINGS

MAX_PARTICIPANTS = 200


class MeetingOutput(serializers.ModelSerializer[Meeting]):
    participantes: serializers.SlugRelatedField[Participant] = serializers.SlugRelatedField(
        source="participants", slug_field="email", many=True, read_only=True
    )

    class Meta:
        model = Meeting
        fields = (
            "id",
            "titulo",
            "descripcion",
            "organizador",
            "participantes",
            "inicio",
            "fin",
            "estado",
            "calendario",
            "calendario_motivo",
            "created_at",
            "updated_at",
        )


class MeetingInput(RefusesUnknown):
    titulo = serializers.CharField(max_length=200)
    descripcion = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    organizador = serializers.EmailField(max_length=254)
    participantes = serializers.ListField(
        child=serializers.EmailField(max_length=254), required=False, max_length=MAX_PARTICIPANTS
    )
    inicio = serializers.DateTimeField()
    fin = serializers.DateTimeField()

    def validate_inicio(self, inicio: datetime) -> datetime:
        if inicio <= timezone.now():
            raise serializers.ValidationError("Ya ha pasado; se planea para más adelante.")
        return inicio

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["fin"] <= attrs["inicio"]:
            raise serializers.ValidationError({"fin": ["No es posterior a inicio."]})
        return attrs


class MeetingQuery(RefusesUnknown):
    organizador = serializers.EmailField(required=False)
    estado = serializers.ChoiceField(choices=Estado.choices, required=False)
    desde = serializers.DateTimeField(required=False)
    hasta = serializers.DateTimeField(required=False)
    ordering = serializers.ChoiceField(choices=ORDERINGS, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, end = attrs.get("desde"), attrs.get("hasta")
        if first and end and first >= end:
            raise serializers.ValidationError({"hasta": ["No es posterior a desde."]})
        return attrs


class UpcomingQuery(RefusesUnknown):
    organizador = serializers.EmailField(required=False)
