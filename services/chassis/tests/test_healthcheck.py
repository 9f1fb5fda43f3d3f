import sys
from pathlib import Path

import pytest

from tests.processes import GUNICORN, environment, free_port, run, serving

HEALTHCHECK = [sys.executable, "-m", "chassis.healthcheck"]


@pytest.fixture(scope="module")
def specimen(tmp_path_factory: pytest.TempPathFactory):
    """The environment of a specimen service that is running."""
    variables = environment(tmp_path_factory.mktemp("specimen"), PORT=str(free_port()))
    with serving([*GUNICORN, "tests.project.wsgi"], variables):
        yield variables


@pytest.mark.parametrize("path", [[], ["/health/"], ["/ready/"], ["/hello/"]])
def test_2xx_is_healthy(specimen: dict[str, str], path: list[str]) -> None:
    assert run([*HEALTHCHECK, *path], specimen).returncode == 0


@pytest.mark.parametrize(("path", "status"), [("/nothing/", 404), ("/admin/", 302)])
def test_everything_else_is_not(specimen: dict[str, str], path: str, status: int) -> None:
    ended = run([*HEALTHCHECK, path], specimen)
    assert (ended.returncode, ended.stderr) == (1, f"{path}: status {status}\n")


def test_nobody_there_is_not_healthy(tmp_path: Path) -> None:
    ended = run(HEALTHCHECK, environment(tmp_path, PORT=str(free_port())))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr


def test_the_port_comes_from_the_pyproject_when_port_is_not_set(
    specimen: dict[str, str], tmp_path: Path
) -> None:
    without = {name: value for name, value in specimen.items() if name != "PORT"}
    (tmp_path / "pyproject.toml").write_text(f"[tool.chassis]\nport = {specimen['PORT']}\n")
    assert run(HEALTHCHECK, without, folder=tmp_path).returncode == 0


def test_the_path_comes_from_the_pyproject_when_none_is_given(
    specimen: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.chassis]\nhealth-path = "/nothing/"\n')
    ended = run(HEALTHCHECK, specimen, folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (1, "/nothing/: status 404\n")
    assert run([*HEALTHCHECK, "/hello/"], specimen, folder=tmp_path).returncode == 0


def test_it_imports_the_standard_library_only(tmp_path: Path) -> None:
    program = "import chassis.healthcheck, sys; print({'django', 'environ'} & {*sys.modules})"
    assert run([sys.executable, "-c", program], environment(tmp_path)).stdout == "set()\n"
