import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from leads.statistics import invalidate_statistics


class Command(BaseCommand):
    help = "Create made-up leads. The same --seed again adds only what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=100, help="how many leads (default 100)")
        parser.add_argument("--seed", type=int, help="a number; without it each run adds new ones")

    def handle(self, *args: Any, count: int, seed: int | None, **options: Any) -> None:
        if count < 1:
            raise CommandError(f"--count is {count}; give 1 or more, for example --count 100.")
        try:
            from leads.sample_data import create_sample_leads
        except ModuleNotFoundError as error:
            raise CommandError(
                "Faker is not in this image; run create_test_data in the development image."
            ) from error
        if seed is None:
            seed = secrets.randbelow(10**9)
        with transaction.atomic():
            created = create_sample_leads(count=count, seed=seed)
            transaction.on_commit(invalidate_statistics)
        self.stdout.write(f"{created} leads created, seed {seed}.")
