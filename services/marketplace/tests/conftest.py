"""Real PostGIS, Redis and SNS with SQS, from the same variables as the service's own."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from redis import Redis
from rest_framework.test import APIClient

from config.readers import Topic
from promos.messaging.removal import remove_topology
from promos.messaging.topology import Topology, ensure_topology
from promos.models import FlashPromo
from promos.operations import promo_create
from stores.models import Product, Store
from stores.operations import product_create, store_create
from tests.processes import BROKER, Proxy

HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_keys(settings: Settings) -> Iterator[None]:
    """Keys of its own for each test: this may be the Redis of a running stack."""
    prefix = f"test-{uuid.uuid4().hex}"
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": prefix}}
    yield
    cache.delete_pattern("*")  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def own_topic(settings: Settings) -> None:
    """A topic and queue of its own for each test, which most tests never make."""
    name, topic = f"test-{uuid.uuid4().hex}", settings.FLASH_PROMO_TOPIC
    arn = topic.arn.rpartition(":")[0]
    settings.FLASH_PROMO_TOPIC = Topic(f"{arn}:{name}", topic.region, topic.account, name)
    settings.PROMO_QUEUE_NAME = name
    settings.PROMO_QUEUE_VISIBILITY_SECONDS = 5


@pytest.fixture
def topology(own_topic: None) -> Iterator[Topology]:
    yield ensure_topology()
    assert [removal.refusal for removal in remove_topology()] == [""] * 4


@pytest.fixture
def redis() -> Iterator[Proxy]:
    """A broker that nobody else uses, and that can be cut off."""
    proxy = Proxy(django_settings.CELERY_BROKER_URL)
    Redis.from_url(proxy.url(BROKER)).flushdb()
    yield proxy
    Redis.from_url(proxy.url(BROKER)).flushdb()
    proxy.cut()


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def coffee(db: None) -> Product:
    return product_create(sku="CAFE-250", nombre="Café", precio=Decimal("99.90"))


@pytest.fixture
def centre(db: None) -> Store:
    return store_create(nombre="Centro", direccion="Madero 1", lat=19.4326, lon=-99.1332)


@pytest.fixture
def south(db: None) -> Store:
    """Some 9 km from the centre."""
    return store_create(nombre="Sur", direccion="Coyoacán 2", lat=19.3500, lon=-99.1620)


class OtherConnection:
    """A second client of the test's database."""

    def __init__(self) -> None:
        found = connection.settings_dict
        self._connection = psycopg.connect(
            dbname=found["NAME"],
            user=found["USER"],
            password=found["PASSWORD"],
            host=found["HOST"],
            port=found["PORT"],
        )

    @contextmanager
    def locking(self, statement: str) -> Iterator[None]:
        """Hold the locks of a statement for a while."""
        with self._connection.transaction():
            self._connection.execute(statement)
            yield

    def kill(self, pid: int) -> None:
        """End another client's connection, as a restart of the server does."""
        self._connection.execute("SELECT pg_terminate_backend(%s)", [pid])

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def other_connection(transactional_db: None) -> Iterator[OtherConnection]:
    other = OtherConnection()
    yield other
    other.close()


def make_promo(product: Product, *stores: Store, **changes: Any) -> FlashPromo:
    """A promo of an hour that began a minute ago."""
    now = timezone.now()
    values = {
        "discount_percent": 25,
        "starts_at": now - dt.timedelta(minutes=1),
        "ends_at": now + HOUR,
    }
    return promo_create(product=product, stores=stores, **{**values, **changes})


def promo_body(**changes: Any) -> dict[str, Any]:
    ends_at = (timezone.now() + HOUR).isoformat()
    return {"product": "CAFE-250", "discount_percent": 25, "ends_at": ends_at, **changes}
