"""Meetings wait in the database until the Google calendar has them.

Each waits by itself: one that Google refuses says why and waits no more; one whose try fails waits
longer and longer, and gives up after MAX_TRIES. Neither keeps the others from their turn.
"""

import logging
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from django.utils import timezone

from meetings.google_calendar import CalendarRefused, CalendarUnavailable, GoogleCalendar
from meetings.models import Calendario, Meeting
from meetings.selectors import not_in_calendar

# 1, 2, 4 ... minutes, then every six hours: the last try is some three days after the first.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MAX_TRIES = 20
# So many failures in one run, and it is Google that is away, not one meeting that is odd.
FAILURES_OF_A_RUN = 3
REASON_LENGTH = 500

# Set where the worker is told to end: the meeting that is under way is the last one of its run.
stopping = Event()

logger = logging.getLogger(__name__)


def sync_pending(*, failures: int = FAILURES_OF_A_RUN) -> int:
    """Push every meeting whose turn it is, and say how many Google took or refused.

    `CalendarUnavailable` after so many failures; whoever failed has moved to the back by then, so
    the next run begins with the others.

    Nothing is locked while Google is asked. Whoever changes a meeting meanwhile makes it wait
    again, and pushing one twice does no harm.
    """
    calendar = GoogleCalendar.of_settings()
    if calendar is None:
        return not_in_calendar().update(calendario=Calendario.NO_CONFIGURADO)
    pushed = 0
    while not stopping.is_set():
        meeting = not_in_calendar(due=timezone.now()).first()
        if meeting is None:
            break
        try:
            _record(meeting, **_push(calendar, meeting))
            pushed += 1
        except CalendarUnavailable as error:
            _record(meeting, **_postponed(meeting, reason=str(error), now=timezone.now()))
            failures -= 1
            if failures <= 0:
                raise
    return pushed


def _push(calendar: GoogleCalendar, meeting: Meeting) -> dict[str, Any]:
    try:
        calendar.push(meeting)
    except CalendarRefused as error:
        return _ended(Calendario.RECHAZADO, reason=str(error))
    except CalendarUnavailable:
        raise
    except Exception as error:
        # A mistake of ours that one meeting brings to light must not stop the rest.
        logger.exception("Meeting %s could not be pushed", meeting.pk)
        raise CalendarUnavailable(f"{type(error).__name__}: {error}") from error
    return _ended(Calendario.SINCRONIZADO)


def _ended(outcome: Calendario, *, reason: str = "") -> dict[str, Any]:
    return {
        "calendario": outcome,
        "calendario_motivo": _kept(reason),
        "calendario_intentos": 0,
        "calendario_proximo": None,
    }


def _postponed(meeting: Meeting, *, reason: str, now: datetime) -> dict[str, Any]:
    tries = meeting.calendario_intentos + 1
    if tries >= MAX_TRIES:
        logger.error("Meeting %s is given up after %s tries: %s", meeting.pk, tries, reason)
        return _ended(Calendario.RECHAZADO, reason=f"Tras {tries} intentos: {reason}")
    return {
        "calendario_motivo": _kept(reason),
        "calendario_intentos": tries,
        "calendario_proximo": now + min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE),
    }


def _kept(reason: str) -> str:
    """What others wrote, as the database can hold it."""
    return reason.encode(errors="replace").decode().replace("\0", "")[:REASON_LENGTH]


def _record(meeting: Meeting, **outcome: Any) -> None:
    unchanged = Meeting.objects.filter(pk=meeting.pk, updated_at=meeting.updated_at)
    unchanged.update(**outcome)
