from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.conftest import USUARIOS, body, make_usuario
from usuarios.models import Usuario
from usuarios.operations import usuario_deactivate

pytestmark = pytest.mark.django_db


def found(api: APIClient, **query: Any) -> list[str]:
    answer = api.get(USUARIOS, query)
    assert answer.status_code == 200, answer.json()
    return [usuario["nombre"] for usuario in answer.json()["results"]]


def refused(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 400, answer.json()
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    fields: dict[str, list[str]] = error["fields"]
    return fields


def test_create(api: APIClient) -> None:
    answer = api.post(USUARIOS, body(email="Ana@Example.COM", tipo_usuario="empleado"))
    assert answer.status_code == 201
    created = answer.json()
    usuario = Usuario.objects.get()
    assert created["id"] == usuario.pk
    assert (created["email"], created["nombre_completo"]) == ("ana@example.com", "Ana Ruiz Gil")
    assert (created["tipo_usuario"], created["activo"]) == ("empleado", True)
    assert api.get(f"{USUARIOS}{usuario.pk}/").json() == created


def test_create_needs_little(api: APIClient) -> None:
    created = api.post(USUARIOS, {"email": "eva@example.com", "nombre": "Eva"}).json()
    assert (created["nombre_completo"], created["tipo_usuario"]) == ("Eva", "cliente")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no"}, "email"),
        ({"email": ""}, "email"),
        ({"email": f"{'a' * 250}@example.com"}, "email"),
        ({"nombre": ""}, "nombre"),
        ({"nombre": "   "}, "nombre"),
        ({"nombre": "x" * 101}, "nombre"),
        ({"nombre": "a\x00b"}, "nombre"),
        ({"apellidos": "x" * 151}, "apellidos"),
        ({"telefono": "llámame"}, "telefono"),
        ({"tipo_usuario": "rey"}, "tipo_usuario"),
        ({"activo": False}, "activo"),
        ({"id": 7}, "id"),
        ({"apelidos": "Gil"}, "apelidos"),
    ],
)
def test_create_names_the_bad_field(api: APIClient, changes: dict[str, Any], field: str) -> None:
    assert list(refused(api.post(USUARIOS, body(**changes)))) == [field]
    assert not Usuario.objects.exists()


@pytest.mark.parametrize("missing", ["email", "nombre"])
def test_create_names_the_missing_field(api: APIClient, missing: str) -> None:
    given = {name: value for name, value in body().items() if name != missing}
    assert list(refused(api.post(USUARIOS, given))) == [missing]


@pytest.mark.parametrize("email", ["ana@example.com", "ANA@EXAMPLE.COM"])
@pytest.mark.parametrize("activo", [True, False])
def test_an_address_is_taken_once(api: APIClient, ana: Usuario, email: str, activo: bool) -> None:
    if not activo:
        usuario_deactivate(usuario_id=ana.pk)
    assert "Ya hay un usuario" in refused(api.post(USUARIOS, body(email=email)))["email"][0]


