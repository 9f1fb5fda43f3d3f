from typing import Any

import pytest
from rest_framework.test import APIClient

from stores.models import Product

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/v1/products/"
TEA = {"sku": "TE-100", "nombre": "Té", "precio": "45.50"}


def test_create_list_and_read(
    api: APIClient, coffee: Product, django_assert_num_queries: Any
) -> None:
    response = api.post(PRODUCTS, TEA)
    assert (response.status_code, response.json()) == (201, TEA)
    with django_assert_num_queries(2):
        listed = api.get(PRODUCTS).json()
    assert [product["sku"] for product in listed["results"]] == ["CAFE-250", "TE-100"]
    with django_assert_num_queries(1):
        assert api.get(f"{PRODUCTS}TE-100/").json() == TEA


def test_list_has_pages_of_ten(api: APIClient) -> None:
    Product.objects.bulk_create(
        Product(sku=f"P-{number:02}", nombre="P", precio=1) for number in range(11)
    )
    first = api.get(PRODUCTS).json()
    assert (first["count"], len(first["results"])) == (11, 10)
    assert [product["sku"] for product in api.get(first["next"]).json()["results"]] == ["P-10"]
    assert api.get(PRODUCTS, {"page": "9"}).status_code == 404


def test_a_sku_is_there_once(api: APIClient, coffee: Product) -> None:
    response = api.post(PRODUCTS, {**TEA, "sku": "CAFE-250"})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "duplicate")


def test_a_path_with_a_nul_byte_is_400(api: APIClient) -> None:
    response = api.get(f"{PRODUCTS}A%00/")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    "changes",
    [{"sku": "te 100"}, {"sku": "-"}, {"precio": "0"}, {"precio": "1.234"}, {"nombre": ""}],
)
def test_a_product_that_is_not_right(api: APIClient, changes: dict[str, str]) -> None:
    response = api.post(PRODUCTS, {**TEA, **changes})
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == list(changes)
    assert not Product.objects.exists()


def test_a_product_that_is_not_there(api: APIClient) -> None:
    response = api.get(f"{PRODUCTS}NADA/")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("query", ["color=rojo", "nombre=Té"])
def test_a_filter_that_is_not_offered(api: APIClient, query: str) -> None:
    assert api.get(f"{PRODUCTS}?{query}").status_code == 400
