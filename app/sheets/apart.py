"""Read a stranger's spreadsheet in a process of its own, bounded in time, processor and memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from app.errors import UnreadableSheetError

if TYPE_CHECKING:
    from collections.abc import Callable

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
        done = subprocess.run(
            [sys.executable, "-m", "app.sheets.reader"],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            preexec_fn=limited(seconds=SECONDS, memory_bytes=MEMORY_BYTES),
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise UnreadableSheetError("not-a-sheet") from None
    found = json.loads(done.stdout)
    if "error" in found:
        raise UnreadableSheetError(found["error"])
    return Rows(found["kind"], found["rows"])


def limited(*, seconds: int, memory_bytes: int) -> Callable[[], None]:
    """Return what a process sets for itself before it reads a stranger's file."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))

    return limit
