"""The consumer applies each message once, whatever happens on the way."""

import json
import threading
import time
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from promos.messaging import consumer as consumer_module
from promos.messaging.clients import sns, sqs
from promos.messaging.consumer import Consumer
from promos.messaging.depths import queue_depths
from promos.messaging.events import PromoCreated, UnreadableMessage
from promos.messaging.topology import Topology, queue_url
from promos.models import AppliedEvent, Estado, FlashPromo, Offer, OutboxEvent
from promos.operations import promo_apply
from promos.tasks import publish_waiting_events
from stores.models import Product, Store
from tests.conftest import OtherConnection, make_promo
from tests.processes import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def consumer(topology: Topology) -> Consumer:
    return Consumer()


def work(consumer: Consumer, *, until: int) -> None:
    """Until so many messages were handled; SQS may hand them out in any portions."""
    handled, deadline = 0, time.monotonic() + 20
    while handled < until and time.monotonic() < deadline:
        handled += consumer.run_once()
    assert handled == until


def send(body: str) -> None:
    sns().publish(TopicArn=settings.FLASH_PROMO_TOPIC.arn, Message=body)


def messages_of(log: pytest.LogCaptureFixture, text: str) -> list[Any]:
    return [record for record in log.records if record.getMessage() == text]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level("INFO")
    return caplog


def test_a_promo_is_applied_and_its_message_deleted(
    consumer: Consumer,
    coffee: Product,
    centre: Store,
    south: Store,
    log: pytest.LogCaptureFixture,
) -> None:
    everywhere, in_one = make_promo(coffee), make_promo(coffee, south)
    work(consumer, until=2)
    assert set(FlashPromo.objects.values_list("estado", flat=True)) == {Estado.APLICADA}
    assert set(everywhere.offers.values_list("store", flat=True)) == {centre.pk, south.pk}
    assert set(in_one.offers.values_list("store", flat=True)) == {south.pk}
    assert set(queue_depths().values()) == {0}
    assert {record.promo_id for record in messages_of(log, "Promo applied")} == {
        everywhere.pk,
        in_one.pk,
    }


def test_a_message_that_comes_again_has_no_effect(
    consumer: Consumer, coffee: Product, centre: Store, log: pytest.LogCaptureFixture
) -> None:
    promo = make_promo(coffee)
    body = json.dumps(OutboxEvent.objects.get().body)
    send(body)
    work(consumer, until=2)
    # Even when it comes after all was undone by hand.
    Offer.objects.all().delete()
    send(body)
    work(consumer, until=1)
    assert promo.applied_events.get().offers == 1
    assert not Offer.objects.exists()
    assert len(messages_of(log, "Promo was applied before")) == 2
    assert set(queue_depths().values()) == {0}


