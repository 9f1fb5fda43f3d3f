import socket
from contextlib import closing
from datetime import timedelta

import pytest
from calls.models import Call
from config.routers import ARCHIVE
from django.db import connections
from django.test import Client
from legacy.models import ArchivedCall
from rest_framework.test import APIClient

from tests.factories import NOON, make_agent, make_call

pytestmark = pytest.mark.django_db(databases=["default", ARCHIVE])
ARCHIVE_URL = "/api/v1/archive/"


def archive(api: APIClient, call: Call):
    return api.post(f"/api/v1/calls/{call.pk}/archive/")


def test_archive_copies_a_finished_call_to_mariadb_and_marks_it(api: APIClient) -> None:
    call = make_call(finished=True, motivo="Avería", agente=make_agent(nombre="Ana 𝄞"))
    answer = archive(api, call)
    assert answer.status_code == 201
    row = ArchivedCall.objects.using(ARCHIVE).get()
    call.refresh_from_db()
    assert (row.llamada_id, row.duracion, row.motivo) == (call.pk, 90, call.motivo)
    assert (row.inicio, row.fin, row.agente) == (call.inicio, call.fin, "Ana 𝄞")
    assert call.archivada == row.archivada


def test_archiving_twice_changes_nothing(api: APIClient) -> None:
    call = make_call(finished=True)
    first = archive(api, call)
    second = archive(api, call)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert ArchivedCall.objects.count() == 1


def test_a_copy_without_its_mark_is_completed(api: APIClient) -> None:
    call = make_call(finished=True)
    archive(api, call)
    Call.objects.update(archivada=None)
    assert archive(api, call).status_code == 200
    assert Call.objects.get().archivada == ArchivedCall.objects.get().archivada


def test_only_finished_calls_are_archived(api: APIClient) -> None:
    answer = archive(api, make_call())
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "wrong_state")
    assert api.post("/api/v1/calls/999/archive/").status_code == 404
    assert not ArchivedCall.objects.exists()


def test_list(api: APIClient) -> None:
    for day in range(12):
        archive(api, make_call(finished=True, inicio=NOON - timedelta(days=day)))
    body = api.get(ARCHIVE_URL).json()
    assert (body["count"], len(body["results"])) == (12, 10)
    starts = [row["inicio"] for row in body["results"]]
    assert starts == sorted(starts, reverse=True)
    assert api.get(ARCHIVE_URL, {"agent": 1}).status_code == 400


def test_the_archive_needs_credentials_too() -> None:
    assert APIClient().get(ARCHIVE_URL).status_code == 401


def test_the_rows_live_on_mariadb_in_utf8mb4() -> None:
    with connections[ARCHIVE].cursor() as cursor:
        cursor.execute("SELECT VERSION(), @@character_set_connection, @@sql_mode")
        version, charset, mode = cursor.fetchone()
        cursor.execute(
            "SELECT table_collation FROM information_schema.tables"
            " WHERE table_schema = DATABASE() AND table_name = 'llamadas_archivadas'"
        )
        (collation,) = cursor.fetchone()
    assert "MariaDB" in version
    assert (charset, collation) == ("utf8mb4", "utf8mb4_unicode_ci")
    assert "STRICT_TRANS_TABLES" in mode


def test_home_says_that_it_is_on() -> None:
    assert b"MariaDB: activado" in Client().get("/").content


def test_the_admin_shows_the_archive(admin_client: Client) -> None:
    assert b"llamadas archivadas" in admin_client.get("/admin/").content.lower()
    assert admin_client.get("/admin/legacy/archivedcall/").status_code == 200
    assert admin_client.get("/admin/legacy/archivedcall/add/").status_code == 403


def test_ready_asks_both_databases() -> None:
    answer = Client().get("/ready/")
    assert answer.json() == {"status": "OK", "checks": {"default": "OK", ARCHIVE: "OK"}}


def test_without_mariadb_the_endpoints_say_so(api: APIClient, without_archive: None) -> None:
    for answer in (api.get(ARCHIVE_URL), archive(api, make_call(finished=True))):
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "archive_off")
        assert "MariaDB está desactivado" in answer.json()["error"]["message"]
    assert Call.objects.get().archivada is None


def test_without_mariadb_the_rest_works(
    api: APIClient, admin_client: Client, without_archive: None
) -> None:
    assert b"MariaDB: desactivado" in Client().get("/").content
    assert api.get("/api/v1/calls/").status_code == 200
    assert b"llamadas archivadas" not in admin_client.get("/admin/").content.lower()
    assert admin_client.get("/admin/calls/call/").status_code == 200
    assert admin_client.get("/admin/legacy/archivedcall/").status_code == 403
    assert Client().get("/ready/").json()["checks"] == {"default": "OK"}


@pytest.fixture
def dead_archive(monkeypatch: pytest.MonkeyPatch):
    """MariaDB is configured, and nobody listens where it should be."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    wrapper = connections[ARCHIVE]
    alive = dict(wrapper.settings_dict)
    wrapper.close()
    wrapper.settings_dict.update(HOST="127.0.0.1", PORT=port)
    yield
    wrapper.settings_dict.update(alive)


@pytest.mark.django_db(databases=["default", ARCHIVE], transaction=True)
def test_a_mariadb_that_is_down_is_a_503_and_loses_nothing(
    api: APIClient, dead_archive: None
) -> None:
    call = make_call(finished=True)
    for answer in (api.get(ARCHIVE_URL), archive(api, call)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "archive_unreachable")
    call.refresh_from_db()
    assert call.archivada is None
    assert Client().get("/ready/").json()["checks"] == {"default": "OK", ARCHIVE: "FAILED"}
    assert api.get("/api/v1/calls/").status_code == 200
