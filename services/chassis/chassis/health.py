"""Is the process alive, and can it reach what it needs?

`HealthMiddleware` answers by itself, so a service adds nothing to its urls:

    GET /healthz, /health/   200 {"status": "OK"}, without authentication or database
    GET /ready/              200 or 503, {"status": ..., "checks": {"default": "OK", ...}}

A service with a path of its own (`/api/v1/health/`) routes it to `live`.
"""

import logging
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from chassis.paths import LIVE_PATHS, READY_PATH

OK = "OK"
FAILED = "FAILED"

logger = logging.getLogger(__name__)


class HealthMiddleware:
    """Answers the probes before host names, https redirects and authentication are looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in LIVE_PATHS:
            return live(request)
        if request.path_info == READY_PATH:
            return ready(request)
        return self.get_response(request)


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return JsonResponse({"status": OK})


def ready(request: HttpRequest) -> HttpResponse:
    """Every configured database and a shared cache answer; if one does not, 503 names it."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    checks = {name: _outcome(name, check) for name, check in _checks().items()}
    well = all(outcome == OK for outcome in checks.values())
    body = {"status": OK if well else FAILED, "checks": checks}
    return JsonResponse(body, status=200 if well else 503)


def _checks() -> dict[str, Callable[[], None]]:
    checks: dict[str, Callable[[], None]] = {}
    for alias in connections:
        checks[alias] = partial(_ask_database, alias)
    if "locmem" not in settings.CACHES["default"]["BACKEND"]:
        checks["cache"] = _ask_cache
    return checks


def _outcome(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:
        # The reason goes to the log only: it names hosts and users, and anybody may ask this.
        logger.warning("%s is not ready: %s", name, error)
        return FAILED
    return OK


def _ask_database(alias: str) -> None:
    connection = connections[alias]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        # The next probe shall try a fresh connection, not this broken one.
        connection.close()
        raise


def _ask_cache() -> None:
    cache = caches["default"]
    cache.set("chassis.ready", OK, timeout=10)
    if cache.get("chassis.ready") != OK:
        raise RuntimeError("the cache does not give back what was put into it")
