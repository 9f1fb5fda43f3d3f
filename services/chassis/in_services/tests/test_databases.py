"""Where the database is, and how many connections a process keeps."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from programs import manage
from pytest_django import DjangoDbBlocker
from relay import Relay

from chassis.databases import read_database, read_database_url
from chassis.environment import POSTGRES, Environment, EnvironmentProblems
from chassis.settings import database_settings

INSTANCE = "my-project:europe-west1:booking"
PARTS = {"DATABASE_NAME": "n", "DATABASE_USER": "u", "DATABASE_PASSWORD": "p"}


def read(**variables: str) -> dict[str, Any]:
    env = Environment(variables)
    database = read_database(env)
    env.finish()
    return database


def test_tcp_unless_a_cloud_sql_instance_is_named() -> None:
    assert read(**PARTS)["HOST"] == "localhost"
    there = read(**PARTS, DATABASE_HOST="db", DATABASE_PORT="6543", CLOUD_SQL_CONNECTION_NAME="")
    assert (there["HOST"], there["PORT"]) == ("db", "6543")
    assert (there["NAME"], there["USER"], there["PASSWORD"]) == ("n", "u", "p")


def test_the_socket_of_the_instance_whatever_the_host() -> None:
    there = read(**PARTS, DATABASE_HOST="db", CLOUD_SQL_CONNECTION_NAME=INSTANCE)
    assert there["HOST"] == f"/cloudsql/{INSTANCE}"
    assert "PORT" not in there


def test_what_is_missing_or_wrong_is_named_all_at_once() -> None:
    with pytest.raises(EnvironmentProblems) as caught:
        read(
            DATABASE_NAME="n",
            DATABASE_PORT="0",
            DATABASE_POOL_SIZE="0",
            CLOUD_SQL_CONNECTION_NAME="../etc",
        )
    assert {problem.name for problem in caught.value.problems} == {
        "DATABASE_USER",
        "DATABASE_PASSWORD",
        "DATABASE_PORT",
        "DATABASE_POOL_SIZE",
        "CLOUD_SQL_CONNECTION_NAME",
    }


def test_the_pool_of_a_process_is_a_setting() -> None:
    assert read(**PARTS)["OPTIONS"]["pool"]["max_size"] == 4
    assert read(**PARTS, DATABASE_POOL_SIZE="9")["OPTIONS"]["pool"]["max_size"] == 9
    ours = settings.DATABASES["default"]
    assert (ours["CONN_MAX_AGE"], ours["CONN_HEALTH_CHECKS"]) == (0, True)
    assert ours["OPTIONS"]["pool"]["max_size"] == 4


@pytest.fixture
def sockets() -> Iterator[Path]:
    # Not tmp_path: the path of a Unix socket has at most 108 characters.
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / INSTANCE).mkdir()
        yield Path(folder)


@pytest.fixture
def relay(sockets: Path) -> Iterator[Relay]:
    relay = Relay(sockets / INSTANCE)
    yield relay
    relay.down()


@pytest.fixture
def connect(
    sockets: Path,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., BaseDatabaseWrapper]]:
    """A connection through the socket, with the same reader of the environment as the settings."""
    # A pool belongs to an alias, so this one cannot be the tests' own.
    alias = "socket"

    def make(*, url: str = "", **variables: str) -> BaseDatabaseWrapper:
        given = {
            **os.environ,
            "CLOUD_SQL_CONNECTION_NAME": "" if url else INSTANCE,
            "DATABASE_NAME": str(connection.settings_dict["NAME"]),
            "DATABASE_URL": url,
            **variables,
        }
        env = Environment(given)
        entry = database_settings(
            read_database_url(env, "DATABASE_URL", schemes=POSTGRES)
            if url
            else read_database(env, sockets=sockets)
        )
        complete = ConnectionHandler({"default": {}, alias: entry}).settings[alias]
        monkeypatch.setitem(connections.settings, alias, complete)
        return connections[alias]

    with django_db_blocker.unblock():
        yield make
        connections[alias].close()
        if connections[alias].settings_dict["OPTIONS"].get("pool"):
            connections[alias].close_pool()  # type: ignore[attr-defined]
        del connections[alias]


def ask(database: BaseDatabaseWrapper) -> Any:
    try:
        with database.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            row = cursor.fetchone()
        return row and row[0]
    finally:
        database.close()


def test_queries_go_through_the_socket(
    connect: Callable[..., BaseDatabaseWrapper], relay: Relay
) -> None:
    assert ask(connect()) == connection.settings_dict["NAME"]
    assert relay.accepted == 1


def test_a_url_leads_through_the_socket_too(
    connect: Callable[..., BaseDatabaseWrapper], relay: Relay, sockets: Path
) -> None:
    name, user, password = (
        quote(str(connection.settings_dict[part]), safe="") for part in ("NAME", "USER", "PASSWORD")
    )
    url = f"postgres://{user}:{password}@/{name}?host={sockets}/{INSTANCE}"
    assert ask(connect(url=url)) == connection.settings_dict["NAME"]
    assert relay.accepted == 1


def test_connections_are_used_again(
    connect: Callable[..., BaseDatabaseWrapper], relay: Relay
) -> None:
    database = connect()
    for _ in range(5):
        ask(database)
    assert relay.accepted == 1


def test_a_process_never_has_more_connections_than_its_pool(
    connect: Callable[..., BaseDatabaseWrapper], relay: Relay
) -> None:
    database = connect(DATABASE_POOL_SIZE="2")
    ask(database)  # opens the pool
    pool = database.pool  # type: ignore[attr-defined]
    barrier = Barrier(8)

    def use(_: int) -> None:
        barrier.wait()
        with pool.connection() as held:
            held.execute("SELECT pg_sleep(0.05)")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(8)))
    assert relay.accepted == 2


@pytest.mark.usefixtures("db")
def test_a_program_that_has_used_its_pool_does_not_wait_for_it_at_its_end() -> None:
    name = str(connection.settings_dict["NAME"])
    ask_once = "from django.db import connection; connection.cursor(); print('asked')"
    ended = manage("shell", "-v0", "-c", ask_once, DATABASE_NAME=name)
    # psycopg would say that it could not stop its threads, after 5 seconds for each.
    assert (ended.stdout, ended.stderr, ended.returncode) == ("asked\n", "", 0)


def test_the_service_comes_back_with_its_database(
    connect: Callable[..., BaseDatabaseWrapper], relay: Relay
) -> None:
    database = connect()
    ask(database)
    relay.down()
    started = time.monotonic()
    for _ in range(2):
        with pytest.raises(OperationalError):
            ask(database)
    # Threads that wait for long would keep probes from an answer.
    assert time.monotonic() - started < 10

    relay.up()
    started = time.monotonic()
    while time.monotonic() - started < 10:
        try:
            ask(database)
            break
        except OperationalError:
            time.sleep(0.1)
    assert time.monotonic() - started < 5
