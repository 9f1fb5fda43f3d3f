"""Made-up meetings for development. Needs Faker, which the production image does not have."""

import datetime as dt
import random
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from faker import Faker

from meetings.models import Calendario, Estado, Meeting, Participant

DAYS = 30
ORGANISERS = 10


@transaction.atomic
def create_sample_meetings(*, count: int, seed: int) -> int:
    """Create `count` meetings of ten organisers of this seed, one after the other around today."""
    meetings = Meeting.objects.bulk_create(_made_up(count=count, seed=seed), batch_size=1000)
    people = Faker("es_ES")
    people.seed_instance(seed)
    Participant.objects.bulk_create(
        (
            Participant(meeting=meeting, email=f"{people.user_name()}.{number}@example.com".lower())
            for meeting in meetings
            for number in range(meeting.pk % 4)
        ),
        batch_size=1000,
    )
    return len(meetings)


def _made_up(*, count: int, seed: int) -> Iterator[Meeting]:
    chance = random.Random(seed)  # noqa: S311
    words = Faker("es_ES")
    words.seed_instance(seed)
    first = timezone.now().replace(minute=0, second=0, microsecond=0) - dt.timedelta(days=DAYS)
    for number in range(count):
        # Each organiser has one every two hours, so that none overlaps with another.
        inicio = first + dt.timedelta(hours=2 * (number // ORGANISERS))
        yield Meeting(
            titulo=words.catch_phrase()[:200],
            descripcion=words.sentence(),
            organizador=f"organiza.{seed}.{number % ORGANISERS}@example.com",
            inicio=inicio,
            fin=inicio + dt.timedelta(minutes=chance.choice((15, 30, 60, 90))),
            estado=Estado.CANCELADA if chance.random() < 0.1 else Estado.PROGRAMADA,
            calendario=Calendario.NO_CONFIGURADO,
        )
