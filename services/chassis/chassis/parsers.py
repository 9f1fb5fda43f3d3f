"""JSON as every API reads it, which is less than Python's own reader lets through.

What is refused here would be refused by nobody else, and fail far from whoever sent it: half a
surrogate pair where the answer is written, an infinite number where a column takes it, a hundred
brackets where something walks down into them.
"""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, Final, NoReturn

from django.conf import settings
from django.http import UnreadablePostError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from chassis.errors import TooLarge

# No input of ours is deeper than 3.
MAX_DEPTH: Final = 32


class StrictJSONParser(JSONParser):
    """RFC 8259 in UTF-8, as long as Django lets any body be, and no deeper than MAX_DEPTH."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            value = json.loads(
                _read(stream).decode(), parse_float=_finite, parse_constant=_no_constant
            )
            _check(value)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"JSON parse error - {_told(error)}") from error
        return value


def _read(stream: IO[bytes]) -> bytes:
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    try:
        content = stream.read(limit + 1)
    except UnreadablePostError as error:
        raise ParseError("The body ends before its length.") from error
    if len(content) > limit:
        raise TooLarge(limit=limit)
    return content


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _check(value: Any, depth: int = 0) -> None:
    """ValueError for text that UTF-8 cannot express and for what is too deep."""
    if depth > MAX_DEPTH:
        raise ValueError(f"deeper than {MAX_DEPTH}")
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        for name, each in value.items():
            name.encode()
            _check(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth + 1)


def _told(error: Exception) -> str:
    # An error of an encoding repeats what cannot be written.
    if isinstance(error, UnicodeError):
        return "not UTF-8"
    return f"deeper than {MAX_DEPTH}" if isinstance(error, RecursionError) else str(error)
