"""Real Postgres, from DATABASE_*; its user must be allowed to create the test database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from reservas.models import Estado, Reserva
from reservas.operations import reserva_create

RESERVAS = "/api/v1/reservas/"


@pytest.fixture(autouse=True)
def nobody_is_asked(settings: Settings) -> None:
    """Whatever USUARIOS_URL this process was given; tests of the question give their own."""
    settings.USUARIOS_URL = ""


@pytest.fixture
def api() -> APIClient:
    return APIClient()


@pytest.fixture
def reserva(db: None) -> Reserva:
    return make_reserva()


def in_days(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def body(**changes: Any) -> dict[str, Any]:
    return {"usuario_id": 7, "fecha_reserva": in_days(1), "numero_personas": 4, **changes}


def make_reserva(*, estado: Estado = Estado.PENDIENTE, **changes: Any) -> Reserva:
    reserva = reserva_create(**body(**changes))
    if reserva.estado != estado:
        reserva.estado = estado
        reserva.save()
    return reserva
