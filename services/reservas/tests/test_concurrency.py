import pytest

from in_services.tests.concurrency import at_once
from reservas.models import Estado, Reserva
from tests.conftest import RESERVAS, body, make_reserva

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_bookings_at_once_are_all_made() -> None:
    """More at once than the pool has connections: they take turns."""
    assert at_once(lambda api, _: api.post(RESERVAS, body()), times=12) == [201] * 12
    assert Reserva.objects.count() == 12


def test_the_same_transition_at_once_happens_once(reserva: Reserva) -> None:
    url = f"{RESERVAS}{reserva.pk}/transicion/"
    statuses = at_once(lambda api, _: api.post(url, {"estado": "confirmada"}), times=6)
    assert statuses == [200] + [409] * 5


def test_of_two_ends_at_once_one_wins() -> None:
    reserva = make_reserva(estado=Estado.CONFIRMADA)
    url = f"{RESERVAS}{reserva.pk}/transicion/"
    ends = ("completada", "cancelada")
    statuses = at_once(lambda api, n: api.post(url, {"estado": ends[n % 2]}), times=6)
    assert statuses == [200] + [409] * 5
    reserva.refresh_from_db()
    assert reserva.estado in ends


def test_a_state_and_a_change_at_once_both_stay(reserva: Reserva) -> None:
    url = f"{RESERVAS}{reserva.pk}/"
    calls = (
        lambda api: api.post(f"{url}transicion/", {"estado": "confirmada"}),
        lambda api: api.patch(url, {"notas": "Terraza"}),
        lambda api: api.patch(url, {"numero_personas": 2}),
    )
    assert at_once(lambda api, n: calls[n](api), times=3) == [200] * 3
    reserva.refresh_from_db()
    assert (reserva.estado, reserva.notas, reserva.numero_personas) == ("confirmada", "Terraza", 2)
