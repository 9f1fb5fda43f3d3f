from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from leads.csv_import import MAX_BYTES


class CsvParser(BaseParser):
    """Hands the body over as bytes, reading one byte past the limit at most."""

    media_type = "text/csv"

    def parse(  # type: ignore[override]  # DRF takes whatever a parser gives
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        content: bytes = stream.read(MAX_BYTES + 1)
        return content
