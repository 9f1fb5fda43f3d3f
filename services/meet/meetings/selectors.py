"""Everything that reads meetings."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from meetings.models import Calendario, Estado, Meeting

ORDERINGS = ("inicio", "-inicio")


@dataclass(frozen=True, kw_only=True)
class MeetingFilters:
    organizador: str | None = None
    estado: str | None = None
    desde: datetime | None = None
    hasta: datetime | None = None
    ordering: str = "-inicio"


def meeting_get(*, meeting_id: int) -> Meeting:
    return _with_participants().get(pk=meeting_id)


def meeting_list(*, filters: MeetingFilters) -> QuerySet[Meeting]:
    """By their start: `desde` is included, `hasta` is not, so that days join without overlap."""
    wanted = Q()
    if filters.organizador:
        wanted &= Q(organizador=filters.organizador.lower())
    if filters.estado:
        wanted &= Q(estado=filters.estado)
    if filters.desde:
        wanted &= Q(inicio__gte=filters.desde)
    if filters.hasta:
        wanted &= Q(inicio__lt=filters.hasta)
    # The id makes pages stable among equals and matches the indices.
    tie_break = "-id" if filters.ordering.startswith("-") else "id"
    return _with_participants().filter(wanted).order_by(filters.ordering, tie_break)


def meeting_upcoming(*, organizador: str | None = None) -> QuerySet[Meeting]:
    """Those that have not begun and are not cancelled, the next one first."""
    filters = MeetingFilters(
        organizador=organizador,
        estado=Estado.PROGRAMADA,
        desde=timezone.now(),
        ordering="inicio",
    )
    return meeting_list(filters=filters)


def overlapping(*, organizador: str, inicio: datetime, fin: datetime) -> QuerySet[Meeting]:
    """The organiser's meetings in that time; a meeting may begin when another ends."""
    return Meeting.objects.filter(
        organizador=organizador.lower(),
        estado=Estado.PROGRAMADA,
        inicio__lt=fin,
        fin__gt=inicio,
    ).order_by("inicio")


def not_in_calendar(*, due: datetime | None = None) -> QuerySet[Meeting]:
    """Those that the calendar does not have yet; with `due`, those whose turn it is by then."""
    waiting = _with_participants().filter(calendario=Calendario.PENDIENTE).order_by("id")
    if due is None:
        return waiting
    return waiting.filter(Q(calendario_proximo=None) | Q(calendario_proximo__lte=due))


def _with_participants() -> QuerySet[Meeting]:
    return Meeting.objects.prefetch_related("participants")
