import io
import json
import logging
import logging.config

import pytest
from django.test import Client

from chassis.logs import logging_settings


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch):
    """What is logged as the service would write it, each line parsed."""
    stream = io.StringIO()
    config = logging_settings(level="INFO", service="specimen")
    config["handlers"]["stdout"]["stream"] = stream
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.config.dictConfig(logging_settings(level="INFO", service="specimen"))


def access(path: str, status: str) -> None:
    atoms = {
        "m": "GET",
        "U": path,
        "s": status,
        "B": 12,
        "M": 3,
        "h": "10.0.0.1",
        "a": "curl",
        "q": "token=s3cret",
        "r": f"GET {path}?token=s3cret",
        "{x-request-id}o": "abc",
    }
    logging.getLogger("gunicorn.access").info("%(h)s", atoms)


def test_a_record_is_one_json_object_with_the_request_id(lines) -> None:
    answer = Client().get("/hello/", headers={"x-request-id": "abc-1"})
    assert answer.headers["X-Request-ID"] == "abc-1"
    (line,) = [line for line in lines() if line["logger"] == "specimen"]
    assert line["time"].endswith("+0000")
    del line["time"]
    assert line == {
        "severity": "INFO",
        "logger": "specimen",
        "message": "saying hello",
        "request_id": "abc-1",
        "service": "specimen",
        "to": "you",
    }


def test_a_404_carries_the_id_too(lines) -> None:
    Client().get("/nothing/", headers={"x-request-id": "abc-2"})
    (line,) = [line for line in lines() if line["logger"] == "django.request"]
    assert line["request_id"] == "abc-2"
    assert "request" not in line


@pytest.mark.parametrize("given", ["", "a b", "x\ty", "é", "a" * 129, '"}{'])
def test_an_id_that_could_forge_a_log_is_replaced(given: str) -> None:
    made = Client().get("/hello/", headers={"x-request-id": given}).headers["X-Request-ID"]
    assert made != given
    assert len(made) == 32


def test_an_exception_stays_on_its_line(lines) -> None:
    try:
        raise ValueError("no\nway")
    except ValueError:
        logging.getLogger("specimen").exception("failed")
    (line,) = lines()
    assert line["severity"] == "ERROR"
    assert "ValueError: no\nway" in line["exc_info"]


def test_an_access_record_has_fields_and_no_query_string(lines) -> None:
    access("/hello/", "200")
    (line,) = lines()
    assert (line["message"], line["status"], line["duration_ms"]) == ("GET /hello/ 200", 200, 3)
    assert line["request_id"] == "abc"
    assert "s3cret" not in json.dumps(line)


def test_probes_are_logged_only_when_they_fail(lines) -> None:
    access("/healthz", "200")
    access("/ready/", "503")
    assert [line["message"] for line in lines()] == ["GET /ready/ 503"]
