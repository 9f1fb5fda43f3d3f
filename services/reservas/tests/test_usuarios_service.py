"""The question whether whoever books may, put to real servers on loopback."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from reservas.models import Reserva
from tests.conftest import RESERVAS, body, make_reserva

pytestmark = pytest.mark.django_db


class Server(ThreadingHTTPServer):
    """Answers by path, and remembers what it was asked."""

    answers: dict[str, tuple[int, str]]
    asked: list[tuple[str, dict[str, str]]]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def know(self, usuario_id: int, *, activo: bool) -> None:
        self.answers[f"/api/v1/usuarios/{usuario_id}/"] = (
            200,
            json.dumps({"id": usuario_id, "activo": activo}),
        )


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        status, text = self.server.answers.get(urlsplit(self.path).path, (404, "{}"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/api/v1/usuarios/7/")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def serve() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.answers, server.asked = {}, []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def usuarios(settings: Settings) -> Iterator[Server]:
    for server in serve():
        settings.USUARIOS_URL = f"http://{server.address}"
        yield server


@pytest.fixture
def metadata(settings: Settings) -> Iterator[Server]:
    for server in serve():
        settings.METADATA_HOST = server.address
        settings.USUARIOS_ID_TOKEN = True
        yield server


def test_an_active_usuario_books(api: APIClient, usuarios: Server) -> None:
    usuarios.know(7, activo=True)
    answer = api.post(RESERVAS, body(), headers={"x-request-id": "abc-1"})
    assert answer.status_code == 201
    [(path, headers)] = usuarios.asked
    assert path == "/api/v1/usuarios/7/"
    # One id for the whole way, and nobody to be recognised as on a laptop.
    assert headers["X-Request-ID"] == "abc-1"
    assert "Authorization" not in headers


def test_the_answer_is_awaited_without_a_connection(api: APIClient, usuarios: Server) -> None:
    usuarios.know(7, activo=True)
    with CaptureQueriesContext(connection) as queries:
        api.post(RESERVAS, body())
    assert [query["sql"].split()[0] for query in queries] == ["INSERT"]


@pytest.mark.parametrize(
    ("usuario_id", "said"), [(8, "El usuario 8 está desactivado"), (9, "No existe el usuario 9")]
)
def test_nobody_else_does(api: APIClient, usuarios: Server, usuario_id: int, said: str) -> None:
    usuarios.know(8, activo=False)
    answer = api.post(RESERVAS, body(usuario_id=usuario_id))
    assert answer.status_code == 400
    assert said in answer.json()["error"]["fields"]["usuario_id"][0]
    assert not Reserva.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        (500, "{}"),
        (403, "{}"),
        (302, ""),
        (200, "<html>"),
        (200, "[]"),
        (200, "{}"),
    ],
)
def test_an_answer_that_is_none_is_a_503(
    api: APIClient, usuarios: Server, broken: tuple[int, str]
) -> None:
    usuarios.know(7, activo=True)
    usuarios.answers["/api/v1/usuarios/8/"] = broken
    answer = api.post(RESERVAS, body(usuario_id=8))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "usuarios_unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert len(usuarios.asked) == 1
    assert not Reserva.objects.exists()


@pytest.fixture(params=["refuses", "hangs"])
def broken_usuarios(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    """A port where nobody listens, or where somebody does and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if request.param == "hangs":
            server.listen(64)
        settings.USUARIOS_URL = f"http://127.0.0.1:{server.getsockname()[1]}"
        settings.USUARIOS_TIMEOUT_SECONDS = 1
        yield


@pytest.mark.usefixtures("broken_usuarios")
def test_while_it_is_away_only_new_reservas_wait(
    api: APIClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    started = time.monotonic()
    answer = api.post(RESERVAS, body())
    assert time.monotonic() - started < 2
    assert answer.status_code == 503
    assert "no se puede comprobar quién reserva" in answer.json()["error"]["message"]
    assert "does not answer" in caplog.text

    settings.USUARIOS_URL, away = "", settings.USUARIOS_URL
    reserva = make_reserva()
    settings.USUARIOS_URL = away
    url = f"{RESERVAS}{reserva.pk}/"
    assert api.get(url).status_code == 200
    assert api.patch(url, {"numero_personas": 2}).status_code == 200
    assert api.post(f"{url}transicion/", {"estado": "cancelada"}).status_code == 200


def test_a_bad_body_is_refused_before_anybody_is_asked(api: APIClient, usuarios: Server) -> None:
    assert api.post(RESERVAS, body(numero_personas=0)).status_code == 400
    assert usuarios.asked == []


def test_on_google_cloud_we_say_who_we_are(
    api: APIClient, usuarios: Server, metadata: Server
) -> None:
    usuarios.know(7, activo=True)
    identity = "/computeMetadata/v1/instance/service-accounts/default/identity"
    metadata.answers[identity] = (200, "to.ke.n\n")
    assert api.post(RESERVAS, body()).status_code == 201
    [(asked, headers)] = metadata.asked
    assert parse_qs(urlsplit(asked).query) == {"audience": [f"http://{usuarios.address}"]}
    assert headers["Metadata-Flavor"] == "Google"
    assert usuarios.asked[0][1]["Authorization"] == "Bearer to.ke.n"


def test_without_an_identity_it_is_a_503(
    api: APIClient, usuarios: Server, metadata: Server
) -> None:
    assert api.post(RESERVAS, body()).status_code == 503
    assert usuarios.asked == []
