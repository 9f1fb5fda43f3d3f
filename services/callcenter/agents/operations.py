"""Writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from agents.failures import AgentOnCall, AgentTaken
from agents.models import Agent, AgentState


def agent_create(*, nombre: str, email: str, extension: str) -> Agent:
    agent = Agent(nombre=nombre, email=email, extension=extension)
    agent.full_clean()
    with _taking_turns():
        agent.save()
    return agent


@transaction.atomic
def agent_update(*, agent_id: int, changes: dict[str, Any]) -> Agent:
    """Only calls make an agent busy and free again, so a busy one keeps that state here."""
    agent = Agent.objects.select_for_update().get(pk=agent_id)
    wanted = changes.get("estado", agent.estado)
    if wanted != agent.estado and agent.estado == AgentState.OCUPADO:
        raise AgentOnCall
    for field, value in changes.items():
        setattr(agent, field, value)
    agent.full_clean()
    with _taking_turns():
        agent.save(update_fields=[*changes, "actualizado"])
    return agent


@contextmanager
def _taking_turns() -> Iterator[None]:
    """Only the database can tell when two requests bring the same e-mail or extension at once."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise AgentTaken from error
