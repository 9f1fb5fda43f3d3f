"""Our own processes, as containers run them, and a Redis that can be taken away from them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

CONSUMER = ("python", "manage.py", "consume_promos")
WORKER = (
    *("celery", "--quiet", "-A", "config", "worker"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
BEAT = ("celery", "--quiet", "-A", "config", "beat")

# Far from those of a running stack; a worker of pytest-xdist takes one of its own.
BROKER = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8


class Process:
    """A child with a log and a heartbeat of its own, on the test's own database and topic."""

    def __init__(self, *command: str, folder: Path, **env: str) -> None:
        self._command = ("python", "-m", "chassis.background", *command)
        self.log_file = folder / f"{len(list(folder.glob('*.log')))}.log"
        self._port = str(_free_port())
        self._env = {**os.environ, **_of_this_test(), "HEARTBEAT_PORT": self._port, **env}
        self.child = self._started()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """The exit code, and the seconds that it took."""
        started = time.monotonic()
        self.child.send_signal(number)
        return self.child.wait(timeout=20), time.monotonic() - started

    def kill(self) -> None:
        """Kills it as a lost machine would, then starts a new one."""
        self.stop(signal.SIGKILL)
        self.child = self._started()

    def is_well(self) -> bool:
        """What Docker's health check says."""
        command = [sys.executable, "-m", "chassis.heartbeat"]
        env = {**os.environ, "HEARTBEAT_PORT": self._port}
        return not subprocess.run(command, env=env, check=False, capture_output=True).returncode

    def wait_for(self, text: str, *, seconds: float = 20) -> None:
        until(lambda: text in self.log(), seconds=seconds, what=lambda: f"{text}\n{self.log()}")

    def log(self) -> str:
        return self.log_file.read_text()

    def records(self, message: str) -> list[dict[str, Any]]:
        lines = (json.loads(line) for line in self.log().splitlines() if line.startswith("{"))
        return [record for record in lines if record["message"] == message]

    def _started(self) -> "subprocess.Popen[bytes]":
        with self.log_file.open("ab") as log:
            return subprocess.Popen(
                self._command, cwd=settings.BASE_DIR, env=self._env, stdout=log, stderr=log
            )


class Proxy:
    """Stands between a process and the real Redis: cut, it is like a Redis that is down."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 6379)
        self._login = "".join(parts.netloc.rpartition("@")[:2])
        self._open: list[socket.socket] = []
        self._server = self._listening(0)
        self.port: int = self._server.getsockname()[1]

    def url(self, index: int) -> str:
        return f"redis://{self._login}127.0.0.1:{self.port}/{index}"

    def cut(self) -> None:
        """Refuse new connections, end those that are."""
        for closing in (self._server, *self._open):
            # First shutdown: a close alone leaves the thread that reads waiting.
            with contextlib.suppress(OSError):
                closing.shutdown(socket.SHUT_RDWR)
            closing.close()
        self._open.clear()

    def restore(self) -> None:
        self._server = self._listening(self.port)

    def _listening(self, port: int) -> socket.socket:
        server = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, args=(server,), daemon=True).start()
        return server

    def _accept(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = server.accept()
                redis = socket.create_connection(self._target)
                self._open += [client, redis]
                for source, sink in ((client, redis), (redis, client)):
                    threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def until(
    done: Callable[[], bool], *, seconds: float, what: Callable[[], str] = lambda: "it"
) -> float:
    """Wait; how long it took."""
    started = time.monotonic()
    while not done():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"{seconds} s were not enough for {what()}")
        time.sleep(0.05)
    return time.monotonic() - started


@contextlib.contextmanager
def running(*command: str, folder: Path, **env: str) -> Iterator[Process]:
    """Killed at the end, if it still runs."""
    process = Process(*command, folder=folder, **env)
    try:
        yield process
    finally:
        process.child.kill()
        process.child.wait()


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _of_this_test() -> dict[str, str]:
    url = urlsplit(os.environ["DATABASE_URL"])
    return {
        "DATABASE_URL": url._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "FLASH_PROMO_TOPIC_ARN": settings.FLASH_PROMO_TOPIC.arn,
        "PROMO_QUEUE_NAME": settings.PROMO_QUEUE_NAME,
        "PROMO_QUEUE_VISIBILITY_SECONDS": str(settings.PROMO_QUEUE_VISIBILITY_SECONDS),
    }
