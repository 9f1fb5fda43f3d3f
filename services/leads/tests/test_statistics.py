import datetime as dt
import time

import pytest
from django.utils import timezone
from django_redis import get_redis_connection
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings
from rest_framework.test import APIClient

from leads import selectors, statistics
from leads.models import Estado, Lead, Source
from leads.operations import lead_create, lead_transition
from tests.conftest import LEADS, STATS, body

pytestmark = pytest.mark.django_db


def asked(api: APIClient, **query: str) -> tuple[str, int]:
    """The cache's answer, and the number of leads."""
    response = api.get(STATS, query)
    assert response.status_code == 200
    return response.headers["X-Cache"], response.json()["total"]


def test_counts_and_conversion(web: Source, evento: Source) -> None:
    today = timezone.localdate()
    moments = [timezone.now() - dt.timedelta(days=days) for days in (0, 1, 1, 5)]
    estados = ["nuevo", "ganado", "perdido", "ganado"]
    Lead.objects.bulk_create(
        Lead(nombre="A", email=f"{n}@example.com", source=web, estado=estado, created_at=moment)
        for n, (estado, moment) in enumerate(zip(estados, moments, strict=True))
    )
    found = selectors.lead_statistics(days=3, today=today)
    assert found["total"] == 4
    assert found["conversion"] == 0.5
    assert found["by_estado"] == {
        "nuevo": 1,
        "contactado": 0,
        "calificado": 0,
        "ganado": 2,
        "perdido": 1,
    }
    by_source = {row["source"]: (row["total"], row["conversion"]) for row in found["by_source"]}
    assert by_source["web"] == (4, 0.5)
    assert by_source["evento"] == (0, 0.0)
    assert [day["total"] for day in found["by_day"]] == [0, 2, 1]
    assert found["by_day"][-1]["day"] == today.isoformat()


def test_three_queries_whatever_the_number_of_sources(
    web: Source, evento: Source, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        selectors.lead_statistics(days=30, today=timezone.localdate())


def test_the_second_answer_comes_from_redis(
    api: APIClient, lead: Lead, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = api.get(STATS)
    with django_assert_num_queries(0):
        second = api.get(STATS)
    assert [first.headers["X-Cache"], second.headers["X-Cache"]] == ["miss", "hit"]
    assert first.json() == second.json()


def test_windows_are_kept_apart(api: APIClient, lead: Lead) -> None:
    assert asked(api, days="1") == ("miss", 1)
    assert asked(api, days="2") == ("miss", 1)
    assert len(api.get(STATS, {"days": "2"}).json()["by_day"]) == 2


def test_every_write_makes_the_next_answer_fresh(
    api: APIClient, web: Source, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    asked(api)
    with django_capture_on_commit_callbacks(execute=True):
        lead_id = api.post(LEADS, body()).json()["id"]
    assert asked(api) == ("miss", 1)
    assert asked(api) == ("hit", 1)
    with django_capture_on_commit_callbacks(execute=True):
        lead_transition(lead_id=lead_id, estado=Estado.CONTACTADO)
    assert asked(api) == ("miss", 1)
    with django_capture_on_commit_callbacks(execute=True):
        api.patch(f"{LEADS}{lead_id}/", {"notas": "x"})
    assert asked(api) == ("miss", 1)
    with django_capture_on_commit_callbacks(execute=True):
        content = "nombre,email,source\nLuis,luis@example.com,web\n"
        api.generic("POST", f"{LEADS}import/", content, content_type="text/csv")
    assert asked(api) == ("miss", 2)


def test_a_refused_write_leaves_the_cache(api: APIClient, lead: Lead) -> None:
    asked(api)
    assert api.post(LEADS, body()).status_code == 409
    assert asked(api) == ("hit", 1)


def test_an_answer_that_was_overtaken_is_never_served(
    api: APIClient, web: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write commits while an answer is being computed from what was there before."""

    def overtaken(*, days: int, today: dt.date) -> dict[str, object]:
        found = selectors.lead_statistics(days=days, today=today)
        lead_create(nombre="Ana", email="ana@example.com", source=web)
        statistics.invalidate_statistics()
        return found

    with monkeypatch.context() as during:
        during.setattr(statistics, "lead_statistics", overtaken)
        assert asked(api) == ("miss", 0)
    assert asked(api) == ("miss", 1)


def test_an_answer_expires(api: APIClient, lead: Lead, settings: Settings) -> None:
    settings.STATS_CACHE_SECONDS = 1
    assert asked(api)[0] == "miss"
    assert asked(api)[0] == "hit"
    time.sleep(1.1)
    assert asked(api)[0] == "miss"


def test_a_connection_that_redis_dropped_is_replaced(api: APIClient, lead: Lead) -> None:
    asked(api)
    connection = get_redis_connection()
    # Redis answers, then closes the very connection that the next request takes from the pool.
    connection.client_kill_filter(_id=connection.client_id(), skipme=False)
    assert asked(api)[0] == "hit"
