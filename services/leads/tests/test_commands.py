import re
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import models
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django import Settings as SettingsFixture
from rest_framework.test import APIClient

from leads.models import Lead, Source
from tests.conftest import STATS, caches_with


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_test_data_with_a_seed_is_made_once() -> None:
    assert "50 leads created" in run("create_test_data", "--count=50", "--seed=7")
    first = set(Lead.objects.values_list("email", "nombre", "estado"))
    assert "0 leads created" in run("create_test_data", "--count=50", "--seed=7")
    assert "10 leads created" in run("create_test_data", "--count=60", "--seed=7")
    assert first < set(Lead.objects.values_list("email", "nombre", "estado"))
    assert Lead.objects.count() == 60


@pytest.mark.django_db
def test_test_data_without_a_seed_is_new_each_time() -> None:
    run("create_test_data", "--count=20")
    run("create_test_data", "--count=20")
    assert Lead.objects.count() == 40


@pytest.mark.django_db
def test_test_data_is_varied_valid_and_counted(
    api: APIClient, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    api.get(STATS)
    with django_capture_on_commit_callbacks(execute=True):
        run("create_test_data", "--count=200", "--seed=1")
    assert api.get(STATS).json()["total"] == 200
    assert Lead.objects.values("estado").distinct().count() == 5
    assert Lead.objects.values("source").distinct().count() == 4
    for lead in Lead.objects.all()[:20]:
        lead.full_clean()


@pytest.mark.django_db
def test_test_data_wants_a_number() -> None:
    with pytest.raises(CommandError, match="--count is 0; give 1 or more"):
        run("create_test_data", "--count=0")


@pytest.mark.django_db
def test_measure_compares_both_ways_and_leaves_nothing() -> None:
    said = run("measure_stats_cache", "--rows=20000", "--repeat=5")
    found = re.search(r"without cache ([\d.]+) ms, with cache ([\d.]+) ms", said)
    assert found, said
    without, with_cache = map(float, found.groups())
    assert with_cache * 2 < without
    assert not Lead.objects.exists()
    assert not Source.objects.filter(slug="medida").exists()


@pytest.mark.django_db
def test_measure_needs_redis(settings: SettingsFixture) -> None:
    settings.CACHES = caches_with(settings, LOCATION="redis://127.0.0.1:1/0")
    with pytest.raises(CommandError, match="is Redis up"):
        run("measure_stats_cache", "--rows=10", "--repeat=1")


@pytest.mark.django_db
def test_migrations_hold_every_change_of_the_models() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
    assert issubclass(Lead, models.Model)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("REDIS_URL", "", "REDIS_URL is missing"),
        ("DATABASE_URL", "mysql://a:b@c/d", "DATABASE_URL has the scheme 'mysql'"),
        ("LEADS_CREATE_RATE", "60/fortnight", "Example: LEADS_CREATE_RATE=60/minute"),
        ("LEADS_CREATE_RATE", "0/minute", "LEADS_CREATE_RATE is '0/minute'"),
        ("STATS_CACHE_SECONDS", "0", "STATS_CACHE_SECONDS is '0'"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES is '-1'"),
    ],
)
def test_a_wrong_environment_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv(variable, value)
    command = [sys.executable, "manage.py", "check"]
    ended = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
