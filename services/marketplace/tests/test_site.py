"""The behaviour of all endpoints, the back office, and the service's description of itself."""

import math

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.gdal import SpatialReference
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from promos.models import OutboxEvent
from promos.operations import promo_apply
from stores.models import Product, Store
from tests.conftest import make_promo, promo_body

pytestmark = pytest.mark.django_db


def test_ready_asks_database_and_cache(api: APIClient) -> None:
    response = api.get("/ready/")
    assert response.json() == {"status": "OK", "checks": {"default": "OK", "cache": "OK"}}


def test_without_redis_the_api_answers(api: APIClient, coffee: Product, settings: Settings) -> None:
    away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    assert api.post("/api/v1/promos/", promo_body()).status_code == 201
    assert api.get("/api/v1/promos/").json()["count"] == 1
    assert api.get("/ready/").json()["checks"] == {"default": "OK", "cache": "FAILED"}


def test_paths_and_methods_that_are_not_there(api: APIClient, coffee: Product) -> None:
    missing = api.get("/api/v1/nada/")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    refused = api.delete("/api/v1/promos/")
    assert (refused.status_code, refused.json()["error"]["code"]) == (405, "method_not_allowed")
    other = api.generic("POST", "/api/v1/promos/", "<p/>", content_type="application/xml")
    assert (other.status_code, other.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_with_a_key_only_reading_is_open(
    api: APIClient, coffee: Product, settings: Settings
) -> None:
    settings.MARKETPLACE_API_KEY = "llave"
    assert api.get("/api/v1/promos/").status_code == 200
    for shown in ({}, {"x-api-key": "otra"}):
        refused = api.post("/api/v1/promos/", promo_body(), headers=shown)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "api_key")
    allowed = api.post("/api/v1/promos/", promo_body(), headers={"x-api-key": "llave"})
    assert allowed.status_code == 201


def test_schema_names_every_path(api: APIClient) -> None:
    schema = api.get("/api/v1/schema/", headers={"accept": "application/json"})
    assert schema.status_code == 200
    assert set(schema.json()["paths"]) == {
        f"/api/v1/{path}"
        for path in (
            "products/",
            "products/{sku}/",
            "stores/",
            "stores/near/",
            "stores/{store_id}/",
            "stores/{store_id}/products/",
            "stores/{store_id}/products/{sku}/",
            "promos/",
            "promos/{promo_id}/",
        )
    }


@pytest.fixture
def office(db: None) -> Client:
    user = get_user_model().objects.create_superuser("jefa", "jefa@example.com", "clave")
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "path",
    ["stores/store", "stores/product", "promos/flashpromo", "promos/outboxevent"],
)
def test_the_back_office_lists_and_shows(
    office: Client, coffee: Product, centre: Store, path: str
) -> None:
    promo = make_promo(coffee)
    event = OutboxEvent.objects.get()
    promo_apply(event_id=event.pk, promo_id=promo.pk)
    pk = {
        "stores/store": centre.pk,
        "stores/product": coffee.pk,
        "promos/flashpromo": promo.pk,
        "promos/outboxevent": event.pk,
    }[path]
    assert office.get(f"/admin/{path}/").status_code == 200
    assert office.get(f"/admin/{path}/{pk}/change/").status_code == 200


def test_the_back_office_moves_a_store(office: Client, centre: Store) -> None:
    form = {
        "nombre": "Centro",
        "direccion": "Madero 1",
        "ubicacion": "POINT(-99.2 19.5)",
        "availabilities-TOTAL_FORMS": "0",
        "availabilities-INITIAL_FORMS": "0",
    }
    page = f"/admin/stores/store/{centre.pk}/change/"
    assert office.post(page, form).status_code == 302
    centre.refresh_from_db()
    assert (centre.lat, centre.lon) == (19.5, -99.2)
    assert office.post(page, {**form, "ubicacion": "aquí"}).status_code == 200


@pytest.mark.parametrize("model", ["flashpromo", "outboxevent", "appliedevent"])
def test_the_back_office_makes_no_promos(office: Client, model: str) -> None:
    assert office.get(f"/admin/promos/{model}/add/").status_code == 403


def test_gdal_geos_and_proj_work_together() -> None:
    """Of the wheel's libraries this is the part that needs PROJ's own data."""
    moved = Point(-99.1332, 19.4326, srid=4326)
    assert SpatialReference(3857).projected
    moved.transform(3857)
    radius, lat = 6_378_137, math.radians(19.4326)
    assert moved.x == pytest.approx(radius * math.radians(-99.1332))
    assert moved.y == pytest.approx(radius * math.log(math.tan(math.pi / 4 + lat / 2)))


def test_sessions_outlive_an_emptied_cache(office: Client) -> None:
    cache.clear()
    assert office.get("/admin/").status_code == 200
