"""Everything that writes promos."""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone

from chassis.logs import current_request_id
from promos.messaging.events import PromoCreated
from promos.messaging.outbox import publish_soon
from promos.models import AppliedEvent, Estado, FlashPromo, Offer, OutboxEvent
from stores.models import Product, Store

# An event must be remembered for longer than any queue keeps it: 4 days, then 14 among the dead.
KEEP_EVENTS = dt.timedelta(days=30)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ended:
    promos: int
    offers: int


@transaction.atomic
def promo_create(
    *,
    product: Product,
    stores: Sequence[Store],
    discount_percent: int,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
) -> FlashPromo:
    """A promo and its message, both or neither. No stores means all of them."""
    promo = FlashPromo.objects.create(
        product=product,
        all_stores=not stores,
        discount_percent=discount_percent,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    promo.stores.set(stores)
    event = PromoCreated(
        event_id=uuid.uuid4(), promo_id=promo.pk, request_id=current_request_id.get()
    )
    OutboxEvent.objects.create(id=event.event_id, promo=promo, body=event.as_body())
    transaction.on_commit(partial(publish_soon, event_id=event.event_id))
    return promo


@transaction.atomic
def promo_apply(*, event_id: uuid.UUID, promo_id: int) -> bool:
    """Make a promo count in its stores, once for each event; False if this one came before.

    Key and effect are one transaction. Of two that come at once the second waits for the promo's
    row until the first has committed.
    """
    promo = FlashPromo.objects.select_for_update().get(pk=promo_id)
    if AppliedEvent.objects.filter(event_id=event_id).exists():
        return False
    # One that ended while its message was on the way stays as it is.
    offers = _make_count(promo) if promo.estado == Estado.PENDIENTE else 0
    AppliedEvent.objects.create(event_id=event_id, promo=promo, offers=offers)
    return True


def _make_count(promo: FlashPromo) -> int:
    """Offers in the stores of this moment; one that opens later has none."""
    stores = Store.objects.all() if promo.all_stores else promo.stores.all()
    offers = [Offer(promo=promo, store_id=pk) for pk in stores.values_list("pk", flat=True)]
    Offer.objects.bulk_create(offers, batch_size=2000)
    promo.estado = Estado.APLICADA
    promo.save(update_fields=["estado"])
    return len(offers)


@transaction.atomic
def promos_end_due(*, now: dt.datetime | None = None) -> Ended:
    """End what is over. Any number of callers may do it at once: each promo ends in one of them."""
    now = now or timezone.now()
    due = list(
        FlashPromo.objects.select_for_update(skip_locked=True)
        .exclude(estado=Estado.TERMINADA)
        .filter(ends_at__lte=now)
        .order_by("ends_at")[:500]
    )
    if not due:
        return Ended(promos=0, offers=0)
    FlashPromo.objects.filter(pk__in=[promo.pk for promo in due]).update(estado=Estado.TERMINADA)
    offers, _ = Offer.objects.filter(promo__in=due).delete()
    for promo in due:
        late = round((now - promo.ends_at).total_seconds(), 3)
        logger.info("Promo ended", extra={"promo_id": promo.pk, "late_seconds": late})
    return Ended(promos=len(due), offers=offers)


def events_forget(*, now: dt.datetime | None = None) -> int:
    """Drop the ledgers' old lines; what was never sent stays."""
    before = (now or timezone.now()) - KEEP_EVENTS
    sent, _ = OutboxEvent.objects.filter(published_at__lt=before).delete()
    applied, _ = AppliedEvent.objects.filter(applied_at__lt=before).delete()
    return sent + applied
