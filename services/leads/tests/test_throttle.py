import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from leads.models import Lead, Source
from leads.throttles import CreateRateThrottle
from tests.conftest import LEADS, body

pytestmark = pytest.mark.django_db


def early_in_a_minute() -> None:
    """Windows begin with the minute; a test that crosses one would see two counts."""
    left = 60 - time.time() % 60
    if left < 5:
        time.sleep(left)


def create(api: APIClient, number: int, **headers: str) -> int:
    sent = body(email=f"{number}@example.com")
    return api.post(LEADS, sent, headers=headers).status_code


def test_too_many_are_429(api: APIClient, web: Source, settings: Settings) -> None:
    settings.LEADS_CREATE_RATE = "2/minute"
    early_in_a_minute()
    assert [create(api, number) for number in range(3)] == [201, 201, 429]
    response = api.post(LEADS, body())
    assert response.json()["error"]["code"] == "throttled"
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert Lead.objects.count() == 2


def test_the_count_is_kept_in_redis_and_leaves_it(
    api: APIClient, web: Source, settings: Settings
) -> None:
    settings.LEADS_CREATE_RATE = "2/minute"
    create(api, 0)
    (key,) = cache.keys("leads:throttle:*")  # type: ignore[attr-defined]
    assert cache.get(key) == 1
    assert 0 < cache.ttl(key) <= 120  # type: ignore[attr-defined]


def test_the_next_window_starts_afresh(api: APIClient, web: Source, settings: Settings) -> None:
    settings.LEADS_CREATE_RATE = "1/second"
    time.sleep(1 - time.time() % 1)
    assert [create(api, number) for number in range(2)] == [201, 429]
    time.sleep(1)
    assert create(api, 3) == 201


def test_imports_count_too_and_reads_do_not(
    api: APIClient, web: Source, settings: Settings
) -> None:
    settings.LEADS_CREATE_RATE = "1/minute"
    early_in_a_minute()
    assert [api.get(LEADS).status_code for _ in range(3)] == [200] * 3
    content = "nombre,email,source\nAna,ana@example.com,web\n"
    sent = [
        api.generic("POST", f"{LEADS}import/", content, content_type="text/csv") for _ in range(2)
    ]
    assert [response.status_code for response in sent] == [201, 429]


def test_an_invented_address_does_not_help(api: APIClient, web: Source, settings: Settings) -> None:
    settings.LEADS_CREATE_RATE = "1/minute"
    early_in_a_minute()
    found = [create(api, number, **{"x-forwarded-for": f"10.0.0.{number}"}) for number in range(2)]
    assert found == [201, 429]


def test_behind_a_proxy_the_address_it_saw_counts(
    api: APIClient, web: Source, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.LEADS_CREATE_RATE = "1/minute"
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)
    early_in_a_minute()
    seen = ["7.7.7.7, 10.0.0.1", "8.8.8.8, 10.0.0.1", "10.0.0.2"]
    found = [create(api, n, **{"x-forwarded-for": chain}) for n, chain in enumerate(seen)]
    assert found == [201, 429, 201]


def test_parallel_requests_do_not_slip_through(settings: Settings) -> None:
    settings.LEADS_CREATE_RATE = "10/minute"
    early_in_a_minute()

    def allowed(_: int) -> bool:
        request = Request(APIRequestFactory().post(LEADS))
        return CreateRateThrottle().allow_request(request, APIView())

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(allowed, range(40))) == 10
