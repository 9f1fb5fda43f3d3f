from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from reservas.models import Estado, Reserva
from tests.conftest import RESERVAS, body, in_days, make_reserva

pytestmark = pytest.mark.django_db

FINAL = (Estado.COMPLETADA, Estado.CANCELADA)
ALLOWED = {
    ("pendiente", "confirmada"),
    ("pendiente", "cancelada"),
    ("confirmada", "completada"),
    ("confirmada", "cancelada"),
}


def found(api: APIClient, **query: Any) -> list[int]:
    answer = api.get(RESERVAS, query)
    assert answer.status_code == 200, answer.json()
    return [reserva["id"] for reserva in answer.json()["results"]]


def refused(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 400, answer.json()
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    fields: dict[str, list[str]] = error["fields"]
    return fields


def test_create(api: APIClient) -> None:
    answer = api.post(RESERVAS, body(fecha_reserva="2999-01-01T20:30:00+01:00", notas="Terraza"))
    assert answer.status_code == 201, answer.json()
    created = answer.json()
    reserva = Reserva.objects.get()
    assert (created["id"], created["usuario_id"]) == (reserva.pk, 7)
    assert (created["numero_personas"], created["notas"]) == (4, "Terraza")
    assert created["fecha_reserva"] == "2999-01-01T19:30:00Z"
    assert (created["estado"], created["next_estados"]) == (
        "pendiente",
        ["confirmada", "cancelada"],
    )
    assert created["created_at"] and created["updated_at"]
    assert api.get(f"{RESERVAS}{reserva.pk}/").json() == created


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"numero_personas": 0}, "numero_personas"),
        ({"numero_personas": -1}, "numero_personas"),
        ({"numero_personas": 40000}, "numero_personas"),
        ({"numero_personas": 1.5}, "numero_personas"),
        ({"numero_personas": None}, "numero_personas"),
        ({"usuario_id": 0}, "usuario_id"),
        ({"usuario_id": 10**30}, "usuario_id"),
        ({"usuario_id": "ana"}, "usuario_id"),
        ({"fecha_reserva": "mañana"}, "fecha_reserva"),
        ({"fecha_reserva": "2020-01-01T00:00Z"}, "fecha_reserva"),
        ({"fecha_reserva": "0001-01-01T00:00:00+14:00"}, "fecha_reserva"),
        ({"notas": "x" * 2001}, "notas"),
        ({"notas": "a\x00"}, "notas"),
        ({"estado": "confirmada"}, "estado"),
        ({"personas": 4}, "personas"),
    ],
)
def test_create_names_the_bad_field(api: APIClient, changes: dict[str, Any], field: str) -> None:
    assert list(refused(api.post(RESERVAS, body(**changes)))) == [field]
    assert not Reserva.objects.exists()


@pytest.mark.parametrize("missing", ["usuario_id", "fecha_reserva", "numero_personas"])
def test_create_names_the_missing_field(api: APIClient, missing: str) -> None:
    given = {name: value for name, value in body().items() if name != missing}
    assert list(refused(api.post(RESERVAS, given))) == [missing]


@pytest.mark.parametrize("sent", ["[1, 2]", '"x"', "{", ""])
def test_a_body_that_is_no_object_is_a_400(api: APIClient, sent: str) -> None:
    answer = api.generic("POST", RESERVAS, sent, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("wanted", Estado)
@pytest.mark.parametrize("current", Estado)
def test_only_allowed_transitions(api: APIClient, current: Estado, wanted: Estado) -> None:
    reserva = make_reserva(estado=current)
    before = reserva.updated_at
    answer = api.post(f"{RESERVAS}{reserva.pk}/transicion/", {"estado": wanted})
    reserva.refresh_from_db()
    if (current, wanted) in ALLOWED:
        assert (answer.status_code, answer.json()["estado"]) == (200, wanted)
        assert reserva.estado == wanted
        assert reserva.updated_at > before
    else:
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "transition_refused")
        assert reserva.estado == current


def test_a_refused_transition_says_what_is_allowed(api: APIClient, reserva: Reserva) -> None:
    url = f"{RESERVAS}{reserva.pk}/transicion/"
    said = api.post(url, {"estado": "completada"}).json()["error"]["message"]
    assert "de pendiente a completada; permitidos: confirmada, cancelada" in said
    assert list(refused(api.post(url, {"estado": "perdida"}))) == ["estado"]
    assert list(refused(api.post(url, {}))) == ["estado"]
    api.post(url, {"estado": "cancelada"})
    said = api.post(url, {"estado": "pendiente"}).json()["error"]["message"]
    assert "ninguno, es final" in said


