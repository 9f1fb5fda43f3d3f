"""Everything that reads promos."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from promos.models import Estado, FlashPromo, Offer, OutboxEvent
from stores.models import Product, Store

ORDERINGS = ("starts_at", "-starts_at")


@dataclass(frozen=True, kw_only=True)
class PromoFilters:
    estado: str | None = None
    product: str | None = None
    store: int | None = None
    current: bool | None = None
    starts_from: dt.datetime | None = None
    starts_to: dt.datetime | None = None
    ordering: str = "-starts_at"


@dataclass(frozen=True, kw_only=True)
class CurrentOffer:
    """The price of a product in a store under a promo, now."""

    promo: int
    discount_percent: int
    precio: Decimal
    ends_at: dt.datetime


def promo_get(*, promo_id: int) -> FlashPromo:
    return _with_relations(FlashPromo.objects.all()).get(pk=promo_id)


def promo_list(*, filters: PromoFilters) -> QuerySet[FlashPromo]:
    """Promos with product and stores in two queries, however many they are."""
    promos = _with_relations(FlashPromo.objects.order_by(*_order(filters.ordering)))
    if filters.estado:
        promos = promos.filter(estado=filters.estado)
    if filters.product:
        # By id: through the join the planner cannot take the order from the index.
        promos = promos.filter(product=Product.objects.filter(sku=filters.product).values("pk")[:1])
    if filters.store:
        promos = promos.filter(Q(all_stores=True) | Exists(_chosen(filters.store)))
    if filters.current is not None:
        counts_now = _current(timezone.now())
        promos = promos.filter(counts_now) if filters.current else promos.exclude(counts_now)
    if filters.starts_from:
        promos = promos.filter(starts_at__gte=filters.starts_from)
    if filters.starts_to:
        promos = promos.filter(starts_at__lte=filters.starts_to)
    return promos


def current_offers(*, store: Store, products: Iterable[Product]) -> dict[int, CurrentOffer]:
    """The best offer of this very moment by product id: a price is right to the second.

    It does not wait for beat, which only tidies up promos that are over.
    """
    prices = {product.pk: product.precio for product in products}
    rows = (
        Offer.objects.filter(_current(timezone.now(), "promo__"), store=store)
        .filter(promo__product__in=prices)
        .order_by("promo__discount_percent", "-promo__ends_at")
        .values_list("promo", "promo__product", "promo__discount_percent", "promo__ends_at")
    )
    # The last one of a product wins: the highest discount.
    return {
        product: CurrentOffer(
            promo=promo,
            discount_percent=percent,
            precio=_reduced(prices[product], percent),
            ends_at=ends_at,
        )
        for promo, product, percent, ends_at in rows
    }


def promo_figures() -> dict[str, int]:
    """The number of promos by state, and of messages that still wait to be sent."""
    counted = dict(FlashPromo.objects.order_by().values_list("estado").annotate(Count("id")))
    return {
        **{f"promos_{estado}": counted.get(estado, 0) for estado in Estado.values},
        "outbox_waiting": OutboxEvent.objects.filter(published_at__isnull=True).count(),
    }


def _with_relations(promos: QuerySet[FlashPromo]) -> QuerySet[FlashPromo]:
    return promos.select_related("product").prefetch_related("stores")


def _order(ordering: str) -> tuple[str, str]:
    # The id makes pages stable among equals and matches the indices.
    return ordering, "-id" if ordering.startswith("-") else "id"


def _chosen(store_id: int) -> QuerySet[FlashPromo.stores.through]:  # type: ignore[name-defined]
    return FlashPromo.stores.through.objects.filter(flashpromo=OuterRef("pk"), store=store_id)


def _current(now: dt.datetime, prefix: str = "") -> Q:
    return Q(
        **{
            f"{prefix}estado": Estado.APLICADA,
            f"{prefix}starts_at__lte": now,
            f"{prefix}ends_at__gt": now,
        }
    )


def _reduced(precio: Decimal, percent: int) -> Decimal:
    reduced = precio * (100 - percent) / 100
    return reduced.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
