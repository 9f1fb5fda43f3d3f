"""Real Postgres, from DATABASE_*; its user must be allowed to create the test database."""

from typing import Any

import pytest
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
