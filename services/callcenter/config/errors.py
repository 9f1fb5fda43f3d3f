"""Every error of the API is JSON: {"detail": ..., "code": ...}, or messages by field."""

from typing import Any

from django.core.exceptions import ValidationError as ModelInvalid
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler, set_rollback

from config.failures import ArchiveOff, ArchiveUnreachable, Conflict, Failure

API = "/api/"


def to_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: failures of the domain become 409, those of the archive 503."""
    if isinstance(error, ModelInvalid):
        error = ValidationError(as_serializer_error(error))
    if isinstance(error, IntegrityError):
        error = Conflict()
    if not isinstance(error, Failure):
        return exception_handler(error, context)
    set_rollback()
    unavailable = isinstance(error, ArchiveOff | ArchiveUnreachable)
    code = status.HTTP_503_SERVICE_UNAVAILABLE if unavailable else status.HTTP_409_CONFLICT
    return Response({"detail": str(error), "code": error.code}, status=code)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Below the API as JSON, on the site as a page."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "No existe.", "code": "not_found"}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Below the API as JSON, on the site as a page."""
    if request.path.startswith(API):
        return JsonResponse({"detail": "Error interno.", "code": "server_error"}, status=500)
    return defaults.server_error(request)
