"""Reads a file of leads. Knows about text and columns, not about what is in the cells."""

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import _csv

COLUMNS = ("nombre", "email", "telefono", "source", "notas")
REQUIRED = frozenset({"nombre", "email", "source"})
MAX_ROWS = 5000
MAX_BYTES = 2 * 1024 * 1024


class UnreadableFile(Exception):
    """The file as a whole cannot be read; no row was looked at."""


@dataclass(frozen=True, kw_only=True)
class CsvRow:
    line: int
    values: dict[str, str]


def read_rows(*, content: bytes) -> list[CsvRow]:
    """The rows that hold anything, each with the line of the file where it ends."""
    text = _decoded(content)
    try:
        return _rows(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise UnreadableFile(f"No es un archivo CSV: {error}.") from error


def _decoded(content: bytes) -> str:
    try:
        # utf-8-sig: spreadsheets put a byte order mark in front.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"No es UTF-8 en el byte {error.start}; guarde el archivo como UTF-8."
        ) from error


def _delimiter(text: str) -> str:
    # Spreadsheets in Spanish write semicolons, because the comma is their decimal point.
    header = text.partition("\n")[0]
    return ";" if ";" in header and "," not in header else ","


def _rows(lines: "_csv.Reader") -> list[CsvRow]:
    columns = _columns(next(lines, []))
    rows: list[CsvRow] = []
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise UnreadableFile(
                f"La línea {lines.line_num} tiene {len(cells)} celdas y no {len(columns)}."
            )
        if len(rows) == MAX_ROWS:
            raise UnreadableFile(f"Más de {MAX_ROWS} filas; divida el archivo.")
        rows.append(CsvRow(line=lines.line_num, values=dict(zip(columns, cells, strict=True))))
    if not rows:
        raise UnreadableFile("No hay filas debajo del encabezado.")
    return rows


def _columns(header: list[str]) -> list[str]:
    columns = [column.strip().lower() for column in header]
    missing = REQUIRED.difference(columns)
    unknown = set(columns).difference(COLUMNS)
    if missing or unknown or len(set(columns)) != len(columns):
        raise UnreadableFile(
            f"El encabezado es '{','.join(columns)[:200]}'; hacen falta"
            f" {', '.join(sorted(REQUIRED))}, una vez cada una; permitidas: {', '.join(COLUMNS)}."
        )
    return columns
