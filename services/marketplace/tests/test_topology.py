import json

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.readers import Topic
from promos.messaging.clients import sns, sqs
from promos.messaging.topology import Topology, WrongTopic, ensure_topology, queue_url


def attributes(url: str) -> dict[str, str]:
    answer = sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return {str(name): value for name, value in answer["Attributes"].items()}


def test_what_is_made(topology: Topology, settings: Settings) -> None:
    queue, dead = attributes(topology.queue_url), attributes(topology.dead_letter_url)
    assert json.loads(queue["RedrivePolicy"]) == {
        "deadLetterTargetArn": dead["QueueArn"],
        "maxReceiveCount": 5,
    }
    assert dead["QueueArn"].endswith(f":{settings.PROMO_QUEUE_NAME}-dead")
    assert (queue["VisibilityTimeout"], dead["MessageRetentionPeriod"]) == ("5", "1209600")
    (statement,) = json.loads(queue["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": topology.topic_arn}}
    (subscription,) = sns().list_subscriptions_by_topic(TopicArn=topology.topic_arn)[
        "Subscriptions"
    ]
    assert subscription["Endpoint"] == queue["QueueArn"]
    raw = sns().get_subscription_attributes(SubscriptionArn=topology.subscription_arn)
    assert raw["Attributes"]["RawMessageDelivery"] == "true"


def test_a_second_time_nothing_changes(topology: Topology) -> None:
    before = attributes(topology.queue_url)
    assert ensure_topology() == topology
    after = attributes(topology.queue_url)
    for found in (before, after):
        del found["LastModifiedTimestamp"]
    assert after == before
    subscriptions = sns().list_subscriptions_by_topic(TopicArn=topology.topic_arn)
    assert len(subscriptions["Subscriptions"]) == 1


def test_what_was_changed_by_hand_is_put_right(topology: Topology) -> None:
    sqs().set_queue_attributes(
        QueueUrl=topology.queue_url, Attributes={"RedrivePolicy": "", "VisibilityTimeout": "77"}
    )
    sns().unsubscribe(SubscriptionArn=topology.subscription_arn)
    ensure_topology()
    mended = attributes(topology.queue_url)
    assert mended["VisibilityTimeout"] == "5"
    assert json.loads(mended["RedrivePolicy"])["maxReceiveCount"] == 5
    assert sns().list_subscriptions_by_topic(TopicArn=topology.topic_arn)["Subscriptions"]


def test_another_timeout_reaches_a_queue_that_exists(
    topology: Topology, settings: Settings
) -> None:
    settings.PROMO_QUEUE_VISIBILITY_SECONDS = 40
    ensure_topology()
    assert attributes(topology.queue_url)["VisibilityTimeout"] == "40"


def test_a_topic_of_another_account_is_refused(settings: Settings) -> None:
    topic = settings.FLASH_PROMO_TOPIC
    arn = f"arn:aws:sns:{topic.region}:123456789012:{topic.name}"
    settings.FLASH_PROMO_TOPIC = Topic(arn, topic.region, "123456789012", topic.name)
    with pytest.raises(WrongTopic, match="Correct the variable"):
        ensure_topology()
    with pytest.raises(CommandError, match="123456789012"):
        call_command("ensure_messaging")
    sns().delete_topic(TopicArn=topic.arn)


def test_the_command_says_what_is_there(
    topology: Topology, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("ensure_messaging")
    assert f"{topology.topic_arn} -> {topology.queue_url}, raw" in capsys.readouterr().out


def test_the_command_waits_and_then_gives_up(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.AWS_SNS_ENDPOINT_URL = "http://127.0.0.1:1"
    sns.cache_clear()
    try:
        with pytest.raises(CommandError, match="do not answer"):
            call_command("ensure_messaging", "--tries=2")
    finally:
        sns.cache_clear()
    assert "1 tries left" in capsys.readouterr().out


def test_a_queue_that_is_missing_is_an_error() -> None:
    with pytest.raises(sqs().exceptions.QueueDoesNotExist):
        queue_url("nobody-made-it")
