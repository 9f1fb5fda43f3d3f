import pytest
from rest_framework.test import APIClient

from in_services.tests.concurrency import at_once
from meetings.models import Estado, Meeting
from tests.conftest import MEETINGS, at, body, make_meeting

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_meetings_in_one_time_one_is_made() -> None:
    statuses = at_once(
        lambda api, n: api.post(MEETINGS, body(inicio=at(n / 100), fin=at(1 + n / 100))), times=8
    )
    assert statuses == [201] + [409] * 7
    assert Meeting.objects.count() == 1


def test_meetings_one_after_the_other_are_all_made() -> None:
    statuses = at_once(
        lambda api, n: api.post(MEETINGS, body(inicio=at(n), fin=at(n + 1))), times=8
    )
    assert statuses == [201] * 8


def test_of_many_cancellations_one_counts(meeting: Meeting) -> None:
    url = f"{MEETINGS}{meeting.pk}/cancel/"
    assert at_once(lambda api, _: api.post(url), times=6) == [200] + [409] * 5


def test_cancelling_and_planning_anew_at_once_leaves_one() -> None:
    for _ in range(3):
        Meeting.objects.all().delete()
        meeting = make_meeting()

        def act(api: APIClient, number: int, url: str = f"{MEETINGS}{meeting.pk}/cancel/"):  # type: ignore[no-untyped-def]
            return api.post(url) if number == 0 else api.post(MEETINGS, body())

        statuses = at_once(act, times=4)
        assert statuses[0] == 200
        assert set(statuses[1:]) <= {201, 409}
        assert Meeting.objects.filter(estado=Estado.PROGRAMADA).count() == statuses.count(201) <= 1
