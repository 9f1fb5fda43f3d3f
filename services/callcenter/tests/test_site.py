import pytest
from agents.models import Agent
from calls.models import Call
from calls.operations import call_assign
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from tests.factories import make_agent, make_call

pytestmark = pytest.mark.django_db


def test_errors_of_the_api_are_json(api: APIClient) -> None:
    answer = Client().get("/api/v1/nothing/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    refused = api.delete("/api/v1/agents/")
    assert refused.status_code == 405
    assert refused.json()["error"]["code"] == "method_not_allowed"
    assert Client().get("/nothing/").headers["Content-Type"].startswith("text/html")


def test_an_unforeseen_error_of_the_api_is_json(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.selectors.Agent.objects", None)
    api.raise_request_exception = False
    answer = api.get("/api/v1/agents/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "server_error")


@pytest.mark.parametrize("model", ["agents/agent", "calls/call"])
def test_the_admin_lists_and_edits(admin_client: Client, model: str) -> None:
    agent = make_agent()
    call = make_call(finished=True, agente=agent)
    pk = {"agents/agent": agent.pk, "calls/call": call.pk}[model]
    assert admin_client.get(f"/admin/{model}/?q=a").status_code == 200
    assert admin_client.get(f"/admin/{model}/{pk}/change/").status_code == 200


def test_the_admin_leaves_states_to_the_operations(admin_client: Client) -> None:
    agent, call = make_agent(), make_call()
    call_assign(call_id=call.pk, agent_id=agent.pk)
    sent = {"nombre": "Eva", "email": "eva@example.com", "extension": "2002"}
    url = f"/admin/agents/agent/{agent.pk}/change/"
    assert admin_client.post(url, {**sent, "estado": "disponible"}).status_code == 302
    agent.refresh_from_db()
    assert (agent.nombre, agent.estado) == ("Eva", "ocupado")

    url = f"/admin/calls/call/{call.pk}/change/"
    changes = {"estado": "en_espera", "agente": "", "fin_0": "2026-03-01", "fin_1": "12:00"}
    assert admin_client.post(url, {"numero": "600111222", **changes}).status_code == 302
    call.refresh_from_db()
    assert (call.numero, call.estado, call.agente, call.fin) == (
        "600111222",
        "en_curso",
        agent,
        None,
    )


def test_create_test_data_adds_calls_and_only_missing_agents(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("create_test_data", agents=3, calls=20)
    assert (Agent.objects.count(), Call.objects.count()) == (3, 20)
    assert "3 agentes, 20 llamadas" in capsys.readouterr().out
    call_command("create_test_data", agents=3, calls=5)
    assert (Agent.objects.count(), Call.objects.count()) == (3, 25)
    with pytest.raises(CommandError, match="--agents va de 0 a 9000"):
        call_command("create_test_data", agents=-1)


def test_names_read_well() -> None:
    call = make_call(finished=True)
    assert str(call) == "+34911222333 2026-03-01 12:00"
    assert str(make_agent(nombre="Ana", extension="2001")) == "Ana (2001)"
