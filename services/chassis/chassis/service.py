"""Facts about a service that hold before Django is there, from `[tool.chassis]` in its pyproject.

    [tool.chassis]
    port = 8000                            # unless PORT is set
    ready-message = "MEET MIDDLEWARE LISTO"  # unless READY_MESSAGE is set

Standard library only: the health check runs every few seconds.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

DEFAULT_PORT = 8000


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


def ready_message() -> str:
    """What the entrypoint prints when its steps are done."""
    name = os.environ.get("SERVICENAME") or Path.cwd().name
    default = str(facts().get("ready-message", f"{name.upper()} LISTO"))
    return os.environ.get("READY_MESSAGE") or default
