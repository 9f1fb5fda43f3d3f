"""The operations of an OpenAPI document, and what is known to exist."""

import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Operation:
    method: str
    path: str
    statuses: frozenset[int]
    query: tuple[str, ...]

    @property
    def writes(self) -> bool:
        return self.method in ("POST", "PUT", "PATCH", "DELETE")


def operations_of(document: dict[str, Any]) -> list[Operation]:
    return [
        Operation(
            method=method.upper(),
            path=path,
            statuses=frozenset(int(status) for status in operation["responses"]),
            query=tuple(each["name"] for each in operation.get("parameters", []) if each["in"] == "query"),
        )
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


@dataclass
class Known:
    """Ids and names that answers have held, and bodies that were accepted or nearly so."""

    values: list[str] = field(default_factory=lambda: ["1", "2"])
    bodies: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def learn(self, answer: bytes) -> None:
        for name, text in re.findall(rb'"(id|sku)":"?([\w-]+)', answer)[:10]:
            value = text.decode()
            if value not in self.values:
                self.values.append(value)
        self.values = self.values[-40:]

    def keep(self, operation: Operation, body: Any) -> None:
        if isinstance(body, bytes | str):
            try:
                body = json.loads(body)
            except ValueError:
                return
        if isinstance(body, dict) and body:
            bodies = self.bodies[operation.method, operation.path]
            bodies.append(body)
            del bodies[:-20]

    def path(self, operation: Operation, chance: random.Random) -> str:
        return re.sub(r"\{\w+\}", lambda _: chance.choice(self.values), operation.path)
