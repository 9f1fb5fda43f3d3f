"""The calendar against a real server on loopback, with a real key of a service account."""

import base64
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from meetings import calendar_sync
from meetings.calendar_sync import MAX_TRIES, sync_pending
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
    # The reason that Google gives besides the status, as its Calendar API does.
    reason = "no"
    # What is sent for one meeting alone, by its title.
    by_title: dict[str, tuple[int, Any]] = {}
    token_status = 200
    while_asked: Any = None

    def reset(self) -> None:
        self.asked: list[str] = []
        self.events: dict[str, dict[str, Any]] = {}
        self.assertions: list[str] = []
        # Whom a client that takes this for its proxy says it is, for each request.
        self.proxied: list[str | None] = []

    def answer(self, method: str, path: str, sent: Any) -> tuple[int, Any]:
        if path == "/token":
            if self.token_status != 200:
                return self.token_status, {"error": "invalid_grant"}
            return 200, {"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}
        self.asked.append(f"{method} {path}")
        if self.while_asked:
            self.while_asked()
        if self.status:
            return self.status, refusal(self.status, self.reason)
        if sent and sent["summary"] in self.by_title:
            return self.by_title[sent["summary"]]
        key = path.removeprefix(EVENTS).strip("/")
        if method == "POST":
            if sent["id"] in self.events:
                return 409, {}
            key = sent["id"]
        if method == "DELETE":
            return (204, {}) if self.events.pop(key, None) else (404, {})
        self.events[key] = sent
        return 200, sent


def refusal(status: int, reason: str) -> dict[str, Any]:
    """The body of Google's errors."""
    errors = [{"domain": "calendar", "reason": reason, "message": f"because of {reason}"}]
    return {"error": {"code": status, "message": f"because of {reason}", "errors": errors}}


class Handler(BaseHTTPRequestHandler):
    server: Google

    def handle_any(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path != self.path:
            self.server.proxied.append(self.headers["Proxy-Authorization"])
        if path != "/token":
            assert self.headers["Authorization"] == "Bearer t"
        if path == "/token":
            self.server.assertions.append(parse_qs(text.decode())["assertion"][0])
        is_json = self.headers.get("Content-Type") == "application/json" and text
        status, answer = self.server.answer(
            self.command, path, json.loads(text) if is_json else None
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


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "authError"),
        (403, "rateLimitExceeded"),
        (403, "userRateLimitExceeded"),
        (403, "quotaExceeded"),
        (408, "no"),
        (429, "rateLimitExceeded"),
        (500, "backendError"),
        (503, "no"),
    ],
)
def test_while_google_is_away_it_waits_and_says_why(
    google: Google, status: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    meeting = make_meeting()
    google.status, google.reason = status, reason
    with pytest.raises(CalendarUnavailable):
        sync_pending(failures=1)
    Meeting.objects.update(calendario_proximo=None)
    nudge_calendar()
    assert "The calendar does not answer" in caplog.text
    waiting = Meeting.objects.get(pk=meeting.pk)
    assert (waiting.calendario, waiting.calendario_intentos) == (Calendario.PENDIENTE, 2)
    assert waiting.calendario_motivo == f"POST: {status} because of {reason}"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        # A service account that stands for nobody invites somebody.
        (403, "forbiddenForServiceAccounts"),
        (403, "forbidden"),
        (400, "invalid"),
        (404, "notFound"),
        (412, "conditionNotMet"),
    ],
)
def test_a_refusal_is_final_and_says_why(google: Google, status: int, reason: str) -> None:
    meeting = make_meeting()
    google.status, google.reason = status, reason
    assert sync_pending() == 1
    refused = Meeting.objects.get(pk=meeting.pk)
    assert refused.calendario == Calendario.RECHAZADO
    assert refused.calendario_motivo == f"POST: {status} because of {reason}"
    assert sync_pending() == 0
    assert len(google.asked) == 1


@pytest.mark.parametrize(
    "odd",
    [
        (500, refusal(500, "backendError")),
        (429, refusal(429, "rateLimitExceeded")),
        (400, {"error": {"message": "\0 and \ud800"}}),
        (400, [1]),
        (403, {"error": {"errors": "?"}}),
    ],
)
def test_one_bad_meeting_never_keeps_the_others_from_their_turn(
    google: Google, odd: tuple[int, Any]
) -> None:
    bad = make_meeting(titulo="Mala")
    good = [make_meeting(inicio=at(hour), fin=at(hour + 1)) for hour in (2, 4, 6)]
    google.by_title = {"Mala": odd}
    sync_pending()
    assert {state(meeting) for meeting in good} == {Calendario.SINCRONIZADO}
    assert state(bad) in (Calendario.PENDIENTE, Calendario.RECHAZADO)
    assert sync_pending() == 0  # its turn comes later


