import os
import socket
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest

from chassis.steps import _ping_redis
from tests.processes import ALL_OFF, CHASSIS, environment, free_port, run

ENTRYPOINT = [sys.executable, "-m", "chassis.entrypoint"]
SAY = [sys.executable, "-c", "print('the command')"]
PRODUCTION = {"ENVIRONMENT": "production", "ALLOWED_HOSTS": "a.example.com"}
SUPERUSER = {
    "DJANGO_SUPERUSER_USERNAME": "root",
    "DJANGO_SUPERUSER_EMAIL": "root@example.com",
    "DJANGO_SUPERUSER_PASSWORD": "a-long-passphrase",
}


def test_all_steps_then_the_ready_line_then_the_command(tmp_path: Path) -> None:
    variables = environment(tmp_path, **PRODUCTION, **SUPERUSER, SERVICENAME="meet middleware")
    first = run([*ENTRYPOINT, *SAY], variables)
    assert first.returncode == 0, first.stderr
    assert "Applying auth.0001_initial... OK" in first.stdout
    assert (tmp_path / "static" / "staticfiles.json").exists()
    assert "Superuser created successfully." in first.stdout
    assert first.stdout.endswith("MEET MIDDLEWARE LISTO\nthe command\n")

    second = run([*ENTRYPOINT, *SAY], variables)
    assert second.returncode == 0, second.stderr
    assert "No migrations to apply." in second.stdout
    assert "Superuser: exists already" in second.stdout
    assert "already collected" in second.stdout


def test_with_all_steps_off_nothing_is_imported_or_printed(tmp_path: Path) -> None:
    loaded = "import sys; print('django' in sys.modules, len(sys.argv))"
    variables = {**environment(tmp_path, **ALL_OFF), "DJANGO_SETTINGS_MODULE": "no.such.settings"}
    ended = run([*ENTRYPOINT, sys.executable, "-c", loaded], variables)
    assert (ended.returncode, ended.stdout) == (0, "False 1\n")

    program = "import chassis.entrypoint, sys; print('django' in sys.modules)"
    assert run([sys.executable, "-c", program], variables).stdout == "False\n"


def test_the_command_takes_the_place_of_the_entrypoint(tmp_path: Path) -> None:
    show_pid = [sys.executable, "-c", "import os; print(os.getpid())"]
    with subprocess.Popen(
        [*ENTRYPOINT, *show_pid],
        env=environment(tmp_path, **ALL_OFF),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.communicate()[0] == f"{process.pid}\n"


def test_a_step_can_be_switched_off_alone(tmp_path: Path) -> None:
    ended = run([*ENTRYPOINT, *SAY], environment(tmp_path, ENTRYPOINT_MIGRATE="off"))
    assert "Applying" not in ended.stdout
    assert "SPECIMEN LISTO" in ended.stdout


def test_a_bad_switch_is_one_message(tmp_path: Path) -> None:
    ended = run([*ENTRYPOINT, *SAY], environment(tmp_path, ENTRYPOINT_WAIT="later"))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "ENTRYPOINT_WAIT is 'later'. Allowed: true, false" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_half_a_superuser_is_refused(tmp_path: Path) -> None:
    half = {**ALL_OFF, "ENTRYPOINT_SUPERUSER": "on", "DJANGO_SUPERUSER_USERNAME": "root"}
    ended = run([*ENTRYPOINT, *SAY], environment(tmp_path, **half))
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        "DJANGO_SUPERUSER_USERNAME is set, so DJANGO_SUPERUSER_EMAIL and DJANGO_SUPERUSER_PASSWORD"
    )


def test_a_careless_production_does_not_start(tmp_path: Path) -> None:
    careless = {**PRODUCTION, "DEBUG": "on"}
    ended = run([*ENTRYPOINT, *SAY], environment(tmp_path, **careless))
    assert ended.returncode == 1
    assert "DEBUG is on with ENVIRONMENT=production" in ended.stderr
    assert "the command" not in ended.stdout


def test_an_unknown_command_says_so(tmp_path: Path) -> None:
    ended = run([*ENTRYPOINT, "no-such-program"], environment(tmp_path, **ALL_OFF))
    assert ended.returncode == 127
    assert ended.stderr == "Cannot run no-such-program: No such file or directory\n"


@pytest.mark.parametrize(
    ("variable", "scheme", "said"),
    [
        ("DATABASE_URL", "postgres", "Waiting for database default, try 1 of 30: "),
        ("REDIS_URL", "redis", "Waiting for Redis, try 1 of 15: "),
        ("CELERY_BROKER_URL", "redis", "Waiting for Redis, try 1 of 15: "),
    ],
)
def test_it_waits_for_what_is_configured_and_says_so(
    tmp_path: Path, variable: str, scheme: str, said: str
) -> None:
    url = f"{scheme}://u:s3cret@127.0.0.1:{free_port()}/0"
    variables = environment(tmp_path, **{**ALL_OFF, "ENTRYPOINT_WAIT": "on", variable: url})
    with subprocess.Popen(
        [*ENTRYPOINT, *SAY], env=variables, cwd=CHASSIS, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        first = process.stdout.readline()
        process.kill()
    assert first.startswith(said)
    assert "s3cret" not in first


def test_static_files_are_collected_without_any_variable(tmp_path: Path) -> None:
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": environment(tmp_path)["PYTHONPATH"],
        "DJANGO_SETTINGS_MODULE": "tests.project.settings",
        "SPECIMEN": "1",
        "STATIC_ROOT": str(tmp_path / "static"),
    }
    ended = run([sys.executable, "-m", "chassis.static_files"], variables)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "static" / "staticfiles.json").exists()


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([b"+OK", b"+PONG"], None),
        ([b"+OK", b"-LOADING Redis is loading the dataset in memory"], "-LOADING"),
        ([b"-WRONGPASS invalid username-password pair"], "-WRONGPASS"),
    ],
)
def test_redis_is_ready_once_it_answers_who_has_signed_in(
    answers: list[bytes], reason: str | None
) -> None:
    asked: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            for line in answers:
                asked.append(connection.recv(256))
                connection.sendall(line + b"\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    url = f"redis://:s%2Fcret@127.0.0.1:{server.getsockname()[1]}/0"
    with pytest.raises(OSError, match=reason) if reason else nullcontext():
        _ping_redis(url)
    thread.join()
    server.close()
    signing_in, *rest = asked
    assert signing_in == b"*2\r\n$4\r\nAUTH\r\n$6\r\ns/cret\r\n"
    assert rest == [b"*1\r\n$4\r\nPING\r\n"][: len(rest)]
