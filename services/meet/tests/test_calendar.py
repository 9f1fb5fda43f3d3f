"""The calendar against a real server on loopback, with a real key of a service account."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from meetings.calendar_sync import sync_pending
from meetings.google_calendar import CalendarUnavailable, GoogleCalendar
from meetings.models import Calendario, Meeting
from meetings.operations import meeting_cancel
from meetings.tasks import nudge_calendar, sync_calendar
from tests.conftest import MEETINGS, at, body, make_meeting

pytestmark = pytest.mark.django_db
EVENTS = "/calendars/team%40example.com/events"


class Google(ThreadingHTTPServer):
    """Gives tokens, keeps events, and refuses with `status` if that is set."""

    status = 0
    token_status = 200
    while_asked: Any = None

    def reset(self) -> None:
        self.asked: list[str] = []
        self.events: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, path: str, sent: Any) -> tuple[int, Any]:
        if path == "/token":
            if self.token_status != 200:
                return self.token_status, {"error": "invalid_grant"}
            return 200, {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}
        self.asked.append(f"{method} {path}")
        if self.while_asked:
            self.while_asked()
        if self.status:
            return self.status, {"error": "no"}
        key = path.removeprefix(EVENTS).strip("/")
        if method == "POST":
            if sent["id"] in self.events:
                return 409, {}
            key = sent["id"]
        if method == "DELETE":
            return (204, {}) if self.events.pop(key, None) else (404, {})
        self.events[key] = sent
        return 200, sent


class Handler(BaseHTTPRequestHandler):
    server: Google

    def handle_any(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/token":
            assert self.headers["Authorization"] == "Bearer t"
        is_json = self.headers.get("Content-Type") == "application/json" and text
        status, answer = self.server.answer(
            self.command, self.path, json.loads(text) if is_json else None
        )
        body = b"" if status == 204 else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="session")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def google(settings: Settings, tmp_path: Path, private_key: str) -> Iterator[Google]:
    with Google(("127.0.0.1", 0), Handler) as server:
        server.reset()
        url = f"http://127.0.0.1:{server.server_port}"
        account = {
            "type": "service_account",
            "client_email": "meet@example.iam.gserviceaccount.com",
            "private_key": private_key,
            "token_uri": f"{url}/token",
        }
        key_file = tmp_path / "account.json"
        key_file.write_text(json.dumps(account))
        settings.GOOGLE_SERVICE_ACCOUNT_FILE = str(key_file)
        settings.GOOGLE_CALENDAR_ID = "team@example.com"
        settings.GOOGLE_CALENDAR_URL = url
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def state(meeting: Meeting) -> str:
    return Meeting.objects.get(pk=meeting.pk).calendario


def test_without_google_a_meeting_says_so(meeting: Meeting) -> None:
    assert meeting.calendario == Calendario.PENDIENTE
    assert sync_calendar() == 1
    assert state(meeting) == Calendario.NO_CONFIGURADO
    assert sync_calendar() == 0


@pytest.mark.django_db(transaction=True)
def test_without_a_worker_it_is_done_at_once(api: APIClient) -> None:
    created = api.post(MEETINGS, body()).json()
    assert api.get(f"{MEETINGS}{created['id']}/").json()["calendario"] == "no_configurado"


def test_a_meeting_becomes_an_event(google: Google) -> None:
    meeting = make_meeting(descripcion="Todo", participantes=["eva@example.com"])
    assert sync_pending() == 1
    assert state(meeting) == Calendario.SINCRONIZADO
    [(key, event)] = google.events.items()
    assert key == f"meet{meeting.pk:08}"
    assert (event["summary"], event["description"]) == ("Plan", "Todo")
    assert event["start"] == {"dateTime": at(0).isoformat()}
    assert event["end"] == {"dateTime": at(1).isoformat()}
    assert event["attendees"] == [{"email": "eva@example.com"}]


def test_pushed_twice_it_is_there_once(google: Google) -> None:
    meeting = make_meeting()
    sync_pending()
    Meeting.objects.update(calendario=Calendario.PENDIENTE, titulo="Otro plan")
    sync_pending()
    [event] = google.events.values()
    assert event["summary"] == "Otro plan"
    assert [asked.split()[0] for asked in google.asked] == ["POST", "POST", "PUT"]
    assert state(meeting) == Calendario.SINCRONIZADO


def test_a_cancelled_one_goes_away(google: Google) -> None:
    meeting = make_meeting()
    sync_pending()
    for _ in range(2):  # the second time there is nothing to remove, which is as good
        Meeting.objects.update(estado="programada", calendario="sincronizado")
        meeting_cancel(meeting_id=meeting.pk)
        assert state(meeting) == Calendario.PENDIENTE
        sync_pending()
        assert (google.events, state(meeting)) == ({}, Calendario.SINCRONIZADO)


def test_one_that_google_refuses_does_not_hold_up_the_others(google: Google) -> None:
    bad = make_meeting()
    google.status = 400
    sync_pending()
    google.status = 0
    good = make_meeting(inicio=at(2), fin=at(3))
    assert sync_pending() == 1
    assert (state(bad), state(good)) == (Calendario.RECHAZADO, Calendario.SINCRONIZADO)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_while_google_is_away_it_waits(
    google: Google, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    meeting = make_meeting()
    google.status = status
    with pytest.raises(CalendarUnavailable):
        sync_pending()
    nudge_calendar()
    assert "The calendar does not answer" in caplog.text
    assert state(meeting) == Calendario.PENDIENTE


def test_a_service_account_that_google_does_not_know_is_named_in_the_log(
    google: Google, caplog: pytest.LogCaptureFixture
) -> None:
    meeting = make_meeting()
    google.token_status = 400
    with pytest.raises(CalendarUnavailable):
        sync_pending()
    assert "does not know the service account" in caplog.text
    assert state(meeting) == Calendario.PENDIENTE


def test_a_google_that_cannot_be_reached_is_away(google: Google, settings: Settings) -> None:
    make_meeting()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.GOOGLE_CALENDAR_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(CalendarUnavailable):
            sync_pending()


@pytest.mark.parametrize("broken", ["", "{}", '{"type": "authorized_user"}'])
def test_a_key_that_is_none_is_named(tmp_path: Path, broken: str) -> None:
    key_file = tmp_path / "account.json"
    key_file.write_text(broken)
    with pytest.raises(CalendarUnavailable, match=r"account\.json is no service account's key"):
        GoogleCalendar(key_file=str(key_file), calendar_id="primary", url="http://x")


@pytest.mark.django_db(transaction=True)
def test_what_is_cancelled_while_google_is_asked_waits_again(google: Google) -> None:
    meeting = make_meeting()
    Meeting.objects.update(calendario=Calendario.PENDIENTE)
    google.events.clear()

    def cancel_once() -> None:
        google.while_asked = None
        Meeting.objects.filter(pk=meeting.pk).update(calendario="sincronizado")
        try:
            from django.test import override_settings

            with override_settings(CELERY_BROKER_URL="redis://127.0.0.1:1/0"):
                meeting_cancel(meeting_id=meeting.pk)
        finally:
            connection.close()

    google.while_asked = cancel_once
    assert sync_pending() == 2
    assert (google.events, state(meeting)) == ({}, Calendario.SINCRONIZADO)
