import datetime as dt
import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from promos.operations import promo_create
from stores.models import Product, Store


class Command(BaseCommand):
    help = "Create made-up stores, products and flash promos. Promos are new each time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stores", type=int, default=50, help="default 50")
        parser.add_argument("--products", type=int, default=40, help="default 40")
        parser.add_argument("--promos", type=int, default=5, help="default 5")
        parser.add_argument(
            "--seed", type=int, default=1, help="of stores and products (default 1)"
        )

    def handle(
        self, *args: Any, stores: int, products: int, promos: int, seed: int, **options: Any
    ) -> None:
        for name, value in (("stores", stores), ("products", products), ("promos", promos)):
            if not 0 <= value <= 10_000:
                raise CommandError(f"--{name} is {value}; give 0 to 10000.")
        try:
            from stores.sample_data import create_sample_stores
        except ModuleNotFoundError as error:
            raise CommandError(
                "Faker is not in this image; run create_test_data in the development image."
            ) from error
        with transaction.atomic():
            new = create_sample_stores(stores=stores, products=products, seed=seed)
            made = _create_promos(promos)
        self.stdout.write(f"{new[0]} stores, {new[1]} products, {made} promos created.")


def _create_promos(count: int) -> int:
    """Promos of an hour each, every second one for a few stores only."""
    products = list(Product.objects.order_by("?")[:count])
    now = timezone.now()
    for number, product in enumerate(products):
        promo_create(
            product=product,
            stores=list(Store.objects.order_by("?")[:3]) if number % 2 else [],
            discount_percent=10 + secrets.randbelow(60),
            starts_at=now,
            ends_at=now + dt.timedelta(hours=1),
        )
    return len(products)
