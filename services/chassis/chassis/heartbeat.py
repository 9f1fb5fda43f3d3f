"""A process without a port says that it lives by touching a file.

    touch()                                        from the process's main loop
    remove()                                       where it ends in good order
    python -m chassis.heartbeat --max-age 30       the container's health check: 0 or 1

Standard library only: the check runs every few seconds.
"""

import os
import sys
import time
from pathlib import Path

DEFAULT_FILE = "/tmp/heartbeat"  # noqa: S108  # a tmpfs of the container's own
DEFAULT_MAX_AGE = 30.0


def heartbeat_file() -> Path:
    """HEARTBEAT_FILE, for when several such processes share a /tmp."""
    return Path(os.environ.get("HEARTBEAT_FILE") or DEFAULT_FILE)


def touch() -> None:
    """The process lives."""
    heartbeat_file().touch()


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
