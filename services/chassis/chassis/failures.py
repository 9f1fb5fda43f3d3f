"""The refusals that a domain may raise, free of HTTP."""


class Failure(Exception):
    """A rule of the domain was broken; the message is for whoever asked."""

    code = "conflict"


class InvalidValue(Failure):
    """A value that only the domain could judge, named by the field that held it."""

    code = "invalid"

    def __init__(self, *, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Unavailable(Failure):
    """Something that this service needs does not answer; the same request may succeed later."""

    code = "unavailable"
