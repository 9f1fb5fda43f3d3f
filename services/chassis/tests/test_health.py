import socket
from contextlib import closing

import pytest
from django.db import connections
from django.test import Client, override_settings


@pytest.mark.parametrize("path", ["/healthz", "/health/"])
@override_settings(ALLOWED_HOSTS=["leads.example.com"], SECURE_SSL_REDIRECT=True)
def test_live_answers_probes_by_ip_over_http_without_a_database(path: str) -> None:
    # No django_db mark: pytest-django fails this test if a database is touched.
    answer = Client().get(path, headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})


@override_settings(ALLOWED_HOSTS=["leads.example.com"], SECURE_SSL_REDIRECT=True)
def test_other_paths_keep_their_protection() -> None:
    assert Client().get("/hello/", headers={"host": "10.1.2.3"}).status_code in (301, 400)
    assert Client().get("/healthz/more", headers={"host": "10.1.2.3"}).status_code != 200


def test_live_takes_head_but_not_post() -> None:
    assert Client().head("/healthz").status_code == 200
    assert Client().post("/healthz").status_code == 405
    assert Client().post("/ready/").status_code == 405


@pytest.mark.django_db
def test_ready_asks_each_database() -> None:
    answer = Client().get("/ready/")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "OK", "checks": {"default": "OK"}},
    )


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def dead_database():
    connections.settings["archive"] = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "d",
        "HOST": "127.0.0.1",
        "PORT": free_port(),
        "USER": "somebody",
        "PASSWORD": "s3cret",
        "OPTIONS": {"connect_timeout": 2},
    }
    yield
    del connections.settings["archive"]
    del connections["archive"]


@pytest.mark.django_db
def test_ready_names_the_database_that_fails_and_not_why(
    dead_database: None, caplog: pytest.LogCaptureFixture, django_db_blocker
) -> None:
    with django_db_blocker.unblock():
        answer = Client().get("/ready/")
    assert answer.status_code == 503
    assert answer.json() == {"status": "FAILED", "checks": {"default": "OK", "archive": "FAILED"}}
    assert "archive is not ready" in caplog.text
    assert b"somebody" not in answer.content


@pytest.mark.django_db
def test_ready_asks_redis_where_it_is_the_cache() -> None:
    dead = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
        }
    }
    with override_settings(CACHES=dead):
        answer = Client().get("/ready/")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"default": "OK", "cache": "FAILED"}
