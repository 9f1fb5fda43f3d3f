"""Beat that is one of its kind: a lock in Redis says who hands out the work."""

import logging
from datetime import datetime
from typing import Any

from celery.beat import Scheduler
from django.conf import settings
from redis import Redis
from redis.exceptions import LockNotOwnedError, RedisError
from redis.lock import Lock

from chassis.heartbeat import touch

LOCK = "marketplace:beat"
TURNS = "marketplace:beat:turns"
# A beat that was killed keeps the lock for so long; one that is stopped gives it back at once.
LOCK_SECONDS = 5
STANDBY_SECONDS = 0.5

# One step in Redis, so that a beat which was held up and has lost the lock takes no turn any more.
TAKE_TURN = """
if redis.call("get", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("hset", KEYS[2], ARGV[2], ARGV[3])
return 1
"""

logger = logging.getLogger(__name__)


class SingletonScheduler(Scheduler):
    """Celery's own, that rests while another beat holds the lock.

    The time of each task's last turn is kept beside the lock: whoever leads next goes on from
    there, and what runs once an hour does so however often a beat is started anew.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Before the rest: celery's constructor may close what it could not set up.
        self._redis = Redis.from_url(
            settings.CELERY_BROKER_URL,
            socket_timeout=2,
            socket_connect_timeout=2,
            **(settings.CELERY_BROKER_USE_SSL or {}),
        )
        self._take_turn = self._redis.register_script(TAKE_TURN)
        self._lock = self._new_lock()
        self._rests = False
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        touch()
        try:
            if not self._leads():
                return STANDBY_SECONDS
            wait: float = super().tick(*args, **kwargs)
        except RedisError as error:
            # Without Redis there is nobody to hand work to either.
            logger.warning("No work is handed out: %s", error)
            # A turn that was not taken is due as before.
            self._heap = None
            return STANDBY_SECONDS
        return wait

    def reserve(self, entry: Any) -> Any:
        """Takes the turn before its message is sent.

        A beat that is killed between the two leaves out this one turn; no turn is sent twice.
        """
        following = next(entry)
        turn = [self._lock.local.token, entry.name, following.last_run_at.timestamp()]
        if not self._take_turn(keys=[LOCK, TURNS], args=turn):
            raise LockNotOwnedError("The lock of beat was lost")
        self.schedule[entry.name] = following
        return following

    def close(self) -> None:
        super().close()
        try:
            if self._lock.owned():
                self._lock.release()
        except RedisError as error:
            logger.warning("The lock of beat was not given back: %s", error)

    def _leads(self) -> bool:
        return self._still_leads() or self._begins_to_lead()

    def _still_leads(self) -> bool:
        if self._lock.local.token is None:
            return False
        try:
            return bool(self._lock.reacquire())
        except LockNotOwnedError:
            logger.warning("The lock of beat was lost")
            self._lock = self._new_lock()
            return False

    def _begins_to_lead(self) -> bool:
        acquired: bool = self._lock.acquire(blocking=False)
        if acquired:
            self._go_on()
        if acquired or not self._rests:
            logger.info("This beat leads" if acquired else "Another beat leads, this one rests")
        self._rests = not acquired
        return acquired

    def _go_on(self) -> None:
        """Each task's next turn follows its last, whoever took that; the first one follows now."""
        now = self.app.now()
        turns = self._redis.hgetall(TURNS)
        for name, entry in self.schedule.items():
            self._redis.hsetnx(TURNS, name, now.timestamp())
            last = turns.get(name.encode())
            entry.last_run_at = now if last is None else _time(float(last), now)
        self._heap = None

    def _new_lock(self) -> Lock:
        return Lock(self._redis, LOCK, timeout=LOCK_SECONDS, thread_local=False)


def _time(seconds: float, like: datetime) -> datetime:
    return datetime.fromtimestamp(seconds, like.tzinfo)
