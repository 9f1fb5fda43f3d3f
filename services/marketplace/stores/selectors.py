"""Everything that reads stores and products."""

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import Exists, OuterRef, QuerySet

from stores.models import Availability, Product, Store


def store_get(*, store_id: int) -> Store:
    return Store.objects.get(pk=store_id)


def store_list() -> QuerySet[Store]:
    return Store.objects.order_by("nombre", "direccion")


def stores_near(
    *, lat: float, lon: float, radius_m: float, sku: str | None = None
) -> QuerySet[Store]:
    """Stores within the radius, nearest first, with `distance`; those that have a product left.

    ST_DWithin on a geography is what the spatial index serves; only what it leaves is sorted.
    """
    here = Point(lon, lat, srid=4326)
    near = Store.objects.filter(ubicacion__dwithin=(here, D(m=radius_m)))
    if sku is not None:
        near = near.filter(
            Exists(
                Availability.objects.filter(store=OuterRef("pk"), product__sku=sku, cantidad__gt=0)
            )
        )
    return near.annotate(distance=Distance("ubicacion", here)).order_by("distance", "id")


def product_get(*, sku: str) -> Product:
    return Product.objects.get(sku=sku)


def product_list() -> QuerySet[Product]:
    return Product.objects.order_by("sku")


def products_in_store(*, store: Store, available: bool | None = None) -> QuerySet[Availability]:
    rows = store.availabilities.select_related("product").order_by("product__sku")
    if available is None:
        return rows
    return rows.filter(cantidad__gt=0) if available else rows.filter(cantidad=0)
