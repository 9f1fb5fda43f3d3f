"""JSON logs, one object a line on stdout, each with the id of the request it belongs to."""

import logging
import re
import uuid
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from chassis.paths import PROBE_PATHS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
HEADER: Final = "X-Request-ID"
# A request id from outside goes into logs and back into a header, so it may hold only these.
ACCEPTABLE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")

current_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class RequestIdMiddleware:
    """Takes the request's X-Request-ID, or makes one, and puts it into logs and the response."""

    def __init__(self, get_response: "Callable[[HttpRequest], HttpResponse]") -> None:
        self.get_response = get_response

    def __call__(self, request: "HttpRequest") -> "HttpResponse":
        given = request.headers.get(HEADER, "")
        request_id = given if ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex
        # On the request too: Django logs a 404 only after this middleware has returned.
        request.request_id = request_id  # type: ignore[attr-defined]
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response.headers[HEADER] = request_id
        return response


class RequestIdFilter(logging.Filter):
    """Gives every record the id of the request that is being served, if there is one."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            request = getattr(record, "request", None)
            record.request_id = current_request_id.get() or getattr(request, "request_id", None)
        return True


class AccessFilter(logging.Filter):
    """Turns gunicorn's access record into fields, and drops probes that went well."""

    def filter(self, record: logging.LogRecord) -> bool:
        atoms = record.args
        if not isinstance(atoms, Mapping):
            return True
        status, path = int(str(atoms["s"])), str(atoms["U"])
        if path in PROBE_PATHS and status < 400:
            return False
        record.msg, record.args = f"{atoms['m']} {path} {status}", ()
        vars(record).update(_access_fields(atoms, status=status, path=path))
        return True


def logging_settings(*, level: str, service: str) -> dict[str, Any]:
    """For Django's LOGGING and for gunicorn's logconfig_dict alike."""
    to_root = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "chassis.logs.RequestIdFilter"},
            "access": {"()": "chassis.logs.AccessFilter"},
        },
        "formatters": {"json": _json_formatter(service)},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json",
                "filters": ["request_id"],
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {**to_root, "level": level},
            "django.server": {**to_root, "level": level},
            # DEBUG of this one is every SQL statement.
            "django.db.backends": {**to_root, "level": "INFO"},
            "gunicorn.error": {**to_root, "level": level},
            "gunicorn.access": {**to_root, "level": "INFO", "filters": ["access"]},
        },
    }


def _json_formatter(service: str) -> dict[str, Any]:
    return {
        "()": "pythonjsonlogger.json.JsonFormatter",
        "fmt": "{asctime}{levelname}{name}{message}{request_id}",
        "style": "{",
        "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        # "severity" is the key that Google Cloud's log viewer knows.
        "rename_fields": {"asctime": "time", "levelname": "severity", "name": "logger"},
        "static_fields": {"service": service},
        # Objects that Django and gunicorn hang on their records; they are no use as text.
        "reserved_attrs": _reserved_attributes(),
        "json_ensure_ascii": False,
    }


def _reserved_attributes() -> list[str]:
    from pythonjsonlogger.core import RESERVED_ATTRS

    return [*RESERVED_ATTRS, "request", "server_time", "response"]


def _access_fields(atoms: Mapping[str, Any], *, status: int, path: str) -> dict[str, Any]:
    # The query string is left out: it is where tokens and personal data end up in logs.
    return {
        "request_id": atoms.get("{x-request-id}o"),
        "method": atoms["m"],
        "path": path,
        "status": status,
        "bytes": atoms["B"],
        "duration_ms": atoms["M"],
        "remote": atoms["h"],
        "user_agent": atoms["a"],
    }
