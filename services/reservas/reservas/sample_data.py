"""Made-up bookings for development. Needs Faker, which the production image does not have."""

import datetime as dt
import random
from collections.abc import Iterator

from django.utils import timezone
from faker import Faker

from reservas.models import Estado, Reserva

DAYS = 60


def create_sample_reservas(*, count: int, usuarios: int, seed: int) -> int:
    """Create `count` bookings of the usuarios 1 to `usuarios`, for the days around today."""
    made = _made_up(count=count, usuarios=usuarios, seed=seed)
    return len(Reserva.objects.bulk_create(made, batch_size=1000))


def _made_up(*, count: int, usuarios: int, seed: int) -> Iterator[Reserva]:
    chance = random.Random(seed)  # noqa: S311
    words = Faker("es_ES")
    words.seed_instance(seed)
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for _ in range(count):
        fecha = now + dt.timedelta(hours=chance.randrange(-DAYS * 24, DAYS * 24))
        yield Reserva(
            usuario_id=chance.randint(1, usuarios),
            fecha_reserva=fecha,
            numero_personas=chance.choices((1, 2, 3, 4, 6, 10), weights=(1, 5, 2, 4, 2, 1))[0],
            notas=words.sentence() if chance.random() < 0.3 else "",
            estado=_estado(chance, over=fecha < now),
            created_at=min(now, fecha) - dt.timedelta(hours=chance.randint(1, 500)),
        )


def _estado(chance: random.Random, *, over: bool) -> Estado:
    if chance.random() < 0.15:
        return Estado.CANCELADA
    if over:
        return Estado.COMPLETADA
    return chance.choice((Estado.PENDIENTE, Estado.CONFIRMADA))
