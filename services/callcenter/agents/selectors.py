"""Reads."""

from django.db.models import QuerySet

from agents.models import Agent, AgentState


def agent_list(*, state: AgentState | None = None) -> QuerySet[Agent]:
    agents = Agent.objects.all()
    return agents.filter(estado=state) if state else agents


def agent_get(*, agent_id: int) -> Agent:
    return Agent.objects.get(pk=agent_id)
