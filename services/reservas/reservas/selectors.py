"""Everything that reads reservas."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from reservas.models import Reserva

ORDERINGS = ("fecha_reserva", "-fecha_reserva", "created_at", "-created_at")


@dataclass(frozen=True, kw_only=True)
class ReservaFilters:
    estado: str | None = None
    usuario_id: int | None = None
    fecha_desde: datetime | None = None
    fecha_hasta: datetime | None = None
    ordering: str = "-fecha_reserva"


def reserva_get(*, reserva_id: int) -> Reserva:
    return Reserva.objects.get(pk=reserva_id)


def reserva_list(*, filters: ReservaFilters) -> QuerySet[Reserva]:
    """`fecha_desde` is included, `fecha_hasta` is not, so that days join without overlap."""
    wanted = Q()
    if filters.estado:
        wanted &= Q(estado=filters.estado)
    if filters.usuario_id is not None:
        wanted &= Q(usuario_id=filters.usuario_id)
    if filters.fecha_desde:
        wanted &= Q(fecha_reserva__gte=filters.fecha_desde)
    if filters.fecha_hasta:
        wanted &= Q(fecha_reserva__lt=filters.fecha_hasta)
    # The id makes pages stable among equals and matches the indices.
    tie_break = "-id" if filters.ordering.startswith("-") else "id"
    return Reserva.objects.filter(wanted).order_by(filters.ordering, tie_break)
