"""Takes away what `ensure_topology` makes: a closed review leaves nothing in the account."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from botocore.exceptions import ClientError
from django.conf import settings

from promos.messaging.clients import sns, sqs
from promos.messaging.topology import WrongTopic, dead_letter_name, queue_url


class Removal(NamedTuple):
    """What became of one part. Where it stays, `refusal` is what AWS says."""

    part: str
    was_there: bool
    refusal: str = ""


def remove_topology() -> Iterator[Removal]:
    """Remove each part, also where another one stays; a part that is not there is no error."""
    topic, queue, dead = settings.FLASH_PROMO_TOPIC, settings.PROMO_QUEUE_NAME, dead_letter_name()
    for name in (queue, dead):
        _check_account(name)
    yield _removal(f"the subscriptions of {topic.name}", _unsubscribe_all)
    yield _removal(f"the queue {queue}", partial(_delete_queue, queue))
    yield _removal(f"the dead-letter queue {dead}", partial(_delete_queue, dead))
    yield _removal(f"the topic {topic.arn}", _delete_topic)


def _removal(part: str, remove: Callable[[], bool]) -> Removal:
    try:
        return Removal(part, was_there=remove())
    except ClientError as error:
        return Removal(part, was_there=True, refusal=str(error))


def _check_account(name: str) -> None:
    """A queue has no account in its name: with other keys it would be somebody else's."""
    try:
        found = sqs().get_queue_attributes(QueueUrl=queue_url(name), AttributeNames=["QueueArn"])
    except sqs().exceptions.QueueDoesNotExist:
        return
    arn, wanted = found["Attributes"]["QueueArn"], settings.FLASH_PROMO_TOPIC
    if arn.split(":")[4] != wanted.account:
        raise WrongTopic(
            f"These keys find {arn}, but FLASH_PROMO_TOPIC_ARN is {wanted.arn}. "
            "Nothing was removed. Correct the variable, or use the keys of its account."
        )


def _unsubscribe_all() -> bool:
    pages = sns().get_paginator("list_subscriptions_by_topic")
    try:
        found = [
            subscription["SubscriptionArn"]
            for page in pages.paginate(TopicArn=settings.FLASH_PROMO_TOPIC.arn)
            for subscription in page["Subscriptions"]
        ]
    except sns().exceptions.NotFoundException:
        return False
    for arn in found:
        # One that nobody has confirmed has no ARN yet.
        if arn.startswith("arn:"):
            sns().unsubscribe(SubscriptionArn=arn)
    return bool(found)


def _delete_queue(name: str) -> bool:
    try:
        sqs().delete_queue(QueueUrl=queue_url(name))
    except sqs().exceptions.QueueDoesNotExist:
        return False
    return True


def _delete_topic() -> bool:
    """SNS deletes a topic that is not there without a word, so it is asked for first."""
    # A subscription that AWS refuses to remove keeps its topic: without it, it is not found again.
    _unsubscribe_all()
    arn = settings.FLASH_PROMO_TOPIC.arn
    try:
        sns().get_topic_attributes(TopicArn=arn)
    except sns().exceptions.NotFoundException:
        return False
    sns().delete_topic(TopicArn=arn)
    return True
