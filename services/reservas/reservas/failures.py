from chassis.failures import Failure, InvalidValue, Unavailable
from reservas.models import Estado


class UsuarioUnknown(InvalidValue):
    def __init__(self, *, usuario_id: int) -> None:
        super().__init__(field="usuario_id", message=f"No existe el usuario {usuario_id}.")


class UsuarioInactive(InvalidValue):
    def __init__(self, *, usuario_id: int) -> None:
        message = f"El usuario {usuario_id} está desactivado y no puede reservar."
        super().__init__(field="usuario_id", message=message)


class UsuariosUnavailable(Unavailable):
    code = "usuarios_unavailable"

    def __init__(self) -> None:
        super().__init__(
            "El servicio de usuarios no responde y no se puede comprobar quién reserva; "
            "inténtelo de nuevo en unos segundos. Las demás operaciones funcionan."
        )


class TransitionRefused(Failure):
    code = "transition_refused"

    def __init__(self, *, current: Estado, wanted: Estado) -> None:
        allowed = ", ".join(current.next_estados) or "ninguno, es final"
        super().__init__(
            f"Una reserva no puede pasar de {current} a {wanted}; permitidos: {allowed}."
        )


class ReservaClosed(Failure):
    code = "reserva_closed"

    def __init__(self, *, current: Estado) -> None:
        super().__init__(f"La reserva está {current} y ya no se puede cambiar.")
