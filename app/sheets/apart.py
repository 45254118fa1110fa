"""Read a stranger's spreadsheet in a process of its own, bounded in time, processor and memory."""

from __future__ import annotations

import json
from typing import NamedTuple

from app.apart import ReadingFailedError, read_apart
from app.errors import UnreadableSheetError

SECONDS = 10
LIMIT_BYTES = 5 * 1024 * 1024
MEMORY_BYTES = 512 * 1024 * 1024


class Rows(NamedTuple):
    """The texts of a first sheet, empty lines left out.

    Args:
        kind: `xlsx` or `csv`.
    """

    kind: str
    rows: list[list[str]]


def read_rows(data: bytes) -> Rows:
    """Return the texts of a spreadsheet, XLSX or CSV (`;` or `,`; UTF-8, UTF-16 or Windows-1252).

    Raises:
        UnreadableSheetError: It is none, empty or too long; its reason says which.
    """
    if len(data) > LIMIT_BYTES:
        raise UnreadableSheetError("too-many-lines")
    try:
        answer = read_apart("app.sheets.reader", data=data, seconds=SECONDS, memory_bytes=MEMORY_BYTES)
    except ReadingFailedError:
        raise UnreadableSheetError("not-a-sheet") from None
    found = json.loads(answer)
    if "error" in found:
        raise UnreadableSheetError(found["error"])
    return Rows(found["kind"], found["rows"])
