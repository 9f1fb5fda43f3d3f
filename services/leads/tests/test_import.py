from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from leads.csv_import import MAX_BYTES, MAX_ROWS
from leads.models import Lead, Source
from tests.conftest import LEADS

pytestmark = pytest.mark.django_db

CSV = (
    "nombre,email,telefono,source,notas\n"
    "Ana,ANA@example.com,,web,\n"
    "Luis,luis@example.com,,web,hola\n"
)


def send(api: APIClient, content: str | bytes) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return api.generic("POST", f"{LEADS}import/", data, content_type="text/csv")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        CSV,
        CSV.encode("utf-8-sig"),
        CSV.replace("\n", "\r\n"),
        CSV.replace(",", ";"),
        CSV + ",,,,\n",
        "Email, nombre,SOURCE\nana@example.com,Ana,web\nluis@example.com,Luis,web\n",
    ],
    ids=["plain", "byte order mark", "windows", "semicolons", "empty row", "fewer columns"],
)
def test_import_of_text(api: APIClient, web: Source, content: str | bytes) -> None:
    response = send(api, content)
    assert response.status_code == 201, response.json()
    assert response.json() == {"created": 2}
    assert set(Lead.objects.values_list("email", flat=True)) == {
        "ana@example.com",
        "luis@example.com",
    }


def test_import_of_an_upload(api: APIClient, web: Source) -> None:
    upload = SimpleUploadedFile("leads.csv", CSV.encode(), content_type="text/csv")
    response = api.post(f"{LEADS}import/", {"file": upload}, format="multipart")
    assert response.status_code == 201
    assert Lead.objects.count() == 2


def test_import_reports_every_bad_row_and_creates_none(api: APIClient, web: Source) -> None:
    content = (
        "nombre,email,source,notas\n"
        'Ana,ana@example.com,web,"dos\nlíneas"\n'
        ",luis@example.com,radio,\n"
        "Eva,no es,web,\n"
    )
    response = send(api, content)
    assert response.status_code == 400
    rows = response.json()["error"]["fields"]["rows"]
    assert {line: sorted(fields) for line, fields in rows.items()} == {
        "4": ["nombre", "source"],
        "5": ["email"],
    }
    assert not Lead.objects.exists()


def test_import_reports_duplicates_in_the_file_and_in_the_table(
    api: APIClient, lead: Lead, evento: Source
) -> None:
    content = (
        "nombre,email,source\n"
        "Ana,ANA@example.com,web\n"
        "Ana,ana@example.com,evento\n"
        "Luis,luis@example.com,web\n"
        "Luis,Luis@example.com,web\n"
    )
    rows = send(api, content).json()["error"]["fields"]["rows"]
    assert {line: list(fields) for line, fields in rows.items()} == {"2": ["email"], "5": ["email"]}
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("encabezado", ""),
        ("encabezado", "nombre,email\nAna,ana@example.com\n"),
        ("encabezado", "nombre,email,source,precio\nAna,ana@example.com,web,7\n"),
        ("encabezado", "nombre,email,email,source\nAna,ana@example.com,b@example.com,web\n"),
        ("No hay filas", "nombre,email,source\n"),
        ("línea 2", "nombre,email,source\nAna,ana@example.com\n"),
        ("línea 2", "nombre,email,source\nAna,ana@example.com,web,de más\n"),
        ("UTF-8", "nombre,email,source\nBegoña,b@example.com,web\n".encode("latin-1")),
        ("CSV", f"nombre,email,source\n{'a' * 200_000},b@example.com,web\n"),
        ("filas", "nombre,email,source\n" + "A,a@example.com,web\n" * (MAX_ROWS + 1)),
        ("bytes", "nombre,email,source\n" + " " * MAX_BYTES),
    ],
)
def test_import_of_an_unreadable_file(api: APIClient, said: str, content: str | bytes) -> None:
    response = send(api, content)
    assert response.status_code == 400
    assert said in response.json()["error"]["fields"]["file"][0]


@pytest.mark.parametrize("form", [{}, {"file": "solo texto"}])
def test_import_without_a_file(api: APIClient, form: dict[str, str]) -> None:
    response = api.post(f"{LEADS}import/", form, format="multipart")
    assert response.status_code == 400
    assert "'file'" in response.json()["error"]["fields"]["file"][0]
