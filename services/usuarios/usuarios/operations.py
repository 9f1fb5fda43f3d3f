"""Everything that writes usuarios."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from usuarios.failures import DuplicateEmail, UsuarioInactive
from usuarios.models import TipoUsuario, Usuario

EDITABLE = frozenset({"email", "nombre", "apellidos", "telefono", "tipo_usuario"})


def usuario_create(
    *,
    email: str,
    nombre: str,
    apellidos: str = "",
    telefono: str = "",
    tipo_usuario: str = TipoUsuario.CLIENTE,
) -> Usuario:
    """Register somebody; `DuplicateEmail` if the address is taken, in whatever case."""
    usuario = Usuario(
        email=email,
        nombre=nombre,
        apellidos=apellidos,
        telefono=telefono,
        tipo_usuario=tipo_usuario,
    )
    with _writing():
        _check(usuario)
        usuario.save(force_insert=True)
    return usuario


def usuario_update(*, usuario_id: int, changes: Mapping[str, Any]) -> Usuario:
    """Change the details of an active usuario, never whether they are one."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    with _writing():
        usuario = _locked(usuario_id=usuario_id)
        if not usuario.activo:
            raise UsuarioInactive
        for field, value in changes.items():
            setattr(usuario, field, value)
        _check(usuario)
        usuario.save(update_fields=[*changes, "updated_at"])
    return usuario


def usuario_deactivate(*, usuario_id: int) -> Usuario:
    """Do what the API's DELETE does. A person who is inactive already stays as they are."""
    return _set_activo(usuario_id=usuario_id, activo=False)


def usuario_reactivate(*, usuario_id: int) -> Usuario:
    return _set_activo(usuario_id=usuario_id, activo=True)


def _set_activo(*, usuario_id: int, activo: bool) -> Usuario:
    with transaction.atomic():
        usuario = _locked(usuario_id=usuario_id)
        if usuario.activo != activo:
            usuario.activo = activo
            usuario.save(update_fields=["activo", "updated_at"])
    return usuario


def _locked(*, usuario_id: int) -> Usuario:
    return Usuario.objects.select_for_update().get(pk=usuario_id)


def _check(usuario: Usuario) -> None:
    # Only the database can tell whether the address is free.
    usuario.full_clean(validate_unique=False, validate_constraints=False)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        # Two requests that bring the same address at once both find it free beforehand.
        if "usuarios_usuario_email" in str(error):
            raise DuplicateEmail from error
        raise
