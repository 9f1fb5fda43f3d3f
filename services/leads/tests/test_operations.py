import pytest
from django.db import IntegrityError

from leads.failures import DuplicateLead, TransitionRefused
from leads.models import Estado, Lead, Source
from leads.operations import lead_create, lead_transition, lead_update

pytestmark = pytest.mark.django_db


def test_a_duplicate_is_a_failure_of_the_domain(lead: Lead, web: Source) -> None:
    with pytest.raises(DuplicateLead):
        lead_create(nombre="Otra", email="ANA@EXAMPLE.COM", source=web)


def test_other_broken_constraints_stay_what_they_are(web: Source) -> None:
    with pytest.raises(IntegrityError, match="nombre"):
        lead_create(nombre=None, email="ana@example.com", source=web)  # type: ignore[arg-type]


def test_an_update_cannot_reach_the_state(lead: Lead) -> None:
    with pytest.raises(ValueError, match="not editable"):
        lead_update(lead_id=lead.pk, changes={"estado": "ganado"})


def test_a_refused_transition_says_what_is_allowed(lead: Lead) -> None:
    with pytest.raises(TransitionRefused, match="de nuevo a ganado; permitidos: contactado"):
        lead_transition(lead_id=lead.pk, estado=Estado.GANADO)
    Lead.objects.filter(pk=lead.pk).update(estado=Estado.PERDIDO)
    with pytest.raises(TransitionRefused, match="ninguno, es final"):
        lead_transition(lead_id=lead.pk, estado=Estado.NUEVO)
