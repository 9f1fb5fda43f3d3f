"""Google's calendar over HTTP, as a service account or as the person whom it stands for."""

import json
import logging
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

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
# https://developers.google.com/workspace/calendar/api/guides/errors: 401 and 429 are about us and
# our quota, not about the meeting, and so is 403 for these reasons. Any other 403 is a refusal.
NOT_NOW = (401, 408, 429)
QUOTA = ("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded")

logger = logging.getLogger(__name__)


class CalendarUnavailable(Exception):
    """It may work later."""


class CalendarRefused(Exception):
    """It will not work for this meeting as it is; the message says what Google said."""


class GoogleCalendar:
    """One calendar. An event's id is made from the meeting's, so that it is never there twice."""

    def __init__(self, *, account: str, subject: str, calendar_id: str, url: str) -> None:
        try:
            # Without a subject the service account acts for itself, and may not invite anybody.
            credentials = Credentials.from_service_account_info(
                _key(account), scopes=SCOPES, subject=subject or None
            )
        except (GoogleAuthError, OSError, ValueError) as error:
            # The value may be the key itself: it is not repeated.
            raise CalendarUnavailable("There is no service account's key to be read") from error
        self._http = AuthorizedHttp(credentials, http=_connections_to(url))
        self._events = f"{url}/calendars/{quote(calendar_id, safe='')}/events"

    @classmethod
    def of_settings(cls) -> Self | None:
        """None where no account is set."""
        account = settings.GOOGLE_SERVICE_ACCOUNT_KEY or settings.GOOGLE_SERVICE_ACCOUNT_FILE
        if not account:
            return None
        return cls(
            account=account,
            subject=settings.GOOGLE_CALENDAR_SUBJECT,
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


def _connections_to(url: str) -> urllib3.PoolManager:
    """Through the proxy that the environment names, which urllib3 does not look at by itself."""
    timeout = urllib3.Timeout(total=TIMEOUT_SECONDS)
    asked = urlsplit(url)
    proxy = getproxies().get(asked.scheme)
    if not proxy or proxy_bypass(asked.netloc):
        return urllib3.PoolManager(timeout=timeout)
    login, at, _ = urlsplit(proxy).netloc.rpartition("@")
    headers = urllib3.make_headers(proxy_basic_auth=unquote(login)) if at else None
    return urllib3.ProxyManager(proxy, proxy_headers=headers, timeout=timeout)


def event_id(meeting: Meeting) -> str:
    """Google takes the letters a to v and digits, five or more."""
    return f"meet{meeting.pk:08}"


def _outcome(method: str, url: str, answer: Any, accepted: tuple[int, ...]) -> int:
    status = int(answer.status)
    if 200 <= status < 300:
        return 0
    if status in accepted:
        return status
    # Without the query and the name of the calendar: people read it beside the meeting.
    said = f"{method}: {status} {_reason(answer.data)}"
    if status in NOT_NOW or status >= 500 or (status == 403 and _is_about_quota(answer.data)):
        raise CalendarUnavailable(said)
    logger.error("The calendar refuses a meeting: %s of %s", said, url)
    raise CalendarRefused(said)


def _key(account: str) -> dict[str, Any]:
    """A service account's key, given as its JSON or as the path of a file that holds it."""
    is_json = account.lstrip().startswith("{")
    key = json.loads(account if is_json else Path(account).read_text())
    if not isinstance(key, dict):
        raise ValueError("a key is a JSON object")
    return key


def _reason(data: bytes) -> str:
    """What Google says in its error, or the beginning of whatever else has answered."""
    try:
        message = json.loads(data)["error"]["message"]
    except (ValueError, LookupError, TypeError):
        return data[:200].decode(errors="replace")
    return str(message)


def _is_about_quota(data: bytes) -> bool:
    try:
        reasons = [each["reason"] for each in json.loads(data)["error"]["errors"]]
    except (ValueError, LookupError, TypeError):
        return False
    return any(reason in QUOTA for reason in reasons)


def _event(meeting: Meeting) -> dict[str, Any]:
    return {
        "id": event_id(meeting),
        "summary": meeting.titulo,
        "description": meeting.descripcion,
        "start": {"dateTime": meeting.inicio.isoformat()},
        "end": {"dateTime": meeting.fin.isoformat()},
        "attendees": [{"email": participant.email} for participant in meeting.participants.all()],
    }
