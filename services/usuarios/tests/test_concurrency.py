import pytest

from in_services.tests.concurrency import at_once
from tests.conftest import USUARIOS, body
from usuarios.models import Usuario

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_with_one_address_at_once_one_is_created() -> None:
    cases = ("ana@example.com", "Ana@example.com", "ANA@EXAMPLE.COM")
    statuses = at_once(
        lambda api, number: api.post(USUARIOS, body(email=cases[number % 3])), times=8
    )
    assert statuses == [201] + [400] * 7
    assert Usuario.objects.get().email == "ana@example.com"


def test_of_many_that_change_to_one_address_at_once_one_gets_it() -> None:
    ids = [Usuario.objects.create(email=f"{n}@example.com", nombre="N").pk for n in range(6)]
    statuses = at_once(
        lambda api, number: api.patch(f"{USUARIOS}{ids[number]}/", {"email": "uno@example.com"}),
        times=6,
    )
    assert statuses == [200] + [400] * 5


def test_changes_at_once_lose_nothing(ana: Usuario) -> None:
    changes = ({"nombre": "Eva"}, {"apellidos": "Mora"}, {"telefono": "+34 600"})
    statuses = at_once(
        lambda api, number: api.patch(f"{USUARIOS}{ana.pk}/", changes[number]), times=3
    )
    ana.refresh_from_db()
    assert statuses == [200] * 3
    assert (ana.nombre_completo, ana.telefono) == ("Eva Mora", "+34 600")


def test_deactivating_at_once_is_no_error(ana: Usuario) -> None:
    assert at_once(lambda api, _: api.delete(f"{USUARIOS}{ana.pk}/"), times=6) == [204] * 6
    url = f"{USUARIOS}{ana.pk}/reactivar/"
    assert at_once(lambda api, _: api.post(url), times=6) == [200] * 6
