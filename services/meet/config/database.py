"""Postgres where POSTGRES_* say so, else a file of SQLite for a trial on one machine."""

from pathlib import Path
from typing import Any, Final

from chassis.databases import read_socket, with_pool
from chassis.environment import Environment

PARTS: Final = {
    "NAME": "POSTGRES_DB",
    "USER": "POSTGRES_USER",
    "PASSWORD": "POSTGRES_PASSWORD",
}


def wants_postgres(env: Environment) -> bool:
    """One part of its address is enough: the others are then missing."""
    return any(env.text(name, default="") for name in (*PARTS.values(), "POSTGRES_HOST"))


def read_database(env: Environment, *, data_dir: Path) -> dict[str, Any]:
    """An entry of DATABASES. The host may be a folder: that of a Unix socket."""
    if not wants_postgres(env):
        return _sqlite(data_dir)
    port = env.integer("POSTGRES_PORT", default=5432, minimum=1, maximum=65535)
    socket = read_socket(env)
    place = {"HOST": socket} if socket else {"HOST": env.text("POSTGRES_HOST"), "PORT": str(port)}
    named = {part: env.text(name) for part, name in PARTS.items()}
    return with_pool(env, {"ENGINE": "django.db.backends.postgresql", **named, **place})


def _sqlite(data_dir: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(data_dir / "meet.sqlite3"),
        "OPTIONS": {
            # A transaction takes the one lock for writing when it begins: what it then reads stays
            # true until it ends, for all workers of gunicorn.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # Readers do not wait for a writer.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
        },
        # In memory, as is Django's way, each thread of a test would have a database of its own.
        "TEST": {"NAME": str(data_dir / "test-meet.sqlite3")},
    }
