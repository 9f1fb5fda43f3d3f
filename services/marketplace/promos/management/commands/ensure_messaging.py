import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from promos.messaging.topology import (
    MAX_RECEIVES,
    Topology,
    WrongTopic,
    dead_letter_name,
    ensure_topology,
)


class Command(BaseCommand):
    help = "Make the topic, the queue, its dead-letter queue and the subscription, or mend them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tries", type=int, default=30, help="one a second (default 30)")

    def handle(self, *args: Any, tries: int, **options: Any) -> None:
        made = self._ensured(tries)
        self.stdout.write(
            f"{made.topic_arn} -> {made.queue_url}, raw, and after {MAX_RECEIVES} receives"
            f" -> {dead_letter_name()}: all there."
        )

    def _ensured(self, tries: int) -> Topology:
        for left in reversed(range(tries)):
            try:
                return ensure_topology()
            except (WrongTopic, ClientError) as error:
                raise CommandError(str(error)) from error
            except NoCredentialsError as error:
                raise CommandError(
                    "No AWS keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
                ) from error
            except BotoCoreError as error:
                self.stdout.write(f"Waiting for SNS and SQS, {left} tries left: {error}")
                time.sleep(1 if left else 0)
        raise CommandError(
            "SNS and SQS do not answer. Are AWS_SNS_ENDPOINT_URL and AWS_SQS_ENDPOINT_URL right?"
        )
