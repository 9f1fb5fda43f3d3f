from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from tests.conftest import body, make_usuario
from usuarios.failures import DuplicateEmail, UsuarioInactive
from usuarios.models import Usuario
from usuarios.operations import (
    usuario_create,
    usuario_deactivate,
    usuario_reactivate,
    usuario_update,
)
from usuarios.selectors import UsuarioFilters, usuario_list

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"email": "Ana@example.com"}, "usuario_email_lowercase"),
        ({"email": "taken@example.com"}, "usuarios_usuario_email"),
        ({"tipo_usuario": "rey"}, "usuario_tipo_known"),
        ({"nombre": ""}, "usuario_nombre_given"),
    ],
)
def test_the_database_keeps_the_rules_too(changes: dict[str, Any], constraint: str) -> None:
    make_usuario(email="taken@example.com")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Usuario(**body(**changes)).save()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no"}, "email"),
        ({"email": "TAKEN@example.com"}, "email"),
        ({"telefono": "x"}, "telefono"),
        ({"tipo_usuario": "rey"}, "tipo_usuario"),
        ({"nombre": ""}, "nombre"),
    ],
)
def test_the_model_keeps_the_rules(changes: dict[str, Any], field: str) -> None:
    make_usuario(email="taken@example.com")
    with pytest.raises(ValidationError) as caught:
        Usuario(**body(**changes)).full_clean()
    assert list(caught.value.message_dict) == [field]


def test_operations_refuse_what_the_model_does() -> None:
    with pytest.raises(ValidationError):
        usuario_create(**body(telefono="x"))
    with pytest.raises(ValueError, match="not editable"):
        usuario_update(usuario_id=1, changes={"activo": False})
    with pytest.raises(Usuario.DoesNotExist):
        usuario_deactivate(usuario_id=1)


def test_duplicates_and_inactive_are_failures_of_the_domain(ana: Usuario) -> None:
    with pytest.raises(DuplicateEmail):
        make_usuario(email="ANA@EXAMPLE.COM")
    usuario_deactivate(usuario_id=ana.pk)
    with pytest.raises(UsuarioInactive):
        usuario_update(usuario_id=ana.pk, changes={"nombre": "Eva"})
    assert usuario_reactivate(usuario_id=ana.pk).activo


def test_other_broken_constraints_stay_what_they_are(
    ana: Usuario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("usuarios.operations._check", lambda usuario: None)
    with pytest.raises(IntegrityError, match="usuario_tipo_known"):
        usuario_update(usuario_id=ana.pk, changes={"tipo_usuario": "rey"})


def test_names_read_well(ana: Usuario) -> None:
    assert str(ana) == "Ana Ruiz Gil <ana@example.com>"
    assert Usuario(nombre="Eva").nombre_completo == "Eva"


def listed(**filters: Any) -> QuerySet[Usuario]:
    return usuario_list(filters=UsuarioFilters(**filters))[:10]


def test_filters_and_orderings_use_indices() -> None:
    with connection.cursor() as cursor:
        # A single row is read at once whatever indices there are.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    plans = {
        "usuario_created": [listed(), listed(activo=False), listed(ordering="created_at")],
        "usuario_tipo_created": [listed(tipo_usuario="cliente")],
        "usuario_apellidos": [listed(ordering="apellidos"), listed(ordering="-apellidos")],
        "usuarios_usuario_email": [listed(ordering="email"), listed(ordering="-email")],
    }
    for index, usuarios in plans.items():
        for chosen in usuarios:
            assert index in chosen.explain(), chosen.query


def test_looking_for_an_address_uses_its_index() -> None:
    unordered = usuario_list(filters=UsuarioFilters(email="A@example.com")).order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("DROP INDEX usuario_created, usuario_tipo_created, usuario_apellidos")
    assert "usuarios_usuario_email" in unordered.explain()


def test_the_search_uses_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    word = Q(nombre__icontains="ruiz") | Q(apellidos__icontains="ruiz") | Q(email__icontains="ruiz")
    assert "usuario_search" in Usuario.objects.filter(word).order_by().explain()
