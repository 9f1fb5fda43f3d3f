"""What our messages say. SNS delivers them raw, so this is all there is in the queue."""

import json
import uuid
from dataclasses import dataclass
from typing import Any, Final, Self

TYPE: Final = "promo.created"
VERSION: Final = 1


class UnreadableMessage(Exception):
    """Not one of ours, or one of a version that this code does not know."""


@dataclass(frozen=True, kw_only=True)
class PromoCreated:
    """A flash promo is in the database and wants to be applied."""

    event_id: uuid.UUID
    promo_id: int
    # Of the request that created it, so that its log lines and ours can be read together.
    request_id: str | None = None

    def as_body(self) -> dict[str, Any]:
        return {
            "type": TYPE,
            "version": VERSION,
            "event_id": str(self.event_id),
            "promo_id": self.promo_id,
            "request_id": self.request_id,
        }

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a message's body. `UnreadableMessage` says what is wrong with it."""
        try:
            body = json.loads(text)
            kind = (body["type"], body["version"])
            if kind != (TYPE, VERSION):
                raise UnreadableMessage(f"is of {kind}, not ({TYPE!r}, {VERSION})")
            return cls(
                event_id=uuid.UUID(body["event_id"]),
                promo_id=int(body["promo_id"]),
                request_id=body.get("request_id"),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnreadableMessage(f"cannot be read: {error!r}") from error
