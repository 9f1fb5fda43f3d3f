"""Which tables the jobs' commands create in which database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from config.routers import ARCHIVE
from django.core.management import call_command
from django.db import connections

PROJECT = Path(__file__).resolve().parent.parent


def tables(alias: str) -> set[str]:
    with connections[alias].cursor() as cursor:
        return set(connections[alias].introspection.table_names(cursor))


@pytest.mark.django_db(databases=["default", ARCHIVE])
def test_postgres_has_everything_but_the_archive() -> None:
    assert {"agents_agent", "calls_call", "auth_user"} <= tables("default")
    assert "llamadas_archivadas" not in tables("default")


@pytest.mark.django_db(databases=["default", ARCHIVE])
def test_mariadb_has_the_archive_only() -> None:
    assert tables(ARCHIVE) == {"llamadas_archivadas", "django_migrations"}


@pytest.mark.django_db(databases=["default", ARCHIVE])
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize(
    "command", [["check"], ["makemigrations", "--check", "--dry-run"], ["migrate", "--plan"]]
)
@pytest.mark.django_db
def test_the_commands_work_without_mariadb(command: list[str]) -> None:
    without = {name: value for name, value in os.environ.items() if name != "MARIADB_URL"}
    ended = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env=without,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
