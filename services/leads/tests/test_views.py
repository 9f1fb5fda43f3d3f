import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from leads.models import Lead, Source
from leads.operations import lead_create
from tests.conftest import LEADS, STATS, body

pytestmark = pytest.mark.django_db


def names(api: APIClient, **query: str) -> list[str]:
    response = api.get(LEADS, query)
    assert response.status_code == 200, response.json()
    return [lead["nombre"] for lead in response.json()["results"]]


@pytest.fixture
def three(web: Source, evento: Source) -> list[Lead]:
    day = timezone.make_aware(dt.datetime(2026, 3, 1, 23, 59))
    made = [
        Lead(nombre="Berta Gil", email="berta@example.com", source=web, created_at=day),
        Lead(
            nombre="Ana Ruiz",
            email="ana@otra.example",
            source=evento,
            estado="ganado",
            created_at=day + dt.timedelta(days=1),
        ),
        Lead(
            nombre="Carlos Ruiz",
            email="carlos@example.com",
            telefono="5512345678",
            source=web,
            created_at=day + dt.timedelta(days=2),
        ),
    ]
    return Lead.objects.bulk_create(made)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Carlos Ruiz", "Ana Ruiz", "Berta Gil"]),
        ({"ordering": "created_at"}, ["Berta Gil", "Ana Ruiz", "Carlos Ruiz"]),
        ({"ordering": "nombre"}, ["Ana Ruiz", "Berta Gil", "Carlos Ruiz"]),
        ({"ordering": "-nombre"}, ["Carlos Ruiz", "Berta Gil", "Ana Ruiz"]),
        ({"estado": "ganado"}, ["Ana Ruiz"]),
        ({"source": "web"}, ["Carlos Ruiz", "Berta Gil"]),
        ({"source": "radio"}, []),
        ({"created_from": "2026-03-02"}, ["Carlos Ruiz", "Ana Ruiz"]),
        ({"created_to": "2026-03-01"}, ["Berta Gil"]),
        ({"created_from": "2026-03-02", "created_to": "2026-03-02"}, ["Ana Ruiz"]),
        ({"created_to": "9999-12-31"}, ["Carlos Ruiz", "Ana Ruiz", "Berta Gil"]),
        ({"search": "RUIZ"}, ["Carlos Ruiz", "Ana Ruiz"]),
        ({"search": "ruiz otra"}, ["Ana Ruiz"]),
        ({"search": "1234"}, ["Carlos Ruiz"]),
        ({"search": "%"}, []),
        ({"search": "ruiz", "source": "web"}, ["Carlos Ruiz"]),
    ],
)
def test_list_filters_and_orders(
    api: APIClient, three: list[Lead], query: dict[str, str], found: list[str]
) -> None:
    assert names(api, **query) == found


@pytest.mark.parametrize("query", ["estado=x", "created_to=x", "ordering=x", "search=%00"])
def test_list_refuses_what_it_does_not_know(api: APIClient, query: str) -> None:
    response = api.get(f"{LEADS}?{query}")
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [query.partition("=")[0]]


def test_list_has_pages_of_ten_and_a_fixed_number_of_queries(
    api: APIClient, web: Source, evento: Source, django_assert_num_queries: Any
) -> None:
    for number in range(12):
        source = web if number % 2 else evento
        lead_create(nombre=f"Lead {number}", email=f"{number}@example.com", source=source)
    with django_assert_num_queries(2):
        first = api.get(LEADS).json()
    assert first["count"] == 12
    assert len(first["results"]) == 10
    second = api.get(first["next"]).json()
    assert len(second["results"]) == 2
    assert second["next"] is None


def test_a_page_that_is_not_there_is_404(api: APIClient, lead: Lead) -> None:
    response = api.get(LEADS, {"page": "9"})
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_create(api: APIClient, web: Source) -> None:
    response = api.post(LEADS, body(email="ANA@example.com", telefono="5512345678"))
    assert response.status_code == 201
    lead = Lead.objects.get(pk=response.json()["id"])
    assert (lead.email, lead.telefono, lead.estado) == (
        "ana@example.com",
        "5512345678",
        "nuevo",
    )


def test_create_twice_is_a_conflict(api: APIClient, lead: Lead) -> None:
    response = api.post(LEADS, body(email="ANA@example.com"))
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "duplicate"
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "parse_error"),
        ("[]", "non_field_errors"),
        ('"texto"', "non_field_errors"),
        ("null", "non_field_errors"),
        ("", "nombre"),
    ],
)
def test_create_from_nonsense_is_400(api: APIClient, web: Source, content: str, said: str) -> None:
    response = api.generic("POST", LEADS, content, content_type="application/json")
    assert response.status_code == 400
    error = response.json()["error"]
    assert said in {error["code"], *error.get("fields", ())}


