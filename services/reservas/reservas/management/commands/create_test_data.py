import secrets
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Create made-up reservas of the usuarios 1 to --usuarios."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=200, help="how many (default 200)")
        parser.add_argument("--usuarios", type=int, default=100, help="of how many (default 100)")
        parser.add_argument("--seed", type=int, help="a number: the same one, the same reservas")

    def handle(
        self, *args: Any, count: int, usuarios: int, seed: int | None, **options: Any
    ) -> None:
        for name, value in (("--count", count), ("--usuarios", usuarios)):
            if value < 1:
                raise CommandError(f"{name} is {value}; give 1 or more, for example {name} 100.")
        if not find_spec("faker"):
            raise CommandError(
                "Faker is not in this image; run create_test_data in the development image."
            )
        from reservas.sample_data import create_sample_reservas

        if seed is None:
            seed = secrets.randbelow(10**9)
        created = create_sample_reservas(count=count, usuarios=usuarios, seed=seed)
        self.stdout.write(f"{created} reservas created, seed {seed}.")
