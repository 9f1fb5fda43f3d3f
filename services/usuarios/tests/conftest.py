"""Real Postgres, from DATABASE_*; its user must be allowed to create the test database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from rest_framework.response import Response
from rest_framework.test import APIClient

from usuarios.models import Usuario
from usuarios.operations import usuario_create

USUARIOS = "/api/v1/usuarios/"


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def ana(db: None) -> Usuario:
    return make_usuario()


def body(**changes: Any) -> dict[str, Any]:
    return {"email": "ana@example.com", "nombre": "Ana", "apellidos": "Ruiz Gil", **changes}


def make_usuario(**changes: Any) -> Usuario:
    return usuario_create(**body(**changes))


def at_once(call: Callable[[APIClient, int], Response], *, times: int) -> list[int]:
    """The status of each of `times` calls that start together, each on its own connection."""
    barrier = Barrier(times)

    def run(number: int) -> int:
        barrier.wait()
        try:
            return call(APIClient(), number).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(run, range(times)))
