import pytest
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from leads.models import Lead, Source
from tests.conftest import LEADS, STATS, body

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> APIClient:
    return APIClient()


def test_a_visitor_may_leave_details_and_no_more(visitor: APIClient, lead: Lead) -> None:
    assert visitor.get("/api/v1/sources/").status_code == 200
    assert visitor.post(LEADS, body(email="otra@example.com")).status_code == 201
    closed = [
        visitor.get(LEADS),
        visitor.get(STATS),
        visitor.get(f"{LEADS}{lead.pk}/"),
        visitor.patch(f"{LEADS}{lead.pk}/", {"notas": "x"}),
        visitor.post(f"{LEADS}{lead.pk}/transition/", {"estado": "contactado"}),
        visitor.generic("POST", f"{LEADS}import/", "nombre,email,source\n"),
    ]
    assert [response.status_code for response in closed] == [401] * 6
    assert closed[0].json()["error"]["code"] == "not_authenticated"


def test_a_token_opens_the_list(visitor: APIClient, lead: Lead) -> None:
    token = Token.objects.create(user=User.objects.create_user("centralita"))
    sent = {"authorization": f"Token {token.key}"}
    assert visitor.get(LEADS, headers=sent).json()["count"] == 1
    assert visitor.get(STATS, headers=sent).status_code == 200
    wrong = visitor.get(LEADS, headers={"authorization": "Token nada"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "authentication_failed")


def test_a_session_opens_the_list_but_writes_need_its_csrf_token(lead: Lead) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_user("ana"))
    assert browser.get(LEADS).status_code == 200
    sent = browser.patch(f"{LEADS}{lead.pk}/", {"notas": "x"}, content_type="application/json")
    assert sent.status_code == 403


def test_the_form_works_for_whoever_happens_to_be_signed_in(web: Source) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_user("ana"))
    sent = browser.post(LEADS, body(), content_type="application/json")
    assert sent.status_code == 201
