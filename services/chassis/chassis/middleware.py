"""Django's own ways, where they would answer 500 or lose what was sent."""

import logging
from collections.abc import Callable

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware import common

logger = logging.getLogger(__name__)


class CommonMiddleware(common.CommonMiddleware):
    """Sends only whoever asks for something to the address with a slash.

    A redirect loses a body; with DEBUG Django fails on purpose instead.
    """

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in ("GET", "HEAD") and super().should_redirect_with_slash(request)


class DatabaseMiddleware:
    """Does for pages what chassis.errors does for an API.

    A value that the database cannot hold is the caller's mistake (400); a database that is away is
    nobody's (503). Whatever else is raised is a bug of ours, and stays 500.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):
            logger.warning("The database refused a value: %s", exception)
            message = "Hay un valor que la base de datos no admite."
            return HttpResponse(message, status=400, content_type="text/plain; charset=utf-8")
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("The database does not answer: %s", exception)
            message = "La base de datos no responde; inténtelo de nuevo en unos segundos."
            return HttpResponse(message, status=503, content_type="text/plain; charset=utf-8")
        if isinstance(exception, OverflowError | ValueError) and _is_filtered_list(request):
            # The trace stays in the log: it may be a bug of ours after all.
            logger.warning("The back office cannot look for that", exc_info=exception)
            message = "Hay un filtro que no se puede aplicar."
            return HttpResponse(message, status=400, content_type="text/plain; charset=utf-8")
        return None


def _is_filtered_list(request: HttpRequest) -> bool:
    """Django's lists look for whatever the query says, and a year that is none fails only later."""
    match = request.resolver_match
    is_list = match is not None and (match.url_name or "").endswith("_changelist")
    return request.method == "GET" and is_list and bool(request.META.get("QUERY_STRING"))
