"""Beats that follow each other: each task has its turns, whoever hands them out."""

import datetime as dt
import json
import signal
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from redis import Redis
from redis.exceptions import LockNotOwnedError

from config.celery import app
from config.scheduler import LOCK, TURNS, SingletonScheduler
from tests.processes import BEAT, BROKER, Proxy, running, until

EXPIRES_SECONDS = 30
# The periods of the two tasks that have turns within a test.
PERIODS = {"promos.tasks.end_due_promos": 2, "promos.tasks.publish_waiting_events": 5}
# Beat looks at its clock that much before a turn (Scheduler.adjust), and rounds.
EARLY_SECONDS = 0.1


@pytest.fixture
def broker(redis: Proxy, settings: Settings) -> Redis:
    settings.CELERY_BROKER_URL = redis.url(BROKER)
    return Redis.from_url(redis.url(BROKER))


def turns(broker: Redis, task: str) -> list[float]:
    """When a task was sent; no worker takes the messages away."""
    headers = [json.loads(message)["headers"] for message in broker.lrange("celery", 0, -1)]
    expire = [each["expires"] for each in headers if each["task"] == task]
    return sorted(dt.datetime.fromisoformat(each).timestamp() - EXPIRES_SECONDS for each in expire)


def pauses(broker: Redis, task: str) -> list[float]:
    return [after - before for before, after in pairwise(turns(broker, task))]


def test_rolls_leave_out_no_turn_and_repeat_none(
    broker: Redis, redis: Proxy, tmp_path: Path
) -> None:
    """Twice; test/soak/marketplace.soak.ts rolls containers, and more often."""
    of = {"CELERY_BROKER_URL": redis.url(BROKER)}
    leads = running(*BEAT, folder=tmp_path, **of)
    beat = leads.__enter__()
    try:
        beat.wait_for("This beat leads", seconds=60)
        for _ in range(2):
            follows = running(*BEAT, folder=tmp_path, **of)
            successor = follows.__enter__()
            successor.wait_for("this one rests", seconds=60)
            assert (beat.is_well(), successor.is_well()) == (True, True)
            time.sleep(2.3)
            code, seconds = beat.stop()
            leads.__exit__(None, None, None)
            leads, beat = follows, successor
            assert (code, seconds < 9) == (0, True)
            beat.wait_for("This beat leads", seconds=60)
        time.sleep(5)
    finally:
        leads.__exit__(None, None, None)
    for task, period in PERIODS.items():
        between = pauses(broker, task)
        assert between, turns(broker, task)
        assert min(between) > period - EARLY_SECONDS, between
        assert max(between) < 2 * period, between


def test_a_beat_that_was_held_up_repeats_no_turn(
    broker: Redis, redis: Proxy, tmp_path: Path
) -> None:
    of = {"CELERY_BROKER_URL": redis.url(BROKER)}
    task = "promos.tasks.end_due_promos"
    with running(*BEAT, folder=tmp_path, **of) as first:
        first.wait_for("This beat leads", seconds=60)
        with running(*BEAT, folder=tmp_path, **of) as second:
            second.wait_for("this one rests", seconds=60)
            until(lambda: len(turns(broker, task)) >= 2, seconds=10)
            first.child.send_signal(signal.SIGSTOP)
            second.wait_for("This beat leads", seconds=60)
            first.child.send_signal(signal.SIGCONT)
            before = len(turns(broker, task))
            until(lambda: len(turns(broker, task)) >= before + 3, seconds=15)
    assert min(pauses(broker, task)) > PERIODS[task] - EARLY_SECONDS


class Sending(SingletonScheduler):
    """Hands its work to a list, and not to a broker."""

    producer: Any = None

    def __init__(self) -> None:
        self.sent: list[str] = []
        super().__init__(app=app)

    def apply_entry(self, entry: Any, producer: object = None) -> None:
        self.sent.append(entry.name)

    def last_turn(self, name: str) -> float:
        at = self.schedule[name].last_run_at
        return at.timestamp() if at else 0


def test_the_next_beat_goes_on_where_the_last_one_was(broker: Redis) -> None:
    """What runs once an hour would else never run where beats are rolled more often."""
    first = Sending()
    first.tick()
    began = first.last_turn("forget_old_events")
    assert float(broker.hget(TURNS, "forget_old_events") or 0) == began
    first.close()
    broker.hset(TURNS, "forget_old_events", began - 1800)
    second = Sending()
    second.tick()
    assert second.last_turn("forget_old_events") == pytest.approx(began - 1800)
    is_due, seconds = second.schedule["forget_old_events"].is_due()
    assert not is_due
    assert seconds == pytest.approx(1800, abs=60)
    second.close()


def test_a_turn_is_taken_by_whoever_holds_the_lock_alone(broker: Redis) -> None:
    scheduler = Sending()
    scheduler.tick()
    entry = scheduler.schedule["end_due_promos"]
    before = broker.hget(TURNS, "end_due_promos")
    # As if it were held up between its look at the lock and its turn, and another one had begun.
    broker.set(LOCK, "another")
    with pytest.raises(LockNotOwnedError):
        scheduler.reserve(entry)
    assert broker.hget(TURNS, "end_due_promos") == before
    assert scheduler.schedule["end_due_promos"] is entry
    broker.delete(LOCK)
    scheduler.close()


def test_a_turn_that_redis_did_not_take_is_due_as_before(broker: Redis, redis: Proxy) -> None:
    scheduler = Sending()
    scheduler.tick()
    names = set(scheduler.schedule)
    for name in names:
        broker.hset(TURNS, name, time.time() - 7200)
    scheduler._go_on()
    redis.cut()
    assert scheduler.tick() > 0
    assert scheduler.sent == []
    redis.restore()
    until(lambda: (scheduler.tick(), len(scheduler.sent) >= len(names))[1], seconds=10)
    assert sorted(scheduler.sent) == sorted(names)
    scheduler.close()
