import secrets
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Create made-up usuarios. The same --seed again adds only who is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=100, help="how many (default 100)")
        parser.add_argument("--seed", type=int, help="a number; without it each run adds new ones")

    def handle(self, *args: Any, count: int, seed: int | None, **options: Any) -> None:
        if count < 1:
            raise CommandError(f"--count is {count}; give 1 or more, for example --count 100.")
        if not find_spec("faker"):
            raise CommandError(
                "Faker is not in this image; run create_test_data in the development image."
            )
        from usuarios.sample_data import create_sample_usuarios

        if seed is None:
            seed = secrets.randbelow(10**9)
        created = create_sample_usuarios(count=count, seed=seed)
        self.stdout.write(f"{created} usuarios created, seed {seed}.")
