import threading
from datetime import timedelta
from typing import Any

import pytest
from agents.models import Agent, AgentState
from calls.failures import AgentNotAvailable
from calls.models import Call, CallState
from calls.operations import call_assign
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.factories import NOON, make_agent, make_call

pytestmark = pytest.mark.django_db
URL = "/api/v1/calls/"


def ids(api: APIClient, **query: Any) -> list[int]:
    return [call["id"] for call in api.get(URL, query).json()["results"]]


def test_nobody_gets_in_without_credentials() -> None:
    assert APIClient().get(URL).status_code == 401


def test_register(api: APIClient) -> None:
    answer = api.post(URL, {"numero": "+34600111222", "motivo": "Factura"})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["estado"], body["agente"], body["duracion"]) == ("en_espera", None, None)
    assert api.get(f"{URL}{body['id']}/").json() == body


@pytest.mark.parametrize("numero", ["", "abc", "12", "+", "+1234567890123456", "600 111 222"])
def test_register_refuses_what_is_no_number(api: APIClient, numero: str) -> None:
    answer = api.post(URL, {"numero": numero})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["numero"])
    assert not Call.objects.exists()


def test_a_call_from_the_queue_to_its_end(api: APIClient) -> None:
    agent, call = make_agent(), make_call()
    assigned = api.post(f"{URL}{call.pk}/assign/", {"agente": agent.pk}).json()
    agent.refresh_from_db()
    assert (assigned["estado"], assigned["agente"]["id"]) == ("en_curso", agent.pk)
    assert agent.estado == AgentState.OCUPADO

    finished = api.post(f"{URL}{call.pk}/finish/").json()
    agent.refresh_from_db()
    assert finished["estado"] == "finalizada"
    assert finished["duracion"] > 0
    assert agent.estado == AgentState.DISPONIBLE


def test_abandon(api: APIClient) -> None:
    call = make_call()
    answer = api.post(f"{URL}{call.pk}/abandon/").json()
    assert answer["estado"] == "abandonada"
    assert answer["fin"] is not None


@pytest.mark.parametrize("action", ["assign", "finish", "abandon"])
def test_a_finished_call_stays_as_it_is(api: APIClient, action: str) -> None:
    call = make_call(finished=True)
    answer = api.post(f"{URL}{call.pk}/{action}/", {"agente": make_agent().pk})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "wrong_state")
    assert "finalizada" in answer.json()["error"]["message"]
    assert Call.objects.get().fin == call.fin


@pytest.mark.parametrize("action", ["assign", "finish", "abandon"])
def test_a_call_that_is_not_there_is_a_404(api: APIClient, action: str) -> None:
    agent = make_agent()
    assert api.post(f"{URL}999/{action}/", {"agente": agent.pk}).status_code == 404


def test_only_a_free_agent_takes_a_call(api: APIClient) -> None:
    call = make_call()
    away = make_agent(estado=AgentState.AUSENTE)
    answer = api.post(f"{URL}{call.pk}/assign/", {"agente": away.pk})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "agent_not_available")
    assert api.post(f"{URL}{call.pk}/assign/", {"agente": 999}).status_code == 400
    assert api.post(f"{URL}{call.pk}/assign/", {}).status_code == 400
    call.refresh_from_db()
    assert call.estado == CallState.EN_ESPERA


def test_an_agent_whose_state_is_wrong_gets_no_second_call(api: APIClient) -> None:
    agent, second = make_agent(), make_call()
    call_assign(call_id=make_call().pk, agent_id=agent.pk)
    Agent.objects.update(estado=AgentState.DISPONIBLE)
    answer = api.post(f"{URL}{second.pk}/assign/", {"agente": agent.pk})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "agent_not_available")
    second.refresh_from_db()
    assert (second.estado, second.agente) == (CallState.EN_ESPERA, None)


@pytest.mark.django_db(transaction=True)
def test_of_many_calls_at_once_an_agent_gets_one() -> None:
    agent = make_agent()
    calls = [make_call() for _ in range(6)]
    refused: list[Exception] = []

    def assign(call: Call) -> None:
        try:
            call_assign(call_id=call.pk, agent_id=agent.pk)
        except AgentNotAvailable as failure:
            refused.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=assign, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5
    assert Call.objects.filter(estado=CallState.EN_CURSO).count() == 1


def test_list_pages_of_ten_newest_first_without_a_query_per_row(api: APIClient) -> None:
    for minute in range(12):
        make_call(finished=True, inicio=NOON - timedelta(minutes=minute))
    with CaptureQueriesContext(connection) as queries:
        body = api.get(URL).json()
    assert (body["count"], len(body["results"])) == (12, 10)
    assert len(queries) == 2
    starts = [call["inicio"] for call in body["results"]]
    assert starts == sorted(starts, reverse=True)
    assert body["results"][0]["agente"].keys() == {"id", "nombre", "extension"}


def test_list_filters(api: APIClient) -> None:
    ana, eva = make_agent(), make_agent()
    early = make_call(finished=True, agente=ana, inicio=NOON - timedelta(days=1))
    late = make_call(finished=True, agente=eva)
    waiting = make_call(inicio=NOON + timedelta(days=1))
    assert ids(api, agent=ana.pk) == [early.pk]
    assert ids(api, state="en_espera") == [waiting.pk]
    # From is included, to is not.
    assert ids(api, **{"from": NOON.isoformat()}) == [waiting.pk, late.pk]
    assert ids(api, to=NOON.isoformat()) == [early.pk]
    assert ids(api, agent=eva.pk, state="finalizada", to="2026-03-02T00:00Z") == [late.pk]
    assert ids(api, agent=999) == []


@pytest.mark.parametrize(
    "query",
    [
        {"agent": "ana"},
        {"state": "dormida"},
        {"from": "ayer"},
        {"from": "2026-03-02T00:00Z", "to": "2026-03-01T00:00Z"},
        {"agente": "1"},
    ],
)
def test_a_bad_filter_is_named(api: APIClient, query: dict[str, str]) -> None:
    answer = api.get(URL, query)
    assert answer.status_code == 400
    assert next(iter(answer.json()["error"]["fields"])) == next(iter(query))


@pytest.mark.parametrize(
    "fields",
    [
        {"estado": CallState.EN_CURSO},
        {"estado": CallState.FINALIZADA, "fin": NOON},
        {"estado": CallState.EN_ESPERA, "fin": NOON},
        {"estado": CallState.ABANDONADA, "fin": NOON - timedelta(seconds=1)},
    ],
)
def test_the_database_refuses_states_that_do_not_fit(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_call(**fields)


def test_the_filters_use_indices(api: APIClient) -> None:
    make_call(finished=True)
    queries = {
        "call_inicio": Call.objects.all(),
        "call_estado_inicio": Call.objects.filter(estado="finalizada"),
        "call_agente_inicio": Call.objects.filter(agente_id=1),
    }
    with connection.cursor() as cursor:
        # A single row is read at once whatever indices there are.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    for index, calls in queries.items():
        assert index in calls[:10].explain()
