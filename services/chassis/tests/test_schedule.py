"""Commands that run at their times, in a process of their own."""

import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest

from chassis import heartbeat, schedule
from tests.processes import environment, free_port, get, run

SCHEDULED = [sys.executable, "-m", "chassis.schedule"]
SAYS = [sys.executable, "-c", "print('ran')"]


@pytest.mark.parametrize("value", ["", None])
def test_without_a_schedule_it_becomes_the_command(tmp_path: Path, value: str | None) -> None:
    variables = environment(tmp_path, **({} if value is None else {"SCHEDULE": value}))
    ended = run([*SCHEDULED, sys.executable, "-c", "print('ran'); raise SystemExit(3)"], variables)
    assert (ended.returncode, ended.stdout) == (3, "ran\n")


@pytest.mark.parametrize(
    "value", ["15 3 * * *", "15 24 * * * Etc/UTC", "15 3 * * * Middle/Earth", "0 0 31 2 * Etc/UTC"]
)
def test_what_is_no_schedule_is_refused_with_how_to_write_it(tmp_path: Path, value: str) -> None:
    ended = run([*SCHEDULED, *SAYS], environment(tmp_path, SCHEDULE=value))
    assert ended.returncode == 1
    assert "Write it as: 15 3 * * * Etc/UTC" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_command_it_says_so(tmp_path: Path) -> None:
    ended = run(SCHEDULED, environment(tmp_path, SCHEDULE="15 3 * * * Etc/UTC"))
    assert (ended.returncode, "Nothing to run" in ended.stderr) == (1, True)


def test_it_says_that_it_works_while_it_waits_and_ends_at_sigterm(tmp_path: Path) -> None:
    port = free_port()
    times = "15 3 * * * Europe/Madrid"
    variables = environment(tmp_path, SCHEDULE=times, HEARTBEAT_PORT=str(port))
    process = subprocess.Popen(
        [*SCHEDULED, *SAYS], env=variables, stdout=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 20
        while get(port, "/")[0] != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0
    assert re.search(r"next at \d{4}-\d\d-\d\dT03:15:00\+0[12]:00", output)


def test_times_are_those_of_the_wall_in_the_zone() -> None:
    zone = ZoneInfo("America/New_York")
    due = schedule.next_time("15 3 * * *", zone)
    assert (due.hour, due.minute, due.tzinfo) == (3, 15, zone)
    assert timedelta(0) < due - datetime.now(UTC) <= timedelta(hours=25)


def test_the_hour_that_comes_twice_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    zone = ZoneInfo("Europe/Madrid")

    class JustAfterTwo(datetime):
        """The first two o'clock of the night in which summer time ends."""

        @classmethod
        def now(cls, tz: Any = None) -> Self:
            return cls(2026, 10, 25, 0, 0, 2, tzinfo=UTC).astimezone(tz)

    monkeypatch.setattr(schedule, "datetime", JustAfterTwo)
    due = schedule.next_time("0 * * * *", zone)
    assert due.astimezone(UTC) == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    # It looks at least once: it does not run again at once.
    next(schedule.until(due))


def test_a_command_that_cannot_be_started_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    schedule.run(["/nowhere/to/be/found"])
    assert "/nowhere/to/be/found: could not be started" in capfd.readouterr().out


class Ended(Exception):
    pass


def test_each_time_has_its_run_and_a_failure_is_told(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    times = iter([datetime.now(UTC), datetime.now(UTC)])
    beats: list[None] = []

    def next_time(*_: Any) -> datetime:
        try:
            return next(times)
        except StopIteration:
            raise Ended from None

    monkeypatch.setattr(schedule, "next_time", next_time)
    monkeypatch.setattr(heartbeat, "touch", lambda: beats.append(None))
    failing = [sys.executable, "-c", "print('ran', flush=True); raise SystemExit(4)"]
    with pytest.raises(Ended):
        schedule.wait_and_run(failing, "* * * * *", ZoneInfo("Etc/UTC"))
    output = capfd.readouterr().out
    assert output.count("ran\n") == 2
    assert len(re.findall(r"failed with exit code 4 after \d", output)) == 2
    assert beats