def test_a_mistake_of_ours_stops_one_meeting_only(
    google: Google, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = make_meeting(titulo="Mala"), make_meeting(inicio=at(2), fin=at(3))
    push = GoogleCalendar.push

    def odd(calendar: GoogleCalendar, meeting: Meeting) -> None:
        if meeting.pk == bad.pk:
            raise KeyError("oops")
        push(calendar, meeting)

    monkeypatch.setattr(GoogleCalendar, "push", odd)
    assert sync_pending() == 1
    assert (state(bad), state(good)) == (Calendario.PENDIENTE, Calendario.SINCRONIZADO)
    assert "could not be pushed" in caplog.text
    assert Meeting.objects.get(pk=bad.pk).calendario_motivo == "KeyError: 'oops'"


def test_a_run_ends_with_the_meeting_that_is_under_way_where_the_worker_is_told_to(
    google: Google, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in range(3):
        make_meeting(inicio=at(hour), fin=at(hour + 1))
    push = GoogleCalendar.push

    def last(calendar: GoogleCalendar, meeting: Meeting) -> None:
        calendar_sync.stopping.set()
        push(calendar, meeting)

    monkeypatch.setattr(GoogleCalendar, "push", last)
    try:
        assert sync_pending() == 1
        assert sync_pending() == 0
    finally:
        calendar_sync.stopping.clear()
    monkeypatch.undo()
    assert sync_pending() == 2


def test_where_google_is_away_a_run_ends_early_and_the_next_begins_with_others(
    google: Google,
) -> None:
    for hour in range(0, 10, 2):
        make_meeting(inicio=at(hour), fin=at(hour + 1))
    google.status = 503
    with pytest.raises(CalendarUnavailable):
        sync_pending()
    assert len(google.asked) == 3
    google.status = 0
    assert sync_pending() == 2
    Meeting.objects.update(calendario_proximo=timezone.now())
    assert sync_pending() == 3


def test_it_tries_again_ever_more_seldom_and_gives_up_after_three_days(google: Google) -> None:
    meeting = make_meeting()
    google.status = 500
    pauses = []
    for _ in range(MAX_TRIES - 1):
        sync_pending()
        waiting = Meeting.objects.get(pk=meeting.pk)
        assert waiting.calendario_proximo is not None
        pauses.append(round((waiting.calendario_proximo - timezone.now()).total_seconds() / 60))
        Meeting.objects.update(calendario_proximo=timezone.now())
    assert pauses[:6] == [1, 2, 4, 8, 16, 32]
    assert set(pauses[9:]) == {360}
    assert 2 < sum(pauses) / 60 / 24 < 4
    sync_pending()
    given_up = Meeting.objects.get(pk=meeting.pk)
    assert given_up.calendario == Calendario.RECHAZADO
    assert given_up.calendario_motivo == "Tras 20 intentos: POST: 500 because of no"


def test_the_back_office_sends_again_what_was_refused_or_had_no_calendar(
    google: Google, admin_client: Client
) -> None:
    refused, without = make_meeting(), make_meeting(inicio=at(2), fin=at(3))
    Meeting.objects.filter(pk=refused.pk).update(
        calendario=Calendario.RECHAZADO, calendario_motivo="Por algo"
    )
    Meeting.objects.filter(pk=without.pk).update(calendario=Calendario.NO_CONFIGURADO)
    action = {"action": "push_again", "_selected_action": [refused.pk, without.pk]}
    answer = admin_client.post("/admin/meetings/meeting/", action, follow=True)
    assert "Esperan otra vez al calendario: 2." in answer.content.decode()
    assert sync_pending() == 2
    again = Meeting.objects.get(pk=refused.pk)
    assert (again.calendario, again.calendario_motivo) == (Calendario.SINCRONIZADO, "")


def test_whoever_asks_sees_why(google: Google, api: APIClient) -> None:
    meeting = make_meeting()
    google.status, google.reason = 403, "forbidden"
    sync_pending()
    shown = api.get(f"{MEETINGS}{meeting.pk}/").json()
    assert shown["calendario"] == "rechazado"
    assert shown["calendario_motivo"] == "POST: 403 because of forbidden"


def test_a_service_account_that_google_does_not_know_is_named_in_the_log(
    google: Google, caplog: pytest.LogCaptureFixture
) -> None:
    meeting = make_meeting()
    google.token_status = 400
    with pytest.raises(CalendarUnavailable):
        sync_pending(failures=1)
    assert "does not know the service account" in caplog.text
    assert state(meeting) == Calendario.PENDIENTE


def test_a_google_that_cannot_be_reached_is_away(google: Google, settings: Settings) -> None:
    make_meeting()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.GOOGLE_CALENDAR_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(CalendarUnavailable):
            sync_pending(failures=1)


@pytest.mark.parametrize("subject", ["", "boss@example.com"])
def test_the_service_account_stands_for_whom_the_setting_names(
    google: Google, settings: Settings, subject: str
) -> None:
    settings.GOOGLE_CALENDAR_SUBJECT = subject
    # The key itself, as a secret store gives it.
    settings.GOOGLE_SERVICE_ACCOUNT_KEY = Path(settings.GOOGLE_SERVICE_ACCOUNT_FILE).read_text()
    settings.GOOGLE_SERVICE_ACCOUNT_FILE = ""
    make_meeting()
    assert sync_pending() == 1
    claims = google.assertions[0].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert said.get("sub", "") == subject


@pytest.mark.parametrize("no_proxy", ["", "127.0.0.1"])
def test_it_goes_through_the_proxy_that_the_environment_names(
    google: Google, settings: Settings, monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", f"http://ana:p%40ss@127.0.0.1:{google.server_port}")
    monkeypatch.setenv("no_proxy", no_proxy)
    make_meeting()
    assert sync_pending() == 1
    login = "Basic " + base64.b64encode(b"ana:p@ss").decode()
    # Google's own address here is one that needs no proxy, where no_proxy says so.
    assert google.proxied == ([] if no_proxy else [login, login])


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"type": "authorized_user"}', "{secret"])
def test_a_key_that_is_none_is_refused_without_repeating_it(tmp_path: Path, broken: str) -> None:
    key_file = tmp_path / "account.json"
    key_file.write_text(broken)
    for account in (str(key_file), broken):
        with pytest.raises(CalendarUnavailable, match=r"^There is no service account's key"):
            GoogleCalendar(account=account, subject="", calendar_id="primary", url="http://x")


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
