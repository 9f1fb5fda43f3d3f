"""A real worker in a process of its own, on the tests' Postgres and a real Redis."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.db import connection
from pytest_django import Settings
from rest_framework.test import APIClient

from meetings.models import Calendario, Meeting
from tests.conftest import MEETINGS, at, body, on_postgres

pytestmark = [on_postgres, pytest.mark.django_db(transaction=True)]
PROJECT = Path(__file__).resolve().parent.parent
REDIS = os.environ.get("CELERY_BROKER_URL", "")


class Relay:
    """A way to Redis that can be cut, as when it is started again."""

    def __init__(self) -> None:
        parts = urlsplit(REDIS)
        self.server = (parts.hostname or "localhost", parts.port or 6379)
        self._login = "".join(parts.netloc.rpartition("@")[:2])
        self._open: list[socket.socket] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.up()

    @property
    def url(self) -> str:
        return f"redis://{self._login}127.0.0.1:{self.port}{urlsplit(REDIS).path}"

    def up(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def down(self) -> None:
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                here, _ = listener.accept()
                there = socket.create_connection(self.server)
                self._open += [here, there]
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=_pass, args=pair, daemon=True).start()


def _pass(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def relay() -> Iterator[Relay]:
    if not REDIS:
        pytest.fail("Set CELERY_BROKER_URL=redis://host:6379/0, an index that tests may empty")
    with redis.Redis.from_url(REDIS) as client:
        client.flushdb()
    relay = Relay()
    yield relay
    relay.down()


@pytest.fixture
def told(settings: Settings) -> None:
    """From here on web tells the worker, by the way that has no relay."""
    settings.CELERY_BROKER_URL = REDIS


@contextmanager
def worker(
    relay: Relay, folder: Path, *, project: Path = PROJECT, **variables: str
) -> Iterator[subprocess.Popen[str]]:
    given = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(project), str(PROJECT.parent / "chassis")]),
        "POSTGRES_DB": str(connection.settings_dict["NAME"]),
        "CELERY_BROKER_URL": relay.url,
        "HEARTBEAT_PORT": _port(folder),
        **variables,
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker"], cwd=project, env=given, stdout=log, stderr=log
        )
    try:
        eventually(lambda: is_well(folder), seconds=60)
        yield process  # type: ignore[misc]
    finally:
        process.kill()
        process.wait()


def is_well(folder: Path) -> bool:
    asked = subprocess.run(
        [sys.executable, "-m", "chassis.heartbeat"],
        cwd=PROJECT,
        env={**os.environ, "HEARTBEAT_PORT": _port(folder)},
        capture_output=True,
        check=False,
    )
    return asked.returncode == 0


def _port(folder: Path) -> str:
    """One for each folder, free when it is first asked for."""
    file = folder / "port"
    if not file.exists():
        with socket.create_server(("127.0.0.1", 0)) as listener:
            file.write_text(str(listener.getsockname()[1]))
    return file.read_text()


def eventually(condition: Callable[[], bool], *, seconds: float) -> float:
    """The seconds until it came true; AssertionError if it did not."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():
            return time.monotonic() - started
        time.sleep(0.1)
    raise AssertionError(f"not so within {seconds} s")


def plan(hour: int, request_id: str = "") -> Callable[[], bool]:
    """Plans a meeting, and asks from then on whether the worker has dealt with it."""
    sent = body(inicio=at(hour), fin=at(hour + 1))
    created = APIClient().post(MEETINGS, sent, headers={"x-request-id": request_id})
    assert (created.status_code, created.json()["calendario"]) == (201, "pendiente")
    done = Meeting.objects.filter(pk=created.json()["id"], calendario=Calendario.NO_CONFIGURADO)
    return done.exists


@pytest.mark.usefixtures("told")
def test_the_worker_does_it_and_stops_in_good_order(relay: Relay, tmp_path: Path) -> None:
    left_over = plan(0)
    with redis.Redis.from_url(REDIS) as client:
        client.flushdb()  # that nudge is lost
    with worker(relay, tmp_path) as process:
        eventually(left_over, seconds=10)
        eventually(plan(1, request_id="abc-1"), seconds=10)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=9) == 0
    log = (tmp_path / "log").read_text()
    received = [line for line in log.splitlines() if '"request_id": "abc-1"' in line]
    assert received, log
    assert all(line.startswith("{") for line in log.splitlines() if "sync_calendar[" in line)
    assert not is_well(tmp_path)


@pytest.mark.usefixtures("told")
def test_it_goes_on_within_fifteen_seconds_of_redis(relay: Relay, tmp_path: Path) -> None:
    with worker(relay, tmp_path):
        for hour in (0, 10):
            eventually(plan(hour), seconds=10)
            relay.down()
            waits = plan(hour + 1)
            with redis.Redis.from_url(REDIS) as client:
                client.delete("celery")  # as if Redis had been away for web, too
            time.sleep(4)
            relay.up()
            eventually(waits, seconds=15)


@pytest.mark.usefixtures("told")
def test_a_worker_that_hangs_is_not_well(relay: Relay, tmp_path: Path) -> None:
    with worker(relay, tmp_path) as process:
        process.send_signal(signal.SIGSTOP)
        assert not is_well(tmp_path)
        process.send_signal(signal.SIGCONT)
        eventually(lambda: is_well(tmp_path), seconds=10)


@pytest.mark.usefixtures("told")
def test_a_worker_that_has_lost_redis_is_not_well_for_long(relay: Relay, tmp_path: Path) -> None:
    with worker(relay, tmp_path, HEARTBEAT_MAX_AGE="3"):
        relay.down()
        eventually(lambda: not is_well(tmp_path), seconds=15)
        relay.up()
        eventually(lambda: is_well(tmp_path), seconds=30)


@pytest.mark.usefixtures("told")
def test_an_edit_starts_it_again(relay: Relay, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("tests", "requirements"))
    tasks = project / "meetings" / "tasks.py"
    with worker(relay, tmp_path, project=project, HOT_RELOAD="true") as process:
        eventually(plan(0), seconds=10)
        tasks.write_text(tasks.read_text() + "\nlogger.warning('an edit')\n")
        eventually(lambda: "an edit" in (tmp_path / "log").read_text(), seconds=15)
        eventually(plan(1), seconds=15)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=9)


@pytest.mark.parametrize("down", ["refuses", "hangs"])
def test_while_redis_is_away_meetings_are_still_planned(down: str) -> None:
    program = """
import time
from tests.conftest import make_meeting
started = time.monotonic()
make_meeting()
print("took", time.monotonic() - started)
"""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if down == "hangs":
            server.listen(64)
        given = {
            **os.environ,
            "POSTGRES_DB": str(connection.settings_dict["NAME"]),
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{server.getsockname()[1]}/0",
        }
        ended = subprocess.run(
            [sys.executable, "manage.py", "shell", "-c", program],
            cwd=PROJECT,
            env=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 0, ended.stderr
    assert "Redis does not answer" in ended.stdout
    assert float(ended.stdout.split("took ")[1]) < 6
    assert Meeting.objects.get().calendario == Calendario.PENDIENTE
