"""Writes. A call is always locked before its agent, so that nobody waits in a circle."""

from agents.models import Agent, AgentState
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls.failures import AgentNotAvailable, WrongState
from calls.models import Call, CallState


def call_register(*, numero: str, motivo: str = "") -> Call:
    """A call comes in and waits."""
    call = Call(numero=numero, motivo=motivo)
    call.full_clean()
    call.save()
    return call


@transaction.atomic
def call_assign(*, call_id: int, agent_id: int) -> Call:
    """A free agent takes a waiting call."""
    call = _locked_call(call_id=call_id)
    if call.estado != CallState.EN_ESPERA:
        raise WrongState(call=call, needed="en espera")
    agent = Agent.objects.select_for_update().get(pk=agent_id)
    if agent.estado != AgentState.DISPONIBLE:
        raise AgentNotAvailable(agent=agent)
    agent.estado = AgentState.OCUPADO
    agent.save(update_fields=["estado", "actualizado"])
    call.agente = agent
    call.estado = CallState.EN_CURSO
    try:
        with transaction.atomic():
            call.save(update_fields=["agente", "estado"])
    except IntegrityError as error:
        # `call_one_at_a_time`: free by its state, and on a call nevertheless.
        raise AgentNotAvailable(agent=agent) from error
    return call


@transaction.atomic
def call_finish(*, call_id: int) -> Call:
    """The call ends and its agent is free again."""
    call = _locked_call(call_id=call_id)
    if call.estado != CallState.EN_CURSO:
        raise WrongState(call=call, needed="en curso")
    agent = Agent.objects.select_for_update().get(llamadas=call)
    agent.estado = AgentState.DISPONIBLE
    agent.save(update_fields=["estado", "actualizado"])
    call.agente = agent
    call.estado = CallState.FINALIZADA
    call.fin = timezone.now()
    call.save(update_fields=["estado", "fin"])
    return call


@transaction.atomic
def call_abandon(*, call_id: int) -> Call:
    """The caller hangs up before anybody answers."""
    call = _locked_call(call_id=call_id)
    if call.estado != CallState.EN_ESPERA:
        raise WrongState(call=call, needed="en espera")
    call.estado = CallState.ABANDONADA
    call.fin = timezone.now()
    call.save(update_fields=["estado", "fin"])
    return call


def _locked_call(*, call_id: int) -> Call:
    return Call.objects.select_for_update().get(pk=call_id)
