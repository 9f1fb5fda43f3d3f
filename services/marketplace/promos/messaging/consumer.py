"""Takes promo messages from the queue, one after the other, until it is told to stop."""

import logging
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from chassis.heartbeat import touch
from chassis.logs import current_request_id
from promos.messaging.clients import POLL_SECONDS, sqs, sqs_polling
from promos.messaging.events import PromoCreated
from promos.messaging.topology import MAX_RECEIVES, ensure_topology, queue_url
from promos.operations import promo_apply

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

BATCH = 10
PAUSE_SECONDS = 1.0

DATABASE_AWAY = (OperationalError, InterfaceError)
QUEUE_AWAY = (BotoCoreError, ClientError)
# The end of its two names, of SQS's old and new protocol.
MISSING_QUEUE = ("NonExistentQueue", "QueueDoesNotExist")

logger = logging.getLogger(__name__)


class Consumer:
    """One loop. `stop` may be called from a signal handler."""

    def __init__(self) -> None:
        self.stopping = False
        self._queue_url = ""

    def stop(self) -> None:
        self.stopping = True

    def run(self) -> None:
        while not self.stopping:
            touch()
            try:
                self.run_once()
            except DATABASE_AWAY as error:
                logger.warning("The database does not answer: %s", error)
                time.sleep(PAUSE_SECONDS)
            except QUEUE_AWAY as error:
                logger.warning("The queue does not answer: %s", error)
                self._mend(error)
                time.sleep(PAUSE_SECONDS)

    def run_once(self) -> int:
        """Receive and handle up to ten messages; how many there were."""
        close_old_connections()
        # Messages are taken only where they can be handled: an outage costs none of them a receive.
        connection.ensure_connection()
        self._queue_url = self._queue_url or queue_url(settings.PROMO_QUEUE_NAME)
        messages = self._receive()
        handled = 0
        try:
            while handled < len(messages) and not self.stopping:
                self._handle(messages[handled])
                handled += 1
        finally:
            self._give_back(messages[handled:])
        return handled

    def _receive(self) -> "list[MessageTypeDef]":
        answer = sqs_polling().receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=POLL_SECONDS,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return answer.get("Messages", [])

    def _handle(self, message: "MessageTypeDef") -> None:
        """Apply, commit, delete. Whatever fails on the way brings the message back."""
        fields: dict[str, Any] = {"receives": _receives(message)}
        token = current_request_id.set(message["MessageId"])
        try:
            event = PromoCreated.from_text(message["Body"])
            current_request_id.set(event.request_id or message["MessageId"])
            fields |= {"event_id": str(event.event_id), "promo_id": event.promo_id}
            applied = promo_apply(event_id=event.event_id, promo_id=event.promo_id)
            sqs().delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
            logger.info("Promo applied" if applied else "Promo was applied before", extra=fields)
        except (*DATABASE_AWAY, *QUEUE_AWAY):
            raise
        except Exception:
            logger.exception("Message left to be received again", extra=fields)
            self._show_after(message, seconds=_retry_delay(message))
        finally:
            current_request_id.reset(token)

    def _give_back(self, messages: "list[MessageTypeDef]") -> None:
        """Let others have them at once, not after the visibility timeout."""
        for message in messages:
            self._show_after(message, seconds=0)

    def _show_after(self, message: "MessageTypeDef", *, seconds: int) -> None:
        try:
            sqs().change_message_visibility(
                QueueUrl=self._queue_url,
                ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=seconds,
            )
        except QUEUE_AWAY as error:
            logger.warning("The message comes back at its visibility timeout: %s", error)

    def _mend(self, error: Exception) -> None:
        """An emulator forgets its queues when it restarts; AWS does not."""
        self._queue_url = ""
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
        if settings.AWS_SQS_ENDPOINT_URL is None or not code.endswith(MISSING_QUEUE):
            return
        try:
            ensure_topology()
            logger.info("The queue was missing and is there again")
        except QUEUE_AWAY as again:
            logger.warning("The queue cannot be made: %s", again)


def _receives(message: "MessageTypeDef") -> int:
    return int(message["Attributes"]["ApproximateReceiveCount"])


def _retry_delay(message: "MessageTypeDef") -> int:
    """1, 2, 4 and 8 seconds. After the last receive none: the next one moves it to the dead."""
    receives = _receives(message)
    return 0 if receives >= MAX_RECEIVES else 2 ** (receives - 1)
