"""What the domain refuses, free of HTTP."""

from leads.models import Estado


class LeadFailure(Exception):
    """A rule of the domain was broken; the message is for whoever asked."""

    code = "conflict"


class DuplicateLead(LeadFailure):
    code = "duplicate"

    def __init__(self) -> None:
        super().__init__("This source already has a lead with this email.")


class TransitionRefused(LeadFailure):
    code = "transition_refused"

    def __init__(self, *, current: Estado, wanted: Estado) -> None:
        allowed = ", ".join(current.next_estados) or "none, it is final"
        super().__init__(f"A lead cannot go from {current} to {wanted}; allowed: {allowed}.")
