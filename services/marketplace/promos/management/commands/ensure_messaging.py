import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from promos.messaging.clients import sqs
from promos.messaging.removal import remove_topology
from promos.messaging.topology import (
    MAX_RECEIVES,
    Topology,
    WrongTopic,
    dead_letter_name,
    ensure_topology,
)

# SQS gives the name of a queue that was removed again after 60 seconds.
NAME_RESTS_SECONDS = 70


class Command(BaseCommand):
    help = "Make the topic, the queue, its dead-letter queue and the subscription, or mend them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tries", type=int, default=30, help="one a second (default 30)")
        parser.add_argument(
            "--remove",
            action="store_true",
            help="remove them all instead, with every message in them",
        )

    def handle(self, *args: Any, tries: int, remove: bool, **options: Any) -> None:
        if remove:
            self._answered(tries, self._removed)
            return
        made = self._answered(tries, self._ensured)
        self.stdout.write(
            f"{made.topic_arn} -> {made.queue_url}, raw, and after {MAX_RECEIVES} receives"
            f" -> {dead_letter_name()}: all there."
        )

    def _ensured(self) -> Topology:
        for left in reversed(range(NAME_RESTS_SECONDS)):
            try:
                return ensure_topology()
            except sqs().exceptions.QueueDeletedRecently:
                if not left:
                    raise
                self.stdout.write("Waiting: a queue of this name was removed a moment ago.")
                time.sleep(1)
        raise AssertionError("The last try returns or raises.")

    def _removed(self) -> None:
        """Each part is told as it goes; those that stay are the error."""
        stay = []
        for part, was_there, refusal in remove_topology():
            if refusal:
                stay.append(f"{part}: {refusal}")
            else:
                self.stdout.write(f"{part}: {'removed' if was_there else 'was not there'}")
        if stay:
            raise CommandError(
                "\n".join(["AWS refuses to remove these. Cure that and run this again:", *stay])
            )

    def _answered[T](self, tries: int, work: Callable[[], T]) -> T:
        for left in reversed(range(tries)):
            try:
                return work()
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