@pytest.mark.parametrize("field", ["nombre", "email", "source"])
def test_create_with_a_nul_byte_is_400(api: APIClient, web: Source, field: str) -> None:
    assert api.post(LEADS, {**body(), field: "a\x00"}).status_code == 400
    assert not Lead.objects.exists()


def test_create_from_another_type_is_415(api: APIClient) -> None:
    response = api.generic("POST", LEADS, "<lead/>", content_type="application/xml")
    assert response.status_code == 415
    assert response.json()["error"]["code"] == "unsupported_media_type"


def test_retrieve(api: APIClient, lead: Lead, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        response = api.get(f"{LEADS}{lead.pk}/")
    assert response.json()["email"] == "ana@example.com"


@pytest.mark.parametrize("lead_id", [0, 999_999, 10**30])
@pytest.mark.parametrize("method", ["get", "patch"])
def test_a_lead_that_is_not_there_is_404(api: APIClient, method: str, lead_id: int) -> None:
    response = getattr(api, method)(f"{LEADS}{lead_id}/")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_patch_changes_only_what_is_sent(api: APIClient, lead: Lead, evento: Source) -> None:
    response = api.patch(f"{LEADS}{lead.pk}/", {"notas": "Llamar", "source": "evento"})
    assert response.status_code == 200
    before, lead = lead, Lead.objects.get(pk=lead.pk)
    assert (lead.notas, lead.source, lead.nombre) == ("Llamar", evento, "Ana Ruiz")
    assert lead.updated_at > before.updated_at


def test_patch_does_not_touch_the_state(api: APIClient, lead: Lead) -> None:
    response = api.patch(f"{LEADS}{lead.pk}/", {"estado": "ganado"})
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == ["estado"]


def test_patch_into_a_duplicate_is_a_conflict(api: APIClient, lead: Lead, web: Source) -> None:
    other = lead_create(nombre="Otra", email="otra@example.com", source=web)
    response = api.patch(f"{LEADS}{other.pk}/", {"email": "Ana@example.com"})
    assert response.status_code == 409


@pytest.mark.parametrize(
    ("current", "wanted", "status"),
    [
        ("nuevo", "contactado", 200),
        ("contactado", "calificado", 200),
        ("calificado", "ganado", 200),
        ("calificado", "perdido", 200),
        ("nuevo", "ganado", 409),
        ("nuevo", "nuevo", 409),
        ("calificado", "contactado", 409),
        ("ganado", "perdido", 409),
        ("nuevo", "dormido", 400),
    ],
)
def test_transition(api: APIClient, lead: Lead, current: str, wanted: str, status: int) -> None:
    Lead.objects.filter(pk=lead.pk).update(estado=current)
    response = api.post(f"{LEADS}{lead.pk}/transition/", {"estado": wanted})
    assert response.status_code == status
    lead.refresh_from_db()
    assert lead.estado == (wanted if status == 200 else current)
    if status == 409:
        assert response.json()["error"]["code"] == "transition_refused"


def test_sources(api: APIClient, web: Source, evento: Source) -> None:
    listed = api.get("/api/v1/sources/").json()
    assert {"slug": "evento", "nombre": "Evento"} in listed
    assert {"slug": "web", "nombre": "Formulario web"} in listed


@pytest.mark.parametrize("days", ["0", "367", "x"])
def test_statistics_refuse_other_windows(api: APIClient, days: str) -> None:
    response = api.get(STATS, {"days": days})
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == ["days"]


def test_paths_and_methods_that_are_not_there(api: APIClient, lead: Lead) -> None:
    missing = api.get("/api/v1/nada/")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    refused = api.delete(f"{LEADS}{lead.pk}/")
    assert (refused.status_code, refused.json()["error"]["code"]) == (405, "method_not_allowed")


def test_home_names_the_way(api: APIClient) -> None:
    assert api.get("/").json()["leads"] == LEADS


def test_schema_names_every_path(api: APIClient) -> None:
    schema = api.get("/api/v1/schema/", headers={"accept": "application/json"})
    assert schema.status_code == 200
    for path in ("leads/", "leads/import/", "leads/{lead_id}/transition/", "stats/", "sources/"):
        assert f"/api/v1/{path}" in schema.content.decode()
