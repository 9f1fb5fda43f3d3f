"""Everything that writes reservas. A row lock makes two callers take turns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from reservas import usuarios_service
from reservas.failures import ReservaClosed, TransitionRefused
from reservas.models import Estado, Reserva

EDITABLE = frozenset({"fecha_reserva", "numero_personas", "notas"})


def reserva_create(
    *, usuario_id: int, fecha_reserva: datetime, numero_personas: int, notas: str = ""
) -> Reserva:
    """Book for somebody whom the usuarios service knows as active."""
    reserva = Reserva(
        usuario_id=usuario_id,
        fecha_reserva=fecha_reserva,
        numero_personas=numero_personas,
        notas=notas,
    )
    _check(reserva)
    # Before the first query: no connection of the pool waits for the other service.
    usuarios_service.require_active(usuario_id=usuario_id)
    reserva.save(force_insert=True)
    return reserva


@transaction.atomic
def reserva_update(*, reserva_id: int, changes: Mapping[str, Any]) -> Reserva:
    """Change the details of a reserva that is not over, never its state or who it is for."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    reserva = _locked(reserva_id=reserva_id)
    if not reserva.next_estados:
        raise ReservaClosed(current=Estado(reserva.estado))
    for field, value in changes.items():
        setattr(reserva, field, value)
    _check(reserva)
    reserva.save(update_fields=[*changes, "updated_at"])
    return reserva


@transaction.atomic
def reserva_transition(*, reserva_id: int, estado: Estado) -> Reserva:
    """Move a reserva to a state that follows the one it is in."""
    reserva = _locked(reserva_id=reserva_id)
    if estado not in reserva.next_estados:
        raise TransitionRefused(current=Estado(reserva.estado), wanted=estado)
    reserva.estado = estado
    reserva.save(update_fields=["estado", "updated_at"])
    return reserva


def _check(reserva: Reserva) -> None:
    # Without the constraints, for which Django would ask the database; it looks at them itself.
    reserva.full_clean(validate_unique=False, validate_constraints=False)


def _locked(*, reserva_id: int) -> Reserva:
    return Reserva.objects.select_for_update().get(pk=reserva_id)
