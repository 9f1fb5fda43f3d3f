"""Agents and calls to try the system with, the same ones for the same seed."""

import random
from datetime import datetime, timedelta
from typing import NamedTuple

from agents.models import Agent
from django.db import transaction
from django.utils import timezone
from faker import Faker

from calls.models import Call, CallState

REASONS = ("Factura", "Avería", "Alta", "Baja", "Consulta", "Reclamación")


class Made(NamedTuple):
    agents: int
    calls: int


@transaction.atomic
def make_sample_data(*, agents: int, calls: int, seed: int) -> Made:
    """Add the agents that are missing, and calls that have ended: nobody is kept busy."""
    faker = Faker("es_ES")
    faker.seed_instance(seed)
    before = Agent.objects.count()
    people = [_agent(faker, number) for number in range(agents)]
    Agent.objects.bulk_create(people, ignore_conflicts=True)
    everybody = list(Agent.objects.all())
    chance = random.Random(seed)  # noqa: S311
    now = timezone.now()
    Call.objects.bulk_create([_call(faker, chance, everybody, now) for _ in range(calls)])
    return Made(agents=len(everybody) - before, calls=calls)


def _agent(faker: Faker, number: int) -> Agent:
    email, extension = f"agente{number}@callcenter.example", str(1000 + number)
    return Agent(nombre=faker.name()[:150], email=email, extension=extension)


def _call(faker: Faker, chance: random.Random, agents: list[Agent], now: datetime) -> Call:
    start = now - timedelta(minutes=chance.randint(60, 90 * 24 * 60))
    end = start + timedelta(seconds=chance.randint(5, 1800))
    answered = bool(agents) and chance.random() < 0.85
    return Call(
        numero=f"+34{faker.msisdn()[:9]}",
        motivo=chance.choice(REASONS),
        estado=CallState.FINALIZADA if answered else CallState.ABANDONADA,
        agente=chance.choice(agents) if answered else None,
        inicio=start,
        fin=end,
    )
