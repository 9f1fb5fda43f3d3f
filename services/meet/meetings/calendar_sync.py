"""Meetings wait in the database until the Google calendar has them."""

from django.conf import settings

from meetings.google_calendar import CalendarRefused, GoogleCalendar
from meetings.models import Calendario, Meeting
from meetings.selectors import not_in_calendar


def sync_pending() -> int:
    """Push every meeting that waits, and say how many; `CalendarUnavailable` if Google is away.

    Nothing is locked while Google is asked. Whoever changes a meeting meanwhile makes it wait
    again, and pushing one twice does no harm.
    """
    if not settings.GOOGLE_SERVICE_ACCOUNT_FILE:
        return not_in_calendar().update(calendario=Calendario.NO_CONFIGURADO)
    calendar = GoogleCalendar.of_settings()
    pushed = 0
    while (meeting := not_in_calendar().first()) is not None:
        _record(meeting, _push(calendar, meeting))
        pushed += 1
    return pushed


def _push(calendar: GoogleCalendar, meeting: Meeting) -> Calendario:
    try:
        calendar.push(meeting)
    except CalendarRefused:
        return Calendario.RECHAZADO
    return Calendario.SINCRONIZADO


def _record(meeting: Meeting, outcome: Calendario) -> None:
    unchanged = Meeting.objects.filter(pk=meeting.pk, updated_at=meeting.updated_at)
    unchanged.update(calendario=outcome)
