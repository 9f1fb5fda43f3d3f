"""Sends what the outbox holds: at once after the commit, by a sweep what was left or lost."""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from json import dumps
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from promos.messaging.clients import sns
from promos.models import Estado, OutboxEvent

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

# The most that SNS takes in one call.
BATCH = 10
# After a failure requests leave the sending to the sweep, instead of each waiting for a time-out.
PAUSED, PAUSE_SECONDS = "promos:publishing-paused", 10

logger = logging.getLogger(__name__)


def publish_soon(*, event_id: uuid.UUID) -> None:
    """Send one event now if SNS answers. Never fails: the sweep sends what stays behind."""
    if cache.get(PAUSED):
        return
    try:
        publish_waiting(event_id=event_id)
    except Exception as error:
        logger.warning(
            "Not published yet, the sweep will: %s", error, extra={"event_id": str(event_id)}
        )
        cache.set(PAUSED, True, timeout=PAUSE_SECONDS)


class Batch(NamedTuple):
    sent: list[uuid.UUID]
    # SNS may refuse some of a batch and take the others.
    refused: list[uuid.UUID]


@transaction.atomic
def publish_waiting(
    *, event_id: uuid.UUID | None = None, except_for: Sequence[uuid.UUID] = ()
) -> Batch:
    """Send up to ten events that wait, oldest first, or the one that is named.

    A sweep leaves out what was refused in it: ten of those would keep all others from their turn.

    Rows that somebody else is sending are skipped. A death between SNS's answer and the commit
    sends them again, which whoever receives them must expect of SQS anyway.
    """
    waiting = OutboxEvent.objects.select_for_update(skip_locked=True).filter(
        published_at__isnull=True
    )
    if event_id is not None:
        waiting = waiting.filter(pk=event_id)
    events = list(waiting.exclude(pk__in=except_for).order_by("created_at")[:BATCH])
    if not events:
        return Batch(sent=[], refused=[])
    sent = _send(events)
    OutboxEvent.objects.filter(pk__in=sent).update(published_at=timezone.now())
    return Batch(sent=sent, refused=[event.pk for event in events if event.pk not in sent])


def lost_events_wait_again(*, now: dt.datetime | None = None) -> int:
    """Let the sweep send what SNS took long ago and no consumer has applied; how many there are.

    An emulator that stops, or a snapshot that is put back, loses messages. Sending sets
    `published_at` anew: a promo whose message always fails gets one each PROMO_RESEND_MINUTES,
    until it is over. One that only was late does no harm, the consumer applies an event once.
    """
    now = now or timezone.now()
    lost = OutboxEvent.objects.filter(
        published_at__lt=now - dt.timedelta(minutes=settings.PROMO_RESEND_MINUTES),
        promo__estado=Estado.PENDIENTE,
        promo__ends_at__gt=now,
    )
    return lost.update(published_at=None)


def _send(events: Sequence[OutboxEvent]) -> list[uuid.UUID]:
    entries: list[PublishBatchRequestEntryTypeDef] = [
        {"Id": str(event.pk), "Message": dumps(event.body)} for event in events
    ]
    answer = sns().publish_batch(
        TopicArn=settings.FLASH_PROMO_TOPIC.arn, PublishBatchRequestEntries=entries
    )
    for refused in answer.get("Failed", []):
        logger.error("SNS refused an event: %s", refused.get("Message"), extra={"refused": refused})
    return [uuid.UUID(accepted["Id"]) for accepted in answer.get("Successful", [])]
