"""What every service with an API has in common, with the service's own settings and handlers."""

import html
import json
import logging
import re
from typing import Any

import pytest
from config import urls as service_urls
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.exceptions import ValidationError as ModelInvalid
from django.core.management import call_command
from django.db import DataError, InterfaceError, OperationalError
from django.test import Client
from django.urls import path
from programs import PRODUCTION, manage, run
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from chassis.failures import Failure, InvalidValue, Unavailable

FAILURES: dict[str, tuple[Exception, int, str]] = {
    "refused": (Failure("No."), 409, "conflict"),
    "value": (InvalidValue(field="notas", message="No."), 400, "invalid"),
    "model": (ModelInvalid({"notas": ["No."]}), 400, "invalid"),
    "away": (Unavailable("No está."), 503, "unavailable"),
    "missing": (ObjectDoesNotExist(), 404, "not_found"),
    "data": (DataError("cannot contain NUL bytes"), 400, "bad_request"),
    "database": (OperationalError("connection refused by db"), 503, "database_unavailable"),
    "connection": (InterfaceError("already closed"), 503, "database_unavailable"),
    "unforeseen": (RuntimeError("a secret"), 500, "server_error"),
}

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class FailingApi(APIView):
    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request, name: str) -> Response:
        raise FAILURES[name][0]


urlpatterns = [path("api/v1/fails/<str:name>/", FailingApi.as_view())]
handler404, handler500 = service_urls.handler404, service_urls.handler500


@pytest.mark.parametrize("path", ["/healthz", "/health/"])
def test_health_asks_no_database(path: str) -> None:
    # Without the mark django_db a query would fail the test.
    answer = Client().get(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})


@pytest.mark.django_db(databases="__all__")
def test_readiness_asks_whatever_it_needs() -> None:
    answer = Client().get("/ready/").json()
    assert answer["status"] == "OK"
    assert set(answer["checks"]) - {"cache"} == set(settings.DATABASES)


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.urls(__name__)
def test_a_failure_is_json(name: str, caplog: pytest.LogCaptureFixture) -> None:
    _, status, code = FAILURES[name]
    with caplog.at_level(logging.ERROR):
        answer = APIClient(raise_request_exception=False).get(f"/api/v1/fails/{name}/")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert ("fields" in error) == (code == "invalid")
    assert answer.headers.get("Retry-After") == ("5" if status == 503 else None)
    assert "secret" not in answer.content.decode()
    # Whoever has to mend it finds the reason in the log.
    assert ("connection refused by db" in caplog.text) == (name == "database")


def root(accept: str) -> Any:
    return Client().get("/", headers={"accept": accept})


def test_m26_the_root_says_what_it_is_and_leads_on(settings: Any) -> None:
    said = root("*/*").json()
    assert said["service"] == settings.SPECTACULAR_SETTINGS["TITLE"]
    assert said["description"]
    places = {name: address for name, address in said.items() if address.startswith("/")}
    assert {"schema", "docs", "admin", "health"} < set(places)
    page = root(BROWSER)
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Vary"] == "Accept"
    for text in (said["service"], *(f'href="{address}"' for address in places.values())):
        assert text in page.content.decode()
    assert Client().post("/").status_code == 405


@pytest.mark.django_db(databases="__all__")
def test_m26_every_place_that_the_root_names_is_there() -> None:
    for name, address in root("*/*").json().items():
        if address.startswith("/"):
            # A list may want a login.
            assert Client().get(address).status_code in (200, 302, 401), name


def test_m26_production_names_only_what_it_has(settings: Any) -> None:
    settings.ROOT_NAMES_ADMIN = False
    page = root(BROWSER).content.decode()
    assert "admin" not in page
    assert "seed" not in page
    ended = run("-c", "from config import settings; print(settings.ROOT_NAMES_ADMIN)", **PRODUCTION)
    assert ended.stdout.strip() == "False", ended.stderr


def test_m26_the_page_to_try_the_api_in_is_all_our_own() -> None:
    page = Client().get("/api/v1/docs/", headers={"accept": BROWSER}).content.decode()
    files = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(files) == 5
    assert "<script>" not in page
    for file in files:
        answer = Client().get(html.unescape(file))
        assert (answer.status_code, file[0]) == (200, "/"), file
    script = Client().get(html.unescape(files[-1])).content.decode()
    assert '"/api/v1/schema/"' in script


@pytest.mark.django_db(databases="__all__")
def test_m11_who_comes_through_a_forwarded_port_may_log_in(settings: Any) -> None:
    def log_in() -> int:
        browser = Client(enforce_csrf_checks=True, headers={"host": "localhost:8000"})
        token = browser.get("/admin/login/").cookies["csrftoken"].value
        sent = {"username": "nadie", "password": "x", "csrfmiddlewaretoken": token}
        return browser.post("/admin/login/", sent, headers={"origin": origin}).status_code

    origin = "https://busy-otter-8000.app.github.dev"
    settings.ALLOWED_HOSTS = ["localhost"]
    assert log_in() == 403
    settings.CSRF_TRUSTED_ORIGINS = [origin]
    # The page again: there is nobody of that name.
    assert log_in() == 200


def test_a_path_that_is_not_there_is_json() -> None:
    answer = Client().get("/api/v1/nada/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_an_unreadable_request_is_json() -> None:
    answer = Client().get("/api/v1/nada/", headers={"host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


def test_a_request_id_comes_back_and_stands_in_the_log() -> None:
    given = {"x-request-id": "abc-1", "host": "localhost"}
    program = (
        "import django; django.setup();"
        "from django.test import Client;"
        f"print(Client(headers={given!r}).get('/api/v1/nada/').headers['X-Request-ID'])"
    )
    ended = run("-c", program)
    *log, last = ended.stdout.strip().splitlines()
    assert last == "abc-1", ended.stderr
    assert "abc-1" in {json.loads(line)["request_id"] for line in log}


@pytest.mark.django_db(databases="__all__")
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_production_settings_pass_every_check() -> None:
    ended = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is missing"),
        ("SECRET_KEY", "short", "SECRET_KEY is too easy to guess"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS is missing"),
        ("DEBUG", "true", "DEBUG is on with ENVIRONMENT=production"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'loud'"),
    ],
)
def test_a_wrong_environment_stops_the_start(variable: str, value: str, said: str) -> None:
    ended = manage("check", **{**PRODUCTION, variable: value})
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_example_names_every_variable() -> None:
    example = (settings.BASE_DIR / ".env.example").read_text()
    named = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    assert variables_read() - named == set()


# Of the settings, of gunicorn's configuration and of the entrypoint, the last four by their names.
READS = """
from chassis.environment import Environment
names, value = set(), Environment._value
Environment._value = lambda self, name: names.add(name) or value(self, name)
import django, chassis.gunicorn_conf
from chassis import entrypoint
django.setup()
entrypoint._steps_switched_on()
from chassis.steps import SUPERUSER_VARIABLES
print(*names, *SUPERUSER_VARIABLES, "READY_MESSAGE")
"""


def variables_read() -> set[str]:
    ended = run("-c", READS)
    assert ended.returncode == 0, ended.stderr
    return set(ended.stdout.split())
