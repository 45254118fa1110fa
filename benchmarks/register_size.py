"""The JSON check of a certificate in registers of growing size: what must stay flat.

Rows other than the one looked up are fillers: they share one short token, since only their number matters here.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import _instance, verification

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (10_000, 100_000)
FULL = (10_000, 100_000, 1_000_000)

_INSERT = (
    "INSERT INTO certificates (code_hmac, credential_id, kind, assurance, framework_code, level, token, issued_at, "
    "is_shared, status, status_index, birth_date_tries) "
    "VALUES (?, ?, 'statement', 'A1', 'CIT', 'L2', 'filler', '2026-11-23 10:42:00.000000', 1, 'active', ?, 0)"
)


def _fillers(first: int, last: int) -> Iterator[tuple[str, str, int]]:
    for number in range(first, last):
        yield secrets.token_hex(32), f"filler:{number}", 10_000_000 + number


def _grow(database: Path, *, to: int) -> None:
    """Add fillers until the register holds so many rows."""
    connection = sqlite3.connect(database)
    with connection:
        held = connection.execute("SELECT count(*) FROM certificates").fetchone()[0]
        connection.executemany(_INSERT, _fillers(held, to))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def measure(sizes: tuple[int, ...]) -> dict[str, float]:
    """Return checks a second for each size, and the slowest as a share of the fastest."""
    figures: dict[str, float] = {}
    with _instance.environment(verification.PORT) as prepared:
        _instance.flask(prepared, "demo", "people")
        code = re.search(r"/c/([0-9A-Z-]+)", _instance.flask(prepared, "demo", "journey"))
        if code is None:
            raise RuntimeError("the demonstration issued nothing")
        for place, size in enumerate(sizes):
            _grow(Path(prepared["INSTANCE_DIRECTORY"]) / "numericite.sqlite", to=size)
            with _instance.served("wsgi:app", prepared, verification.PORT):
                path = f"/api/v1/certificates/{code[1]}"
                figures[f"rows_{size}"] = round(verification._per_second(path, offset=place * verification.ROUNDS))  # noqa: SLF001
    return {**figures, "ratio": round(min(figures.values()) / max(figures.values()), 3)}


def main() -> int:
    """Print checks a second by size of the register."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.register_size", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--full", action="store_true", help="up to a million rows; takes a minute or two")
    options = parser.parse_args()
    figures = measure(FULL if options.full else SIZES)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, figure in figures.items():
            print(f"{name}: {figure}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
