"""Below the API every error is JSON, on the site it is a page."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from chassis import errors

API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return errors.not_found(request, exception)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        return errors.server_error(request)
    return defaults.server_error(request)
