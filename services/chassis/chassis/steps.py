"""The entrypoint's steps before the service starts. Every step may run any number of times."""

import os
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.utils import OperationalError

DATABASE_TRIES = 30
REDIS_TRIES = 15
REDIS_VARIABLES = ("REDIS_URL", "CELERY_BROKER_URL")
SUPERUSER_VARIABLES = tuple(
    f"DJANGO_SUPERUSER_{name}" for name in ("USERNAME", "EMAIL", "PASSWORD")
)


def wait() -> None:
    """Until each configured database and Redis accept connections."""
    for alias in connections:
        _try_until_well(f"database {alias}", connections[alias].ensure_connection, DATABASE_TRIES)
        connections[alias].close()
    for url in sorted({os.environ[name] for name in REDIS_VARIABLES if _is_redis(name)}):
        _try_until_well("Redis", partial(_ping_redis, url), REDIS_TRIES)


def migrate() -> None:
    """Each configured database; the routers say what belongs where."""
    for alias in connections:
        call_command("migrate", interactive=False, database=alias)


def collect_static() -> None:
    """Only where the image has not done it when it was built."""
    if (Path(str(settings.STATIC_ROOT)) / "staticfiles.json").exists():
        print("Static files: already collected in this image", flush=True)
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=1)


def create_superuser() -> None:
    """The one that DJANGO_SUPERUSER_* describe; an existing one is left as it is."""
    given = [name for name in SUPERUSER_VARIABLES if os.environ.get(name)]
    if not given:
        return
    missing = [name for name in SUPERUSER_VARIABLES if name not in given]
    if missing:
        sys.exit(
            f"{given[0]} is set, so {' and '.join(missing)} must be set too. "
            f"Unset {given[0]} if you want no superuser."
        )
    user_model = get_user_model()
    username = {user_model.USERNAME_FIELD: os.environ["DJANGO_SUPERUSER_USERNAME"]}
    if user_model._default_manager.filter(**username).exists():
        print("Superuser: exists already", flush=True)
        return
    call_command("createsuperuser", interactive=False)


def check() -> None:
    """In production the slightest warning stops the start; elsewhere only an error does."""
    strict = getattr(settings, "SECURE_SSL_REDIRECT", False)
    try:
        call_command("check", deploy=True, fail_level="WARNING" if strict else "ERROR")
    except CommandError as error:
        sys.exit(str(error))


STEPS: dict[str, Callable[[], None]] = {
    "WAIT": wait,
    "MIGRATE": migrate,
    "COLLECTSTATIC": collect_static,
    "SUPERUSER": create_superuser,
    "CHECK": check,
}


def _try_until_well(what: str, attempt: Callable[[], object], tries: int) -> None:
    for number in range(1, tries + 1):
        try:
            attempt()
        except (OSError, OperationalError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
            print(f"Waiting for {what}, try {number} of {tries}: {reason}", flush=True)
        else:
            return
        if number < tries:
            time.sleep(1)
    sys.exit(
        f"{what} did not accept a connection in {tries} tries. Is it running, and is its URL right?"
    )


def _is_redis(name: str) -> bool:
    return os.environ.get(name, "").startswith(("redis://", "rediss://"))


def _ping_redis(url: str) -> None:
    parts = urlsplit(url)
    address = (parts.hostname or "localhost", parts.port or 6379)
    with socket.create_connection(address, timeout=2) as connection:
        if parts.scheme == "rediss":
            return  # it listens; a handshake would tell no more
        # A Redis that still loads its data says so only to who has signed in.
        sign_in = ["AUTH", *filter(None, [parts.username]), unquote(parts.password or "")]
        with connection.makefile("rwb") as stream:
            for command in [sign_in, ["PING"]] if parts.password else [["PING"]]:
                stream.write(_as_redis_reads(command))
                stream.flush()
                answer = stream.readline()
                if not answer.startswith(b"+"):
                    raise OSError(answer.decode(errors="replace").strip() or "no answer")


def _as_redis_reads(words: list[str]) -> bytes:
    texts = [word.encode() for word in words]
    return b"*%d\r\n" % len(texts) + b"".join(b"$%d\r\n%b\r\n" % (len(t), t) for t in texts)
