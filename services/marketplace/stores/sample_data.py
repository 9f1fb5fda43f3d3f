"""Made-up stores and products for development. Needs Faker, which production does not have."""

import random
from decimal import Decimal

from django.contrib.gis.geos import Point
from faker import Faker

from stores.models import Availability, Product, Store

# Around the Zócalo of Mexico City, some 20 km to each side.
CENTRE_LAT, CENTRE_LON, SPREAD = 19.4326, -99.1332, 0.18


def create_sample_stores(*, stores: int, products: int, seed: int) -> tuple[int, int]:
    """Return how many stores and products were new; the same numbers and seed again add nothing."""
    chance = random.Random(seed)  # noqa: S311
    words = Faker("es_MX")
    words.seed_instance(seed)
    before = Store.objects.count(), Product.objects.count()
    made_products = [_product(chance, words, seed=seed, number=n) for n in range(products)]
    made_stores = [_store(chance, words, seed=seed, number=n) for n in range(stores)]
    Product.objects.bulk_create(made_products, ignore_conflicts=True, batch_size=1000)
    Store.objects.bulk_create(made_stores, ignore_conflicts=True, batch_size=1000)
    _stock(chance, skus=[p.sku for p in made_products], names=[s.nombre for s in made_stores])
    return Store.objects.count() - before[0], Product.objects.count() - before[1]


def _product(chance: random.Random, words: Faker, *, seed: int, number: int) -> Product:
    return Product(
        sku=f"S{seed}-{number}",
        nombre=words.word().capitalize(),
        precio=Decimal(chance.randint(100, 200_000)) / 100,
    )


def _store(chance: random.Random, words: Faker, *, seed: int, number: int) -> Store:
    lat = CENTRE_LAT + chance.uniform(-SPREAD, SPREAD)
    lon = CENTRE_LON + chance.uniform(-SPREAD, SPREAD)
    return Store(
        nombre=f"{words.last_name()} {seed}-{number}",
        direccion=words.street_address(),
        ubicacion=Point(lon, lat, srid=4326),
    )


def _stock(chance: random.Random, *, skus: list[str], names: list[str]) -> None:
    """Each store sells about half of the products; of one in ten it has none left."""
    products = list(Product.objects.filter(sku__in=skus).order_by("sku"))
    rows = [
        Availability(
            store=store,
            product=product,
            cantidad=0 if chance.random() < 0.1 else chance.randint(1, 100),
        )
        for store in Store.objects.filter(nombre__in=names).order_by("nombre")
        for product in products
        if chance.random() < 0.5
    ]
    Availability.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
