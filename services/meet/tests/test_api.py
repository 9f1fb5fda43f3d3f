from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from meetings.models import Meeting
from meetings.operations import meeting_cancel
from tests.conftest import MEETINGS, at, body, in_hours, make_meeting

pytestmark = pytest.mark.django_db


def found(api: APIClient, path: str = "", **query: Any) -> list[str]:
    answer = api.get(f"{MEETINGS}{path}", query)
    assert answer.status_code == 200, answer.json()
    return [meeting["titulo"] for meeting in answer.json()["results"]]


def refused(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 400, answer.json()
    error = answer.json()["error"]
    assert error["code"] == "invalid"
    fields: dict[str, list[str]] = error["fields"]
    return fields


def test_create(api: APIClient) -> None:
    people = ["Luis@example.com", "eva@example.com", "luis@EXAMPLE.com"]
    answer = api.post(
        MEETINGS,
        body(organizador="Ana@Example.com", participantes=people, inicio="2999-01-01T14:00+02:00"),
    )
    assert answer.status_code == 201, answer.json()
    created = answer.json()
    meeting = Meeting.objects.get()
    assert (created["id"], created["organizador"]) == (meeting.pk, "ana@example.com")
    assert created["participantes"] == ["eva@example.com", "luis@example.com"]
    assert (created["inicio"], created["fin"]) == ("2999-01-01T12:00:00Z", "2999-01-01T13:00:00Z")
    assert (created["estado"], created["descripcion"]) == ("programada", "")
    assert api.get(f"{MEETINGS}{meeting.pk}/").json() == created


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"titulo": ""}, "titulo"),
        ({"titulo": "x" * 201}, "titulo"),
        ({"titulo": "a\x00"}, "titulo"),
        ({"descripcion": "x" * 5001}, "descripcion"),
        ({"organizador": "ana"}, "organizador"),
        ({"participantes": ["ana"]}, "participantes"),
        ({"participantes": "ana@example.com"}, "participantes"),
        ({"participantes": [f"{n}@example.com" for n in range(201)]}, "participantes"),
        ({"inicio": "mañana"}, "inicio"),
        ({"inicio": "2020-01-01T00:00Z"}, "inicio"),
        ({"fin": at(0)}, "fin"),
        ({"fin": at(-1)}, "fin"),
        ({"estado": "cancelada"}, "estado"),
        ({"calendario": "sincronizado"}, "calendario"),
    ],
)
def test_create_names_the_bad_field(api: APIClient, changes: dict[str, Any], field: str) -> None:
    assert list(refused(api.post(MEETINGS, body(**changes)))) == [field]
    assert not Meeting.objects.exists()


@pytest.mark.parametrize("missing", ["titulo", "organizador", "inicio", "fin"])
def test_create_names_the_missing_field(api: APIClient, missing: str) -> None:
    given = {name: value for name, value in body().items() if name != missing}
    assert list(refused(api.post(MEETINGS, given))) == [missing]


@pytest.mark.parametrize("sent", ["[1, 2]", '"x"', "{", ""])
def test_a_body_that_is_no_object_is_a_400(api: APIClient, sent: str) -> None:
    answer = api.generic("POST", MEETINGS, sent, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (-1, 2), (0.25, 0.5), (-0.5, 0.5), (0.5, 1.5), (-1, 0.01), (0.99, 2)]
)
def test_an_organiser_has_one_meeting_at_a_time(
    api: APIClient, meeting: Meeting, start: float, end: float
) -> None:
    answer = api.post(MEETINGS, body(organizador="ANA@example.com", inicio=at(start), fin=at(end)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "meeting_overlaps")
    assert f"la {meeting.pk}, de 2999-01-01 12:00 a" in answer.json()["error"]["message"]
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"inicio": at(1), "fin": at(2)},
        {"inicio": at(-1), "fin": at(0)},
        {"organizador": "luis@example.com"},
    ],
)
def test_what_touches_or_is_somebody_elses_does_not_overlap(
    api: APIClient, meeting: Meeting, changes: dict[str, Any]
) -> None:
    assert api.post(MEETINGS, body(**changes)).status_code == 201


def test_cancel_frees_the_time(api: APIClient, meeting: Meeting) -> None:
    answer = api.post(f"{MEETINGS}{meeting.pk}/cancel/")
    assert (answer.status_code, answer.json()["estado"]) == (200, "cancelada")
    assert api.post(MEETINGS, body()).status_code == 201
    again = api.post(f"{MEETINGS}{meeting.pk}/cancel/")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_cancelled")


