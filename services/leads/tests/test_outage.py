"""The service while Redis is away."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from leads.models import Source
from tests.conftest import LEADS, STATS, body, caches_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("broken_redis")]


@pytest.fixture(params=["refuses", "hangs"])
def broken_redis(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    """A port where nobody listens, or where somebody does and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if request.param == "hangs":
            server.listen(64)
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        settings.CACHES = caches_with(settings, LOCATION=url)
        yield


def test_the_service_answers_from_postgres(api: APIClient, web: Source) -> None:
    started = time.monotonic()
    assert api.post(LEADS, body()).status_code == 201
    response = api.get(STATS)
    assert response.headers["X-Cache"] == "unavailable"
    assert response.json()["total"] == 1
    assert time.monotonic() - started < 5


def test_the_service_is_alive_but_not_ready(api: APIClient) -> None:
    assert api.get("/healthz").json() == {"status": "OK"}
    response = api.get("/ready/")
    assert response.status_code == 503
    assert response.json()["checks"] == {"default": "OK", "cache": "FAILED"}


def test_there_is_a_log(caplog: pytest.LogCaptureFixture) -> None:
    assert cache.get("anything") is None
    assert "Exception ignored" in caplog.text


def test_the_back_office_stays_open() -> None:
    get_user_model().objects.create_superuser("jefa", "jefa@example.com", "clave")
    office = Client()
    assert office.login(username="jefa", password="clave")
    assert office.get("/admin/").status_code == 200
