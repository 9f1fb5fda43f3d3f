"""How many messages are where."""

from django.conf import settings

from promos.messaging.clients import sqs
from promos.messaging.topology import dead_letter_name, queue_url


def queue_depths() -> dict[str, int]:
    """Waiting, being handled, and among the dead; SQS counts approximately."""
    waiting, handled = _depths(settings.PROMO_QUEUE_NAME)
    dead, _ = _depths(dead_letter_name())
    return {"queue_waiting": waiting, "queue_being_handled": handled, "queue_dead": dead}


def _depths(name: str) -> tuple[int, int]:
    counted = sqs().get_queue_attributes(
        QueueUrl=queue_url(name),
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    return (
        int(counted["ApproximateNumberOfMessages"]),
        int(counted["ApproximateNumberOfMessagesNotVisible"]),
    )
