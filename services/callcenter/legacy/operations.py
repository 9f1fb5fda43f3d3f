"""Writes."""

from typing import NamedTuple

from calls.failures import WrongState
from calls.models import Call, CallState
from config.failures import ArchiveOff
from config.routers import archive_is_on
from django.db import transaction
from django.utils import timezone

from legacy.models import ArchivedCall


class Archiving(NamedTuple):
    row: ArchivedCall
    created: bool


@transaction.atomic
def call_archive(*, call_id: int) -> Archiving:
    """Copy a finished call to MariaDB and mark it; a second time changes nothing.

    No transaction spans both databases. The copy is made first and found again by the call's id, so
    a failure between the two leaves a copy without a mark, and the next try sets the mark.
    """
    if not archive_is_on():
        raise ArchiveOff
    call = _locked_finished_call(call_id=call_id)
    archived = call.archivada or timezone.now()
    row, created = ArchivedCall.objects.get_or_create(
        llamada_id=call.pk, defaults=_copy_of(call) | {"archivada": archived}
    )
    if call.archivada is None:
        call.archivada = row.archivada
        call.save(update_fields=["archivada"])
    return Archiving(row=row, created=created)


def _locked_finished_call(*, call_id: int) -> Call:
    calls = Call.objects.select_for_update(of=("self",)).select_related("agente")
    call = calls.get(pk=call_id)
    if call.estado != CallState.FINALIZADA:
        raise WrongState(call=call, needed="finalizada")
    return call


def _copy_of(call: Call) -> dict[str, object]:
    duration, agent = call.duracion, call.agente
    if duration is None or agent is None:
        raise ValueError(f"the finished call {call.pk} has no end or no agent")
    return {
        "numero": call.numero,
        "motivo": call.motivo,
        "agente": agent.nombre,
        "inicio": call.inicio,
        "fin": call.fin,
        "duracion": int(duration.total_seconds()),
    }
