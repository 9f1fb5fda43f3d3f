import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from promos.models import Estado, FlashPromo, OutboxEvent
from promos.operations import promo_apply, promos_end_due
from promos.selectors import PromoFilters, promo_list
from stores.models import Product, Store
from stores.operations import availability_set
from tests.conftest import HOUR, make_promo, promo_body

pytestmark = pytest.mark.django_db

PROMOS = "/api/v1/promos/"


def apply(promo: FlashPromo) -> FlashPromo:
    event = OutboxEvent.objects.get(promo=promo)
    assert promo_apply(event_id=event.pk, promo_id=promo.pk)
    promo.refresh_from_db()
    return promo


def offer_in(api: APIClient, store: Store) -> dict[str, Any] | None:
    (row,) = api.get(f"/api/v1/stores/{store.pk}/products/").json()["results"]
    offer: dict[str, Any] | None = row["offer"]
    return offer


def test_create_for_all_stores(api: APIClient, coffee: Product) -> None:
    response = api.post(PROMOS, promo_body())
    assert response.status_code == 201, response.json()
    promo = FlashPromo.objects.get(pk=response.json()["id"])
    assert (promo.all_stores, promo.estado, promo.product) == (True, "pendiente", coffee)
    assert abs(promo.starts_at - timezone.now()) < dt.timedelta(seconds=10)
    assert response.json()["product"] == "CAFE-250"
    event = OutboxEvent.objects.get()
    assert event.body["promo_id"] == promo.pk
    assert event.body["request_id"] == response.headers["X-Request-ID"]


def test_create_with_a_nul_byte_is_400(api: APIClient, coffee: Product) -> None:
    assert api.post(PROMOS, promo_body(product="A\x00")).status_code == 400
    assert not FlashPromo.objects.exists()


def test_create_for_some_stores(
    api: APIClient, coffee: Product, centre: Store, south: Store, django_assert_num_queries: Any
) -> None:
    starts_at = "2099-01-01T10:00:00Z"
    sent = promo_body(
        stores=[centre.pk, south.pk], starts_at=starts_at, ends_at="2099-01-01T11:00:00Z"
    )
    response = api.post(PROMOS, sent)
    assert response.status_code == 201, response.json()
    made = response.json()
    assert (made["all_stores"], made["stores"], made["starts_at"]) == (
        False,
        [centre.pk, south.pk],
        starts_at,
    )
    with django_assert_num_queries(2):
        assert api.get(f"{PROMOS}{made['id']}/").json() == made


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product": "NADA"}, "product"),
        ({"discount_percent": 0}, "discount_percent"),
        ({"discount_percent": 91}, "discount_percent"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "ends_at"),
        ({"starts_at": "2099-01-01T00:00:00Z"}, "ends_at"),
        ({"stores": [999_999]}, "stores"),
        ({"stores": "todas"}, "stores"),
        ({"estado": "aplicada"}, "estado"),
    ],
)
def test_a_promo_that_is_not_right(
    api: APIClient, coffee: Product, changes: dict[str, Any], field: str
) -> None:
    response = api.post(PROMOS, promo_body(**changes))
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [field]
    assert not FlashPromo.objects.exists()
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize("content", ["{", "[]", '"texto"', "null", ""])
def test_create_from_nonsense_is_400(api: APIClient, content: str) -> None:
    response = api.generic("POST", PROMOS, content, content_type="application/json")
    assert response.status_code == 400


@pytest.fixture
def four(coffee: Product, centre: Store, south: Store) -> dict[str, FlashPromo]:
    now = timezone.now()
    tea = Product.objects.create(sku="TE-100", nombre="Té", precio=45)
    waiting = make_promo(coffee, starts_at=now - 4 * HOUR)
    applied = apply(make_promo(coffee, centre, starts_at=now - 3 * HOUR))
    later = apply(make_promo(tea, starts_at=now + HOUR, ends_at=now + 2 * HOUR))
    ended = make_promo(tea, south, starts_at=now - 2 * HOUR, ends_at=now - HOUR)
    promos_end_due()
    return {"waiting": waiting, "applied": applied, "later": later, "ended": ended}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["later", "ended", "applied", "waiting"]),
        ({"ordering": "starts_at"}, ["waiting", "applied", "ended", "later"]),
        ({"estado": "aplicada"}, ["later", "applied"]),
        ({"estado": "terminada"}, ["ended"]),
        ({"product": "CAFE-250"}, ["applied", "waiting"]),
        ({"product": "NADA"}, []),
        ({"store": "centre"}, ["later", "applied", "waiting"]),
        ({"store": "south"}, ["later", "ended", "waiting"]),
        ({"current": "true"}, ["applied"]),
        ({"current": "false"}, ["later", "ended", "waiting"]),
        ({"starts_from": "-2.5"}, ["later", "ended"]),
        ({"starts_to": "-2.5"}, ["applied", "waiting"]),
        ({"starts_from": "-3.5", "starts_to": "-0.5", "estado": "aplicada"}, ["applied"]),
    ],
)
def test_list_filters_and_orders(
    api: APIClient,
    four: dict[str, FlashPromo],
    centre: Store,
    south: Store,
    query: dict[str, str],
    found: list[str],
) -> None:
    stores = {"centre": str(centre.pk), "south": str(south.pk)}
    sent = {
        name: (timezone.now() + float(value) * HOUR).isoformat()
        if name in ("starts_from", "starts_to")
        else stores.get(value, value)
        for name, value in query.items()
    }
    response = api.get(PROMOS, sent)
    assert response.status_code == 200, response.json()
    names = {promo.pk: name for name, promo in four.items()}
    assert [names[promo["id"]] for promo in response.json()["results"]] == found


