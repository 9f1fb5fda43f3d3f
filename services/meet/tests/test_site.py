import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings as SettingsFixture
from rest_framework.test import APIClient

from in_services.tests import programs
from meetings.models import Meeting, Participant
from tests.conftest import MEETINGS, make_meeting

PRODUCTION = {
    **programs.PRODUCTION,
    "POSTGRES_DB": "meet",
    "POSTGRES_USER": "meet",
    "POSTGRES_PASSWORD": "secret",
    "POSTGRES_HOST": "postgres",
}
# The image always says production.
BARE = {"ENVIRONMENT": "production", "SECRET_KEY": "short"}
# Variables that a shell or a test run may bring along.
OPTIONAL = ("POSTGRES_", "ALLOWED_HOSTS", "CELERY_", "GOOGLE_", "DATA_DIR", "ENVIRONMENT")


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OPTIONAL)}
    return programs.run_in({**clean, **variables}, "manage.py", *words)


def test_the_health_path_asks_no_database() -> None:
    # Without the mark django_db a query would fail the test.
    answer = Client().get("/api/v1/health/")
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})


def test_the_health_path_asks_for_no_host_name_and_no_https(settings: SettingsFixture) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    assert Client().get("/api/v1/health/").status_code == 200
    assert Client().post("/api/v1/health/").status_code == 405
    assert Client().get("/api/v1/").status_code == 400
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/api/v1/health/").status_code == 200
    assert Client().get("/api/v1/").status_code == 301


def test_another_type_of_content_is_refused() -> None:
    text = APIClient().post(MEETINGS, "x", content_type="text/plain")
    assert (text.status_code, text.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_the_root_lists_what_there_is() -> None:
    endpoints = APIClient().get("/api/v1/").json()["endpoints"]
    assert endpoints == {
        "health": "http://testserver/api/v1/health/",
        "meetings": "http://testserver/api/v1/meetings/",
        "upcoming": "http://testserver/api/v1/meetings/upcoming/",
    }


OFFICE = "/admin/meetings/meeting/"


@pytest.mark.django_db
def test_the_back_office_finds_meetings(admin_client: Client) -> None:
    meeting = make_meeting()
    page = admin_client.get(OFFICE, {"q": "ana", "estado__exact": "programada"})
    assert f"{OFFICE}{meeting.pk}/change/" in page.content.decode()


@pytest.mark.django_db
def test_the_back_office_shows_who_takes_part(admin_client: Client) -> None:
    meeting = make_meeting(participantes=["eva@example.com"])
    shown = admin_client.get(f"{OFFICE}{meeting.pk}/change/")
    assert "eva@example.com" in shown.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["add/", "{pk}/delete/", "{pk}/change/"])
def test_the_back_office_changes_nothing(admin_client: Client, path: str) -> None:
    page = OFFICE + path.format(pk=make_meeting().pk)
    assert admin_client.post(page, {"post": "yes"}).status_code == 403


def make_data(*words: str) -> str:
    out = StringIO()
    call_command("create_test_data", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_sample_meetings_are_valid_and_varied() -> None:
    assert "80 meetings created, seed 7" in make_data("--count=80", "--seed=7")
    with pytest.raises(CommandError, match="--seed 7 was used before"):
        make_data("--count=80", "--seed=7")
    make_data("--count=20")
    assert Meeting.objects.count() == 100
    assert Meeting.objects.order_by().values("organizador").distinct().count() == 20
    assert Participant.objects.exists()
    for meeting in Meeting.objects.all()[:20]:
        meeting.full_clean()


def test_sample_data_wants_a_number() -> None:
    with pytest.raises(CommandError, match="--count is 0; give 1 or more"):
        make_data("--count=0")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("POSTGRES_DB", "", "POSTGRES_DB is missing"),
        ("POSTGRES_PASSWORD", "", "POSTGRES_PASSWORD is missing"),
        ("POSTGRES_PORT", "x", "POSTGRES_PORT is 'x'"),
        ("CELERY_BROKER_URL", "amqp://x", "CELERY_BROKER_URL has the scheme 'amqp'"),
        ("GOOGLE_SERVICE_ACCOUNT_FILE", "/nowhere.json", "Example: GOOGLE_SERVICE_ACCOUNT_FILE="),
    ],
)
def test_a_wrong_environment_stops_the_start(variable: str, value: str, said: str) -> None:
    ended = manage("check", **{**PRODUCTION, variable: value})
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def shown(*names: str, **variables: str) -> str:
    program = (
        f"from django.conf import settings; print({', '.join(f'settings.{n}' for n in names)})"
    )
    ended = manage("shell", "-c", program, **variables)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("debug", ["true", "false"])
def test_a_secret_key_and_debug_are_enough_for_a_trial(debug: str, tmp_path: Path) -> None:
    bare = {**BARE, "DEBUG": debug, "DATA_DIR": str(tmp_path)}
    assert manage("migrate", **bare).returncode == 0
    assert (tmp_path / "meet.sqlite3").exists()
    said = shown("DEBUG", "ALLOWED_HOSTS", **bare)
    assert said == f"{debug.title()} ['localhost', '127.0.0.1', '[::1]']"


def test_sqlite_is_not_for_production(tmp_path: Path) -> None:
    without = {name: "" for name in PRODUCTION if name.startswith("POSTGRES")}
    ended = manage("check", **{**PRODUCTION, **without})
    assert ended.returncode == 1
    assert "POSTGRES_HOST is missing, and SQLite is for a trial" in ended.stderr
    ended = manage("check", **BARE, DATA_DIR=str(tmp_path / "nowhere"))
    assert ended.returncode == 1
    assert "Allowed: a folder that can be written" in ended.stderr
