"""The transparency log at size: an append, the head and the proofs, against hashing all leaves again."""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import Session

from app import database
from app.transparency import services as log
from app.transparency.models import LogLeaf
from certificates import transparency
from certificates.transparency import Event, Leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

KID = "k" * 43
AT = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 20_000
TURNS = 200
LEAVES = 100_000


def _rows(count: int) -> Iterator[dict[str, Any]]:
    """Make the rows that appending one by one would have made."""
    ends: list[bytes] = []  # the last complete subtree of each level
    for seq in range(count):
        leaf = Leaf(seq=seq, event=Event.ISSUE, commitment=os.urandom(32).hex(), kid=KID, at=AT)
        hashes = [leaf.hash()]
        for one in transparency.completed_by(seq)[1:]:
            hashes.append(transparency.node_hash(ends[one.level - 1], hashes[-1]))
        ends[: len(hashes)] = hashes
        yield {
            "seq": seq,
            "event": "issue",
            "commitment": leaf.commitment,
            "kid": KID,
            "at": AT,
            "nodes": b"".join(hashes),
        }


def _fill(engine: Engine, count: int) -> None:
    batch: list[dict[str, Any]] = []
    with engine.begin() as connection:
        for row in _rows(count):
            batch.append(row)
            if len(batch) == BATCH:
                connection.execute(insert(LogLeaf), batch)
                batch = []
        if batch:
            connection.execute(insert(LogLeaf), batch)


def _milliseconds(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(TURNS):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return round(1000 * statistics.median(spent), 3)


def _again(db: Session) -> float:
    """Return how long the root takes when every leaf is read and everything above it is hashed again."""
    began = time.perf_counter()
    level = [row.nodes[:32] for row in db.execute(select(LogLeaf.nodes).order_by(LogLeaf.seq))]
    while len(level) > 1:
        above = [transparency.node_hash(*level[place : place + 2]) for place in range(0, len(level) - 1, 2)]
        level = above + level[len(above) * 2 :]
    if level[0] != log.head(db).root:
        raise RuntimeError("two roots")
    return round(1000 * (time.perf_counter() - began), 3)


def measure(leaves: int) -> dict[str, float]:
    """Return medians in milliseconds, the bytes of a leaf on disk, and how many times faster a head is."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "log.sqlite"
        engine = create_engine(f"sqlite:///{file}")
        database.prepare_engine(engine)
        LogLeaf.metadata.create_all(engine, [LogLeaf.metadata.tables[LogLeaf.__tablename__]])
        _fill(engine, leaves)
        draw = random.Random(1)  # noqa: S311 (which leaves are asked about)
        with Session(engine) as db:

            def append() -> None:
                log.append(db, event=Event.ISSUE, commitment=os.urandom(32).hex(), kid=KID, now=AT)
                db.commit()

            figures = {
                "leaves": leaves,
                "hash_all_again_ms": _again(db),
                "head_ms": _milliseconds(lambda: log.head(db)),
                "inclusion_ms": _milliseconds(
                    lambda: log.prove_inclusion(db, index=draw.randrange(leaves), of_size=leaves)
                ),
                "consistency_ms": _milliseconds(
                    lambda: log.prove_consistency(db, first=draw.randrange(1, leaves), second=leaves)
                ),
                "append_ms": _milliseconds(append),
            }
        engine.dispose()
        figures["bytes_a_leaf"] = round(file.stat().st_size / leaves)
        figures["ratio"] = round(figures["hash_all_again_ms"] / figures["head_ms"])
        return figures


def main() -> int:
    """Print what the log costs at a size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transparency", description=__doc__)
    parser.add_argument("--leaves", type=int, default=LEAVES, help="size of the log")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    asked = parser.parse_args()
    figures = measure(asked.leaves)
    if asked.json:
        print(json.dumps(figures))
    else:
        print(
            f"{figures['leaves']} leaves of {figures['bytes_a_leaf']} bytes: append {figures['append_ms']} ms, "
            f"head {figures['head_ms']} ms, inclusion {figures['inclusion_ms']} ms, "
            f"consistency {figures['consistency_ms']} ms; hashing all again {figures['hash_all_again_ms']} ms, "
            f"{figures['ratio']} times a head"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
