"""Runs the specimen service in processes of its own, as a container would."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

CHASSIS = Path(__file__).resolve().parent.parent
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "python:chassis.gunicorn_conf"]
OFF = {f"ENTRYPOINT_{step}": "off" for step in ("WAIT", "MIGRATE", "COLLECTSTATIC", "SUPERUSER")}
ALL_OFF = {**OFF, "ENTRYPOINT_CHECK": "off"}


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """A clean environment: nothing of this process but the way to find programs."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(CHASSIS),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": "tests.project.settings",
        "SPECIMEN": "1",
        "SECRET_KEY": "strong-k3y." * 5,
        "DATABASE_URL": f"sqlite:///{folder}/specimen.sqlite3",
        "STATIC_ROOT": str(folder / "static"),
        "SERVICENAME": "specimen",
        **variables,
    }


def run(command: list[str], variables: Mapping[str, str], *, folder: Path = CHASSIS):
    return subprocess.run(
        command, env=dict(variables), cwd=folder, capture_output=True, text=True, timeout=120
    )


@contextmanager
def serving(
    command: list[str], variables: Mapping[str, str], *, folder: Path = CHASSIS
) -> Iterator[subprocess.Popen[str]]:
    """A server that answers; it is killed at the end if the test has not stopped it."""
    process = subprocess.Popen(
        command, env=dict(variables), cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        wait_for_200(int(variables["PORT"]), process)
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for_200(port: int, process: subprocess.Popen[str], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        if get(port, "/healthz")[0] == 200:
            return
        time.sleep(0.05)
    raise AssertionError(f"no answer on port {port} in {seconds} s")


def get(port: int, path: str) -> tuple[int, str]:
    """Status and body; status 0 if nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def json_lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]
