"""Agents and calls for tests; the two functions say their type, a factory's call does not."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agents.models import Agent
from calls.models import Call, CallState
from factory.declarations import Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_agent(**fields: Any) -> Agent:
    return AgentFactory.create(**fields)


def make_call(**fields: Any) -> Call:
    """A waiting call, or with `finished=True` one that took 90 seconds."""
    return CallFactory.create(**fields)


class AgentFactory(DjangoModelFactory[Agent]):
    class Meta:
        model = Agent

    nombre = Sequence(lambda number: f"Agente {number:03}")
    email = Sequence(lambda number: f"agente{number}@example.com")
    extension = Sequence(lambda number: f"{100 + number}")


class CallFactory(DjangoModelFactory[Call]):
    class Meta:
        model = Call

    numero = "+34911222333"
    inicio = NOON

    class Params:
        finished = Trait(
            estado=CallState.FINALIZADA,
            agente=SubFactory(AgentFactory),
            fin=NOON + timedelta(seconds=90),
        )
