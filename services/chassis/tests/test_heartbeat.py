"""A process that hangs ends, and all that it has begun."""

import subprocess
import sys
from pathlib import Path

from tests.processes import environment

# It has begun another process, which tells by its end of the pipe that it lives.
HANGS = """
import subprocess, time
from chassis import heartbeat
heartbeat.end_when_silent(2)
heartbeat.touch()
subprocess.Popen(["sleep", "600"])
time.sleep(600)
"""

LIVES = """
import time
from chassis import heartbeat
heartbeat.end_when_silent(2)
for _ in range(20):
    heartbeat.touch()
    time.sleep(0.2)
"""


def ended(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        env=environment(folder, HEARTBEAT_FILE=str(folder / "heartbeat")),
        capture_output=True,
        text=True,
        timeout=120,
        # A group of its own, as in a container: the whole group ends.
        start_new_session=True,
        check=False,
    )


def test_a_process_that_hangs_ends_with_all_that_it_has_begun(tmp_path: Path) -> None:
    # `run` returns once nobody holds the pipes: the other process has ended too.
    hung = ended(HANGS, tmp_path)
    assert hung.returncode == -9
    assert "No heartbeat for 2 s" in hung.stderr


def test_a_process_that_lives_is_left_alone(tmp_path: Path) -> None:
    lived = ended(LIVES, tmp_path)
    assert (lived.returncode, lived.stderr) == (0, "")
