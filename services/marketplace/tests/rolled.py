"""The service's own celery, and a task whose runs can be counted: `celery -A tests.rolled`."""

import time

from celery import Celery
from django.conf import settings
from redis import Redis

from config.celery import app as service

RUNS = "test:runs"
SECONDS = 0.01

app: Celery = service


@app.task(name="tests.rolled.run")
def run(number: int) -> None:
    time.sleep(SECONDS)
    Redis.from_url(settings.CELERY_BROKER_URL).hincrby(RUNS, str(number), 1)
