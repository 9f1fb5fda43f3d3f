import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.readers import Topic
from promos.management.commands import ensure_messaging
from promos.messaging.clients import sns, sqs
from promos.messaging.removal import remove_topology
from promos.messaging.topology import Topology, dead_letter_name, ensure_topology, queue_url


def what_is_there(topology: Topology, settings: Settings) -> set[str]:
    """Of the four parts, as SNS and SQS list them."""
    queues = sqs().list_queues(QueueNamePrefix=settings.PROMO_QUEUE_NAME).get("QueueUrls", [])
    pages = sns().get_paginator("list_topics").paginate()
    topics = [topic["TopicArn"] for page in pages for topic in page["Topics"]]
    subscribed = sns().get_paginator("list_subscriptions").paginate()
    subscriptions = [one["SubscriptionArn"] for page in subscribed for one in page["Subscriptions"]]
    return set(vars(topology).values()) & {*queues, *topics, *subscriptions}


def lines(settings: Settings) -> list[str]:
    name = settings.PROMO_QUEUE_NAME
    return [
        f"the subscriptions of {name}",
        f"the queue {name}",
        f"the dead-letter queue {name}-dead",
        f"the topic {settings.FLASH_PROMO_TOPIC.arn}",
    ]


def removed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    call_command("ensure_messaging", "--remove")
    return capsys.readouterr().out.splitlines()


def test_all_is_removed_and_a_second_time_nothing_is_there(
    topology: Topology, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(what_is_there(topology, settings)) == 4
    assert removed(capsys) == [f"{part}: removed" for part in lines(settings)]
    assert what_is_there(topology, settings) == set()
    assert removed(capsys) == [f"{part}: was not there" for part in lines(settings)]


def test_what_is_missing_is_told_and_the_rest_removed(
    topology: Topology, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    sqs().delete_queue(QueueUrl=topology.queue_url)
    sns().unsubscribe(SubscriptionArn=topology.subscription_arn)
    subscriptions, queue, dead, topic = lines(settings)
    assert removed(capsys) == [
        f"{subscriptions}: was not there",
        f"{queue}: was not there",
        f"{dead}: removed",
        f"{topic}: removed",
    ]
    assert what_is_there(topology, settings) == set()


def test_subscriptions_of_others_go_with_the_topic(topology: Topology) -> None:
    url = sqs().create_queue(QueueName=f"{dead_letter_name()}-other")["QueueUrl"]
    try:
        found = sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = sns().subscribe(
            TopicArn=topology.topic_arn,
            Protocol="sqs",
            Endpoint=found["Attributes"]["QueueArn"],
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        call_command("ensure_messaging", "--remove")
        for gone in (arn, topology.subscription_arn):
            with pytest.raises(sns().exceptions.NotFoundException):
                sns().get_subscription_attributes(SubscriptionArn=gone)
        assert queue_url(f"{dead_letter_name()}-other") == url
    finally:
        sqs().delete_queue(QueueUrl=url)


@pytest.fixture
def beside(topology: Topology, settings: Settings) -> Iterator[Topology]:
    """The topology of another stack, whose name begins with this one's."""
    own, queue = settings.FLASH_PROMO_TOPIC, settings.PROMO_QUEUE_NAME

    def as_other() -> None:
        settings.FLASH_PROMO_TOPIC = own._replace(arn=f"{own.arn}2", name=f"{own.name}2")
        settings.PROMO_QUEUE_NAME = f"{queue}2"

    as_other()
    made = ensure_topology()
    settings.FLASH_PROMO_TOPIC, settings.PROMO_QUEUE_NAME = own, queue
    yield made
    as_other()
    assert [removal.was_there for removal in remove_topology()] == [True] * 4
    settings.FLASH_PROMO_TOPIC, settings.PROMO_QUEUE_NAME = own, queue


def test_another_stack_of_the_account_keeps_its_own(
    beside: Topology, topology: Topology, settings: Settings
) -> None:
    sns().publish(TopicArn=beside.topic_arn, Message="of the other")
    call_command("ensure_messaging", "--remove")
    assert what_is_there(topology, settings) == set()
    assert len(what_is_there(beside, settings)) == 4
    answer = sqs().receive_message(QueueUrl=beside.queue_url, WaitTimeSeconds=5)
    assert [message["Body"] for message in answer["Messages"]] == ["of the other"]


def test_another_account_is_refused_before_anything_is_removed(
    topology: Topology, settings: Settings
) -> None:
    own = settings.FLASH_PROMO_TOPIC
    arn = f"arn:aws:sns:{own.region}:123456789012:{own.name}"
    settings.FLASH_PROMO_TOPIC = Topic(arn, own.region, "123456789012", own.name)
    with pytest.raises(CommandError, match="Nothing was removed"):
        call_command("ensure_messaging", "--remove")
    settings.FLASH_PROMO_TOPIC = own
    assert len(what_is_there(topology, settings)) == 4


# What AWS refuses, which parts are then told as such, and what is left of them.
REFUSED = [
    (sqs, "delete_queue", [1, 2], ["queue_url", "dead_letter_url"]),
    (sns, "delete_topic", [3], ["topic_arn"]),
    # A subscription would never be found again without its topic.
    (sns, "unsubscribe", [0, 3], ["topic_arn", "subscription_arn"]),
]


@pytest.mark.parametrize(("client", "call", "refused", "left"), REFUSED)
def test_a_refusal_keeps_no_other_part(
    topology: Topology,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    client: Callable[[], Any],
    call: str,
    refused: list[int],
    left: list[str],
) -> None:
    def refuse(**_: str) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, call)

    parts = lines(settings)
    with monkeypatch.context() as during:
        during.setattr(client(), call, refuse)
        with pytest.raises(CommandError) as stopped:
            removed(capsys)
    said = str(stopped.value).splitlines()[1:]
    denied = f"An error occurred (AccessDenied) when calling the {call} operation: no"
    assert said == [f"{parts[index]}: {denied}" for index in refused]
    assert what_is_there(topology, settings) == {getattr(topology, name) for name in left}
    assert capsys.readouterr().out.splitlines() == [
        f"{part}: removed" for index, part in enumerate(parts) if index not in refused
    ]
    removed(capsys)
    assert what_is_there(topology, settings) == set()


def test_it_waits_for_messaging_and_then_gives_up(settings: Settings) -> None:
    settings.AWS_SQS_ENDPOINT_URL = "http://127.0.0.1:1"
    sqs.cache_clear()
    try:
        with pytest.raises(CommandError, match="do not answer"):
            call_command("ensure_messaging", "--remove", "--tries=1")
    finally:
        sqs.cache_clear()


@pytest.mark.parametrize("refusals", [3, 1000])
def test_a_name_that_was_just_removed_is_waited_for(
    topology: Topology,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    refusals: int,
) -> None:
    """AWS gives it again after 60 seconds; LocalStack at once."""
    left = refusals

    def ensured() -> Topology:
        nonlocal left
        left -= 1
        if left >= 0:
            raise sqs().exceptions.QueueDeletedRecently(
                {"Error": {"Code": "AWS.SimpleQueueService.QueueDeletedRecently"}}, "CreateQueue"
            )
        return ensure_topology()

    monkeypatch.setattr(ensure_messaging, "ensure_topology", ensured)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    if refusals > ensure_messaging.NAME_RESTS_SECONDS:
        with pytest.raises(CommandError, match="QueueDeletedRecently"):
            call_command("ensure_messaging")
    else:
        call_command("ensure_messaging")
        assert capsys.readouterr().out.count("Waiting: a queue") == refusals
