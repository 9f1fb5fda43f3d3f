import logging
import signal
from typing import Any

from django.core.management.base import BaseCommand

from chassis.heartbeat import begin
from promos.messaging.consumer import Consumer

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Apply promos as their messages arrive, until SIGTERM or SIGINT."

    def handle(self, *args: Any, **options: Any) -> None:
        consumer = Consumer()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: consumer.stop())
        begin()
        logger.info("Consumer started")
        consumer.run()
        logger.info("Consumer stopped")