def test_change(api: APIClient, reserva: Reserva) -> None:
    later = in_days(3)
    changes = {"fecha_reserva": later, "numero_personas": 2, "notas": "Sin gluten"}
    answer = api.patch(f"{RESERVAS}{reserva.pk}/", changes)
    reserva.refresh_from_db()
    assert (answer.status_code, answer.json()["numero_personas"]) == (200, 2)
    assert (reserva.fecha_reserva, reserva.notas) == (later, "Sin gluten")


@pytest.mark.parametrize(
    "changes",
    [
        {"numero_personas": 0},
        {"fecha_reserva": "2020-01-01T00:00Z"},
        {"usuario_id": 8},
        {"estado": "confirmada"},
    ],
)
def test_change_names_the_bad_field(
    api: APIClient, reserva: Reserva, changes: dict[str, Any]
) -> None:
    assert list(refused(api.patch(f"{RESERVAS}{reserva.pk}/", changes))) == list(changes)


@pytest.mark.parametrize("estado", FINAL)
def test_what_is_over_cannot_be_changed(api: APIClient, estado: Estado) -> None:
    reserva = make_reserva(estado=estado)
    answer = api.patch(f"{RESERVAS}{reserva.pk}/", {"numero_personas": 2})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "reserva_closed")
    reserva.refresh_from_db()
    assert reserva.numero_personas == 4


def test_list_has_pages_of_ten_latest_first_in_two_queries(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ids = [make_reserva(fecha_reserva=in_days(day)).pk for day in range(1, 13)]
    with django_assert_num_queries(2):
        answer = api.get(RESERVAS).json()
    assert (answer["count"], answer["previous"]) == (12, None)
    assert [reserva["id"] for reserva in answer["results"]] == ids[:1:-1]
    assert found(api, page=2) == ids[1::-1]
    assert api.get(RESERVAS, {"page": 3}).status_code == 404


def test_list_filters(api: APIClient) -> None:
    now = in_days(0)
    soon = make_reserva(fecha_reserva=now + timedelta(days=1)).pk
    later = make_reserva(fecha_reserva=now + timedelta(days=2), estado=Estado.CONFIRMADA).pk
    other = make_reserva(fecha_reserva=now + timedelta(days=3), usuario_id=8).pk
    assert found(api, estado="confirmada") == [later]
    assert found(api, usuario_id=8) == [other]
    assert found(api, usuario_id=7, estado="pendiente") == [soon]
    # From is included, until is not.
    two_days = (now + timedelta(days=2)).isoformat()
    assert found(api, fecha_desde=two_days) == [other, later]
    assert found(api, fecha_hasta=two_days) == [soon]
    assert found(api, usuario_id=999) == []


def test_list_ordering(api: APIClient) -> None:
    first = make_reserva(fecha_reserva=in_days(2)).pk
    second = make_reserva(fecha_reserva=in_days(1)).pk
    assert found(api, ordering="created_at") == [first, second]
    assert found(api, ordering="-created_at") == [second, first]
    assert found(api, ordering="fecha_reserva") == [second, first]
    assert found(api, ordering="-fecha_reserva") == found(api) == [first, second]


@pytest.mark.parametrize(
    "query",
    [
        {"estado": "perdida"},
        {"usuario_id": "ana"},
        {"usuario_id": "0"},
        {"fecha_desde": "ayer"},
        {"fecha_hasta": "2026-01-01T00:00Z", "fecha_desde": "2026-01-02T00:00Z"},
        {"ordering": "notas"},
        {"usuario": "7"},
    ],
)
def test_a_bad_filter_is_named(api: APIClient, query: dict[str, str]) -> None:
    assert next(iter(refused(api.get(RESERVAS, query)))) == next(iter(query))


def test_a_usuario_beyond_every_number_has_no_reservas(api: APIClient) -> None:
    assert found(api, usuario_id=10**30) == []


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("get", "", {}),
        ("patch", "", {"numero_personas": 2}),
        ("post", "transicion/", {"estado": "cancelada"}),
    ],
)
@pytest.mark.parametrize("number", ["999", "99999999999999999999999", "ana"])
def test_nothing_is_a_404(
    api: APIClient, method: str, path: str, sent: dict[str, Any], number: str
) -> None:
    answer = getattr(api, method)(f"{RESERVAS}{number}/{path}", sent)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"), [("put", "1/"), ("delete", "1/"), ("get", "1/transicion/")]
)
def test_what_is_not_offered_is_a_405(api: APIClient, method: str, path: str) -> None:
    answer = getattr(api, method)(f"{RESERVAS}{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
