"""What the domain refuses, free of HTTP."""


class Failure(Exception):
    """A rule of the domain was broken; the message is for whoever asked."""

    code = "conflict"


class Conflict(Failure):
    """Two requests at the same moment, and the database let only the other one through."""

    def __init__(self) -> None:
        super().__init__("Otra petición se adelantó; vuelva a leer e inténtelo de nuevo.")


class ArchiveOff(Failure):
    code = "archive_off"

    def __init__(self) -> None:
        super().__init__("El archivo en MariaDB está desactivado; el resto del sitio funciona.")


class ArchiveUnreachable(Failure):
    code = "archive_unreachable"

    def __init__(self) -> None:
        super().__init__("El archivo en MariaDB no responde; inténtelo de nuevo más tarde.")
