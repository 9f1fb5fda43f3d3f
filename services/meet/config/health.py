"""The path of its own at which this service says that it is alive, as specification 004 has it."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from chassis.health import live

PATH: Final = "/api/v1/health/"


class ApiHealthMiddleware:
    """Answers like the chassis, before host names and https redirects are looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return live(request) if request.path_info == PATH else self.get_response(request)
