"""The refusals of the domain, free of HTTP."""

from chassis.failures import Failure
from leads.models import Estado


class DuplicateLead(Failure):
    code = "duplicate"

    def __init__(self) -> None:
        super().__init__("Este origen ya tiene un lead con este email.")


class TransitionRefused(Failure):
    code = "transition_refused"

    def __init__(self, *, current: Estado, wanted: Estado) -> None:
        allowed = ", ".join(current.next_estados) or "ninguno, es final"
        super().__init__(f"Un lead no puede pasar de {current} a {wanted}; permitidos: {allowed}.")
