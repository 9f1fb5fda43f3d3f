import statistics
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from rest_framework.test import APIRequestFactory, force_authenticate

from leads.apis import StatisticsApi
from leads.models import Source
from leads.statistics import GENERATION, invalidate_statistics

INSERT_LEADS = """
    INSERT INTO leads_lead
        (nombre, email, telefono, source_id, estado, notas, created_at, updated_at)
    SELECT 'Medida ' || n, 'medida.' || n || '@example.com', '', %s,
        (ARRAY['nuevo', 'contactado', 'calificado', 'ganado', 'perdido'])[1 + n %% 5], '',
        now() - n %% 30 * interval '1 day', now()
    FROM generate_series(1, %s) AS n
"""


class Command(BaseCommand):
    help = "Time the statistics endpoint with and without its cache. Leaves no rows behind."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument("--repeat", type=int, default=30)

    def handle(self, *args: Any, rows: int, repeat: int, **options: Any) -> None:
        # Other processes must not read answers about rows that are never committed.
        cache.key_prefix = "measure"
        with transaction.atomic():
            _insert(rows)
            missed = _median(repeat, expect="miss", before=invalidate_statistics)
            _answer()
            hit = _median(repeat, expect="hit", before=lambda: None)
            transaction.set_rollback(True)
        cache.delete(GENERATION)
        self.stdout.write(
            f"{rows} rows, {repeat} requests each: without cache {missed:.2f} ms,"
            f" with cache {hit:.2f} ms, {missed / hit:.1f} times faster."
        )


def _insert(rows: int) -> None:
    source, _ = Source.objects.get_or_create(slug="medida", defaults={"nombre": "Medida"})
    with connection.cursor() as cursor:
        cursor.execute(INSERT_LEADS, [source.pk, rows])
        cursor.execute("ANALYZE leads_lead")


def _median(repeat: int, *, expect: str, before: Callable[[], None]) -> float:
    """Milliseconds of one answer, the middle of `repeat`."""
    times = []
    for _ in range(repeat):
        before()
        started = time.perf_counter()
        found = _answer()
        times.append((time.perf_counter() - started) * 1000)
        if found != expect:
            raise CommandError(f"The cache said '{found}', not '{expect}'; is Redis up?")
    return statistics.median(times)


def _answer() -> str:
    request = APIRequestFactory().get("/api/v1/stats/")
    force_authenticate(request, user=get_user_model()())
    return str(StatisticsApi.as_view()(request).render().headers["X-Cache"])
