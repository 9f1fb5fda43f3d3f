"""`python -m heartbeat`: exit 0 if this container's celery worker was well a moment ago, else 1.

The worker sends a heartbeat to its broker every two seconds, from the loop that takes tasks, and
touches a file then: a worker that hangs or has lost Redis lets it grow old. Standard library only,
because it runs every few seconds; `celery inspect ping` takes a second and loads the application.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

FILE = Path(os.environ.get("HEARTBEAT_FILE", "/tmp/celery-heartbeat"))  # noqa: S108
# Redis may be started again, which is over in less.
MAX_AGE_SECONDS = 20.0


def register() -> None:
    """Touch the file from now on, in the process that is a worker."""
    from celery.signals import heartbeat_sent, worker_shutdown

    heartbeat_sent.connect(_touch, weak=False)
    worker_shutdown.connect(_remove, weak=False)


def problem() -> str:
    """What is wrong with the worker; nothing if it is well."""
    try:
        age = time.time() - FILE.stat().st_mtime
    except OSError as error:
        return f"{FILE}: {error.strerror}"
    return "" if age < MAX_AGE_SECONDS else f"{FILE}: last touched {age:.0f} s ago"


def _touch(**_: Any) -> None:
    FILE.touch()


def _remove(**_: Any) -> None:
    FILE.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(problem() or 0)
