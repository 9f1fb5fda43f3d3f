from chassis.failures import Failure
from meetings.models import Meeting


class MeetingOverlaps(Failure):
    code = "meeting_overlaps"

    def __init__(self, other: Meeting | None = None) -> None:
        which = ""
        if other is not None:
            start, end = f"{other.inicio:%Y-%m-%d %H:%M}", f"{other.fin:%Y-%m-%d %H:%M}"
            which = f" (la {other.pk}, de {start} a {end} UTC)"
        super().__init__(f"El organizador ya tiene una reunión en ese tiempo{which}.")


class MeetingOver(Failure):
    code = "meeting_over"

    def __init__(self) -> None:
        super().__init__("La reunión ya ha terminado y no se puede cancelar.")


class AlreadyCancelled(Failure):
    code = "already_cancelled"

    def __init__(self) -> None:
        super().__init__("La reunión ya está cancelada.")
