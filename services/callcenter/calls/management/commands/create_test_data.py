from argparse import ArgumentParser
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Crea agentes y llamadas de prueba."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agents", type=int, default=10, help="cuántos agentes (10)")
        parser.add_argument("--calls", type=int, default=200, help="cuántas llamadas (200)")
        parser.add_argument("--seed", type=int, default=1, help="la misma semilla, lo mismo (1)")

    def handle(self, *, agents: int, calls: int, seed: int, **_options: Any) -> None:
        if not 0 <= agents <= 9000 or not 0 <= calls <= 1_000_000:
            raise CommandError("--agents va de 0 a 9000 y --calls de 0 a 1000000.")
        if not find_spec("faker"):
            raise CommandError("Faker no está instalado: use la imagen de desarrollo.")
        from calls.sample_data import make_sample_data

        made = make_sample_data(agents=agents, calls=calls, seed=seed)
        self.stdout.write(f"Creados: {made.agents} agentes, {made.calls} llamadas.")
