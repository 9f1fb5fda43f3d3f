"""Real Postgres from POSTGRES_*, or SQLite without them: the suite passes on both.

Only on Postgres are there tests of the worker; they need the Redis of CELERY_BROKER_URL.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from meetings.models import Meeting
from meetings.operations import meeting_create

MEETINGS = "/api/v1/meetings/"
NOON = datetime.fromisoformat("2999-01-01T12:00:00+00:00")

on_postgres = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="a rule or a process that only Postgres has"
)


@pytest.fixture(autouse=True)
def nobody_is_told(settings: Settings) -> None:
    """No worker and no Google, unless a test brings them."""
    settings.CELERY_BROKER_URL = ""
    settings.GOOGLE_SERVICE_ACCOUNT_FILE = ""
    settings.GOOGLE_SERVICE_ACCOUNT_KEY = ""


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def meeting(db: None) -> Meeting:
    return make_meeting()


def at(hours: float) -> datetime:
    """A time on the first day of 2999, in hours after noon."""
    return NOON + timedelta(hours=hours)


def in_hours(hours: float) -> datetime:
    return timezone.now() + timedelta(hours=hours)


def body(**changes: Any) -> dict[str, Any]:
    return {
        "titulo": "Plan",
        "organizador": "ana@example.com",
        "inicio": at(0),
        "fin": at(1),
        **changes,
    }


def make_meeting(**changes: Any) -> Meeting:
    return meeting_create(**body(**changes))
