"""Consumer, worker and beat as processes: what they do together, and when they are disturbed."""

import datetime as dt
import time
from pathlib import Path

import pytest
from django.utils import timezone

from promos.messaging.depths import queue_depths
from promos.messaging.topology import Topology
from promos.models import AppliedEvent, Estado, FlashPromo, Offer
from stores.models import Product, Store
from tests.conftest import make_promo
from tests.processes import BEAT, BROKER, CONSUMER, WORKER, Proxy, running, until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_consumer_that_is_killed_loses_and_repeats_nothing(
    topology: Topology, coffee: Product, centre: Store, tmp_path: Path
) -> None:
    promos = [make_promo(coffee).pk for _ in range(60)]
    with running(*CONSUMER, folder=tmp_path) as consumer:
        for share in (5, 25, 45):
            until(lambda share=share: AppliedEvent.objects.count() >= share, seconds=30)  # type: ignore[misc]
            consumer.kill()
        until(lambda: AppliedEvent.objects.count() == len(promos), seconds=30)
        until(lambda: not any(queue_depths().values()), seconds=30)
    assert set(FlashPromo.objects.values_list("estado", flat=True)) == {Estado.APLICADA}
    assert sorted(Offer.objects.values_list("promo", flat=True)) == sorted(promos)
    assert sorted(AppliedEvent.objects.values_list("promo", "offers")) == [
        (pk, 1) for pk in sorted(promos)
    ]


def test_a_consumer_stops_in_time(
    topology: Topology, coffee: Product, centre: Store, tmp_path: Path
) -> None:
    with running(*CONSUMER, folder=tmp_path) as consumer:
        consumer.wait_for("Consumer started")
        until(consumer.is_well, seconds=10)
        make_promo(coffee)
        consumer.wait_for("Promo applied")
        code, seconds = consumer.stop()
        assert (code, seconds < 9) == (0, True)
        assert "Consumer stopped" in consumer.log()
        assert not consumer.is_well()


def test_beat_and_worker_end_promos_on_time(
    coffee: Product, centre: Store, redis: Proxy, tmp_path: Path
) -> None:
    broker = {"CELERY_BROKER_URL": redis.url(BROKER)}
    with (
        running(*WORKER, folder=tmp_path, **broker) as worker,
        running(*BEAT, folder=tmp_path, **broker) as beat,
    ):
        worker.wait_for("ready.")
        ends_at = timezone.now() + dt.timedelta(seconds=2)
        promo = make_promo(coffee, ends_at=ends_at)
        until(lambda: _estado(promo) == Estado.TERMINADA, seconds=10)
        assert timezone.now() >= ends_at
        (record,) = worker.records("Promo ended")
        assert record["late_seconds"] < 3
        assert (worker.is_well(), beat.is_well()) == (True, True)
        for process in (beat, worker):
            code, seconds = process.stop()
            assert (code, seconds < 9) == (0, True), process.log()


def test_worker_and_beat_go_on_after_redis_was_away(
    coffee: Product, redis: Proxy, tmp_path: Path
) -> None:
    broker = {"CELERY_BROKER_URL": redis.url(BROKER)}
    with (
        running(*WORKER, folder=tmp_path, HEARTBEAT_MAX_AGE="7", **broker) as worker,
        running(*BEAT, folder=tmp_path, **broker) as beat,
    ):
        worker.wait_for("ready.")
        for outage in (0.2, 8):
            promo = make_promo(coffee, ends_at=timezone.now() + dt.timedelta(seconds=1))
            until(lambda promo=promo: _estado(promo) == Estado.TERMINADA, seconds=15)  # type: ignore[misc]
            redis.cut()
            time.sleep(outage)
            # It looks for Redis: that is a sign of life.
            assert worker.is_well()
            redis.restore()
            promo = make_promo(coffee, ends_at=timezone.now() + dt.timedelta(milliseconds=100))
            until(
                lambda promo=promo: _estado(promo) == Estado.TERMINADA,  # type: ignore[misc]
                seconds=15,
                what=lambda: f"{worker.log()}\n{beat.log()}",
            )
        assert "again in 2.00 seconds" in worker.log()
        assert "again in 4.00 seconds" not in worker.log()
        assert worker.child.poll() is None
        assert beat.child.poll() is None


def _estado(promo: FlashPromo) -> str:
    promo.refresh_from_db()
    return promo.estado
