import datetime as dt
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from promos.messaging.depths import queue_depths
from promos.messaging.topology import Topology
from promos.models import AppliedEvent, FlashPromo, Offer, OutboxEvent
from promos.operations import events_forget
from promos.tasks import forget_old_events, report_figures
from stores.models import Availability, Product, Store
from tests.conftest import make_promo
from tests.processes import until


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_test_data_of_a_seed_is_made_once_and_is_valid() -> None:
    words = ("create_test_data", "--stores=20", "--products=10", "--promos=4", "--seed=7")
    assert run(*words) == "20 stores, 10 products, 4 promos created.\n"
    assert run(*words) == "0 stores, 0 products, 4 promos created.\n"
    for model in (Store, Product, Availability, FlashPromo):
        for row in model._default_manager.all()[:10]:
            row.full_clean()
    assert 50 < Availability.objects.count() < 150
    assert set(FlashPromo.objects.values_list("all_stores", flat=True)) == {True, False}
    assert OutboxEvent.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_test_data_is_published(topology: Topology) -> None:
    run("create_test_data", "--stores=2", "--products=2", "--promos=2")
    assert OutboxEvent.objects.filter(published_at__isnull=False).count() == 2


@pytest.mark.django_db
def test_test_data_wants_numbers() -> None:
    with pytest.raises(CommandError, match="--stores is -1; give 0 to 10000"):
        run("create_test_data", "--stores=-1")


@pytest.mark.django_db
def test_migrations_hold_every_change_of_the_models() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("promo_discount_range", {"discount_percent": 0}),
        ("promo_discount_range", {"discount_percent": 91}),
        ("promo_ends_after_start", {"ends_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}),
        ("promo_estado_known", {"estado": "perdida"}),
    ],
)
def test_the_database_refuses_a_wrong_promo(
    coffee: Product, constraint: str, changes: dict[str, object]
) -> None:
    promo = make_promo(coffee)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FlashPromo.objects.filter(pk=promo.pk).update(**changes)


@pytest.mark.django_db
def test_the_database_refuses_what_is_twice_or_impossible(coffee: Product, centre: Store) -> None:
    promo = make_promo(coffee)
    Offer.objects.create(promo=promo, store=centre)
    Availability.objects.create(store=centre, product=coffee, cantidad=1)
    for wrong in (
        lambda: Offer.objects.create(promo=promo, store=centre),
        lambda: Availability.objects.create(store=centre, product=coffee, cantidad=1),
        lambda: Availability.objects.update(cantidad=-1),
        lambda: Product.objects.update(precio=0),
        lambda: Product.objects.update(sku="con espacio"),
    ):
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            wrong()


@pytest.mark.django_db
def test_old_events_are_forgotten_and_unsent_ones_kept(coffee: Product) -> None:
    old, new, unsent = (make_promo(coffee) for _ in range(3))
    long_ago = timezone.now() - dt.timedelta(days=31)
    OutboxEvent.objects.filter(promo=old).update(published_at=long_ago)
    OutboxEvent.objects.filter(promo=new).update(published_at=timezone.now())
    OutboxEvent.objects.filter(promo=unsent).update(created_at=long_ago)
    for event in OutboxEvent.objects.all():
        when = long_ago if event.promo == old else timezone.now()
        AppliedEvent.objects.create(event_id=event.pk, promo=event.promo, applied_at=when)
    forget_old_events()
    assert set(OutboxEvent.objects.values_list("promo", flat=True)) == {new.pk, unsent.pk}
    assert set(AppliedEvent.objects.values_list("promo", flat=True)) == {new.pk, unsent.pk}
    assert events_forget() == 0


@pytest.mark.django_db
def test_figures_are_one_line(
    topology: Topology,
    coffee: Product,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    caplog.set_level("INFO")
    with django_capture_on_commit_callbacks(execute=True):
        make_promo(coffee)
    make_promo(coffee)  # never sent: its transaction does not end
    until(lambda: queue_depths()["queue_waiting"] == 1, seconds=10)
    report_figures()
    (line,) = [record for record in caplog.records if record.getMessage() == "Figures"]
    found = {name: getattr(line, name) for name in FIGURES}
    assert found == {**dict.fromkeys(FIGURES, 0), **FIGURES}
    assert line.levelname == "INFO"


FIGURES = {
    "promos_pendiente": 2,
    "promos_aplicada": 0,
    "promos_terminada": 0,
    "outbox_waiting": 1,
    "queue_waiting": 1,
    "queue_being_handled": 0,
    "queue_dead": 0,
}


@pytest.mark.django_db
def test_figures_without_a_queue_are_those_of_the_database(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    report_figures()
    line = caplog.records[-1]
    assert (line.getMessage(), hasattr(line, "queue_dead")) == ("Figures", False)
    assert "SQS does not answer" in caplog.text


def ended(*words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env={**os.environ, "ENVIRONMENT": "test", **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("REDIS_URL", "", "REDIS_URL is missing"),
        ("DATABASE_URL", "postgres://a:b@c/d", "DATABASE_URL has the scheme 'postgres'"),
        ("DATABASE_URL", "", "DATABASE_URL is missing"),
        ("FLASH_PROMO_TOPIC_ARN", "", "FLASH_PROMO_TOPIC_ARN is missing"),
        ("FLASH_PROMO_TOPIC_ARN", "flash", "Example: FLASH_PROMO_TOPIC_ARN=arn:aws:sns:"),
        ("AWS_DEFAULT_REGION", "eu-west-1", "FLASH_PROMO_TOPIC_ARN is in us-east-1"),
        ("AWS_SNS_ENDPOINT_URL", "localstack:4566", "AWS_SNS_ENDPOINT_URL is 'localstack:4566'"),
        ("PROMO_QUEUE_VISIBILITY_SECONDS", "4", "PROMO_QUEUE_VISIBILITY_SECONDS is '4'"),
        ("CELERY_BROKER_URL", "amqp://a", "CELERY_BROKER_URL has the scheme 'amqp'"),
    ],
)
def test_a_wrong_environment_stops_the_start(variable: str, value: str, said: str) -> None:
    result = ended("check", **{variable: value})
    assert result.returncode == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("given", "name"), [("", "pr-12-flash-promos"), ("own-queue", "own-queue")]
)
def test_the_queue_is_named_as_the_topic_where_nothing_else_is_said(given: str, name: str) -> None:
    variables = {
        "FLASH_PROMO_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:pr-12-flash-promos",
        "PROMO_QUEUE_NAME": given,
    }
    asked = (
        "from django.conf import settings;"
        "from promos.messaging.topology import dead_letter_name;"
        "print(settings.PROMO_QUEUE_NAME, dead_letter_name())"
    )
    found = ended("shell", "--no-imports", "-c", asked, **variables)
    assert found.stdout == f"{name} {name}-dead\n"


def test_the_database_may_come_in_parts() -> None:
    parts = {
        "DATABASE_URL": "",
        "POSTGRES_DB": "tienda",
        "POSTGRES_USER": "ana",
        "POSTGRES_PASSWORD": "secreta",
        "POSTGRES_HOST": "postgres",
    }
    asked = "from django.conf import settings; print(settings.DATABASES['default'])"
    found = ended("shell", "--no-imports", "-c", asked, **parts).stdout
    for expected in ("gis.db.backends.postgis", "'NAME': 'tienda'", "'HOST': 'postgres'", "5432"):
        assert expected in found
    missing = ended("check", **{**parts, "POSTGRES_DB": ""})
    assert "POSTGRES_DB is missing" in missing.stderr
