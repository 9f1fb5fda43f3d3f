"""A worker that is rolled: what it has begun is finished, what it has only taken goes back."""

from contextlib import ExitStack
from pathlib import Path

from kombu import Connection
from redis import Redis

from tests.processes import BROKER, Proxy, running, until
from tests.rolled import RUNS, app, run

WORKER = (
    *("celery", "--quiet", "-A", "tests.rolled", "worker"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
MESSAGES = 1000
ROLLS = 3


def test_rolls_lose_and_repeat_none_of_a_thousand_messages(redis: Proxy, tmp_path: Path) -> None:
    of = {"CELERY_BROKER_URL": redis.url(BROKER)}
    broker = Redis.from_url(redis.url(BROKER))
    with Connection(redis.url(BROKER)) as connection:
        for number in range(MESSAGES):
            app.send_task(run.name, (number,), connection=connection)
    with ExitStack() as stack:
        works = stack.enter_context(running(*WORKER, folder=tmp_path, **of))
        works.wait_for("ready.", seconds=60)
        for _ in range(ROLLS):
            follows = stack.enter_context(running(*WORKER, folder=tmp_path, **of))
            follows.wait_for("ready.", seconds=60)
            assert broker.llen("celery") > 0, "nothing was left to be lost"
            code, seconds = works.stop()
            assert (code, seconds < 9) == (0, True), works.log()
            works = follows
        until(lambda: broker.hlen(RUNS) == MESSAGES, seconds=60)
        # Nothing waits for its visibility timeout, to be done again.
        until(lambda: broker.hlen("unacked") + broker.llen("celery") == 0, seconds=5)
    assert {int(times) for times in broker.hvals(RUNS)} == {1}
