"""Append to the log, and prove what it holds.

Appending waits for whoever appends (on SQLite for any writer, as everywhere; on PostgreSQL for a lock of the transaction),
so that places follow each other without a double or a hole: a transaction that is rolled back gives its place back.

Costs: an append reads a row for each subtree that it completes, one on average and log2(size) at most; the root and a proof
read about log2(size) rows by primary key. docs/adr/0019 has the figures at a million leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from app.errors import OutsideLogError
from app.transparency.models import LogLeaf
from certificates import transparency
from certificates.checkpoint import TreeHead
from certificates.transparency import HASH_BYTES, Event, Leaf, Subtree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

#: Entries that one answer may hold.
MAXIMUM_ENTRIES = 256
#: Names the lock on PostgreSQL, among all locks of the database: "nlog".
_LOCK = 0x6E6C6F67


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Hashes that lead to a root, from the leaf up, and the root."""

    hashes: tuple[bytes, ...]
    root: bytes


def append(db: Session, *, event: Event, commitment: str, kid: str, now: datetime) -> int:
    """Append one leaf in the caller's transaction and return its place; it is final when the caller commits."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    seq = size(db)
    leaf = Leaf(seq=seq, event=event, commitment=commitment, kid=kid, at=now)
    hashes = [leaf.hash()]
    completed = transparency.completed_by(seq)[1:]
    left = {one: Subtree(one.level - 1, 2 * one.index) for one in completed}
    known = _nodes(db, left.values())
    for one in completed:
        hashes.append(transparency.node_hash(known[left[one]], hashes[-1]))
    db.add(
        LogLeaf(seq=seq, event=event.value, commitment=commitment, kid=kid, at=leaf.at, nodes=b"".join(hashes)),
    )
    db.flush()
    return seq


def size(db: Session) -> int:
    """Return how many leaves the log has."""
    last = db.scalar(select(func.max(LogLeaf.seq)))
    return 0 if last is None else last + 1


def head(db: Session) -> TreeHead:
    """Return the size and root of the log as it is now."""
    return head_at(db, size=size(db))


def head_at(db: Session, *, size: int) -> TreeHead:
    """Return the head that the log had when it had this many leaves, which it does have."""
    return TreeHead(size=size, root=_fold(db, [transparency.cover(0, size)])[0])


def prove_inclusion(db: Session, *, index: int, of_size: int) -> Proof:
    """Prove that a leaf is in the tree of this size.

    Raises:
        OutsideLogError: The log has not so many leaves.
        NoSuchProofError: The tree of this size has no such leaf.
    """
    _check_size(db, of_size)
    return _proof(db, transparency.inclusion_parts(index, of_size), of_size)


def prove_consistency(db: Session, *, first: int, second: int) -> Proof:
    """Prove that the tree of one size begins that of another.

    Raises:
        OutsideLogError: The log has not so many leaves.
        NoSuchProofError: Not 0 < first <= second.
    """
    _check_size(db, second)
    return _proof(db, transparency.consistency_parts(first, second), second)


def entries(db: Session, *, start: int, end: int) -> Sequence[Leaf]:
    """Return the leaves from one place to another, which is not included; `MAXIMUM_ENTRIES` at most.

    Raises:
        OutsideLogError: Not 0 <= start < end, or the log has no leaf there.
    """
    if not 0 <= start < end or start >= size(db):
        raise OutsideLogError
    end = min(end, start + MAXIMUM_ENTRIES)
    rows = db.scalars(select(LogLeaf).where(LogLeaf.seq >= start, LogLeaf.seq < end).order_by(LogLeaf.seq))
    return [leaf_of(row) for row in rows]


def leaf_of(row: LogLeaf) -> Leaf:
    """Return what a row says."""
    return Leaf(seq=row.seq, event=Event(row.event), commitment=row.commitment, kid=row.kid, at=row.at)


def _check_size(db: Session, asked: int) -> None:
    if asked > size(db):
        raise OutsideLogError


def _proof(db: Session, parts: list[list[Subtree]], of_size: int) -> Proof:
    *hashes, root = _fold(db, [*parts, transparency.cover(0, of_size)])
    return Proof(hashes=tuple(hashes), root=root)


def _fold(db: Session, parts: list[list[Subtree]]) -> list[bytes]:
    known = _nodes(db, [one for part in parts for one in part])
    return [transparency.fold([known[one] for one in part]) for part in parts]


def _nodes(db: Session, wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
    """Look complete subtrees up, all at once."""
    subtrees = list(wanted)
    rows = db.execute(select(LogLeaf.seq, LogLeaf.nodes).where(LogLeaf.seq.in_({one.last for one in subtrees})))
    nodes = {row.seq: row.nodes for row in rows}
    return {one: nodes[one.last][one.level * HASH_BYTES :][:HASH_BYTES] for one in subtrees}
