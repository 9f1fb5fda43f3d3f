"""A process without a port says that it lives by touching a file.

    touch()                                        from the process's main loop
    end_when_silent()                              once, where the process begins its work
    remove()                                       where it ends in good order
    python -m chassis.heartbeat --max-age 30       the container's health check: 0 or 1

Standard library only: the check runs every few seconds.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

DEFAULT_FILE = "/tmp/heartbeat"  # noqa: S108  # a tmpfs of the container's own
DEFAULT_MAX_AGE = 30.0
# Longer than any health check waits before it says so.
SILENT_SECONDS = 60

_beats = 0


def heartbeat_file() -> Path:
    """HEARTBEAT_FILE, for when several such processes share a /tmp."""
    return Path(os.environ.get("HEARTBEAT_FILE") or DEFAULT_FILE)


def touch() -> None:
    """The process lives."""
    global _beats
    _beats += 1
    heartbeat_file().touch()


def end_when_silent(seconds: int = SILENT_SECONDS) -> None:
    """End this process, hard, once it has not touched for so long: its container is started anew.

    Docker says that a container is unhealthy and leaves it so, and a worker pool on Cloud Run has
    no health check: a process that hangs would hang until somebody looks.
    """
    threading.Thread(target=_end_when_silent, args=(seconds,), daemon=True).start()


def _end_when_silent(seconds: int) -> None:
    # Counted in looks, not by a clock: a laptop's sleep or a paused container is no silence.
    seen, silent = _beats, 0
    while silent < seconds:
        time.sleep(1)
        silent = silent + 1 if _beats == seen else 0
        seen = _beats
    print(f"No heartbeat for {seconds} s: ending, to be started anew", file=sys.stderr, flush=True)
    # The whole group: what it has begun, and the watcher that hot reload puts before it.
    os.killpg(os.getpgrp(), signal.SIGKILL)
    # Process 1 of a container cannot be killed from inside.
    os._exit(1)


def remove() -> None:
    """The process is about to end."""
    heartbeat_file().unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    """Say what is wrong, return the exit code."""
    max_age = float(arguments[1]) if arguments[:1] == ["--max-age"] else DEFAULT_MAX_AGE
    file = heartbeat_file()
    try:
        age = time.time() - file.stat().st_mtime
    except OSError as error:
        print(f"{file}: {error.strerror}", file=sys.stderr)
        return 1
    if age <= max_age:
        return 0
    print(f"{file}: {age:.0f} s old, {max_age:.0f} are allowed", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
