"""Every failure leaves as JSON: {"error": {"code", "message", "fields"?}}.

For services that have DRF, which the chassis itself does not ask for.
"""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from chassis.failures import Failure, InvalidValue, Unavailable

RETRY_SECONDS = 5
UNREADABLE = "La solicitud no se puede leer."

logger = logging.getLogger(__name__)


class Conflict(exceptions.APIException):
    status_code = 409


class TooLarge(exceptions.APIException):
    status_code = 413

    def __init__(self, *, limit: int) -> None:
        super().__init__(f"El cuerpo es mayor de {limit} bytes.", code="too_large")


class ServiceUnavailable(exceptions.APIException):
    status_code = 503
    # DRF's handler makes the header Retry-After of it.
    wait = RETRY_SECONDS


def to_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None lets Django answer 500 through `server_error`."""
    error = _as_http(error)
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"error": _described(error, response.data)}
    return response


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _plain(status=400, code="bad_request", message=UNREADABLE)


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _plain(status=404, code="not_found", message=f"No hay nada en {request.path}.")


def server_error(request: HttpRequest) -> JsonResponse:
    return _plain(
        status=500, code="server_error", message="Algo falló aquí; ha quedado registrado."
    )


def _as_http(error: Exception) -> Exception:
    match error:
        case ModelInvalid():
            return exceptions.ValidationError(as_serializer_error(error))
        case ObjectDoesNotExist():
            return Http404()
        case InvalidValue():
            return exceptions.ValidationError({error.field: [str(error)]})
        case Unavailable():
            return ServiceUnavailable(str(error), code=error.code)
        case Failure():
            return Conflict(str(error), code=error.code)
        case RequestDataTooBig():
            return TooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case SuspiciousOperation() | UnreadablePostError():
            # A host name that is none, too many fields, a body that breaks off.
            return exceptions.ParseError(UNREADABLE, code="bad_request")
        case DataError():
            # A NUL byte, or a number that its column is too small for.
            logger.warning("The database refused a value: %s", error)
            message = "Hay un valor que la base de datos no admite."
            return exceptions.ParseError(message, code="bad_request")
        case OperationalError() | InterfaceError():
            logger.error("The database does not answer: %s", error)
            message = "La base de datos no responde; inténtelo de nuevo en unos segundos."
            return ServiceUnavailable(message, code="database_unavailable")
    return error


def _described(error: Exception, data: Any) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return {"code": "invalid", "message": "Hay valores que no son válidos.", "fields": data}
    if isinstance(error, Http404):
        return {"code": "not_found", "message": "No existe."}
    detail = data["detail"]
    return {"code": detail.code, "message": str(detail)}


def _plain(*, status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)
