from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from reservas.models import Estado, Reserva
from reservas.operations import reserva_create, reserva_update
from reservas.selectors import ReservaFilters, reserva_list
from tests.conftest import body, in_days, make_reserva

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"numero_personas": 0}, "reserva_numero_personas_positive"),
        ({"estado": "perdida"}, "reserva_estado_known"),
        ({"usuario_id": -1}, "usuario_id"),
    ],
)
def test_the_database_keeps_the_rules_too(changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Reserva(**body(**changes)).save()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"numero_personas": 0}, "numero_personas"),
        ({"usuario_id": 0}, "usuario_id"),
        ({"fecha_reserva": None}, "fecha_reserva"),
        ({"estado": "perdida"}, "__all__"),
    ],
)
def test_the_model_keeps_the_rules(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Reserva(**body(**changes)).full_clean()
    assert field in caught.value.message_dict


def test_operations_refuse_what_the_model_does(reserva: Reserva) -> None:
    with pytest.raises(ValidationError):
        reserva_create(**body(numero_personas=0))
    with pytest.raises(ValidationError):
        reserva_update(reserva_id=reserva.pk, changes={"numero_personas": 0})
    with pytest.raises(ValueError, match="not editable"):
        reserva_update(reserva_id=reserva.pk, changes={"estado": "cancelada"})


def test_every_estado_says_what_follows() -> None:
    assert len(Estado) == 4
    assert [len(estado.next_estados) for estado in Estado] == [2, 2, 0, 0]


def test_names_read_well() -> None:
    reserva = Reserva(**body(fecha_reserva=in_days(1).replace(2026, 3, 1, 20, 30)))
    assert str(reserva) == "2026-03-01 20:30 · 4 · pendiente"


def listed(**filters: Any) -> QuerySet[Reserva]:
    return reserva_list(filters=ReservaFilters(**filters))[:10]


def test_filters_and_orderings_use_indices() -> None:
    make_reserva()
    with connection.cursor() as cursor:
        # A single row is read at once whatever indices there are.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plans = {
        "reserva_fecha": [
            listed(),
            listed(ordering="fecha_reserva"),
            listed(fecha_desde=in_days(0)),
            listed(fecha_hasta=in_days(9)),
        ],
        "reserva_created": [listed(ordering="created_at"), listed(ordering="-created_at")],
        "reserva_estado": [listed(estado="pendiente"), listed(estado="x", fecha_desde=in_days(0))],
        "reserva_usuario": [listed(usuario_id=7), listed(usuario_id=7, ordering="fecha_reserva")],
    }
    for index, reservas in plans.items():
        for chosen in reservas:
            assert f"using {index} " in chosen.explain()
