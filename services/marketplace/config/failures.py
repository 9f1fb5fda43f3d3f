"""What the domain refuses, free of HTTP."""


class Failure(Exception):
    """A rule of the domain was broken; the message is for whoever asked."""

    code = "conflict"
