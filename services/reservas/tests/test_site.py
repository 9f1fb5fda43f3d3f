import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from in_services.tests import programs
from reservas.models import Reserva
from tests.conftest import RESERVAS, make_reserva

PRODUCTION = {
    **programs.PRODUCTION,
    "CLOUD_SQL_CONNECTION_NAME": "my-project:europe-west1:booking",
}


def test_another_type_of_content_is_refused() -> None:
    text = APIClient().post(RESERVAS, "x", content_type="text/plain")
    assert (text.status_code, text.json()["error"]["code"]) == (415, "unsupported_media_type")


@pytest.mark.django_db
def test_the_api_can_be_looked_through_in_a_browser() -> None:
    reserva = make_reserva()
    client = Client(headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    for path in ("/api/v1/", RESERVAS, f"{RESERVAS}{reserva.pk}/", f"{RESERVAS}999/"):
        page = client.get(path)
        assert page.headers["Content-Type"].startswith("text/html")
        assert "reserva" in page.content.decode().lower()


def test_the_root_lists_what_there_is() -> None:
    assert APIClient().get("/api/v1/").json() == {"reservas": f"http://testserver{RESERVAS}"}


def test_the_schema_is_complete_and_valid() -> None:
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", stdout=out)
    schema = json.loads(out.getvalue())
    assert set(schema["paths"]) == {
        "/api/v1/reservas/",
        "/api/v1/reservas/{id}/",
        "/api/v1/reservas/{id}/transicion/",
    }
    listed = schema["paths"]["/api/v1/reservas/"]["get"]["parameters"]
    assert {parameter["name"] for parameter in listed} == {
        "estado",
        "fecha_desde",
        "fecha_hasta",
        "ordering",
        "page",
        "usuario_id",
    }
    change = schema["components"]["schemas"]["PatchedReservaChanges"]["properties"]
    assert change["usuario_id"]["readOnly"] is True
    assert Client().get("/api/v1/schema/").status_code == 200


OFFICE = "/admin/reservas/reserva/"


@pytest.mark.django_db
def test_the_back_office_finds_reservas(admin_client: Client) -> None:
    reserva = make_reserva()
    page = admin_client.get(OFFICE, {"q": "7", "estado__exact": "pendiente"})
    assert f"{OFFICE}{reserva.pk}/change/" in page.content.decode()


@pytest.mark.django_db
def test_the_back_office_shows_a_reserva(admin_client: Client) -> None:
    assert admin_client.get(f"{OFFICE}{make_reserva().pk}/change/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["add/", "{pk}/delete/", "{pk}/change/"])
def test_the_back_office_changes_nothing(admin_client: Client, path: str) -> None:
    page = OFFICE + path.format(pk=make_reserva().pk)
    assert admin_client.post(page, {"post": "yes"}).status_code == 403


def make_data(*words: str) -> str:
    out = StringIO()
    call_command("create_test_data", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_sample_reservas_are_valid_and_varied() -> None:
    assert "80 reservas created, seed 7" in make_data("--count=80", "--usuarios=5", "--seed=7")
    make_data("--count=20", "--usuarios=5")
    assert Reserva.objects.count() == 100
    assert set(Reserva.objects.values_list("usuario_id", flat=True)) == {1, 2, 3, 4, 5}
    assert Reserva.objects.order_by().values("estado").distinct().count() == 4
    for reserva in Reserva.objects.all()[:20]:
        reserva.full_clean()


def test_sample_data_wants_a_number() -> None:
    for name in ("--count", "--usuarios"):
        with pytest.raises(CommandError, match=f"{name} is 0; give 1 or more"):
            make_data(f"{name}=0")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DATABASE_NAME", "", "DATABASE_NAME is missing"),
        ("DATABASE_PASSWORD", "", "DATABASE_PASSWORD is missing"),
        ("USUARIOS_URL", "usuarios:8080", "Example: USUARIOS_URL=http://usuarios:8080"),
        ("USUARIOS_TIMEOUT_SECONDS", "0", "USUARIOS_TIMEOUT_SECONDS is '0'"),
        ("USUARIOS_ID_TOKEN", "perhaps", "USUARIOS_ID_TOKEN is 'perhaps'"),
        ("DATABASE_POOL_SIZE", "many", "Example: DATABASE_POOL_SIZE=1"),
        ("CLOUD_SQL_CONNECTION_NAME", "booking", "CLOUD_SQL_CONNECTION_NAME is 'booking'"),
    ],
)
def test_a_wrong_environment_stops_the_start(variable: str, value: str, said: str) -> None:
    ended = programs.manage("check", **{**PRODUCTION, variable: value})
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
