"""The shapes that go in and out over HTTP.

DRF's Field has an attribute `source` too; as a declared field it goes elsewhere, hence the ignores.
"""

from typing import Any

from rest_framework import serializers

from chassis.api import RefusesUnknown
from leads.models import Estado, Lead, Source, phone_validator
from leads.selectors import ORDERINGS


class SourceOutput(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ("slug", "nombre")


class LeadOutput(serializers.ModelSerializer[Lead]):
    source: serializers.SlugRelatedField[Source] = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="slug", read_only=True
    )
    next_estados = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Lead
        fields = (
            "id",
            "nombre",
            "email",
            "telefono",
            "source",
            "estado",
            "next_estados",
            "notas",
            "created_at",
            "updated_at",
        )


class LeadInput(RefusesUnknown):
    nombre = serializers.CharField(max_length=200)
    email = serializers.EmailField(max_length=254)
    telefono = serializers.CharField(
        max_length=20, required=False, allow_blank=True, validators=[phone_validator]
    )
    source = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="slug", queryset=Source.objects.all()
    )
    notas = serializers.CharField(max_length=5000, required=False, allow_blank=True)

    def validate_email(self, email: str) -> str:
        return email.lower()


class LeadRowInput(LeadInput):
    """A row of an import: its source comes from `context["sources"]`, not from a query per row."""

    source = serializers.CharField()  # type: ignore[assignment]

    def validate_source(self, slug: str) -> Source:
        sources: dict[str, Source] = self.context["sources"]
        if slug not in sources:
            known = ", ".join(sorted(sources))
            raise serializers.ValidationError(f"Origen desconocido '{slug}'; existen: {known}.")
        return sources[slug]


class TransitionInput(RefusesUnknown):
    estado = serializers.ChoiceField(choices=Estado.choices)


class LeadQuery(RefusesUnknown):
    estado = serializers.ChoiceField(choices=Estado.choices, required=False)
    source = serializers.SlugField(required=False)  # type: ignore[assignment]
    created_from = serializers.DateField(required=False, help_text="First day, included.")
    created_to = serializers.DateField(required=False, help_text="Last day, included.")
    search = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="In nombre, email, telefono."
    )
    ordering = serializers.ChoiceField(choices=ORDERINGS, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("created_from"), attrs.get("created_to")
        if first and last and first > last:
            raise serializers.ValidationError({"created_to": "Es anterior a created_from."})
        return attrs


class StatisticsQuery(RefusesUnknown):
    days = serializers.IntegerField(min_value=1, max_value=366, default=30)


class SourceCount(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]
    nombre = serializers.CharField()
    total = serializers.IntegerField()
    conversion = serializers.FloatField()


class DayCount(serializers.Serializer[Any]):
    day = serializers.DateField()
    total = serializers.IntegerField()


class StatisticsOutput(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    conversion = serializers.FloatField(help_text="Won leads as a share of all.")
    by_estado = serializers.DictField(child=serializers.IntegerField())
    by_source = SourceCount(many=True)
    by_day = DayCount(many=True)
