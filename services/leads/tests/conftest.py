"""Real Postgres and real Redis, from DATABASE_URL and REDIS_URL.

The user of DATABASE_URL must be allowed to create the test database.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.test import APIClient

from leads.models import Lead, Source
from leads.operations import lead_create

LEADS = "/api/v1/leads/"
STATS = "/api/v1/stats/"


@pytest.fixture(autouse=True)
def own_keys(settings: Settings) -> Iterator[None]:
    """Keys of its own for each test: this may be the Redis of a running stack."""
    settings.CACHES = caches_with(settings, KEY_PREFIX=f"test-{uuid.uuid4().hex}")
    yield
    cache.delete_pattern("*")  # type: ignore[attr-defined]


@pytest.fixture
def api() -> APIClient:
    return signed_in()


@pytest.fixture
def web(db: None) -> Source:
    return Source.objects.get_or_create(slug="web", defaults={"nombre": "Formulario web"})[0]


@pytest.fixture
def evento(db: None) -> Source:
    return Source.objects.create(slug="evento", nombre="Evento")


@pytest.fixture
def lead(web: Source) -> Lead:
    return lead_create(nombre="Ana Ruiz", email="ana@example.com", source=web)


def signed_in() -> APIClient:
    """A client of somebody who works here."""
    client = APIClient()
    client.force_authenticate(User(username="ana"))
    return client


def caches_with(settings: Settings, **changes: Any) -> dict[str, dict[str, Any]]:
    return {"default": {**settings.CACHES["default"], **changes}}


def body(**changes: Any) -> dict[str, Any]:
    return {"nombre": "Ana Ruiz", "email": "ana@example.com", "source": "web", **changes}
