"""Everything that reads usuarios."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from usuarios.models import Usuario

ORDERINGS = ("created_at", "-created_at", "apellidos", "-apellidos", "email", "-email")


@dataclass(frozen=True, kw_only=True)
class UsuarioFilters:
    activo: bool = True
    tipo_usuario: str | None = None
    email: str | None = None
    search: str = ""
    ordering: str = "-created_at"


def usuario_get(*, usuario_id: int) -> Usuario:
    """Active or not: whoever refers to somebody wants to know which."""
    return Usuario.objects.get(pk=usuario_id)


def usuario_list(*, filters: UsuarioFilters) -> QuerySet[Usuario]:
    """Active people, or only the others; every word of the search must be found somewhere."""
    wanted = Q(activo=filters.activo)
    if filters.tipo_usuario:
        wanted &= Q(tipo_usuario=filters.tipo_usuario)
    if filters.email:
        wanted &= Q(email=filters.email.lower())
    for word in filters.search.split():
        wanted &= (
            Q(nombre__icontains=word) | Q(apellidos__icontains=word) | Q(email__icontains=word)
        )
    return Usuario.objects.filter(wanted).order_by(*_order(filters.ordering))


def email_is_taken(*, email: str, by_other_than: Usuario | None = None) -> bool:
    others = Usuario.objects.filter(email=email.lower())
    if by_other_than is not None:
        others = others.exclude(pk=by_other_than.pk)
    return others.exists()


def _order(ordering: str) -> tuple[str, ...]:
    # The id makes pages stable among equals and matches the indices; an email has no equals.
    if ordering.endswith("email"):
        return (ordering,)
    return ordering, "-id" if ordering.startswith("-") else "id"
