"""Whole flows, committed for real, through the middleware that production has."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from in_services.tests.concurrency import at_once
from leads.models import Lead, Source
from tests.conftest import LEADS, STATS, body, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_form_to_the_sale(api: APIClient, web: Source) -> None:
    created = api.post(LEADS, body()).json()
    assert api.get(STATS).json()["by_estado"]["nuevo"] == 1
    address = f"{LEADS}{created['id']}/"
    for estado in ("contactado", "calificado", "ganado"):
        allowed = api.get(address).json()["next_estados"]
        assert estado in allowed
        assert api.post(f"{address}transition/", {"estado": estado}).status_code == 200
    final = api.patch(address, {"notas": "Firmado"}).json()
    assert (final["estado"], final["next_estados"], final["notas"]) == ("ganado", [], "Firmado")
    statistics = api.get(STATS)
    assert statistics.headers["X-Cache"] == "miss"
    assert statistics.json()["conversion"] == 1.0
    assert api.get(STATS).headers["X-Cache"] == "hit"
    assert api.get(LEADS, {"estado": "ganado", "search": "ana"}).json()["count"] == 1


def test_an_import_is_all_or_nothing(api: APIClient, web: Source) -> None:
    content = "nombre,email,source\nAna,ana@example.com,web\nLuis,no es,web\n"

    def send(text: str) -> Any:
        return api.generic("POST", f"{LEADS}import/", text, content_type="text/csv")

    assert send(content).status_code == 400
    assert api.get(LEADS).json()["count"] == 0
    assert send(content.replace("no es", "luis@example.com")).status_code == 201
    assert api.get(STATS).json()["total"] == 2


def test_the_same_lead_at_once_is_created_once(web: Source) -> None:
    found = at_once(lambda api, _: api.post(LEADS, body()), times=6, client=signed_in)
    assert found == [201, 409, 409, 409, 409, 409]
    assert Lead.objects.count() == 1


def test_the_same_import_at_once_is_done_once(web: Source) -> None:
    rows = "".join(f"Ana,{number}@example.com,web\n" for number in range(300))
    content = f"nombre,email,source\n{rows}"

    def send(api: APIClient, _: int) -> Any:
        return api.generic("POST", f"{LEADS}import/", content, content_type="text/csv")

    found = at_once(send, times=3, client=signed_in)
    assert found[0] == 201
    assert set(found[1:]) <= {400, 409}
    assert Lead.objects.count() == 300


def test_the_same_transition_at_once_happens_once(lead: Lead) -> None:
    address = f"{LEADS}{lead.pk}/transition/"
    found = at_once(
        lambda api, _: api.post(address, {"estado": "contactado"}), times=4, client=signed_in
    )
    assert found == [200, 409, 409, 409]


def test_a_state_and_a_note_at_once_both_stay(lead: Lead) -> None:
    address = f"{LEADS}{lead.pk}/"

    def change(api: APIClient, number: int) -> Any:
        if number:
            return api.post(f"{address}transition/", {"estado": "contactado"})
        return api.patch(address, {"notas": "Llamar"})

    assert at_once(change, times=2, client=signed_in) == [200, 200]
    lead.refresh_from_db()
    assert (lead.estado, lead.notas) == ("contactado", "Llamar")


@pytest.fixture
def office(web: Source) -> Client:
    user = get_user_model().objects.create_superuser("jefa", "jefa@example.com", "clave")
    client = Client()
    client.force_login(user)
    return client


def new_lead(office: Client, source: Source) -> Any:
    form = {"nombre": "Ana", "email": "ANA@example.com", "source": source.pk, "notas": ""}
    return office.post("/admin/leads/lead/add/", form)


def test_a_lead_of_the_back_office_is_counted(api: APIClient, office: Client, web: Source) -> None:
    assert api.get(STATS).json()["total"] == 0
    assert new_lead(office, web).status_code == 302
    assert api.get(STATS).json()["total"] == 1


def test_the_back_office_makes_one_lead_of_an_address(office: Client, web: Source) -> None:
    new_lead(office, web)
    again = new_lead(office, web)
    assert "ya tiene un lead" in again.content.decode()
    assert Lead.objects.filter(email="ana@example.com").count() == 1


def test_the_back_office_finds_leads(office: Client, lead: Lead) -> None:
    page = office.get("/admin/leads/lead/", {"q": "ana", "estado__exact": "nuevo"})
    assert lead.email in page.content.decode()


def test_leads_that_the_back_office_removes_together_are_no_longer_counted(
    api: APIClient, office: Client, lead: Lead
) -> None:
    assert api.get(STATS).json()["total"] == 1
    chosen = {"action": "delete_selected", "_selected_action": [lead.pk], "post": "yes"}
    office.post("/admin/leads/lead/", chosen)
    assert api.get(STATS).json()["total"] == 0


def test_the_back_office_removes_one_lead(api: APIClient, office: Client, lead: Lead) -> None:
    assert api.get(STATS).json()["total"] == 1
    office.post(f"/admin/leads/lead/{lead.pk}/delete/", {"post": "yes"})
    assert api.get(STATS).json()["total"] == 0


def test_sessions_are_read_from_redis_and_outlive_it(office: Client) -> None:
    assert cache.keys("django.contrib.sessions*")  # type: ignore[attr-defined]
    cache.delete_pattern("*")  # type: ignore[attr-defined]
    assert office.get("/admin/").status_code == 200
