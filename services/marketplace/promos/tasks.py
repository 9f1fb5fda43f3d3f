"""The tasks of beat; config/celery.py says how often. Each may run twice, or late."""

import logging
import uuid

from botocore.exceptions import BotoCoreError, ClientError
from celery import shared_task

from promos.messaging.depths import queue_depths
from promos.messaging.outbox import BATCH, lost_events_wait_again, publish_waiting
from promos.operations import events_forget, promos_end_due
from promos.selectors import promo_figures

# Far fewer than fit into a task's time limit; the rest is for the next run.
BATCHES = 20

logger = logging.getLogger(__name__)


@shared_task
def end_due_promos() -> None:
    promos_end_due()


@shared_task
def publish_waiting_events() -> None:
    """Send the messages that a request could not send, or that the queue lost."""
    lost = lost_events_wait_again()
    if lost:
        logger.warning("Messages had no effect and are sent again", extra={"lost": lost})
    sent = 0
    refused: list[uuid.UUID] = []
    try:
        for _ in range(BATCHES):
            batch = publish_waiting(except_for=refused)
            sent += len(batch.sent)
            refused += batch.refused
            if len(batch.sent) + len(batch.refused) < BATCH:
                break
    except (BotoCoreError, ClientError) as error:
        logger.warning("SNS does not answer, the next run tries again: %s", error)
    if sent:
        logger.info("Events published by the sweep", extra={"sent": sent})


@shared_task
def report_figures() -> None:
    """One line a minute, from which a log viewer makes metrics. Dead letters are an error."""
    figures = promo_figures()
    try:
        figures |= queue_depths()
    except (BotoCoreError, ClientError) as error:
        logger.warning("SQS does not answer: %s", error)
    level = logging.ERROR if figures.get("queue_dead") else logging.INFO
    logger.log(level, "Figures", extra=figures)


@shared_task
def forget_old_events() -> None:
    forgotten = events_forget()
    if forgotten:
        logger.info("Old events forgotten", extra={"forgotten": forgotten})
