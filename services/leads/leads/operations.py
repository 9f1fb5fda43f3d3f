"""Everything that writes leads. Each operation drops the cached statistics on commit."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from leads.failures import DuplicateLead, TransitionRefused
from leads.models import Estado, Lead, Source
from leads.statistics import invalidate_statistics

EDITABLE = frozenset({"nombre", "email", "telefono", "source", "notas"})


def lead_create(
    *, nombre: str, email: str, source: Source, telefono: str = "", notas: str = ""
) -> Lead:
    """Register a new lead; `DuplicateLead` if its source already has the address."""
    lead = Lead(nombre=nombre, email=email.lower(), source=source, telefono=telefono, notas=notas)
    with _writing():
        lead.save(force_insert=True)
    return lead


def lead_update(*, lead_id: int, changes: Mapping[str, Any]) -> Lead:
    """Change the details of a lead, never its state: that is `lead_transition`."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    with _writing():
        lead = _locked(lead_id=lead_id)
        for field, value in changes.items():
            setattr(lead, field, value)
        lead.email = lead.email.lower()
        lead.save(update_fields=[*changes, "updated_at"])
    return lead


def lead_transition(*, lead_id: int, estado: Estado) -> Lead:
    """Move a lead to the next state. The row lock makes two callers take turns."""
    with _writing():
        lead = _locked(lead_id=lead_id)
        if estado not in lead.next_estados:
            raise TransitionRefused(current=Estado(lead.estado), wanted=estado)
        lead.estado = estado
        lead.save(update_fields=["estado", "updated_at"])
    return lead


def leads_import(*, rows: Sequence[Mapping[str, Any]]) -> int:
    """Create every row or none of them."""
    leads = [Lead(**{**row, "email": row["email"].lower()}) for row in rows]
    with _writing():
        Lead.objects.bulk_create(leads, batch_size=1000)
    return len(leads)


def _locked(*, lead_id: int) -> Lead:
    return Lead.objects.select_related("source").select_for_update(of=("self",)).get(pk=lead_id)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        with transaction.atomic():
            transaction.on_commit(invalidate_statistics)
            yield
    except IntegrityError as error:
        # Only the database can tell when two requests bring the same address at once.
        if "lead_email_once_per_source" in str(error):
            raise DuplicateLead from error
        raise
