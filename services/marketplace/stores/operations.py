"""Everything that writes stores, products and what is where."""

from decimal import Decimal

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from stores.failures import DuplicateProduct, DuplicateStore
from stores.models import Availability, Product, Store


def product_create(*, sku: str, nombre: str, precio: Decimal) -> Product:
    """`DuplicateProduct` if the SKU is taken; only the database can tell when two come at once."""
    try:
        with transaction.atomic():
            return Product.objects.create(sku=sku, nombre=nombre, precio=precio)
    except IntegrityError as error:
        if "sku" in str(error):
            raise DuplicateProduct(sku=sku) from error
        raise


def store_create(*, nombre: str, direccion: str, lat: float, lon: float) -> Store:
    """`DuplicateStore` if there is one of that name at that address."""
    try:
        with transaction.atomic():
            return Store.objects.create(
                nombre=nombre, direccion=direccion, ubicacion=Point(lon, lat, srid=4326)
            )
    except IntegrityError as error:
        if "store_once_per_place" in str(error):
            raise DuplicateStore from error
        raise


def availability_set(*, store: Store, product: Product, cantidad: int) -> Availability:
    """Set how many of a product a store has."""
    availability, _ = Availability.objects.update_or_create(
        store=store, product=product, defaults={"cantidad": cantidad}
    )
    return availability
