"""Google's calendar over HTTP, as the service account of GOOGLE_SERVICE_ACCOUNT_FILE."""

import json
import logging
from typing import Any, Self
from urllib.parse import quote

import urllib3
from django.conf import settings
from google.auth.exceptions import GoogleAuthError, TransportError
from google.auth.transport.urllib3 import AuthorizedHttp
from google.oauth2.service_account import Credentials

from meetings.models import Estado, Meeting

SCOPES = ("https://www.googleapis.com/auth/calendar.events",)
TIMEOUT_SECONDS = 10
CREATED_BEFORE = 409
GONE = (404, 410)

logger = logging.getLogger(__name__)


class CalendarUnavailable(Exception):
    """It may work later."""


class CalendarRefused(Exception):
    """It will not work for this meeting; the reason is in the log."""


class GoogleCalendar:
    """One calendar. An event's id is made from the meeting's, so that it is never there twice."""

    def __init__(self, *, key_file: str, calendar_id: str, url: str) -> None:
        try:
            credentials = Credentials.from_service_account_file(key_file, scopes=SCOPES)
        except (GoogleAuthError, OSError, ValueError) as error:
            raise CalendarUnavailable(f"{key_file} is no service account's key") from error
        timeout = urllib3.Timeout(total=TIMEOUT_SECONDS)
        self._http = AuthorizedHttp(credentials, http=urllib3.PoolManager(timeout=timeout))
        self._events = f"{url}/calendars/{quote(calendar_id, safe='')}/events"

    @classmethod
    def of_settings(cls) -> Self:
        return cls(
            key_file=settings.GOOGLE_SERVICE_ACCOUNT_FILE,
            calendar_id=settings.GOOGLE_CALENDAR_ID,
            url=settings.GOOGLE_CALENDAR_URL,
        )

    def push(self, meeting: Meeting) -> None:
        """Make the calendar say what the meeting says."""
        event = f"{self._events}/{event_id(meeting)}"
        if meeting.estado == Estado.CANCELADA:
            self._send("DELETE", event, accepted=GONE)
            return
        if self._send("POST", self._events, body=_event(meeting), accepted=(CREATED_BEFORE,)):
            self._send("PUT", event, body=_event(meeting))

    def _send(
        self, method: str, url: str, *, body: Any = None, accepted: tuple[int, ...] = ()
    ) -> int:
        """0 if it was done, else which of the accepted refusals came."""
        try:
            answer = self._http.urlopen(
                method,
                url,
                body=None if body is None else json.dumps(body),
                headers={"Content-Type": "application/json"},
                retries=False,
            )
        except (urllib3.exceptions.HTTPError, TransportError) as error:
            raise CalendarUnavailable(str(error)) from error
        except GoogleAuthError as error:
            logger.error("Google does not know the service account: %s", error)
            raise CalendarUnavailable(str(error)) from error
        return _outcome(method, url, answer, accepted)


def event_id(meeting: Meeting) -> str:
    """Google takes the letters a to v and digits, five or more."""
    return f"meet{meeting.pk:08}"


def _outcome(method: str, url: str, answer: Any, accepted: tuple[int, ...]) -> int:
    status = int(answer.status)
    if 200 <= status < 300:
        return 0
    if status in accepted:
        return status
    said = f"{method} {url} answers {status}: {answer.data[:500].decode(errors='replace')}"
    # 401, 403 and 429 are about us and our quota, not about the meeting.
    if status in (401, 403, 429) or status >= 500:
        raise CalendarUnavailable(said)
    logger.error("The calendar refuses a meeting: %s", said)
    raise CalendarRefused(said)


def _event(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": event_id(meeting),
        "summary": meeting.titulo,
        "description": meeting.descripcion,
        "start": {"dateTime": meeting.inicio.isoformat()},
        "end": {"dateTime": meeting.fin.isoformat()},
        "attendees": [{"email": participant.email} for participant in meeting.participants.all()],
    }
