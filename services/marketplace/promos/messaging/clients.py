"""Connections to SNS and SQS. boto3 is imported at first use: most requests never need it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

CONNECT_SECONDS = 1
ANSWER_SECONDS = 2
# How long an empty queue keeps a receiver waiting. A stop may have to wait as long, and 10 seconds
# after SIGTERM comes SIGKILL.
POLL_SECONDS = 3


@cache
def sns() -> SNSClient:
    """Gives up soon and tries once: whoever publishes has an outbox to fall back on."""
    client: SNSClient = _client("sns", settings.AWS_SNS_ENDPOINT_URL)
    return client


@cache
def sqs() -> SQSClient:
    """For all calls but receiving."""
    client: SQSClient = _client("sqs", settings.AWS_SQS_ENDPOINT_URL, attempts=2)
    return client


@cache
def sqs_polling() -> SQSClient:
    """For receiving: the answer may take POLL_SECONDS longer."""
    client: SQSClient = _client(
        "sqs", settings.AWS_SQS_ENDPOINT_URL, answer_seconds=POLL_SECONDS + ANSWER_SECONDS
    )
    return client


def _client(
    service: str,
    endpoint: str | None,
    *,
    answer_seconds: int = ANSWER_SECONDS,
    attempts: int = 1,
) -> Any:
    from boto3.session import Session
    from botocore.config import Config

    config = Config(
        region_name=settings.FLASH_PROMO_TOPIC.region,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=answer_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    # A session of its own: the default one must not be shared between threads while it is made.
    return Session().client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]
