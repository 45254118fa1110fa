"""The JSON check of a certificate in registers of growing size: what must stay flat.

The registers are served at once and asked in turn, so that a busy machine slows all of them. Rows other than the one looked
up are fillers: they share one short token, since only their number matters here.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import statistics
import sys
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks import _instance, verification

PORT = 8475
TURNS = 7
SIZES = (10_000, 100_000)
FULL = (10_000, 100_000, 1_000_000)

#: Written by SQLite itself: a million rows from Python take minutes.
_INSERT = """
    WITH RECURSIVE numbers(number) AS (SELECT :held UNION ALL SELECT number + 1 FROM numbers WHERE number + 1 < :wanted)
    INSERT INTO certificates (code_hmac, credential_id, kind, assurance, framework_code, level, token, issued_at,
                              is_shared, status, status_index, birth_date_tries)
    SELECT lower(hex(randomblob(32))), 'filler:' || number, 'statement', 'A1', 'CIT', 'L2', 'filler',
           '2026-11-23 10:42:00.000000', 1, 'active', 10000000 + number, 0
    FROM numbers
"""


def grow(database: Path, *, to: int) -> None:
    """Add fillers until the register holds so many rows."""
    with closing(sqlite3.connect(database)) as connection:
        # Nobody needs this file after a crash, and a large cache keeps the index of codes in memory while it grows.
        for pragma in ("synchronous=OFF", "cache_size=-400000"):
            connection.execute(f"PRAGMA {pragma}")
        held = connection.execute("SELECT count(*) FROM certificates").fetchone()[0]
        if held < to:
            with connection:
                connection.execute(_INSERT, {"held": held, "wanted": to})
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def measure(sizes: tuple[int, ...]) -> dict[str, float]:
    """Return checks a second for each size, medians over the turns, and the slowest as a share of the fastest."""
    with _instance.environment(PORT) as prepared, ExitStack() as served:
        path = f"/api/v1/certificates/{_instance.issued_code(prepared)}"
        directory = Path(prepared["INSTANCE_DIRECTORY"])
        for place, size in enumerate(sizes):
            database = directory / f"of_{size}.sqlite"
            shutil.copy(directory / "numericite.sqlite", database)
            grow(database, to=size)
            own = {**prepared, "DATABASE_URL": f"sqlite:///{database}"}
            served.enter_context(_instance.served("wsgi:app", own, PORT + place))
        rates: dict[int, list[float]] = {size: [] for size in sizes}
        for turn in range(TURNS):
            for place, size in enumerate(sizes):
                rates[size].append(verification.per_second(path, port=PORT + place, turn=turn))
    figures: dict[str, float] = {f"rows_{size}": round(statistics.median(found)) for size, found in rates.items()}
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
