"""The refusals of the archive, free of HTTP."""

from chassis.failures import Unavailable


class ArchiveOff(Unavailable):
    code = "archive_off"

    def __init__(self) -> None:
        super().__init__("El archivo en MariaDB está desactivado; el resto del sitio funciona.")


class ArchiveUnreachable(Unavailable):
    code = "archive_unreachable"

    def __init__(self) -> None:
        super().__init__("El archivo en MariaDB no responde; inténtelo de nuevo más tarde.")
