"""Everything that people write about meetings."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from meetings import selectors
from meetings.failures import AlreadyCancelled, MeetingOver, MeetingOverlaps
from meetings.models import NO_OVERLAP, Calendario, Estado, Meeting, Participant
from meetings.tasks import nudge_calendar

# What a meeting that has changed says of the calendar.
WAITS_AFRESH: Final[dict[str, Any]] = {
    "calendario": Calendario.PENDIENTE,
    "calendario_motivo": "",
    "calendario_intentos": 0,
    "calendario_proximo": None,
}


def meeting_create(
    *,
    titulo: str,
    organizador: str,
    inicio: datetime,
    fin: datetime,
    descripcion: str = "",
    participantes: Sequence[str] = (),
) -> Meeting:
    """Plan a meeting; `MeetingOverlaps` if its organiser has another one then."""
    meeting = Meeting(
        titulo=titulo, organizador=organizador, inicio=inicio, fin=fin, descripcion=descripcion
    )
    meeting.full_clean(validate_unique=False, validate_constraints=False)
    with _writing():
        _take_turns(meeting.organizador)
        other = selectors.overlapping(
            organizador=meeting.organizador, inicio=inicio, fin=fin
        ).first()
        if other is not None:
            raise MeetingOverlaps(other)
        meeting.save(force_insert=True)
        emails = sorted({email.lower() for email in participantes})
        Participant.objects.bulk_create(
            Participant(meeting=meeting, email=email) for email in emails
        )
        transaction.on_commit(nudge_calendar)
    return meeting


def meeting_cancel(*, meeting_id: int) -> Meeting:
    """Free the time; what has ended has taken place."""
    with transaction.atomic():
        meeting = Meeting.objects.select_for_update().get(pk=meeting_id)
        if meeting.estado == Estado.CANCELADA:
            raise AlreadyCancelled
        if meeting.fin <= timezone.now():
            raise MeetingOver
        meeting.estado = Estado.CANCELADA
        for field, value in WAITS_AFRESH.items():
            setattr(meeting, field, value)
        meeting.save(update_fields=["estado", *WAITS_AFRESH, "updated_at"])
        transaction.on_commit(nudge_calendar)
    return meeting


@transaction.atomic
def meetings_push_again(*, meetings: QuerySet[Meeting]) -> int:
    """Let those wait for the calendar again that it refused or that had none; how many."""
    left_out = meetings.filter(calendario__in=(Calendario.RECHAZADO, Calendario.NO_CONFIGURADO))
    again = left_out.update(**WAITS_AFRESH, updated_at=timezone.now())
    transaction.on_commit(nudge_calendar)
    return again


def _take_turns(organizador: str) -> None:
    """One meeting of an organiser at a time.

    On SQLite the transaction holds the lock for writing since it began. On Postgres the constraint
    would do alone, but two who break it together wait for each other until one is sent away after
    a second, with an error that does not name it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [organizador])


@contextmanager
def _writing() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if NO_OVERLAP in str(error):
            raise MeetingOverlaps from error
        raise
