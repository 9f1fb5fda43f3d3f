"""Every error is JSON: {"detail": ..., "code": ...}, or messages by field."""

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from leads.failures import LeadFailure
from leads.models import Lead


class Conflict(exceptions.APIException):
    status_code = 409


def to_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None lets Django answer 500 through `server_error`."""
    if isinstance(error, Lead.DoesNotExist):
        error = Http404("No existe ese lead.")
    if isinstance(error, LeadFailure):
        error = Conflict(str(error), code=error.code)
    response = exception_handler(error, context)
    if response is not None and not isinstance(error, exceptions.ValidationError):
        detail = response.data["detail"]
        response.data = {"detail": str(detail), "code": detail.code}
    return response


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _answer(status=400, code="bad_request", detail="La solicitud no se puede leer.")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    return _answer(status=404, code="not_found", detail=f"No hay nada en {request.path}.")


def server_error(request: HttpRequest) -> JsonResponse:
    return _answer(status=500, code="server_error", detail="Algo falló aquí; está en el registro.")


def _answer(*, status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"detail": detail, "code": code}, status=status)
