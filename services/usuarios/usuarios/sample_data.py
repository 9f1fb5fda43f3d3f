"""Made-up people for development. Needs Faker, which the production image does not have."""

import datetime as dt
import random
from collections.abc import Iterator

from django.utils import timezone
from faker import Faker

from usuarios.models import TipoUsuario, Usuario

SHARES = {TipoUsuario.CLIENTE: 85, TipoUsuario.EMPLEADO: 12, TipoUsuario.ADMINISTRADOR: 3}


def create_sample_usuarios(*, count: int, seed: int) -> int:
    """Create `count` people; with a seed already used, only those who are missing."""
    before = Usuario.objects.count()
    people = _made_up(count=count, seed=seed)
    Usuario.objects.bulk_create(people, ignore_conflicts=True, batch_size=1000)
    return Usuario.objects.count() - before


def _made_up(*, count: int, seed: int) -> Iterator[Usuario]:
    chance = random.Random(seed)  # noqa: S311
    people = Faker("es_ES")
    people.seed_instance(seed)
    now = timezone.now()
    for number in range(count):
        yield Usuario(
            # The seed and number make it unique, and the same in the next run.
            email=f"{people.user_name()}.{seed}.{number}@example.com".lower(),
            nombre=people.first_name(),
            apellidos=f"{people.last_name()} {people.last_name()}",
            telefono=f"+34 {chance.randint(6 * 10**8, 8 * 10**8 - 1)}",
            tipo_usuario=chance.choices(list(SHARES), weights=list(SHARES.values()))[0],
            activo=chance.random() < 0.9,
            created_at=now - dt.timedelta(minutes=chance.randrange(365 * 24 * 60)),
        )
