"""The celery application; its settings are those of Django that begin with CELERY_."""

import os
from functools import partial
from typing import Any

from celery import Celery, bootsteps
from celery.signals import (
    before_task_publish,
    heartbeat_sent,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_shutting_down,
)
from celery.worker.consumer import Consumer

from chassis import heartbeat
from chassis.logs import current_request_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

CATCH_UP_SECONDS = 60
RECONNECT_SECONDS = 2


class EagerConsumer(Consumer):
    """Looks for a broker that is away every 2 seconds; celery's pauses grow up to 30."""

    def ensure_connected(self, conn: Any) -> Any:
        conn.ensure_connection = partial(conn.ensure_connection, interval_max=RECONNECT_SECONDS)
        return super().ensure_connected(conn)


app = Celery("meet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.worker_consumer = "config.celery:EagerConsumer"
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logs(**_: Any) -> None:
    """Django has set them up already; without a receiver celery would add its own."""


@before_task_publish.connect
def send_request_id(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None:
        headers["request_id"] = current_request_id.get()


@task_prerun.connect
def take_request_id(task: Any, **_: Any) -> None:
    current_request_id.set(task.request.get("request_id"))


@task_postrun.connect
def drop_request_id(**_: Any) -> None:
    current_request_id.set(None)


@heartbeat_sent.connect
def touch_heartbeat(**_: Any) -> None:
    """Every two seconds, from the loop that takes tasks: not while it hangs or has lost Redis.

    Its health check asks for 20 seconds at most: Redis may be started again, which is over in less.
    """
    heartbeat.touch()


@worker_init.connect
def begin_heartbeat(**_: Any) -> None:
    """Also where Redis is away for long: the worker is started anew, and looks for it again."""
    heartbeat.begin()


@worker_shutting_down.connect
def end_runs(**_: Any) -> None:
    """SIGKILL comes 10 seconds after SIGTERM; what still waits is in the database, for the next."""
    from meetings import calendar_sync

    calendar_sync.stopping.set()


class CatchUp(bootsteps.StartStopStep):
    """Serves what no message spoke of: lost while Redis was away, or left while no worker ran.

    Begun each time that the worker connects to Redis, and ended when it loses it.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:
        from meetings.tasks import sync_calendar

        sync_calendar.delay()
        self.timer = parent.timer.call_repeatedly(CATCH_UP_SECONDS, sync_calendar.delay)

    def stop(self, parent: Any) -> None:
        self.timer.cancel()


app.steps["consumer"].add(CatchUp)
