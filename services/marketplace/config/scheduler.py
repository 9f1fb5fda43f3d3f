"""Beat that is one of its kind: a lock in Redis says who hands out the work."""

import logging
from typing import Any

from celery.beat import Scheduler
from django.conf import settings
from redis import Redis
from redis.exceptions import LockNotOwnedError, RedisError
from redis.lock import Lock

from chassis.heartbeat import touch

LOCK = "marketplace:beat"
# A beat that was killed keeps the lock for so long; one that is stopped gives it back at once.
LOCK_SECONDS = 10
STANDBY_SECONDS = 1.0

logger = logging.getLogger(__name__)


class SingletonScheduler(Scheduler):
    """Celery's own, kept in memory, that rests while another beat holds the lock.

    Nothing is written to a file: what runs once an hour may run an hour after each start.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Before the rest: celery's constructor may close what it could not set up.
        self._lock = _lock()
        self._rests = False
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        touch()
        if not self._leads():
            return STANDBY_SECONDS
        wait: float = super().tick(*args, **kwargs)
        return wait

    def close(self) -> None:
        super().close()
        try:
            if self._lock.owned():
                self._lock.release()
        except RedisError as error:
            logger.warning("The lock of beat was not given back: %s", error)

    def _leads(self) -> bool:
        try:
            return self._still_leads() or self._begins_to_lead()
        except RedisError as error:
            # Without Redis there is nobody to hand work to either.
            logger.warning("Redis does not answer: %s", error)
            return False

    def _still_leads(self) -> bool:
        if self._lock.local.token is None:
            return False
        try:
            return bool(self._lock.reacquire())
        except LockNotOwnedError:
            logger.warning("The lock of beat was lost")
            self._lock = _lock()
            return False

    def _begins_to_lead(self) -> bool:
        acquired: bool = self._lock.acquire(blocking=False)
        if acquired or not self._rests:
            logger.info("This beat leads" if acquired else "Another beat leads, this one rests")
        self._rests = not acquired
        return acquired


def _lock() -> Lock:
    redis = Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2)
    return Lock(redis, LOCK, timeout=LOCK_SECONDS, thread_local=False)
