"""The shapes that go in and out over HTTP."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from chassis.api import FiniteField, RefusesUnknown
from promos.selectors import CurrentOffer
from stores.models import Availability, Product, Store, sku_validator

EARTH_HALF_ROUND_M = 20_040_000


class ProductInput(RefusesUnknown):
    sku = serializers.CharField(max_length=32, validators=[sku_validator])
    nombre = serializers.CharField(max_length=200)
    precio = serializers.DecimalField(max_digits=10, decimal_places=2, min_value=Decimal("0.01"))


class ProductOutput(serializers.ModelSerializer[Product]):
    class Meta:
        model = Product
        fields = ("sku", "nombre", "precio")


class StoreInput(RefusesUnknown):
    nombre = serializers.CharField(max_length=200)
    direccion = serializers.CharField(max_length=300)
    lat = FiniteField(min_value=-90, max_value=90)
    lon = FiniteField(min_value=-180, max_value=180)


class StoreOutput(serializers.ModelSerializer[Store]):
    lat = serializers.FloatField(read_only=True)
    lon = serializers.FloatField(read_only=True)

    class Meta:
        model = Store
        fields: tuple[str, ...] = ("id", "nombre", "direccion", "lat", "lon")


class NearQuery(RefusesUnknown):
    lat = FiniteField(min_value=-90, max_value=90)
    lon = FiniteField(min_value=-180, max_value=180)
    radius_m = FiniteField(
        min_value=1, max_value=EARTH_HALF_ROUND_M, default=5000, help_text="Metres."
    )
    product = serializers.CharField(
        required=False, validators=[sku_validator], help_text="SKU; only stores that have it."
    )


class NearStoreOutput(StoreOutput):
    distance_m = serializers.SerializerMethodField()

    class Meta(StoreOutput.Meta):
        fields = (*StoreOutput.Meta.fields, "distance_m")

    def get_distance_m(self, store: Any) -> float:
        return round(float(store.distance.m), 1)


class AvailabilityInput(RefusesUnknown):
    cantidad = serializers.IntegerField(min_value=0, max_value=2_147_483_647)


class StoreProductsQuery(RefusesUnknown):
    available = serializers.BooleanField(required=False, allow_null=True, default=None)


class OfferOutput(serializers.Serializer[CurrentOffer]):
    promo = serializers.IntegerField()
    discount_percent = serializers.IntegerField()
    precio = serializers.DecimalField(max_digits=10, decimal_places=2)
    ends_at = serializers.DateTimeField()


class StoreProductOutput(serializers.ModelSerializer[Availability]):
    sku = serializers.CharField(source="product.sku")
    nombre = serializers.CharField(source="product.nombre")
    precio = serializers.DecimalField(source="product.precio", max_digits=10, decimal_places=2)
    offer = OfferOutput(
        allow_null=True, read_only=True, help_text="The best promo that counts here now."
    )

    class Meta:
        model = Availability
        fields = ("sku", "nombre", "precio", "cantidad", "offer")
