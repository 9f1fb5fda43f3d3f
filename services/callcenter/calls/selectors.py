"""Reads."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from calls.models import Call, CallState


class CallFilters(NamedTuple):
    agent: int | None = None
    state: CallState | None = None
    since: datetime | None = None
    until: datetime | None = None


def call_list(*, filters: CallFilters) -> QuerySet[Call]:
    """Newest first; `since` is included, `until` is not, so that days join without overlap."""
    wanted = Q()
    if filters.agent is not None:
        wanted &= Q(agente_id=filters.agent)
    if filters.state is not None:
        wanted &= Q(estado=filters.state)
    if filters.since is not None:
        wanted &= Q(inicio__gte=filters.since)
    if filters.until is not None:
        wanted &= Q(inicio__lt=filters.until)
    return Call.objects.filter(wanted).select_related("agente")


def call_get(*, call_id: int) -> Call:
    return Call.objects.select_related("agente").get(pk=call_id)
