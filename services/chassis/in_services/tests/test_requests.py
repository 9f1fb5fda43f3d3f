"""What no validator sees: whatever comes in, the answer is none from 500 on."""

import json
from typing import Any

import pytest
from config import urls as service_urls
from django.conf import settings
from django.core.exceptions import SuspiciousOperation, TooManyFieldsSent
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.test import Client, RequestFactory
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from chassis.api import FiniteField
from chassis.wsgi import Handler, readable

TOLD = {
    "many": (TooManyFieldsSent("too many"), 400),
    "suspicious": (SuspiciousOperation("odd"), 400),
    "broken-off": (UnreadablePostError("gone"), 400),
    "data": (DataError("cannot contain NUL bytes"), 400),
    "database": (OperationalError("connection refused"), 503),
    "connection": (InterfaceError("already closed"), 503),
    "bug": (ValueError("a bug is no mistake of the caller's"), 500),
}

PAGES = [name for name in TOLD if name != "broken-off"]


class EchoApi(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request) -> Response:
        return Response({"sent": request.data})


class FailingApi(EchoApi):
    def get(self, request: Request, name: str) -> Response:
        raise TOLD[name][0]


def failing_page(request: HttpRequest, name: str) -> HttpResponse:
    raise TOLD[name][0]


urlpatterns = [
    path("api/v1/echo/", EchoApi.as_view()),
    path("api/v1/fails/<str:name>/", FailingApi.as_view()),
    path("page/<str:name>/", failing_page),
    path("list/<str:name>/", failing_page, name="app_model_changelist"),
]
handler400, handler404 = service_urls.handler400, service_urls.handler404
handler500 = service_urls.handler500
echoes = pytest.mark.urls(__name__)


def post(content: bytes, content_type: str = "application/json") -> Any:
    return Client().post("/api/v1/echo/", content, content_type=content_type)


@echoes
@pytest.mark.parametrize(
    "content",
    [
        *(
            b'{"a": "\\ud800"}',
            b'{"\\udfff": 1}',
            b'["\\ud800\\ud800"]',
            b"\xed\xa0\x80",
            b'"\xff"',
        ),
        *(b"NaN", b"[Infinity]", b"[-Infinity]", b"1e999", b'{"a": -1e999}', b"9" * 5000),
        *(b"[" * 100_000, b"[" * 34 + b"]" * 34, b'{"a":' * 5000 + b"1" + b"}" * 5000),
        *(b"", b"{", b"nul", b"{} {}", b"\xef\xbb\xbf{}", '{"a": 1}'.encode("utf-16")),
    ],
    ids=lambda content: repr(content[:20]),
)
def test_what_is_no_json_for_us_is_refused_and_said_so(content: bytes) -> None:
    # An empty body is one without data to DRF, which asks no parser.
    answer = post(content or b" ")
    assert answer.status_code == 400, answer.content[:300]
    assert answer.json()["error"]["code"] == "parse_error"


@echoes
def test_a_body_that_is_too_large_is_refused_unread() -> None:
    answer = post(b'"' + b"a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"')
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


@echoes
@pytest.mark.parametrize(
    "value", [{"a": ["ñ", "\U0001f600", 2**63, 1e308, None]}, "", [[[[{}]]]], 10**4000]
)
def test_all_other_json_comes_through_as_it_is(value: Any) -> None:
    assert post(json.dumps(value).encode()).json() == {"sent": value}


def test_the_service_is_served_through_the_chassis() -> None:
    from config.wsgi import application

    assert isinstance(application, Handler)


def by_wsgi(content: bytes, **headers: str) -> int:
    """The status of an answer to headers as they stand in an environment of WSGI."""
    environ = RequestFactory().generic("POST", "/api/v1/echo/", content).environ
    client = Client(raise_request_exception=False)
    return client.request(**readable({**environ, **headers})).status_code


@echoes
@pytest.mark.parametrize(
    "charset", ["rot13", "zlib", "base64", "undefined", "utf-16", "iso-8859-1", "a b"]
)
def test_another_encoding_than_utf8_is_refused(charset: str) -> None:
    assert by_wsgi(b"{}", CONTENT_TYPE=f'application/json; charset="{charset}"') == 415


@echoes
@pytest.mark.parametrize(
    "unreadable", ["application/json; a*=bogus''x", "application/json; a*=zz'c'd"]
)
def test_headers_that_django_cannot_read_are_as_good_as_none(unreadable: str) -> None:
    assert by_wsgi(b"{}", CONTENT_TYPE=unreadable) == 415
    assert by_wsgi(b"{}", CONTENT_TYPE="application/json", HTTP_ACCEPT=unreadable) == 200
    assert by_wsgi(b"{}", CONTENT_TYPE="application/json; charset=UTF-8") == 200


@echoes
@pytest.mark.parametrize("debug", [True, False])
def test_nobody_who_sends_something_is_redirected(debug: bool, settings: Any) -> None:
    settings.DEBUG = debug
    client = Client(raise_request_exception=False)
    assert client.post("/api/v1/echo", {}).status_code == 404
    assert client.get("/api/v1/echo").status_code == 301


@echoes
@pytest.mark.parametrize(
    ("where", "name"),
    # No page of ours reads a body by itself.
    [*(("/api/v1/fails/", name) for name in TOLD), *(("/page/", name) for name in PAGES)],
)
def test_a_mistake_of_the_caller_is_no_bug_and_a_bug_is_no_mistake(where: str, name: str) -> None:
    answer = Client(raise_request_exception=False).get(f"{where}{name}/")
    assert answer.status_code == TOLD[name][1]


@echoes
def test_a_filter_of_the_back_office_that_is_none_is_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/list/bug/?created__year=0").status_code == 400
    assert "Traceback" in caplog.text
    assert client.get("/list/bug/").status_code == 500


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e999"])
def test_a_number_that_json_cannot_express_is_none(text: str) -> None:
    with pytest.raises(serializers.ValidationError):
        FiniteField().run_validation(text)
    assert FiniteField().run_validation("1.5") == 1.5


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    document = SchemaGenerator().get_schema(request=None, public=True)
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_operation_is_described_with_its_refusals() -> None:
    for method, where, operation in operations():
        told = set(operation["responses"])
        wanted = {"400", "404", "405", "406", "415", "503"}
        wanted |= set() if method == "get" else {"409", "413"}
        wanted |= {"401", "403"} if operation.get("security") else set()
        assert wanted <= told, (method, where)
        assert told - wanted <= {"200", "201", "204", "403", "429"}, (method, where)


@pytest.mark.django_db(databases="__all__")
def test_whoever_asks_for_the_options_gets_them() -> None:
    client = APIClient(raise_request_exception=False)
    for where in {where for _, where, _ in operations() if "{" not in where}:
        assert client.options(where).status_code in (200, 401, 403), where
