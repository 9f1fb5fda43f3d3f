import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from leads.models import Estado, Lead, Source
from leads.selectors import LeadFilters, lead_list

pytestmark = pytest.mark.django_db


def test_states_lead_to_an_end() -> None:
    assert Estado.NUEVO.next_estados == (Estado.CONTACTADO,)
    assert Estado.CONTACTADO.next_estados == (Estado.CALIFICADO,)
    assert set(Estado.CALIFICADO.next_estados) == {Estado.GANADO, Estado.PERDIDO}
    assert Estado.GANADO.next_estados == Estado.PERDIDO.next_estados == ()


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("lead_email_once_per_source", {"email": "ana@example.com"}),
        ("lead_email_lowercase", {"email": "Otra@example.com"}),
        ("lead_estado_known", {"email": "otra@example.com", "estado": "dormido"}),
    ],
)
def test_the_database_itself_refuses(
    lead: Lead, web: Source, constraint: str, changes: dict[str, str]
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Lead.objects.create(**{"nombre": "Otra", "source": web, **changes})


def test_the_same_address_may_come_through_another_source(lead: Lead, evento: Source) -> None:
    Lead.objects.create(nombre="Ana", email=lead.email, source=evento)
    assert Lead.objects.filter(email=lead.email).count() == 2


def test_a_source_with_leads_stays(lead: Lead) -> None:
    with pytest.raises(ProtectedError):
        lead.source.delete()


def test_clean_lowers_the_address_before_it_looks_for_duplicates(lead: Lead, web: Source) -> None:
    again = Lead(nombre="Ana", email="ANA@Example.com", source=web)
    with pytest.raises(ValidationError, match="ya tiene un lead"):
        again.full_clean()


@pytest.mark.parametrize("telefono", ["+52 55 1234 5678", "(55) 1234-5678", "555.123.456", ""])
def test_usual_phone_numbers_are_fine(web: Source, telefono: str) -> None:
    Lead(nombre="Ana", email="a@example.com", source=web, telefono=telefono).full_clean()


@pytest.mark.parametrize("telefono", ["12345", "llamar tarde", "+", "5" * 21, "123456\n"])
def test_other_phone_numbers_are_not(web: Source, telefono: str) -> None:
    with pytest.raises(ValidationError, match="telefono"):
        Lead(nombre="Ana", email="a@example.com", source=web, telefono=telefono).full_clean()


MANY_LEADS = """
    INSERT INTO leads_lead
        (nombre, email, telefono, source_id, estado, notas, created_at, updated_at)
    SELECT 'Lead ' || n, n || '@example.com', n::text,
        CASE WHEN n %% 1000 = 0 THEN %s ELSE %s END,
        CASE WHEN n %% 1000 = 0 THEN 'ganado' ELSE 'nuevo' END, '', now(), now()
    FROM generate_series(1, 20000) AS n
"""


def test_every_filter_has_an_index(web: Source, evento: Source) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY_LEADS, [evento.pk, web.pk])
        # What autovacuum does: until then searches pay for the list of entries not yet sorted in.
        cursor.execute("SELECT gin_clean_pending_list('lead_search')")
        cursor.execute("ANALYZE leads_lead")
    assert planned(LeadFilters()) == "lead_created"
    assert planned(LeadFilters(ordering="nombre")) == "lead_nombre"
    assert planned(LeadFilters(estado="ganado")) == "lead_estado_created"
    assert planned(LeadFilters(source="evento")) == "lead_source_created"
    assert planned(LeadFilters(search="1234@example")) == "lead_search"
    assert planned(LeadFilters(search="19999")) == "lead_search"


def planned(filters: LeadFilters) -> str:
    """The index of leads that Postgres chooses for the first page."""
    plan = lead_list(filters=filters)[:10].explain()
    found: set[str] = set(re.findall(r"\blead_\w+", plan)) - {"lead_id"}
    assert len(found) == 1, plan
    return found.pop()


def test_names_for_people(lead: Lead) -> None:
    assert str(lead) == "Ana Ruiz <ana@example.com>"
    assert str(lead.source) == "Formulario web"
