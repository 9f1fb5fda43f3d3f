"""The shapes that go in and out over HTTP."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from chassis.api import RefusesUnknown
from promos.models import MAX_DISCOUNT, Estado, FlashPromo
from promos.selectors import ORDERINGS
from stores.models import Product, Store, sku_validator


class PromoInput(RefusesUnknown):
    product = serializers.SlugRelatedField(slug_field="sku", queryset=Product.objects.all())
    stores = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        required=False,
        default=list,
        max_length=1000,
        help_text="Ids; all stores if absent or empty.",
    )
    discount_percent = serializers.IntegerField(min_value=1, max_value=MAX_DISCOUNT)
    starts_at = serializers.DateTimeField(required=False, help_text="Now, if absent.")
    ends_at = serializers.DateTimeField()

    def validate_stores(self, ids: list[int]) -> list[Store]:
        """All of them in one query."""
        found = Store.objects.in_bulk(ids)
        missing = [str(pk) for pk in ids if pk not in found]
        if missing:
            raise serializers.ValidationError(f"No existen: {', '.join(missing)}.")
        return list(found.values())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        attrs.setdefault("starts_at", now)
        if attrs["ends_at"] <= now:
            raise serializers.ValidationError({"ends_at": ["Ya ha pasado."]})
        if attrs["ends_at"] <= attrs["starts_at"]:
            raise serializers.ValidationError({"ends_at": ["No es posterior a starts_at."]})
        return attrs


class PromoOutput(serializers.ModelSerializer[FlashPromo]):
    product = serializers.SlugRelatedField[Product](slug_field="sku", read_only=True)
    stores = serializers.PrimaryKeyRelatedField[Store](many=True, read_only=True)

    class Meta:
        model = FlashPromo
        fields = (
            "id",
            "product",
            "all_stores",
            "stores",
            "discount_percent",
            "starts_at",
            "ends_at",
            "estado",
            "created_at",
        )


class PromoQuery(RefusesUnknown):
    estado = serializers.ChoiceField(choices=Estado.choices, required=False)
    product = serializers.CharField(required=False, validators=[sku_validator], help_text="SKU.")
    store = serializers.IntegerField(
        required=False, min_value=1, help_text="Promos of this store, those of all included."
    )
    current = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Those that count at this moment."
    )
    starts_from = serializers.DateTimeField(required=False)
    starts_to = serializers.DateTimeField(required=False)
    ordering = serializers.ChoiceField(choices=ORDERINGS, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("starts_from"), attrs.get("starts_to")
        if first and last and first > last:
            raise serializers.ValidationError({"starts_to": "Es anterior a starts_from."})
        return attrs
