import secrets
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Create made-up meetings of ten organisers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=200, help="how many (default 200)")
        parser.add_argument("--seed", type=int, help="a number, used once: it names the organisers")

    def handle(self, *args: Any, count: int, seed: int | None, **options: Any) -> None:
        if count < 1:
            raise CommandError(f"--count is {count}; give 1 or more, for example --count 100.")
        if not find_spec("faker"):
            raise CommandError(
                "Faker is not in this image; run create_test_data in the development image."
            )
        from meetings.models import Meeting
        from meetings.sample_data import create_sample_meetings

        if seed is None:
            seed = secrets.randbelow(10**9)
        if Meeting.objects.filter(organizador=f"organiza.{seed}.0@example.com").exists():
            raise CommandError(f"--seed {seed} was used before; give another, or none.")
        created = create_sample_meetings(count=count, seed=seed)
        self.stdout.write(f"{created} meetings created, seed {seed}.")
