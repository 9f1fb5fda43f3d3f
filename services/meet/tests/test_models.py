from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from meetings.failures import MeetingOverlaps
from meetings.models import Meeting, Participant
from meetings.operations import meeting_create
from meetings.selectors import MeetingFilters, meeting_list, not_in_calendar, overlapping
from tests.conftest import at, body, make_meeting, on_postgres

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"fin": at(0)}, "meeting_ends_after_start"),
        ({"organizador": "Ana@example.com"}, "meeting_organizador_lowercase"),
        ({"estado": "perdida"}, "meeting_estado_known"),
        ({"calendario": "x"}, "meeting_calendario_known"),
    ],
)
def test_the_database_keeps_the_rules_too(changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Meeting(**body(**changes)).save()


def test_a_participant_is_in_a_meeting_once(meeting: Meeting) -> None:
    Participant.objects.create(meeting=meeting, email="eva@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.create(meeting=meeting, email="eva@example.com")
    with pytest.raises(IntegrityError, match="participant_email_lowercase"), transaction.atomic():
        Participant.objects.create(meeting=meeting, email="Luis@example.com")


@on_postgres
def test_the_database_refuses_overlaps_whoever_writes_them(meeting: Meeting) -> None:
    with pytest.raises(IntegrityError, match="meeting_no_overlap"), transaction.atomic():
        Meeting(**body(inicio=at(0.5), fin=at(2))).save()
    Meeting(**body(inicio=at(1), fin=at(2))).save()
    Meeting(**body(estado="cancelada")).save()


@on_postgres
def test_an_overlap_that_only_the_database_sees_is_a_failure_of_the_domain(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meetings.selectors.overlapping", lambda **_: Meeting.objects.none())
    with pytest.raises(MeetingOverlaps):
        make_meeting()


def test_other_broken_constraints_stay_what_they_are() -> None:
    with pytest.raises(IntegrityError, match="meeting_ends_after_start"):
        make_meeting(fin=at(0))


def test_the_model_keeps_the_rules() -> None:
    with pytest.raises(ValidationError) as caught:
        Meeting(**body(organizador="ana", titulo="", fin=at(0))).full_clean()
    assert set(caught.value.message_dict) == {"organizador", "titulo", "__all__"}
    with pytest.raises(ValidationError):
        meeting_create(**body(organizador="ana"))


def test_names_read_well(meeting: Meeting) -> None:
    assert str(meeting) == "Plan 2999-01-01 12:00"
    assert str(Participant(email="eva@example.com")) == "eva@example.com"


def listed(**filters: Any) -> QuerySet[Meeting]:
    return meeting_list(filters=MeetingFilters(**filters))[:10]


@on_postgres
def test_filters_and_orderings_use_indices() -> None:
    with connection.cursor() as cursor:
        # A single row is read at once whatever indices there are.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plans = {
        "meeting_inicio": [listed(), listed(ordering="inicio"), listed(desde=at(0), hasta=at(9))],
        "meeting_estado": [listed(estado="programada"), listed(estado="x", desde=at(0))],
        "meeting_organizador": [listed(organizador="ana@example.com")],
        "meeting_calendario_pending": [not_in_calendar()[:1]],
    }
    for index, meetings in plans.items():
        for chosen in meetings:
            assert f"using {index} " in chosen.explain()


@on_postgres
def test_looking_for_overlaps_uses_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    looked_for = overlapping(organizador="ana@example.com", inicio=at(0), fin=at(1)).order_by()
    plan = looked_for.explain()
    assert "meeting_organizador" in plan or "meeting_no_overlap" in plan


def test_media_can_be_written() -> None:
    name = default_storage.save("specimen.txt", ContentFile(b"x"))
    assert default_storage.open(name).read() == b"x"
    default_storage.delete(name)