@pytest.mark.parametrize(
    "query",
    ["estado=x", "store=x", "starts_from=x", "ordering=estado", "product=%00", "estdo=aplicada"],
)
def test_list_refuses_what_it_does_not_know(api: APIClient, query: str) -> None:
    response = api.get(f"{PROMOS}?{query}")
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [query.partition("=")[0]]


def test_list_refuses_a_window_that_ends_before_it_begins(api: APIClient) -> None:
    query = {"starts_from": "2026-02-01T00:00:00Z", "starts_to": "2026-01-01T00:00:00Z"}
    assert list(api.get(PROMOS, query).json()["error"]["fields"]) == ["starts_to"]


def test_list_has_pages_of_ten_and_a_fixed_number_of_queries(
    api: APIClient, coffee: Product, centre: Store, south: Store, django_assert_num_queries: Any
) -> None:
    for _ in range(12):
        make_promo(coffee, centre, south)
    with django_assert_num_queries(3):
        first = api.get(PROMOS).json()
    assert (first["count"], len(first["results"])) == (12, 10)
    assert len(api.get(first["next"]).json()["results"]) == 2


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (PromoFilters(), "promo_starts"),
        (PromoFilters(product="CAFE-250"), "promo_product_starts"),
        (PromoFilters(estado="pendiente"), "promo_estado_starts"),
    ],
)
def test_lists_are_served_by_an_index(coffee: Product, filters: PromoFilters, index: str) -> None:
    now = timezone.now()
    FlashPromo.objects.bulk_create(
        FlashPromo(
            product=coffee if number % 100 == 0 else _other(),
            all_stores=True,
            discount_percent=10,
            estado=Estado.PENDIENTE if number % 10 == 0 else Estado.TERMINADA,
            starts_at=now - number * HOUR,
            ends_at=now + HOUR,
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE promos_flashpromo")
    assert f"using {index} " in promo_list(filters=filters)[:10].explain()
    assert (
        "promo_not_ended"
        in FlashPromo.objects.exclude(estado=Estado.TERMINADA).filter(ends_at__lte=now).explain()
    )


def _other() -> Product:
    return Product.objects.get_or_create(sku="TE-100", defaults={"nombre": "Té", "precio": 1})[0]


def test_an_offer_counts_where_it_should(
    api: APIClient, coffee: Product, centre: Store, south: Store
) -> None:
    for store in (centre, south):
        availability_set(store=store, product=coffee, cantidad=5)
    promo = make_promo(coffee, centre, discount_percent=25)
    assert offer_in(api, centre) is None  # its message has not come yet
    apply(promo)
    assert offer_in(api, centre) == {
        "promo": promo.pk,
        "discount_percent": 25,
        "precio": "74.93",  # 99.90 less 25 %, halves up
        "ends_at": promo.ends_at.isoformat().replace("+00:00", "Z"),
    }
    assert offer_in(api, south) is None


def test_an_offer_counts_when_it_should(api: APIClient, coffee: Product, centre: Store) -> None:
    availability_set(store=centre, product=coffee, cantidad=5)
    promo = apply(make_promo(coffee))
    now = timezone.now()
    for starts, ends, counts in ((-2, -1, False), (-1, 1, True), (1, 2, False)):
        # Nobody has told the database that it ended: the price knows by itself.
        promo.starts_at, promo.ends_at = now + starts * HOUR, now + ends * HOUR
        promo.save()
        assert (offer_in(api, centre) is not None) is counts


def test_the_best_offer_wins(api: APIClient, coffee: Product, centre: Store) -> None:
    availability_set(store=centre, product=coffee, cantidad=5)
    tea = Product.objects.create(sku="TE-100", nombre="Té", precio=45)
    apply(make_promo(tea, discount_percent=90))
    for percent in (10, 40, 20):
        apply(make_promo(coffee, discount_percent=percent))
    offer = offer_in(api, centre)
    assert offer is not None
    assert offer["discount_percent"] == 40


def test_offers_of_a_page_are_one_query(
    api: APIClient, centre: Store, django_assert_num_queries: Any
) -> None:
    for number in range(10):
        product = Product.objects.create(sku=f"P-{number}", nombre="P", precio=100)
        availability_set(store=centre, product=product, cantidad=1)
        apply(make_promo(product))
    with django_assert_num_queries(4):
        rows = api.get(f"/api/v1/stores/{centre.pk}/products/").json()["results"]
    assert [row["offer"]["precio"] for row in rows] == ["75.00"] * 10


def test_ending(api: APIClient, coffee: Product, centre: Store) -> None:
    now = timezone.now()
    over = apply(make_promo(coffee, ends_at=now + HOUR))
    going_on = apply(make_promo(coffee, ends_at=now + 2 * HOUR))
    never_applied = make_promo(coffee, ends_at=now + HOUR)
    before = promos_end_due(now=now + HOUR - dt.timedelta(microseconds=1))
    assert (before.promos, before.offers) == (0, 0)
    ended = promos_end_due(now=now + HOUR)
    assert (ended.promos, ended.offers) == (2, 1)
    for promo, estado in (
        (over, "terminada"),
        (going_on, "aplicada"),
        (never_applied, "terminada"),
    ):
        promo.refresh_from_db()
        assert promo.estado == estado
    assert list(going_on.offers.values_list("store", flat=True)) == [centre.pk]
    assert promos_end_due(now=now + HOUR).promos == 0


def test_what_ended_before_its_message_came_stays_ended(coffee: Product, centre: Store) -> None:
    now = timezone.now()
    promo = make_promo(coffee, starts_at=now - 2 * HOUR, ends_at=now - HOUR)
    promos_end_due()
    apply(promo)
    promo.refresh_from_db()
    assert promo.estado == "terminada"
    assert not promo.offers.exists()
    assert promo.applied_events.get().offers == 0