def test_two_at_once_apply_it_once(coffee: Product, centre: Store) -> None:
    promo = make_promo(coffee)
    event = OutboxEvent.objects.get()
    outcomes: list[bool] = []
    gate = threading.Barrier(4)

    def apply() -> None:
        gate.wait()
        try:
            outcomes.append(promo_apply(event_id=event.pk, promo_id=promo.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=apply) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert Offer.objects.count() == 1


def test_a_failure_leaves_neither_key_nor_effect(
    coffee: Product, centre: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dying between the effect and its key would apply it twice, or never."""
    promo = make_promo(coffee)
    event = OutboxEvent.objects.get()
    with monkeypatch.context() as during:
        during.setattr(AppliedEvent.objects, "create", None)
        with pytest.raises(TypeError):
            promo_apply(event_id=event.pk, promo_id=promo.pk)
    assert (Offer.objects.count(), AppliedEvent.objects.count()) == (0, 0)
    promo.refresh_from_db()
    assert promo.estado == Estado.PENDIENTE
    assert promo_apply(event_id=event.pk, promo_id=promo.pk)


@pytest.mark.parametrize("kind", ["nonsense", "unknown promo"])
def test_poison_goes_to_the_dead_after_five_receives(
    consumer: Consumer,
    topology: Topology,
    monkeypatch: pytest.MonkeyPatch,
    log: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    monkeypatch.setattr(consumer_module, "_retry_delay", lambda message: 0)
    unknown = PromoCreated(event_id=uuid.uuid4(), promo_id=999_999)
    body = "veneno" if kind == "nonsense" else json.dumps(unknown.as_body())
    send(body)
    work(consumer, until=5)
    assert consumer.run_once() == 0
    left = messages_of(log, "Message left to be received again")
    assert [record.receives for record in left] == [1, 2, 3, 4, 5]
    dead = sqs().receive_message(QueueUrl=topology.dead_letter_url, WaitTimeSeconds=1)["Messages"]
    assert [message["Body"] for message in dead] == [body]
    assert not AppliedEvent.objects.exists()


def test_poison_does_not_hold_up_the_others(
    consumer: Consumer, coffee: Product, centre: Store
) -> None:
    send("veneno")
    promo = make_promo(coffee)
    work(consumer, until=2)
    promo.refresh_from_db()
    assert promo.estado == Estado.APLICADA


def test_pauses_grow_until_the_last_receive() -> None:
    delays = [
        consumer_module._retry_delay({"Attributes": {"ApproximateReceiveCount": str(receives)}})
        for receives in range(1, 7)
    ]
    assert delays == [1, 2, 4, 8, 0, 0]


def test_without_a_database_messages_are_given_back(
    consumer: Consumer,
    coffee: Product,
    centre: Store,
    other_connection: OtherConnection,
    monkeypatch: pytest.MonkeyPatch,
    log: pytest.LogCaptureFixture,
) -> None:
    """The connection is cut while the second of three messages is being applied."""
    for _ in range(3):
        make_promo(coffee)
    real, calls = promo_apply, 0

    def cut_the_second(**arguments: Any) -> bool:
        nonlocal calls
        calls += 1
        if calls == 2:
            other_connection.kill(connection.connection.info.backend_pid)
        return real(**arguments)

    monkeypatch.setattr(consumer_module, "promo_apply", cut_the_second)
    runner = threading.Thread(target=_run_until_applied, args=(consumer, 3))
    runner.start()
    runner.join(timeout=20)
    assert not runner.is_alive()
    assert "The database does not answer" in log.text
    assert AppliedEvent.objects.count() == 3
    assert Offer.objects.count() == 3
    # Given back at once: had they waited for the visibility timeout, this took 5 seconds more.
    assert all(record.receives <= 2 for record in messages_of(log, "Promo applied"))


def _run_until_applied(consumer: Consumer, count: int) -> None:
    def stop_when_done() -> None:
        while AppliedEvent.objects.count() < count:
            time.sleep(0.1)
        consumer.stop()
        connection.close()

    watcher = threading.Thread(target=stop_when_done)
    watcher.start()
    consumer.run()
    watcher.join()
    connection.close()


def test_a_stop_gives_back_what_was_not_handled(
    consumer: Consumer,
    coffee: Product,
    centre: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(5):
        make_promo(coffee)

    def apply_and_stop(**arguments: Any) -> bool:
        consumer.stop()
        return promo_apply(**arguments)

    monkeypatch.setattr(consumer_module, "promo_apply", apply_and_stop)
    consumer.run()
    assert AppliedEvent.objects.count() == 1
    until(lambda: queue_depths()["queue_waiting"] == 4, seconds=3)
    assert queue_depths()["queue_being_handled"] == 0


def test_an_emulator_that_forgot_its_queue_gets_it_back(
    consumer: Consumer, topology: Topology, coffee: Product, centre: Store
) -> None:
    consumer.run_once()
    sqs().delete_queue(QueueUrl=topology.queue_url)
    sns().delete_topic(TopicArn=topology.topic_arn)
    promo = make_promo(coffee)  # no topic: its event stays in the outbox
    threading.Timer(2.5, consumer.stop).start()
    consumer.run()
    assert queue_url(settings.PROMO_QUEUE_NAME)
    publish_waiting_events()
    work(Consumer(), until=1)
    promo.refresh_from_db()
    assert promo.estado == Estado.APLICADA


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"type": "promo.created", "version": 2}', '{"type": "x", "version": 1}'],
)
def test_what_is_not_ours_is_not_read(text: str) -> None:
    with pytest.raises(UnreadableMessage):
        PromoCreated.from_text(text)


def test_what_is_written_can_be_read() -> None:
    event = PromoCreated(event_id=uuid.uuid4(), promo_id=7, request_id="abc")
    assert PromoCreated.from_text(json.dumps(event.as_body())) == event
