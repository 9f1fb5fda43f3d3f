from agents.models import Agent

from calls.models import Call
from chassis.failures import Failure


class WrongState(Failure):
    code = "wrong_state"

    def __init__(self, *, call: Call, needed: str) -> None:
        super().__init__(
            f"La llamada está {call.get_estado_display().lower()}; debe estar {needed}."
        )


class AgentNotAvailable(Failure):
    code = "agent_not_available"

    def __init__(self, *, agent: Agent) -> None:
        super().__init__(f"El agente no está disponible: {agent.get_estado_display().lower()}.")