@pytest.mark.parametrize("sent", ["[1, 2]", '"x"', "{", ""])
def test_a_body_that_is_no_object_is_a_400(api: APIClient, sent: str) -> None:
    answer = api.generic("POST", USUARIOS, sent, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_list_has_pages_of_ten_newest_first_in_two_queries(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        make_usuario(email=f"{number}@example.com", nombre=f"n{number}")
    with django_assert_num_queries(2):
        answer = api.get(USUARIOS).json()
    assert (answer["count"], answer["previous"]) == (12, None)
    assert [usuario["nombre"] for usuario in answer["results"]] == [
        f"n{number}" for number in range(11, 1, -1)
    ]
    assert found(api, page=2) == ["n1", "n0"]
    assert api.get(USUARIOS, {"page": 3}).status_code == 404


def test_list_filters(api: APIClient) -> None:
    make_usuario(nombre="Ana", email="ana@example.com")
    make_usuario(
        nombre="Luis", apellidos="Mora", email="luis@otro.example", tipo_usuario="empleado"
    )
    gone = make_usuario(nombre="Eva", email="eva@example.com")
    usuario_deactivate(usuario_id=gone.pk)
    assert found(api) == found(api, activo="true") == ["Luis", "Ana"]
    assert found(api, activo="false") == ["Eva"]
    assert found(api, tipo_usuario="empleado") == ["Luis"]
    assert found(api, tipo_usuario="empleado", activo="false") == []
    assert found(api, email="ANA@example.com") == ["Ana"]
    assert found(api, search="ruiz an") == ["Ana"]
    assert found(api, search="OTRO.example") == ["Luis"]
    assert found(api, search="ana mora") == []
    assert found(api, search="") == ["Luis", "Ana"]


def test_list_ordering(api: APIClient) -> None:
    now = timezone.now()
    for nombre, apellidos, email, age in (
        ("Ana", "Zas", "b@example.com", 1),
        ("Luis", "Mora", "c@example.com", 2),
        ("Eva", "Mora", "a@example.com", 0),
    ):
        usuario = make_usuario(nombre=nombre, apellidos=apellidos, email=email)
        Usuario.objects.filter(pk=usuario.pk).update(created_at=now - timedelta(days=age))
    assert found(api) == found(api, ordering="-created_at") == ["Eva", "Ana", "Luis"]
    assert found(api, ordering="created_at") == ["Luis", "Ana", "Eva"]
    assert found(api, ordering="apellidos") == ["Luis", "Eva", "Ana"]
    assert found(api, ordering="-apellidos") == ["Ana", "Eva", "Luis"]
    assert found(api, ordering="email") == ["Eva", "Ana", "Luis"]
    assert found(api, ordering="-email") == ["Luis", "Ana", "Eva"]


@pytest.mark.parametrize(
    "query",
    [
        {"activo": "quizás"},
        {"tipo_usuario": "rey"},
        {"email": "no"},
        {"ordering": "telefono"},
        {"search": "x" * 101},
        {"search": "a\x00"},
        {"tipo": "cliente"},
    ],
)
def test_a_bad_filter_is_named(api: APIClient, query: dict[str, str]) -> None:
    assert list(refused(api.get(USUARIOS, query))) == list(query)


def test_change(api: APIClient, ana: Usuario) -> None:
    before = ana.updated_at
    changes = {"email": "ANA.ruiz@example.com", "tipo_usuario": "administrador"}
    answer = api.patch(f"{USUARIOS}{ana.pk}/", changes)
    ana.refresh_from_db()
    assert answer.status_code == 200
    assert answer.json()["email"] == ana.email == "ana.ruiz@example.com"
    assert (ana.nombre, ana.tipo_usuario) == ("Ana", "administrador")
    assert ana.updated_at > before


def test_change_keeps_ones_own_address_and_no_other(api: APIClient, ana: Usuario) -> None:
    make_usuario(email="eva@example.com")
    url = f"{USUARIOS}{ana.pk}/"
    assert api.patch(url, {"email": "ANA@example.com"}).status_code == 200
    assert list(refused(api.patch(url, {"email": "Eva@example.com"}))) == ["email"]


@pytest.mark.parametrize("changes", [{"nombre": ""}, {"tipo_usuario": "x"}, {"activo": False}])
def test_change_names_the_bad_field(api: APIClient, ana: Usuario, changes: dict[str, Any]) -> None:
    assert list(refused(api.patch(f"{USUARIOS}{ana.pk}/", changes))) == list(changes)


def test_deactivate_and_reactivate(api: APIClient, ana: Usuario) -> None:
    url = f"{USUARIOS}{ana.pk}/"
    for _ in range(2):
        answer = api.delete(url)
        assert (answer.status_code, answer.content) == (204, b"")
    assert api.get(url).json()["activo"] is False
    assert found(api) == []

    change = api.patch(url, {"nombre": "Eva"})
    assert (change.status_code, change.json()["error"]["code"]) == (409, "usuario_inactivo")
    assert "reactívelo" in change.json()["error"]["message"]

    for _ in range(2):
        answer = api.post(f"{url}reactivar/")
        assert (answer.status_code, answer.json()["activo"]) == (200, True)
    assert found(api) == ["Ana"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("patch", ""),
        ("delete", ""),
        ("post", "reactivar/"),
    ],
)
@pytest.mark.parametrize("number", ["999", "99999999999999999999999", "ana"])
def test_nobody_is_a_404(api: APIClient, method: str, path: str, number: str) -> None:
    answer = getattr(api, method)(f"{USUARIOS}{number}/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"), [("put", "1/"), ("delete", ""), ("get", "1/reactivar/")]
)
def test_what_is_not_offered_is_a_405(api: APIClient, method: str, path: str) -> None:
    answer = getattr(api, method)(f"{USUARIOS}{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
