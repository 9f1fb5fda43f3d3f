from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from rest_framework.test import APIClient

from stores.models import Availability, Product, Store
from stores.operations import availability_set
from stores.selectors import stores_near

pytestmark = pytest.mark.django_db

STORES = "/api/v1/stores/"
NEAR = "/api/v1/stores/near/"
ZOCALO = {"lat": "19.4326", "lon": "-99.1332"}


def near(api: APIClient, **query: str) -> list[tuple[str, float]]:
    response = api.get(NEAR, {**ZOCALO, **query})
    assert response.status_code == 200, response.json()
    return [(store["nombre"], store["distance_m"]) for store in response.json()["results"]]


def test_near_is_nearest_first_with_metres(api: APIClient, centre: Store, south: Store) -> None:
    found = near(api, radius_m="20000")
    assert [name for name, _ in found] == ["Centro", "Sur"]
    assert found[0][1] == 0
    # By the haversine formula on a sphere 9,671 m; the ellipsoid differs by less than 0.5 %.
    assert found[1][1] == pytest.approx(9_671, rel=0.005)


def test_near_takes_longitude_and_latitude_for_what_they_are(api: APIClient) -> None:
    """A degree of longitude is 56 km at 60 degrees north, one of latitude 111 km."""
    for name, lat, lon in (("este", 60, 11), ("norte", 61, 10)):
        Store.objects.create(nombre=name, direccion="x", ubicacion=Point(lon, lat, srid=4326))
    found = near(api, lat="60", lon="10", radius_m="200000")
    assert [name for name, _ in found] == ["este", "norte"]
    assert found[0][1] == pytest.approx(55_800, rel=0.01)


def test_near_keeps_to_the_radius(api: APIClient, centre: Store, south: Store) -> None:
    assert [name for name, _ in near(api)] == ["Centro"]
    assert [name for name, _ in near(api, radius_m="9500")] == ["Centro"]
    assert [name for name, _ in near(api, radius_m="9800")] == ["Centro", "Sur"]


def test_near_with_a_product_that_is_left(
    api: APIClient, centre: Store, south: Store, coffee: Product
) -> None:
    availability_set(store=centre, product=coffee, cantidad=0)
    availability_set(store=south, product=coffee, cantidad=3)
    assert [name for name, _ in near(api, radius_m="20000", product="CAFE-250")] == ["Sur"]
    assert near(api, radius_m="20000", product="TE-100") == []


def test_near_crosses_the_date_line(api: APIClient) -> None:
    Store.objects.create(nombre="Fiyi", direccion="x", ubicacion=Point(179.99, -17, srid=4326))
    assert [name for name, _ in near(api, lat="-17", lon="-179.99")] == ["Fiyi"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"lat": "91"}, "lat"),
        ({"lon": "-181"}, "lon"),
        ({"lat": "nan"}, "lat"),
        ({"radius_m": "0"}, "radius_m"),
        ({"product": "café"}, "product"),
        ({"radio": "5"}, "radio"),
    ],
)
def test_near_refuses_what_is_not_on_earth(
    api: APIClient, query: dict[str, str], field: str
) -> None:
    response = api.get(NEAR, {**ZOCALO, **query})
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [field]


def test_near_wants_a_point(api: APIClient) -> None:
    assert set(api.get(NEAR).json()["error"]["fields"]) == {"lat", "lon"}


