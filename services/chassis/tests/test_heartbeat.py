"""A process says over HTTP that it works; one that hangs ends, and all that it has begun."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes import environment, free_port, get

# It has begun another process, which tells by its end of the pipe that it lives.
HANGS = """
import subprocess, time
from chassis import heartbeat
heartbeat.begin(silent_seconds=2)
heartbeat.touch()
subprocess.Popen(["sleep", "600"])
time.sleep(600)
"""

LIVES = """
import time
from chassis import heartbeat
heartbeat.begin(silent_seconds=2)
for _ in range(20):
    heartbeat.touch()
    time.sleep(0.2)
"""

# Touches once for each line that it is given, and has a child that outlives it.
OBEYS = """
import os, sys, time
from chassis import heartbeat
heartbeat.begin()
if os.fork() == 0:
    time.sleep(20)
    os._exit(0)
print("begun", flush=True)
for line in sys.stdin:
    heartbeat.touch()
    print("touched", flush=True)
"""


def ended(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        env=environment(folder, **variables),
        capture_output=True,
        text=True,
        timeout=120,
        # A group of its own, as in a container: the whole group ends.
        start_new_session=True,
        check=False,
    )


def check(folder: Path, port: int) -> int:
    command = [sys.executable, "-m", "chassis.heartbeat"]
    env = environment(folder, HEARTBEAT_PORT=str(port))
    return subprocess.run(command, env=env, capture_output=True, check=False).returncode


@contextmanager
def obeying(folder: Path, **variables: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", OBEYS],
        env=environment(folder, **variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def heard(process: "subprocess.Popen[str]", word: str) -> None:
    assert process.stdout
    line = process.stdout.readline()
    assert line == f"{word}\n", line + (process.stderr.read() if process.stderr else "")


def touch(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()
    heard(process, "touched")


def test_a_process_is_well_from_its_first_touch_and_while_it_goes_on(tmp_path: Path) -> None:
    port = free_port()
    assert check(tmp_path, port) == 1
    with obeying(tmp_path, HEARTBEAT_PORT=str(port), HEARTBEAT_MAX_AGE="1") as process:
        heard(process, "begun")
        assert (get(port, "/")[0], check(tmp_path, port)) == (503, 1)
        touch(process)
        assert (get(port, "/")[0], get(port, "/any")[0]) == (200, 200)
        time.sleep(1.1)
        assert (get(port, "/")[0], check(tmp_path, port)) == (503, 1)
        touch(process)
        assert get(port, "/")[0] == 200
    assert check(tmp_path, port) == 1


def test_the_next_one_gets_the_port_though_a_child_of_the_last_lives_on(tmp_path: Path) -> None:
    variables = {"HEARTBEAT_PORT": str(free_port())}
    for _ in range(2):
        with obeying(tmp_path, **variables) as process:
            heard(process, "begun")


def test_nobody_listens_where_no_port_is_set(tmp_path: Path) -> None:
    lived = ended(LIVES, tmp_path)
    assert (lived.returncode, lived.stderr) == (0, "")
    assert check(tmp_path, 0) == 1


def test_a_wrong_port_is_told(tmp_path: Path) -> None:
    told = ended(LIVES, tmp_path, HEARTBEAT_PORT="heart")
    assert told.returncode == 1
    assert "HEARTBEAT_PORT" in told.stderr


def test_a_process_that_hangs_ends_with_all_that_it_has_begun(tmp_path: Path) -> None:
    # `run` returns once nobody holds the pipes: the other process has ended too.
    hung = ended(HANGS, tmp_path, HEARTBEAT_PORT=str(free_port()))
    assert hung.returncode == -9
    assert "No heartbeat for 2 s" in hung.stderr


def test_a_process_that_lives_is_left_alone(tmp_path: Path) -> None:
    lived = ended(LIVES, tmp_path, HEARTBEAT_PORT=str(free_port()))
    assert (lived.returncode, lived.stderr) == (0, "")
