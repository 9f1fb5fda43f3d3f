"""Everything that reads leads."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from leads.models import Estado, Lead, Source

ORDERINGS = ("created_at", "-created_at", "nombre", "-nombre")


@dataclass(frozen=True, kw_only=True)
class LeadFilters:
    estado: str | None = None
    source: str | None = None
    created_from: dt.date | None = None
    created_to: dt.date | None = None
    search: str = ""
    ordering: str = "-created_at"


def source_list() -> QuerySet[Source]:
    return Source.objects.all()


def lead_get(*, lead_id: int) -> Lead:
    return Lead.objects.select_related("source").get(pk=lead_id)


def lead_list(*, filters: LeadFilters) -> QuerySet[Lead]:
    """Leads with their source in one query; days are whole days, both ends included."""
    leads = Lead.objects.select_related("source").order_by(*_order(filters.ordering))
    if filters.estado:
        leads = leads.filter(estado=filters.estado)
    if filters.source:
        # By id: through the join the planner cannot take the order from the index.
        leads = leads.filter(source=Source.objects.filter(slug=filters.source).values("pk")[:1])
    if filters.created_from:
        leads = leads.filter(created_at__gte=_moment(filters.created_from, dt.time.min))
    if filters.created_to:
        leads = leads.filter(created_at__lte=_moment(filters.created_to, dt.time.max))
    for word in filters.search.split():
        leads = leads.filter(
            Q(nombre__icontains=word) | Q(email__icontains=word) | Q(telefono__icontains=word)
        )
    return leads


def known_addresses(*, pairs: Iterable[tuple[Source, str]]) -> set[tuple[int, str]]:
    """Which of these (source, email) pairs are taken, as (source id, email)."""
    wanted = {(source.pk, email.lower()) for source, email in pairs}
    taken = Lead.objects.filter(
        email__in={email for _, email in wanted}, source__in={source for source, _ in wanted}
    )
    return wanted & set(taken.values_list("source_id", "email"))


def lead_statistics(*, days: int, today: dt.date) -> dict[str, Any]:
    """Counts by source, state and day (the last `days`, today included), and conversion."""
    counted = list(Lead.objects.order_by().values_list("source_id", "estado").annotate(Count("id")))
    return {
        "total": sum(count for _, _, count in counted),
        "conversion": _conversion([(estado, count) for _, estado, count in counted]),
        "by_estado": {
            estado: sum(count for _, found, count in counted if found == estado)
            for estado in Estado.values
        },
        "by_source": [_of_source(source, counted) for source in source_list()],
        "by_day": _by_day(days=days, today=today),
    }


def _order(ordering: str) -> tuple[str, str]:
    # The id makes pages stable among equals and matches the indices.
    return ordering, "-id" if ordering.startswith("-") else "id"


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))


def _of_source(source: Source, counted: list[tuple[int, str, int]]) -> dict[str, Any]:
    own = [(estado, count) for source_id, estado, count in counted if source_id == source.pk]
    return {
        "source": source.slug,
        "nombre": source.nombre,
        "total": sum(count for _, count in own),
        "conversion": _conversion(own),
    }


def _conversion(counted: list[tuple[str, int]]) -> float:
    """Won leads as a share of all, 0 when there are none."""
    total = sum(count for _, count in counted)
    won = sum(count for estado, count in counted if estado == Estado.GANADO)
    return round(won / total, 4) if total else 0.0


def _by_day(*, days: int, today: dt.date) -> list[dict[str, Any]]:
    first = today - dt.timedelta(days=days - 1)
    counted = dict(
        Lead.objects.filter(
            created_at__gte=_moment(first, dt.time.min), created_at__lte=_moment(today, dt.time.max)
        )
        .order_by()
        .annotate(day=TruncDate("created_at"))
        .values_list("day")
        .annotate(Count("id"))
    )
    window = (first + dt.timedelta(days=passed) for passed in range(days))
    return [{"day": day.isoformat(), "total": counted.get(day, 0)} for day in window]
