from chassis.failures import Failure, InvalidValue
from usuarios.models import EMAIL_TAKEN


class DuplicateEmail(InvalidValue):
    def __init__(self) -> None:
        super().__init__(field="email", message=EMAIL_TAKEN)


class UsuarioInactive(Failure):
    code = "usuario_inactivo"

    def __init__(self) -> None:
        super().__init__("El usuario está desactivado; reactívelo antes de cambiar sus datos.")
