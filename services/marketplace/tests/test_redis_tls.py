"""Memorystore's address: celery and redis-py have to understand it alike."""

import os
import ssl
from urllib.parse import quote

import pytest
from celery import Celery
from redis import Redis

from chassis.caches import celery_address

OPTIONS = (
    "ssl_cert_reqs=required&ssl_check_hostname=false"
    "&ssl_exclude_verify_flags=VERIFY_X509_STRICT"
    f"&ssl_ca_data={quote('an authority', safe='')}"
)
URL = f"rediss://:secret@10.0.0.3:6378/1?{OPTIONS}"
PLAIN = "redis://:a@b:6379/1?x=y"
VARIABLES = ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND")


def test_an_address_without_tls_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", PLAIN)
    assert celery_address("CELERY_BROKER_URL", PLAIN) == (PLAIN, None)
    assert os.environ["CELERY_BROKER_URL"] == PLAIN


def test_celery_has_the_options_of_redis_py(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Redis.from_url(URL).connection_pool.connection_kwargs
    assert wanted["ssl_exclude_verify_flags"] == [ssl.VerifyFlags.VERIFY_X509_STRICT]
    for name in VARIABLES:
        monkeypatch.setenv(name, URL)
    (broker, broker_ssl), (backend, backend_ssl) = (celery_address(name, URL) for name in VARIABLES)
    app = Celery(broker=broker, backend=backend)
    app.conf.update(broker_use_ssl=broker_ssl, redis_backend_use_ssl=backend_ssl)
    with app.connection_for_write() as connection:
        assert (connection.hostname, connection.port) == ("10.0.0.3", 6378)
        assert isinstance(connection.ssl, dict)
        broker_options = connection.ssl
    # Celery's types know no Redis backend (celery-types 0.26, 2026-11-28).
    for found in (broker_options, app.backend.connparams):  # type: ignore[attr-defined]
        for name in ("ssl_exclude_verify_flags", "ssl_ca_data", "ssl_check_hostname"):
            assert found[name] == wanted[name]
