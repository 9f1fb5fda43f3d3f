from chassis.failures import Failure


class AgentOnCall(Failure):
    code = "agent_on_call"

    def __init__(self) -> None:
        super().__init__("El agente está en una llamada; finalícela antes de cambiar su estado.")


class AgentTaken(Failure):
    code = "conflict"

    def __init__(self) -> None:
        super().__init__("Otra petición se adelantó; vuelva a leer e inténtelo de nuevo.")
