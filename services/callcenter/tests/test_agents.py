from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from agents.models import Agent, AgentState
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.factories import make_agent

pytestmark = pytest.mark.django_db
URL = "/api/v1/agents/"
ANA = {"nombre": "Ana", "email": "ana@example.com", "extension": "2001"}


def test_nobody_gets_in_without_credentials() -> None:
    assert APIClient().get(URL).status_code == 401
    assert APIClient().post(URL, ANA).status_code == 401
    assert not Agent.objects.exists()


def test_a_token_opens_the_door(django_user_model) -> None:
    from rest_framework.authtoken.models import Token

    token = Token.objects.create(user=django_user_model.objects.create_user("centralita"))
    client = APIClient(headers={"authorization": f"Token {token.key}"})
    assert client.get(URL).status_code == 200


def test_create(api: APIClient) -> None:
    answer = api.post(URL, ANA)
    assert answer.status_code == 201
    agent = Agent.objects.get()
    assert answer.json() | ANA == answer.json()
    assert (answer.json()["id"], agent.estado) == (agent.pk, AgentState.DISPONIBLE)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"nombre": ""}, "nombre"),
        ({"email": "no"}, "email"),
        ({"extension": "12a"}, "extension"),
        ({"extension": "1"}, "extension"),
        ({"color": "rojo"}, "color"),
    ],
)
def test_create_names_the_bad_field(api: APIClient, changed: dict[str, str], field: str) -> None:
    answer = api.post(URL, ANA | changed)
    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == [field]


@pytest.mark.parametrize("field", ["email", "extension"])
def test_email_and_extension_are_taken_once(api: APIClient, field: str) -> None:
    make_agent(**{field: ANA[field]})
    answer = api.post(URL, ANA)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [field])


@pytest.mark.django_db(transaction=True)
def test_of_many_with_one_email_at_once_one_is_created() -> None:
    user = User.objects.create_user("centralita")
    barrier = Barrier(6)

    def create(number: int) -> int:
        client = APIClient()
        client.force_authenticate(user)
        barrier.wait()
        try:
            return client.post(URL, ANA | {"extension": f"300{number}"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(create, range(6)))
    # Whoever looked before the first was there is told so by the database.
    assert statuses[0] == 201
    assert set(statuses[1:]) <= {400, 409}
    assert Agent.objects.count() == 1


def test_a_body_that_is_no_object_is_a_400(api: APIClient) -> None:
    assert api.post(URL, [1, 2]).status_code == 400
    assert api.post(URL, "{", content_type="application/json").status_code == 400


def test_list_pages_of_ten_by_name_in_two_queries(api: APIClient) -> None:
    [make_agent() for _ in range(12)]
    with CaptureQueriesContext(connection) as queries:
        body = api.get(URL).json()
    assert (body["count"], len(body["results"])) == (12, 10)
    assert len(queries) == 2
    names = [agent["nombre"] for agent in body["results"]]
    assert names == sorted(names)
    assert len(api.get(URL, {"page": 2}).json()["results"]) == 2
    assert api.get(URL, {"page": 3}).status_code == 404


def test_list_filters_by_state(api: APIClient) -> None:
    make_agent()
    away = make_agent(estado=AgentState.AUSENTE)
    body = api.get(URL, {"state": "ausente"}).json()
    assert [agent["id"] for agent in body["results"]] == [away.pk]
    assert api.get(URL, {"state": "dormido"}).status_code == 400
    assert list(api.get(URL, {"estado": "ausente"}).json()["error"]["fields"]) == ["estado"]


def test_retrieve(api: APIClient) -> None:
    agent = make_agent()
    assert api.get(f"{URL}{agent.pk}/").json()["nombre"] == agent.nombre
    answer = api.get(f"{URL}{agent.pk + 1}/")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_update(api: APIClient) -> None:
    agent = make_agent()
    answer = api.patch(f"{URL}{agent.pk}/", {"estado": "ausente", "nombre": "Eva"})
    agent.refresh_from_db()
    assert (answer.status_code, agent.estado, agent.nombre) == (200, "ausente", "Eva")
    assert answer.json()["nombre"] == "Eva"


def test_only_calls_make_busy_and_free_again(api: APIClient) -> None:
    agent = make_agent()
    assert api.patch(f"{URL}{agent.pk}/", {"estado": "ocupado"}).status_code == 400
    busy = make_agent(estado=AgentState.OCUPADO)
    answer = api.patch(f"{URL}{busy.pk}/", {"estado": "disponible"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "agent_on_call")
    assert api.patch(f"{URL}{busy.pk}/", {"nombre": "Eva"}).status_code == 200


def test_update_of_nobody_is_a_404(api: APIClient) -> None:
    assert api.patch(f"{URL}999/", {"nombre": "Eva"}).status_code == 404


def test_the_database_knows_the_states_too() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_agent(estado="dormido")
