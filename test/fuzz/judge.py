"""What an API may answer: what its OpenAPI document says, and never anything from 500 on."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

# gunicorn's own, before any operation is asked: the address or the headers are too long, Expect is odd.
OF_THE_SERVER = {414, 417, 431}
# Where path, method or headers are odd: another path may be meant, whose address ends with a slash, or another method
# than those described (OPTIONS answers 200).
OF_THE_ROUTER = {200, 301, 400, 401, 403, 404, 405, 406, 415}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, and what answered it. `statuses` are those that the document has for it."""

    method: str
    target: str
    told: str
    status: int
    statuses: frozenset[int]
    # Something about it may stop it before the operation: its path, its method or its headers.
    is_odd: bool


@dataclass
class Report:
    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, asked: Asked) -> None:
        self.requests += 1
        self.statuses[asked.status] += 1
        allowed = asked.statuses | OF_THE_SERVER | (OF_THE_ROUTER if asked.is_odd else set())
        if asked.status < 500 and asked.status in allowed:
            return
        kind = f"{asked.method} {asked.target.partition('?')[0][:60]} {asked.status}"
        found = self.failures.setdefault(kind, {"times": 0, "first": asked.told[:2000]})
        found["times"] += 1
