"""The celery app: `celery -A config worker`, `celery -A config beat`."""

import logging.config
import signal
from datetime import timedelta
from functools import partial
from typing import Any

from celery import Celery, bootsteps
from celery.signals import beat_init, setup_logging, task_prerun
from celery.worker.consumer import Consumer
from django.conf import settings

from chassis.heartbeat import begin, touch
from chassis.logs import current_request_id

HEARTBEAT_SECONDS = 5
RECONNECT_SECONDS = 2


class EagerConsumer(Consumer):
    """Looks for a broker that is away every 2 seconds; celery's pauses grow up to 30.

    A worker that looks is alive: no other loop of it turns meanwhile.
    """

    def ensure_connected(self, conn: Any) -> Any:
        ensure = partial(conn.ensure_connection, interval_max=RECONNECT_SECONDS)

        def ensure_connection(errback: Any, *args: Any, **options: Any) -> Any:
            def away(*failure: Any) -> None:
                touch()
                errback(*failure)

            return ensure(away, *args, **options)

        conn.ensure_connection = ensure_connection
        return super().ensure_connected(conn)


class Heartbeat(bootsteps.StartStopStep):
    """Says that the worker's main loop turns, also while its processes are busy."""

    requires = ("celery.worker.components:Timer",)

    def start(self, parent: Any) -> None:
        touch()
        begin()
        self.timer = parent.timer.call_repeatedly(HEARTBEAT_SECONDS, touch)

    def stop(self, parent: Any) -> None:
        self.timer.cancel()


app = Celery("marketplace")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    beat_scheduler="config.scheduler:SingletonScheduler",
    # So long a stop may wait for the end of a pause.
    beat_max_loop_interval=0.5,
    beat_schedule={
        # `expires`: after an outage one run of each is enough.
        name: {"task": f"promos.tasks.{name}", "schedule": every, "options": {"expires": 30}}
        for name, every in {
            "end_due_promos": timedelta(seconds=2),
            "publish_waiting_events": timedelta(seconds=5),
            "report_figures": timedelta(minutes=1),
            "forget_old_events": timedelta(hours=1),
        }.items()
    },
    task_ignore_result=True,
    # A task that a lost worker had begun runs again; all of ours may.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    # Below the 10 seconds between SIGTERM and SIGKILL.
    task_soft_time_limit=6,
    task_time_limit=8,
    worker_consumer="config.celery:EagerConsumer",
    # Redis may be away at the start and at any time after, for as long as it likes.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    broker_transport_options={
        # A connection that says nothing is broken: without these a worker waits on it for ever.
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 5,
        # A message that a killed worker had taken comes back after this time, not after an hour.
        # One waits behind another and is worked on for less: twice task_time_limit.
        "visibility_timeout": 60,
    },
)
app.steps["worker"].add(Heartbeat)


@beat_init.connect
def begin_beat(sender: Any, **_: Any) -> None:
    begin()
    # Celery's own way ends wherever the program is just then, also between a turn and its message.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sender.stop())


app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_web_does(**_: Any) -> None:
    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect
def log_the_task_as_request(task_id: str, **_: Any) -> None:
    current_request_id.set(task_id)
