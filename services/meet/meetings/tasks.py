"""The worker's tasks."""

import logging

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from meetings.calendar_sync import sync_pending
from meetings.google_calendar import CalendarUnavailable

logger = logging.getLogger(__name__)


@shared_task(
    autoretry_for=(CalendarUnavailable,), retry_backoff=5, retry_backoff_max=300, max_retries=20
)
def sync_calendar() -> int:
    """Bring the calendar up to date. Which meetings wait for it is in the database, not in here."""
    return sync_pending()


def nudge_calendar() -> None:
    """Tell the worker that something waits; without a broker do it here and now.

    A nudge that is lost costs nothing but time: the worker looks for itself once it has Redis back,
    and every minute.
    """
    try:
        if settings.CELERY_BROKER_URL:
            sync_calendar.delay()
        else:
            # Somebody waits for the answer to a request.
            sync_pending(failures=1)
    except OperationalError as error:
        logger.warning("The worker could not be told, Redis does not answer: %s", error)
    except CalendarUnavailable as error:
        logger.warning("The calendar does not answer: %s", error)
