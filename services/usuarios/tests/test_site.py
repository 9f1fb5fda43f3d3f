import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from in_services.tests import programs
from tests.conftest import USUARIOS, make_usuario
from usuarios.models import Usuario

PRODUCTION = {
    **programs.PRODUCTION,
    "CLOUD_SQL_CONNECTION_NAME": "my-project:europe-west1:booking",
}


def test_another_type_of_content_is_refused() -> None:
    text = APIClient().post(USUARIOS, "x", content_type="text/plain")
    assert (text.status_code, text.json()["error"]["code"]) == (415, "unsupported_media_type")


@pytest.mark.django_db
def test_the_api_can_be_looked_through_in_a_browser() -> None:
    usuario = make_usuario()
    client = Client(headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    for path in ("/api/v1/", USUARIOS, f"{USUARIOS}{usuario.pk}/", f"{USUARIOS}999/"):
        page = client.get(path)
        assert page.headers["Content-Type"].startswith("text/html")
        assert "usuario" in page.content.decode().lower()


@pytest.mark.django_db
def test_a_page_answers_as_the_json_does() -> None:
    place = f"{USUARIOS}{make_usuario().pk}/"
    client = APIClient(headers={"accept": "text/html"}, raise_request_exception=False)
    unreadable = "application/octet-stream"
    gone = client.delete(place, b"{", content_type=unreadable)
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.post(f"{place}reactivar/", b"{", content_type=unreadable).status_code == 200


def test_the_root_lists_what_there_is() -> None:
    assert APIClient().get("/api/v1/").json() == {"usuarios": f"http://testserver{USUARIOS}"}


def test_the_schema_is_complete_and_valid() -> None:
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", stdout=out)
    schema = json.loads(out.getvalue())
    assert set(schema["paths"]) == {
        "/api/v1/usuarios/",
        "/api/v1/usuarios/{id}/",
        "/api/v1/usuarios/{id}/reactivar/",
    }
    listed = schema["paths"]["/api/v1/usuarios/"]["get"]["parameters"]
    assert {parameter["name"] for parameter in listed} == {
        "activo",
        "email",
        "ordering",
        "page",
        "search",
        "tipo_usuario",
    }
    assert Client().get("/api/v1/schema/").status_code == 200


OFFICE = "/admin/usuarios/usuario/"


@pytest.mark.django_db
def test_the_back_office_finds_people(admin_client: Client) -> None:
    make_usuario()
    page = admin_client.get(OFFICE, {"q": "ana", "activo__exact": "1"})
    assert "ana@example.com" in page.content.decode()


@pytest.mark.django_db
def test_the_back_office_writes_addresses_in_lower_case(admin_client: Client) -> None:
    usuario = make_usuario()
    form = {"email": "Eva@Example.com", "nombre": "Eva", "tipo_usuario": "cliente"}
    assert admin_client.post(f"{OFFICE}{usuario.pk}/change/", form).status_code == 302
    usuario.refresh_from_db()
    assert usuario.email == "eva@example.com"


@pytest.mark.django_db
def test_the_back_office_removes_nobody(admin_client: Client) -> None:
    page = f"{OFFICE}{make_usuario().pk}/delete/"
    assert admin_client.post(page, {"post": "yes"}).status_code == 403


@pytest.mark.django_db
def test_the_back_office_deactivates_and_reactivates(admin_client: Client) -> None:
    usuario = make_usuario()
    for action, activo in (("deactivate", False), ("reactivate", True)):
        admin_client.post(OFFICE, {"action": action, "_selected_action": [usuario.pk]})
        usuario.refresh_from_db()
        assert usuario.activo is activo


def make_data(*words: str) -> str:
    out = StringIO()
    call_command("create_test_data", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_sample_people_are_valid_varied_and_made_once_for_a_seed() -> None:
    assert "80 usuarios created, seed 7" in make_data("--count=80", "--seed=7")
    assert "0 usuarios created" in make_data("--count=80", "--seed=7")
    assert "20 usuarios created" in make_data("--count=100", "--seed=7")
    make_data("--count=20")
    assert Usuario.objects.count() == 120
    assert Usuario.objects.values("tipo_usuario", "activo").distinct().count() >= 4
    for usuario in Usuario.objects.all()[:20]:
        usuario.full_clean()


def test_sample_data_wants_a_number() -> None:
    with pytest.raises(CommandError, match="--count is 0; give 1 or more"):
        make_data("--count=0")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("DATABASE_NAME", "", "DATABASE_NAME is missing"),
        ("DATABASE_PASSWORD", "", "DATABASE_PASSWORD is missing"),
        ("DATABASE_POOL_SIZE", "many", "Example: DATABASE_POOL_SIZE=1"),
        ("CLOUD_SQL_CONNECTION_NAME", "booking", "CLOUD_SQL_CONNECTION_NAME is 'booking'"),
    ],
)
def test_a_wrong_environment_stops_the_start(variable: str, value: str, said: str) -> None:
    ended = programs.manage("check", **{**PRODUCTION, variable: value})
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
