import subprocess
import sys

import pytest

from chassis.environment import MARIADB, POSTGRES, REDIS, SQLITE, Environment, EnvironmentProblems


def problems_of(env: Environment) -> list[str]:
    with pytest.raises(EnvironmentProblems) as caught:
        env.finish()
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "read"),
    [("true", True), ("1", True), ("YES", True), ("off", False), ("False", False), ("0", False)],
)
def test_boolean_reads_the_usual_spellings(written: str, read: bool) -> None:
    env = Environment({"DEBUG": written})
    assert env.boolean("DEBUG") is read
    env.finish()


def test_boolean_refuses_other_words_and_says_which_it_takes() -> None:
    env = Environment({"DEBUG": "maybe"})
    env.boolean("DEBUG", default=False)
    assert problems_of(env) == [
        "DEBUG is 'maybe'. Allowed: true, false, 1, 0, yes, no, on, off. Example: DEBUG=true"
    ]


@pytest.mark.parametrize("written", ["0", "65536", "80.5", "-1", "eighty", "\u0663"])
def test_integer_refuses_what_is_outside_or_no_number(written: str) -> None:
    env = Environment({"PORT": written})
    env.integer("PORT", minimum=1, maximum=65535)
    assert problems_of(env) == [
        f"PORT is {written!r}. Allowed: a whole number from 1 to 65535. Example: PORT=1"
    ]


def test_choice_is_exact() -> None:
    env = Environment({"LOG_LEVEL": "info"})
    env.choice("LOG_LEVEL", choices=("INFO", "ERROR"), default="INFO")
    assert problems_of(env) == [
        "LOG_LEVEL is 'info'. Allowed: INFO, ERROR. Example: LOG_LEVEL=INFO"
    ]


def test_names_drop_blanks() -> None:
    assert Environment({"HOSTS": " a.example , b.example,, "}).names("HOSTS") == [
        "a.example",
        "b.example",
    ]


def test_a_required_variable_that_is_missing_or_empty_is_a_problem() -> None:
    env = Environment({"EMPTY": "  "})
    env.text("ABSENT")
    env.text("EMPTY")
    assert problems_of(env) == [
        "ABSENT is missing. Allowed: any text. Example: ABSENT=some-text",
        "EMPTY is missing. Allowed: any text. Example: EMPTY=some-text",
    ]


def test_every_problem_is_reported_at_once() -> None:
    env = Environment({"DEBUG": "x", "PORT": "x"})
    env.boolean("DEBUG")
    env.integer("PORT", minimum=1, maximum=9)
    env.database("DATABASE_URL", schemes=POSTGRES)
    assert [text.split()[0] for text in problems_of(env)] == ["DEBUG", "PORT", "DATABASE_URL"]


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("mysql://u:s3cret@h/d", "has the scheme 'mysql'"),
        ("h/d", "is not a URL"),
        ("postgres:///d", "names no host"),
        ("postgres://u:s3cret@/d?unix_socket=/cloudsql/p:r:i", "names no host"),
        ("postgres://u:s3cret@h/d?host=/cloudsql/p:r:i", "names both a host and a socket"),
        ("postgres://u:s3cret@h:5432/", "names no database"),
        ("postgres://u:s3cret@h:x/d", "is not a URL, or its port is not a number up to 65535"),
        ("postgres://u:s3cret@h:99999/d", "is not a URL, or its port is not a number up to 65535"),
    ],
)
def test_a_bad_database_url_is_named_but_its_password_never_printed(url: str, what: str) -> None:
    env = Environment({"DATABASE_URL": url})
    assert env.database("DATABASE_URL", schemes=POSTGRES) == {}
    (text,) = problems_of(env)
    assert text.startswith(f"DATABASE_URL {what}. Allowed: a URL that begins with postgres://")
    assert "s3cret" not in text


def test_database_urls_become_django_settings() -> None:
    env = Environment(
        {
            "DATABASE_URL": "postgres://user:p%40ss@db:5433/name",
            "MARIADB_URL": "mysql://user:pass@maria:3306/archive",
            "FILE_URL": "sqlite:////srv/a.sqlite3",
        }
    )
    postgres = env.database("DATABASE_URL", schemes=POSTGRES)
    assert postgres["ENGINE"] == "django.db.backends.postgresql"
    assert (postgres["PASSWORD"], postgres["PORT"]) == ("p@ss", 5433)
    assert env.database("MARIADB_URL", schemes=MARIADB)["ENGINE"] == "django.db.backends.mysql"
    assert env.database("FILE_URL", schemes=SQLITE)["NAME"] == "/srv/a.sqlite3"
    env.finish()


def test_an_optional_url_is_empty_when_absent() -> None:
    env = Environment({"MARIADB_URL": ""})
    assert env.database("MARIADB_URL", schemes=MARIADB, default="") == {}
    assert env.url("REDIS_URL", schemes=REDIS, default="") == ""
    env.finish()


def test_a_dotenv_file_serves_only_where_nobody_set_the_environment(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("COLOUR=green\nSHAPE=round\n")
    monkeypatch.setenv("SHAPE", "square")

    monkeypatch.delenv("ENVIRONMENT", raising=False)
    env = Environment.of_process(dotenv=dotenv)
    assert (env.text("COLOUR"), env.text("SHAPE")) == ("green", "square")

    monkeypatch.setenv("ENVIRONMENT", "development")
    assert Environment.of_process(dotenv=dotenv).text("COLOUR", default="") == ""


def test_the_process_ends_with_status_1_and_no_stack_trace() -> None:
    program = "from chassis.environment import *; e = Environment({}); e.text('KEY'); e.finish()"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr == (
        "This service cannot start, its environment is wrong:\n"
        "  - KEY is missing. Allowed: any text. Example: KEY=some-text\n"
    )
