"""Processes without a port, as HOT_RELOAD starts them anew."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chassis import background
from tests.processes import CHASSIS, environment, run

BACKGROUND = [sys.executable, "-m", "chassis.background"]
SLEEPS = "import time; print({!r}, flush=True); time.sleep(60)"


@contextmanager
def reloading(tmp_path: Path, text: str) -> Iterator[tuple[Path, Path, "subprocess.Popen[bytes]"]]:
    """The program, its log, and the process that starts it anew."""
    sources = tmp_path / "sources"
    sources.mkdir()
    program, log = sources / "program.py", tmp_path / "log"
    program.write_text(text)
    variables = environment(tmp_path, HOT_RELOAD="True")
    variables["PYTHONPATH"] = f"{CHASSIS}:{sources}"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*BACKGROUND, sys.executable, str(program)],
            cwd=tmp_path,
            env=variables,
            stdout=out,
            stderr=out,
        )
    try:
        yield program, log, process
    finally:
        process.terminate()
        process.wait(20)


def wait_for(text: str, log: Path) -> None:
    deadline = time.monotonic() + 20
    while text not in log.read_text():
        assert time.monotonic() < deadline, f"{text} never came: {log.read_text()}"
        time.sleep(0.05)


def test_an_edit_starts_it_anew_and_an_error_is_survived(tmp_path: Path) -> None:
    with reloading(tmp_path, SLEEPS.format("one")) as (program, log, process):
        wait_for("one", log)
        program.write_text("this is no Python")
        wait_for("SyntaxError", log)
        assert process.poll() is None
        program.write_text(SLEEPS.format("two"))
        wait_for("two", log)


def test_m21_an_edit_before_its_first_moment_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chassis import background

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    started: list[object] = []

    def edits_and_starts(command: list[str]) -> "subprocess.Popen[bytes]":
        (tmp_path / "program.py").write_text(f"edit {len(started)}")
        started.append(real([sys.executable, "-c", "import time; time.sleep(60)"]))
        if len(started) == 3:
            signal.raise_signal(signal.SIGINT)
        return started[-1]  # type: ignore[return-value]

    real = subprocess.Popen
    handler = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(subprocess, "Popen", edits_and_starts)
    with pytest.raises(SystemExit):
        background.watch(["command"])
    signal.signal(signal.SIGTERM, handler)
    assert len(started) == 3
    for child in started:
        child.kill()  # type: ignore[attr-defined]


def test_a_stop_reaches_the_command(tmp_path: Path) -> None:
    stops = "import signal; signal.signal(signal.SIGTERM, lambda *_: exit(print('bye')));"
    with reloading(tmp_path, stops + SLEEPS.format("one")) as (_, log, process):
        wait_for("one", log)
        process.terminate()
        assert process.wait(20) == 0
        assert "bye" in log.read_text()


def test_without_hot_reload_it_becomes_the_command(tmp_path: Path) -> None:
    ended = run([*BACKGROUND, "sh", "-c", "exit 7"], environment(tmp_path))
    assert ended.returncode == 7


def test_nothing_to_run_is_said(tmp_path: Path) -> None:
    ended = run(BACKGROUND, environment(tmp_path))
    assert (ended.returncode, "Nothing to run" in ended.stderr) == (1, True)


def test_a_child_is_ended_with_it() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    background.end(child)
    assert child.returncode == -signal.SIGTERM
    background.end(child)
