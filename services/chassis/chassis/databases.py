"""Where Postgres is: the socket of Cloud SQL, or TCP. In parts, as specification 003 names them:

    DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD
    CLOUD_SQL_CONNECTION_NAME      the socket /cloudsql/<connection name>; what follows is not read
    DATABASE_HOST, DATABASE_PORT   else these

or as a URL, where CLOUD_SQL_CONNECTION_NAME replaces the host too:

    DATABASE_URL=postgres://user:password@host:5432/name
    DATABASE_URL=postgres://user:password@/name?host=/cloudsql/project:region:instance

Each process keeps a pool of its own of at most DATABASE_POOL_SIZE connections: with the parts
always, with a URL where the variable is set. What a server must allow is instances x workers x that
size, and twice as many during a rollout.
"""

import atexit
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from chassis.environment import Environment

SOCKETS: Final = Path("/cloudsql")
# One for each thread of gunicorn.
POOL_SIZE: Final = 4
# Longer, and the threads that wait for a database that is away would keep probes from an answer.
WAIT_SECONDS: Final = 3
# psycopg's own 300 double the pause after each failure: after a long outage nobody would try again
# for minutes.
RECONNECT_SECONDS: Final = 1


def read_database(env: Environment, *, sockets: Path = SOCKETS) -> dict[str, Any]:
    """An entry of DATABASES; {} where an image is built and no variable is set."""
    named = {
        "NAME": env.text("DATABASE_NAME", allowed="a database's name", example="booking"),
        "USER": env.text("DATABASE_USER", allowed="a user's name", example="booking"),
        "PASSWORD": env.text("DATABASE_PASSWORD", allowed="that user's password"),
    }
    place = _read_place(env, sockets)
    size = env.integer("DATABASE_POOL_SIZE", default=POOL_SIZE, minimum=1, maximum=100)
    if not all(named.values()):
        return {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        **place,
        # Django refuses a pool besides connections that are kept.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": _pool(size)},
    }


def read_database_url(
    env: Environment, name: str, *, schemes: Sequence[str], sockets: Path = SOCKETS
) -> dict[str, Any]:
    """An entry of DATABASES; {} where an image is built and no variable is set."""
    config = with_pool(env, env.database(name, schemes=schemes))
    socket = read_socket(env, sockets=sockets)
    if not config or not socket:
        return config
    options = {key: value for key, value in config.get("OPTIONS", {}).items() if key != "host"}
    return {**config, "HOST": socket, "PORT": "", "OPTIONS": options}


def with_pool(env: Environment, config: dict[str, Any]) -> dict[str, Any]:
    """The entry with a pool of DATABASE_POOL_SIZE connections where that is set, for Postgres."""
    size = env.integer("DATABASE_POOL_SIZE", default=0, minimum=1, maximum=100)
    if not size or not config or "mysql" in config["ENGINE"]:
        return config
    options = {**config.get("OPTIONS", {}), "pool": _pool(size)}
    return {**config, "CONN_MAX_AGE": 0, "OPTIONS": options}


def read_socket(env: Environment, *, sockets: Path = SOCKETS) -> str:
    """The folder of the socket that CLOUD_SQL_CONNECTION_NAME means, a host to libpq; or ""."""
    name = "CLOUD_SQL_CONNECTION_NAME"
    instance = env.text(name, default="")
    if not instance:
        return ""
    if not re.fullmatch(r"([a-z0-9.-]+:)?[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]+", instance):
        example = "my-project:europe-west1:booking"
        env.reject(name, f"is {instance!r}", allowed="project:region:instance", example=example)
    return str(sockets / instance)


def _read_place(env: Environment, sockets: Path) -> dict[str, str]:
    socket = read_socket(env, sockets=sockets)
    host = env.text("DATABASE_HOST", default="localhost")
    port = env.integer("DATABASE_PORT", default=5432, minimum=1, maximum=65535)
    return {"HOST": socket} if socket else {"HOST": host, "PORT": str(port)}


def _pool(size: int) -> dict[str, Any]:
    atexit.unregister(_close_pools)
    atexit.register(_close_pools)
    return {
        "min_size": 0,
        "max_size": size,
        "timeout": WAIT_SECONDS,
        "reconnect_timeout": RECONNECT_SECONDS,
    }


def _close_pools() -> None:
    """Past this no thread of a pool runs any more, and psycopg would wait 5 s for each."""
    from django.apps import apps
    from django.db import connections

    if not apps.ready:  # the settings were refused
        return
    for connection in connections.all():
        if connection.settings_dict["OPTIONS"].get("pool"):
            connection.close_pool()  # type: ignore[attr-defined]  # Postgres's has it (2026-11-28)
