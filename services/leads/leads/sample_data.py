"""Made-up leads for development. Needs Faker, which the production image does not have."""

import datetime as dt
import random
from collections.abc import Iterator

from django.utils import timezone
from faker import Faker

from leads.models import Estado, Lead, Source

SOURCES = {
    "web": "Formulario web",
    "referido": "Referido",
    "campana": "Campaña",
    "evento": "Evento",
}
# A funnel: most leads are young, few are decided.
SHARES = {
    Estado.NUEVO: 40,
    Estado.CONTACTADO: 25,
    Estado.CALIFICADO: 15,
    Estado.GANADO: 12,
    Estado.PERDIDO: 8,
}


def create_sample_leads(*, count: int, seed: int, days: int = 90) -> int:
    """Create `count` leads over the last `days`; with a seed already used, only what is missing."""
    sources = [
        Source.objects.get_or_create(slug=slug, defaults={"nombre": nombre})[0]
        for slug, nombre in SOURCES.items()
    ]
    before = Lead.objects.count()
    Lead.objects.bulk_create(
        _made_up(count=count, seed=seed, days=days, sources=sources),
        ignore_conflicts=True,
        batch_size=1000,
    )
    return Lead.objects.count() - before


def _made_up(*, count: int, seed: int, days: int, sources: list[Source]) -> Iterator[Lead]:
    chance = random.Random(seed)  # noqa: S311
    people = Faker("es_MX")
    people.seed_instance(seed)
    now = timezone.now()
    for number in range(count):
        yield Lead(
            nombre=people.name(),
            # The seed and number make it unique, and the same in the next run.
            email=f"{people.user_name()}.{seed}.{number}@example.com".lower(),
            telefono=f"+52 {chance.randint(10**9, 10**10 - 1)}",
            source=chance.choice(sources),
            estado=chance.choices(list(SHARES), weights=list(SHARES.values()))[0],
            notas=people.sentence(),
            created_at=now - dt.timedelta(minutes=chance.randrange(days * 24 * 60)),
        )
