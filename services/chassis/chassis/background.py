"""`python -m chassis.background celery -A config worker`: become the command.

With HOT_RELOAD on, stay, and start the command anew at each edit of the sources. A command that
cannot start waits for the edit that cures it.
"""

import os
import signal
import subprocess
import sys

from chassis.environment import Environment
from chassis.watch import Edits, require_watchfiles

# Celery's and the consumers' slowest stop; killed at any moment, nothing is lost or done twice.
STOP_SECONDS = 5


def main(command: list[str]) -> None:
    """Become the command, or watch over it."""
    env = Environment.of_process()
    hot_reload = env.boolean("HOT_RELOAD", default=False)
    env.finish()
    if not command:
        sys.exit("Nothing to run. Give a command, such as: celery -A config worker")
    if not hot_reload:
        # The command is the catalogue's, as the container's own would be (2026-11-28).
        os.execvp(command[0], command)  # noqa: S606
    require_watchfiles("HOT_RELOAD")
    watch(command)


def watch(command: list[str]) -> None:
    """Run it and start it anew at each edit, until SIGTERM or SIGINT."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Before the command starts: an edit in its first moment counts.
    edits = Edits()
    try:
        while True:
            # The catalogue's too.
            child = subprocess.Popen(command)  # noqa: S603
            try:
                edits.wait()
            finally:
                end(child)
    except KeyboardInterrupt:
        sys.exit(max(child.returncode, 0))


def end(child: "subprocess.Popen[bytes]") -> None:
    """End a child, with patience, whether or not it has ended."""
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
