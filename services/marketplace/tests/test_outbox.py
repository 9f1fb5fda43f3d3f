"""A promo is never made without its message being sent, and never the other way round."""

import datetime as dt
import json
import time
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from promos.messaging.clients import sns, sqs
from promos.messaging.outbox import (
    BATCH,
    PAUSED,
    lost_events_wait_again,
    publish_soon,
    publish_waiting,
)
from promos.messaging.topology import Topology, ensure_topology
from promos.models import FlashPromo, OutboxEvent
from promos.operations import promo_apply
from promos.tasks import publish_waiting_events
from stores.models import Product
from tests.conftest import OtherConnection, make_promo, promo_body

pytestmark = pytest.mark.django_db(transaction=True)


def received(topology: Topology, *, count: int = 1) -> list[dict[str, Any]]:
    """The messages in the queue, once there are `count` or the patience is over."""
    bodies: list[dict[str, Any]] = []
    deadline = time.monotonic() + (10 if count else 1)
    while (len(bodies) < count or not count) and time.monotonic() < deadline:
        answer = sqs().receive_message(
            QueueUrl=topology.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        bodies += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
    return bodies


@pytest.fixture
def sns_away(settings: Settings) -> str:
    """A port where nobody listens."""
    settings.AWS_SNS_ENDPOINT_URL = "http://127.0.0.1:1"
    sns.cache_clear()
    return "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def fresh_client() -> None:
    sns.cache_clear()


def test_a_promo_is_published_once_it_is_committed(
    api: APIClient, topology: Topology, coffee: Product
) -> None:
    response = api.post("/api/v1/promos/", promo_body(), headers={"x-request-id": "from-client"})
    event = OutboxEvent.objects.get()
    assert event.published_at is not None
    assert received(topology) == [
        {
            "type": "promo.created",
            "version": 1,
            "event_id": str(event.pk),
            "promo_id": response.json()["id"],
            "request_id": "from-client",
        }
    ]


def test_a_promo_that_is_rolled_back_is_not_published(topology: Topology, coffee: Product) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_promo(coffee)
        raise ZeroDivisionError
    assert not OutboxEvent.objects.exists()
    assert received(topology, count=0) == []


def test_without_sns_a_promo_is_made_and_sent_later(
    api: APIClient, topology: Topology, coffee: Product, sns_away: str, settings: Settings
) -> None:
    assert api.post("/api/v1/promos/", promo_body()).status_code == 201
    publish_waiting_events()  # SNS is still away: the task goes well, the event stays
    assert OutboxEvent.objects.get().published_at is None
    settings.AWS_SNS_ENDPOINT_URL = settings.AWS_SQS_ENDPOINT_URL
    sns.cache_clear()
    publish_waiting_events()
    assert OutboxEvent.objects.get().published_at is not None
    assert [body["promo_id"] for body in received(topology)] == [FlashPromo.objects.get().pk]
    publish_waiting_events()
    assert received(topology, count=0) == []


def test_after_a_failure_requests_do_not_wait_for_sns(coffee: Product, sns_away: str) -> None:
    make_promo(coffee)
    assert cache.get(PAUSED) is True
    second = make_promo(coffee)
    publish_soon(event_id=OutboxEvent.objects.get(promo=second).pk)
    assert not OutboxEvent.objects.filter(published_at__isnull=False).exists()


def test_without_a_topic_events_stay(coffee: Product) -> None:
    make_promo(coffee)
    publish_waiting_events()
    assert OutboxEvent.objects.get().published_at is None
    made = ensure_topology()
    publish_waiting_events()
    assert OutboxEvent.objects.get().published_at is not None
    assert len(received(made)) == 1


def test_the_sweep_sends_all_that_waits(topology: Topology, coffee: Product) -> None:
    cache.set(PAUSED, True, timeout=60)
    for _ in range(23):
        make_promo(coffee)
    publish_waiting_events()
    assert not OutboxEvent.objects.filter(published_at__isnull=True).exists()
    found = sorted(body["promo_id"] for body in received(topology, count=23))
    assert found == sorted(FlashPromo.objects.values_list("pk", flat=True))


def test_what_somebody_else_is_sending_is_left_to_them(
    topology: Topology, coffee: Product, other_connection: OtherConnection
) -> None:
    cache.set(PAUSED, True, timeout=60)
    make_promo(coffee)
    with other_connection.locking("SELECT id FROM promos_outboxevent FOR UPDATE"):
        assert not publish_waiting().sent
    assert len(publish_waiting().sent) == 1
    assert not publish_waiting(event_id=uuid.uuid4()).sent


def test_a_message_that_was_lost_is_sent_again_once_in_a_while(
    topology: Topology, coffee: Product
) -> None:
    make_promo(coffee)
    assert len(received(topology)) == 1  # the topic hands it on in the background
    sqs().purge_queue(QueueUrl=topology.queue_url)
    publish_waiting_events()
    assert received(topology, count=0) == []  # it may still be on its way

    first = published_before(minutes=11)
    publish_waiting_events()
    event = OutboxEvent.objects.get()
    assert event.published_at is not None
    assert event.published_at > first
    publish_waiting_events()
    assert [body["event_id"] for body in received(topology, count=1)] == [str(event.pk)]
    assert received(topology, count=0) == []


def test_what_has_had_its_effect_or_is_over_is_not_sent_again(
    topology: Topology, coffee: Product
) -> None:
    applied, over = make_promo(coffee), make_promo(coffee)
    promo_apply(event_id=OutboxEvent.objects.get(promo=applied).pk, promo_id=applied.pk)
    # Beat has not ended it yet, so its state is still the first one.
    FlashPromo.objects.filter(pk=over.pk).update(ends_at=timezone.now())
    published_before(minutes=11)
    assert lost_events_wait_again() == 0


def published_before(*, minutes: int) -> dt.datetime:
    then = timezone.now() - dt.timedelta(minutes=minutes)
    OutboxEvent.objects.update(published_at=then)
    return then


def test_events_that_sns_refuses_do_not_keep_the_others_from_their_turn(
    topology: Topology, coffee: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    promo = make_promo(coffee)
    OutboxEvent.objects.all().delete()
    began = timezone.now()
    events = [
        OutboxEvent.objects.create(promo=promo, body={}, created_at=began + dt.timedelta(seconds=n))
        for n in range(BATCH + 2)
    ]
    bad = {event.pk for event in events[:BATCH]}
    asked: list[int] = []

    def send(batch: Sequence[OutboxEvent]) -> list[uuid.UUID]:
        asked.append(len(batch))
        return [event.pk for event in batch if event.pk not in bad]

    monkeypatch.setattr("promos.messaging.outbox._send", send)
    publish_waiting_events()
    waiting = OutboxEvent.objects.filter(published_at=None).values_list("pk", flat=True)
    assert set(waiting) == bad
    assert asked == [BATCH, 2]
