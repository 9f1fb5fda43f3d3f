"""Facts about a service that hold before Django is there, from `[tool.chassis]` in its pyproject.

    [tool.chassis]
    port = 8000                              # unless PORT is set
    workers = 4                              # unless GUNICORN_WORKERS is set
    timeout = 0                              # seconds, 0 is none; unless GUNICORN_TIMEOUT is set
    health-path = "/api/v1/health/"          # what the image's health check asks
    ready-message = "MEET MIDDLEWARE LISTO"  # unless READY_MESSAGE is set

Each may be left out.

Standard library only: the health check runs every few seconds.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

DEFAULT_PORT = 8000
DEFAULT_WORKERS = 2
DEFAULT_TIMEOUT = 30
DEFAULT_HEALTH_PATH = "/healthz"


def facts(folder: Path | None = None) -> dict[str, Any]:
    """The table `tool.chassis` of the service in a folder, by default the working directory."""
    try:
        text = ((folder or Path.cwd()) / "pyproject.toml").read_text()
    except OSError:
        return {}
    table = tomllib.loads(text).get("tool", {}).get("chassis", {})
    return dict(table)


def default_port() -> int:
    """The port to serve on when PORT says nothing."""
    return int(facts().get("port", DEFAULT_PORT))


def default_workers() -> int:
    """gunicorn's processes when GUNICORN_WORKERS says nothing."""
    return int(facts().get("workers", DEFAULT_WORKERS))


def default_timeout() -> int:
    """Seconds after which gunicorn gives a worker up when GUNICORN_TIMEOUT says nothing."""
    return int(facts().get("timeout", DEFAULT_TIMEOUT))


def health_path() -> str:
    """The path that the image's health check asks, where it is told no other."""
    return str(facts().get("health-path", DEFAULT_HEALTH_PATH))


def ready_message() -> str:
    """The line that the entrypoint prints when its steps are done."""
    name = os.environ.get("SERVICENAME") or Path.cwd().name
    default = str(facts().get("ready-message", f"{name.upper()} LISTO"))
    return os.environ.get("READY_MESSAGE") or default
