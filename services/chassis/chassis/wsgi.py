"""The WSGI application of every service: Django's, with headers that Django can read.

application = get_wsgi_application()
"""

from collections.abc import Callable
from typing import Any, Final

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters

_UTF8: Final = ("utf-8", "utf8", "us-ascii", "ascii")


class Handler(WSGIHandler):
    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> HttpResponseBase:
        return super().__call__(readable(environ), start_response)


def get_wsgi_application() -> Handler:
    django.setup(set_prefix=False)
    return Handler()


def readable(environ: dict[str, Any]) -> dict[str, Any]:
    """The environment without the two headers that Django and DRF fail on wherever they read them.

    An Accept that cannot be read is as good as none. A Content-Type that cannot be read, or that
    names another encoding than UTF-8, is a type that nobody takes: DRF answers 415. Django would
    read the query string in that encoding too, and not all of Python's are of text (`zlib`).
    """
    accept, content_type = environ.get("HTTP_ACCEPT", ""), environ.get("CONTENT_TYPE", "")
    changed = dict(environ)
    if any(_parameters(each) is None for each in [accept, *accept.split(",")]):
        del changed["HTTP_ACCEPT"]
    parameters = _parameters(content_type)
    if parameters is None or parameters.get("charset", "utf-8").strip().lower() not in _UTF8:
        changed["CONTENT_TYPE"] = "application/octet-stream"
    return changed


def _parameters(header: str) -> dict[str, str] | None:
    """None where the header cannot be read: Python's reader of mail, which does it, may fail."""
    try:
        return parse_header_parameters(header)[1]
    except Exception:
        return None
