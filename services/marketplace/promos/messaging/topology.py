"""The topic, the queue, its dead-letter queue, and the way from one to the other."""

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from promos.messaging.clients import sns, sqs

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

MAX_RECEIVES = 5
DAY = 24 * 60 * 60

logger = logging.getLogger(__name__)


class WrongTopic(Exception):
    """The topic that could be made is not the one that is configured."""


@dataclass(frozen=True, kw_only=True)
class Topology:
    topic_arn: str
    queue_url: str
    dead_letter_url: str
    subscription_arn: str


def dead_letter_name() -> str:
    return f"{settings.PROMO_QUEUE_NAME}-dead"


def ensure_topology() -> Topology:
    """Make what is missing and put right what differs; nothing happens where all is well."""
    topic_arn = _ensure_topic()
    dead_letter_url, dead_letter_arn = _ensure_queue(
        dead_letter_name(), {"MessageRetentionPeriod": str(14 * DAY)}
    )
    queue_url, queue_arn = _ensure_queue(
        settings.PROMO_QUEUE_NAME, _queue_attributes(dead_letter_arn)
    )
    _allow(queue_url, queue_arn=queue_arn, topic_arn=topic_arn)
    return Topology(
        topic_arn=topic_arn,
        queue_url=queue_url,
        dead_letter_url=dead_letter_url,
        subscription_arn=_ensure_subscription(topic_arn=topic_arn, queue_arn=queue_arn),
    )


def queue_url(name: str) -> str:
    """Where a queue is. Raises the client's QueueDoesNotExist."""
    return sqs().get_queue_url(QueueName=name)["QueueUrl"]


def _ensure_topic() -> str:
    wanted = settings.FLASH_PROMO_TOPIC
    made = sns().create_topic(Name=wanted.name)["TopicArn"]
    if made != wanted.arn:
        raise WrongTopic(
            f"These keys make {made}, but FLASH_PROMO_TOPIC_ARN is {wanted.arn}. "
            "Correct the variable, or use the keys of its account."
        )
    return made


def _ensure_queue(name: str, attributes: "dict[QueueAttributeNameType, str]") -> tuple[str, str]:
    # First without attributes: asked for with other ones than it has, a queue is an error.
    url = sqs().create_queue(QueueName=name)["QueueUrl"]
    sqs().set_queue_attributes(QueueUrl=url, Attributes=attributes)
    found = sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, found["Attributes"]["QueueArn"]


def _queue_attributes(dead_letter_arn: str) -> "dict[QueueAttributeNameType, str]":
    redrive = {"deadLetterTargetArn": dead_letter_arn, "maxReceiveCount": MAX_RECEIVES}
    return {
        "MessageRetentionPeriod": str(4 * DAY),
        "VisibilityTimeout": str(settings.PROMO_QUEUE_VISIBILITY_SECONDS),
        "RedrivePolicy": json.dumps(redrive),
    }


def _allow(url: str, *, queue_arn: str, topic_arn: str) -> None:
    """Only SNS, and for our topic only, may put messages into the queue."""
    statement: dict[str, Any] = {
        "Sid": "FromTopic",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs().set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def _ensure_subscription(*, topic_arn: str, queue_arn: str) -> str:
    arn = sns().subscribe(
        TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    # Apart from subscribe, which refuses attributes that differ from those of an existing one.
    sns().set_subscription_attributes(
        SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="true"
    )
    return arn