def test_near_is_served_by_the_spatial_index() -> None:
    Store.objects.bulk_create(
        Store(
            nombre=f"T{n}",
            direccion="x",
            ubicacion=Point(-100 + n % 50 / 10, 17 + n // 50 / 10, srid=4326),
        )
        for n in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stores_store")
    plan = stores_near(lat=19.4, lon=-99.1, radius_m=5000).explain()
    assert "stores_store_ubicacion" in plan
    assert "Seq Scan on stores_store" not in plan


def test_near_has_pages_of_ten_in_two_queries(
    api: APIClient, centre: Store, django_assert_num_queries: Any
) -> None:
    for number in range(11):
        spot = Point(-99.1332, 19.4326 + number / 1000, srid=4326)
        Store.objects.create(nombre=f"T{number:02}", direccion="x", ubicacion=spot)
    with django_assert_num_queries(2):
        first = api.get(NEAR, ZOCALO).json()
    assert (first["count"], len(first["results"])) == (12, 10)
    second = api.get(first["next"]).json()
    assert [store["nombre"] for store in second["results"]] == ["T09", "T10"]


def test_create_list_and_read_a_store(api: APIClient, django_assert_num_queries: Any) -> None:
    sent = {"nombre": "Norte", "direccion": "Vallejo 3", "lat": 19.49, "lon": -99.15}
    response = api.post(STORES, sent)
    assert response.status_code == 201
    made = {"id": response.json()["id"], **sent}
    assert response.json() == made
    with django_assert_num_queries(2):
        assert api.get(STORES).json()["results"] == [made]
    assert api.get(f"{STORES}{made['id']}/").json() == made


def test_a_store_is_there_once(api: APIClient, centre: Store) -> None:
    sent = {"nombre": "Centro", "direccion": "Madero 1", "lat": 0, "lon": 0}
    response = api.post(STORES, sent)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "duplicate")
    assert Store.objects.count() == 1


@pytest.mark.parametrize("changes", [{"lat": 90.1}, {"lon": None}, {"nombre": ""}, {"color": "x"}])
def test_a_store_that_is_not_right(api: APIClient, changes: dict[str, Any]) -> None:
    sent = {"nombre": "Norte", "direccion": "Vallejo 3", "lat": 19.49, "lon": -99.15, **changes}
    response = api.post(STORES, sent)
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == list(changes)


@pytest.mark.parametrize("path", ["", "products/", "products/CAFE-250/"])
def test_a_store_that_is_not_there(api: APIClient, coffee: Product, path: str) -> None:
    call = api.put if path.endswith("250/") else api.get
    for store_id in (1, 10**30):
        response = call(f"{STORES}{store_id}/{path}", {"cantidad": 1} if call == api.put else None)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


def test_set_what_a_store_has(api: APIClient, centre: Store, coffee: Product) -> None:
    path = f"{STORES}{centre.pk}/products/CAFE-250/"
    for cantidad in (3, 0, 7):
        response = api.put(path, {"cantidad": cantidad})
        assert response.status_code == 200
        assert response.json() == {
            "sku": "CAFE-250",
            "nombre": "Café",
            "precio": "99.90",
            "cantidad": cantidad,
            "offer": None,
        }
    assert Availability.objects.get().cantidad == 7


@pytest.mark.parametrize("cantidad", [-1, 2**31, "x", None])
def test_what_a_store_has_is_a_number(
    api: APIClient, centre: Store, coffee: Product, cantidad: Any
) -> None:
    response = api.put(f"{STORES}{centre.pk}/products/CAFE-250/", {"cantidad": cantidad})
    assert response.status_code == 400
    assert not Availability.objects.exists()


def test_products_in_a_store(
    api: APIClient, centre: Store, south: Store, coffee: Product, django_assert_num_queries: Any
) -> None:
    for number in range(12):
        product = Product.objects.create(sku=f"P-{number:02}", nombre="P", precio=number + 1)
        availability_set(store=centre, product=product, cantidad=number)
    availability_set(store=south, product=coffee, cantidad=1)
    path = f"{STORES}{centre.pk}/products/"
    with django_assert_num_queries(4):
        first = api.get(path).json()
    assert (first["count"], len(first["results"])) == (12, 10)
    assert first["results"][0]["sku"] == "P-00"
    assert api.get(path, {"available": "true"}).json()["count"] == 11
    gone = api.get(path, {"available": "false"}).json()["results"]
    assert [row["sku"] for row in gone] == ["P-00"]
    assert api.get(path, {"available": "quizás"}).status_code == 400
