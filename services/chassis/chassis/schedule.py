"""`python -m chassis.schedule python manage.py clearsessions`: run a command at its times.

SCHEDULE has cron's five fields and a time zone: `15 3 * * * Etc/UTC`. Without it the command runs
at once, and this process becomes it: in the cloud something else waits for the times. A run that
is not over by its next time is let end first. What fails is told, and runs again at its next time.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from chassis import heartbeat
from chassis.background import end
from chassis.environment import Environment

LOOK_SECONDS = 1.0


def main(command: list[str]) -> None:
    """Become the command, or run it at its times until SIGTERM or SIGINT."""
    env = Environment.of_process()
    schedule = env.text("SCHEDULE", default="")
    env.finish()
    if not command:
        sys.exit("Nothing to run. Give a command, such as: python manage.py clearsessions")
    if not schedule:
        # The command is the catalogue's, as the container's own would be (2026-11-29).
        os.execvp(command[0], command)  # noqa: S606
    fields, zone = times_of(schedule)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    heartbeat.begin()
    try:
        wait_and_run(command, fields, zone)
    except KeyboardInterrupt:
        sys.exit(0)


def times_of(schedule: str) -> tuple[str, ZoneInfo]:
    """Cron's fields and the time zone of a schedule. Ends the process where it is none."""
    fields, _, name = schedule.rpartition(" ")
    try:
        zone = ZoneInfo(name)
        next_time(fields, zone)
    except (CronSimError, StopIteration, ValueError, ZoneInfoNotFoundError) as error:
        how = "Write it as: 15 3 * * * Etc/UTC"
        sys.exit(f"SCHEDULE: {schedule!r} is no schedule ({error}). {how}")
    return fields, zone


def next_time(fields: str, zone: ZoneInfo) -> datetime:
    return next(CronSim(fields, datetime.now(zone)))


def wait_and_run(command: list[str], fields: str, zone: ZoneInfo) -> NoReturn:
    """Say that the process works while it waits, and run the command at each time."""
    while True:
        due = next_time(fields, zone)
        tell(f"runs {' '.join(command)} next at {due.isoformat()}")
        for _ in until(due):
            heartbeat.touch()
        run(command)


def until(due: datetime) -> Iterator[None]:
    """Looks at the clock on the wall, which a laptop's sleep does not stop."""
    # In UTC: two times of one zone are compared without the hour that comes twice in autumn.
    while datetime.now(UTC) < due:
        yield
        time.sleep(LOOK_SECONDS)


def run(command: list[str]) -> None:
    """Run the command to its end, and tell how it ended."""
    began = time.monotonic()
    try:
        # The catalogue's too (2026-11-29).
        child = subprocess.Popen(command)  # noqa: S603
    except OSError as error:
        tell(f"{' '.join(command)}: could not be started: {error}")
        return
    try:
        while child.poll() is None:
            heartbeat.touch()
            time.sleep(LOOK_SECONDS / 10)
    finally:
        end(child)
    outcome = "done" if child.returncode == 0 else f"failed with exit code {child.returncode}"
    tell(f"{' '.join(command)}: {outcome} after {time.monotonic() - began:.1f} s")


def tell(line: str) -> None:
    print(f"chassis.schedule: {line}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
