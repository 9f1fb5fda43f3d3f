"""Requests that no client of good will sends, around what a document describes."""

import json
import random
from typing import Any

from ask import Request
from operations import Known, Operation
from values import (
    ACCEPTS, BODIES, CONTENT_TYPES, JSON_VALUES, METHODS, ODD_HEADERS, PATH_VALUES, QUERY_NAMES, QUERY_VALUES,
)  # fmt: skip


def hostile(operation: Operation, known: Known, chance: random.Random) -> tuple[Request, bool]:
    """A request, and whether its path, method or headers are odd."""
    path, odd_path = _path(operation, known, chance)
    method = operation.method if chance.random() < 0.9 else chance.choice(METHODS)
    headers, odd_headers = _headers(chance)
    request = Request(method, path + _query(operation, chance), headers)
    if operation.writes or chance.random() < 0.05:
        request.body = _body(operation, known, chance)
        request.chunked = chance.random() < 0.05
        request.missing = chance.choice((1, 1000)) if chance.random() < 0.02 else 0
        if chance.random() < 0.85:
            headers.append(("Content-Type", "application/json"))
        else:
            headers.append(("Content-Type", chance.choice(CONTENT_TYPES)))
    return request, odd_path or odd_headers or method != operation.method


def _path(operation: Operation, known: Known, chance: random.Random) -> tuple[str, bool]:
    if chance.random() < 0.75:
        return known.path(operation, chance), False
    odd = Known(values=PATH_VALUES).path(operation, chance)
    ways = [odd, odd, odd.rstrip("/"), odd + "/", "/" + odd, odd + chance.choice(PATH_VALUES), odd.upper()]
    return chance.choice(ways), True


def _query(operation: Operation, chance: random.Random) -> str:
    roll = chance.random()
    if roll < 0.4 and operation.writes or roll < 0.1:
        return ""
    if roll > 0.985:
        return "?" + "&".join(f"a{number}=" for number in range(1100))
    names = [*operation.query, *operation.query, *QUERY_NAMES]
    pairs = [(chance.choice(names), chance.choice(QUERY_VALUES)) for _ in range(chance.randint(1, 3))]
    return "?" + "&".join(f"{name}={value}" for name, value in pairs)


def _headers(chance: random.Random) -> tuple[list[tuple[str, str]], bool]:
    headers = [("Accept", chance.choice(ACCEPTS))] if chance.random() < 0.25 else []
    if chance.random() < 0.15:
        return [*headers, chance.choice(ODD_HEADERS)], True
    return headers, False


def _body(operation: Operation, known: Known, chance: random.Random) -> bytes:
    bodies = known.bodies[operation.method, operation.path]
    if not bodies or chance.random() < 0.25:
        return chance.choice(BODIES)
    return written(chance.choice(bodies), chance).encode("utf-8", "surrogatepass")


def written(body: dict[str, Any], chance: random.Random) -> str:
    """The body as JSON, with one or two fields that hold something else, one too many or one twice."""
    fields = {name: json.dumps(value) for name, value in body.items()}
    for name in chance.sample(sorted(fields), k=min(len(fields), chance.randint(1, 2))):
        fields[name] = chance.choice(JSON_VALUES)
        if chance.random() < 0.1:
            fields[name] = f"[{fields[name]}]"
    pairs = [f"{json.dumps(name)}: {value}" for name, value in fields.items()]
    if chance.random() < 0.1:
        pairs.append(f"{chance.choice(JSON_VALUES[:9])}: {chance.choice(JSON_VALUES)}")
    if chance.random() < 0.05:
        pairs.append(pairs[0])
    return "{" + ", ".join(pairs) + "}"
