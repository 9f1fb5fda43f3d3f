from typing import Any

import pytest

from leads.models import Lead, Source
from leads.serializers import LeadInput, LeadOutput, LeadQuery, LeadRowInput, TransitionInput
from tests.conftest import body

pytestmark = pytest.mark.django_db


def test_input_gives_the_arguments_of_the_operation(web: Source) -> None:
    checked = LeadInput(data=body(email="ANA@Example.com", nombre="  Ana  "))
    assert checked.is_valid(), checked.errors
    assert checked.validated_data == {"nombre": "Ana", "email": "ana@example.com", "source": web}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("nombre", {"nombre": ""}),
        ("nombre", {"nombre": "a" * 201}),
        ("nombre", {"nombre": "nul\x00o"}),
        ("email", {"email": "no es"}),
        ("email", {"email": f"{'a' * 250}@example.com"}),
        ("telefono", {"telefono": "llamar"}),
        ("source", {"source": "radio"}),
        ("source", {"source": None}),
        ("notas", {"notas": "a" * 5001}),
        ("estado", {"estado": "ganado"}),
        ("id", {"id": 7}),
    ],
)
def test_input_names_the_field_that_is_wrong(
    web: Source, field: str, changes: dict[str, Any]
) -> None:
    checked = LeadInput(data=body(**changes))
    assert not checked.is_valid()
    assert set(checked.errors) == {field}


def test_a_part_of_the_fields_is_enough_for_a_change(web: Source) -> None:
    checked = LeadInput(data={"notas": "llamar"}, partial=True)
    assert checked.is_valid(), checked.errors
    assert checked.validated_data == {"notas": "llamar"}


def test_rows_find_their_source_without_query(web: Source, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        checked = LeadRowInput(data=[body(), body()], many=True, context={"sources": {"web": web}})
        assert checked.is_valid(), checked.errors
    assert [row["source"] for row in checked.validated_data] == [web, web]


def test_output_says_where_the_lead_may_go(lead: Lead) -> None:
    data = LeadOutput(lead).data
    assert data["source"] == "web"
    assert data["estado"] == "nuevo"
    assert data["next_estados"] == ["contactado"]
    assert list(data) == [
        "id",
        "nombre",
        "email",
        "telefono",
        "source",
        "estado",
        "next_estados",
        "notas",
        "created_at",
        "updated_at",
    ]


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("estado", {"estado": "dormido"}),
        ("ordering", {"ordering": "email; drop"}),
        ("created_from", {"created_from": "ayer"}),
        ("created_to", {"created_from": "2026-02-02", "created_to": "2026-02-01"}),
        ("search", {"search": "nul\x00o"}),
        ("search", {"search": "a" * 101}),
    ],
)
def test_query_names_the_parameter_that_is_wrong(field: str, query: dict[str, str]) -> None:
    checked = LeadQuery(data=query)
    assert not checked.is_valid()
    assert set(checked.errors) == {field}


def test_an_unknown_state_is_refused() -> None:
    assert not TransitionInput(data={"estado": "dormido"}).is_valid()