def test_what_has_ended_cannot_be_cancelled(api: APIClient) -> None:
    over = make_meeting(inicio=in_hours(-2), fin=in_hours(-1))
    going_on = make_meeting(inicio=in_hours(-0.5), fin=in_hours(0.5))
    answer = api.post(f"{MEETINGS}{over.pk}/cancel/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "meeting_over")
    assert api.post(f"{MEETINGS}{going_on.pk}/cancel/").status_code == 200


def test_list_has_pages_of_ten_in_three_queries(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        people = [f"{number}.{n}@example.com" for n in range(3)]
        make_meeting(
            titulo=f"m{number}", inicio=at(number), fin=at(number + 1), participantes=people
        )
    # How many, which, and all their participants.
    with django_assert_num_queries(3):
        answer = api.get(MEETINGS).json()
    assert answer["count"] == 12
    assert [meeting["titulo"] for meeting in answer["results"]] == [
        f"m{number}" for number in range(11, 1, -1)
    ]
    assert answer["results"][0]["participantes"] == [f"11.{n}@example.com" for n in range(3)]
    assert found(api, page=2) == ["m1", "m0"]
    assert api.get(MEETINGS, {"page": 3}).status_code == 404
    with django_assert_num_queries(3):
        assert found(api, "upcoming/") == [f"m{number}" for number in range(10)]


def test_list_filters(api: APIClient) -> None:
    make_meeting(titulo="early", inicio=at(-2), fin=at(-1))
    gone = make_meeting(titulo="gone", inicio=at(0), fin=at(1))
    meeting_cancel(meeting_id=gone.pk)
    make_meeting(titulo="late", inicio=at(2), fin=at(3))
    make_meeting(titulo="other", organizador="luis@example.com", inicio=at(3), fin=at(4))
    assert found(api) == ["other", "late", "gone", "early"]
    assert found(api, ordering="inicio") == ["early", "gone", "late", "other"]
    assert found(api, organizador="LUIS@example.com") == ["other"]
    assert found(api, estado="cancelada") == ["gone"]
    # From is included, until is not.
    assert found(api, desde=at(2).isoformat()) == ["other", "late"]
    assert found(api, hasta=at(0).isoformat()) == ["early"]
    assert found(api, organizador="ana@example.com", estado="programada", desde=at(0)) == ["late"]


def test_upcoming(api: APIClient) -> None:
    make_meeting(titulo="over", inicio=in_hours(-2), fin=in_hours(-1))
    make_meeting(titulo="going on", inicio=in_hours(-0.5), fin=in_hours(0.5))
    later = make_meeting(titulo="later", inicio=in_hours(3), fin=in_hours(4))
    make_meeting(titulo="next", inicio=in_hours(1), fin=in_hours(2))
    make_meeting(
        titulo="other", organizador="luis@example.com", inicio=in_hours(5), fin=in_hours(6)
    )
    assert found(api, "upcoming/") == ["next", "later", "other"]
    assert found(api, "upcoming/", organizador="luis@example.com") == ["other"]
    meeting_cancel(meeting_id=later.pk)
    assert found(api, "upcoming/") == ["next", "other"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("", {"organizador": "ana"}),
        ("", {"estado": "perdida"}),
        ("", {"desde": "ayer"}),
        ("", {"hasta": "2026-01-01T00:00Z", "desde": "2026-01-02T00:00Z"}),
        ("", {"ordering": "titulo"}),
        ("", {"organiser": "ana@example.com"}),
        ("upcoming/", {"organizador": "ana"}),
        ("upcoming/", {"estado": "programada"}),
    ],
)
def test_a_bad_filter_is_named(api: APIClient, path: str, query: dict[str, str]) -> None:
    assert next(iter(refused(api.get(f"{MEETINGS}{path}", query)))) == next(iter(query))


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("post", "cancel/")])
@pytest.mark.parametrize("number", ["999", "99999999999999999999999", "ana"])
def test_nothing_is_a_404(api: APIClient, method: str, path: str, number: str) -> None:
    answer = getattr(api, method)(f"{MEETINGS}{number}/{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"), [("put", "1/"), ("patch", "1/"), ("delete", "1/"), ("get", "1/cancel/")]
)
def test_what_is_not_offered_is_a_405(api: APIClient, method: str, path: str) -> None:
    answer = getattr(api, method)(f"{MEETINGS}{path}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
