"""Every failure leaves as JSON: {"error": {"code", "message", "fields"?}}."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from config.failures import Failure


class Conflict(exceptions.APIException):
    status_code = 409


def to_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None lets Django answer 500 through `server_error`."""
    if isinstance(error, ObjectDoesNotExist):
        error = Http404()
    if isinstance(error, Failure):
        error = Conflict(str(error), code=error.code)
    response = exception_handler(error, context)
    if response is not None:
        response.data = {"error": _described(error, response.data)}
    return response


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _plain(status=400, code="bad_request", message="La solicitud no se puede leer.")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _plain(status=404, code="not_found", message=f"No hay nada en {request.path}.")


def server_error(request: HttpRequest) -> JsonResponse:
    return _plain(
        status=500, code="server_error", message="Algo falló aquí; ha quedado registrado."
    )


def _described(error: Exception, data: Any) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return {"code": "invalid", "message": "Hay valores que no son válidos.", "fields": data}
    if isinstance(error, Http404):
        return {"code": "not_found", "message": "Eso, o esa página, no existe."}
    detail = data["detail"]
    return {"code": detail.code, "message": str(detail)}


def _plain(*, status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)
