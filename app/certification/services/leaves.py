"""What the register writes into the transparency log, and what the log then says of a certificate.

The salt lies in the certificate's own row. Without it nobody can tell which leaf is about which certificate: forgetting it
unlinks them, and no proof breaks.
"""

from __future__ import annotations

import hashlib
from datetime import datetime  # noqa: TC003 (read at run time by NamedTuple)
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sqlalchemy import Integer, bindparam, func, select

from app.certification.models import Certificate, Status
from app.database import UTCDateTime
from app.transparency import services as log
from app.transparency.models import LogLeaf
from certificates import open_badge, transparency
from certificates.transparency import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.reader import Reader

#: What the log calls the entry into each state, other than by being issued.
EVENTS = {
    Status.ACTIVE: Event.REINSTATE,
    Status.SUSPENDED: Event.SUSPEND,
    Status.REVOKED: Event.REVOKE,
    Status.SUPERSEDED: Event.SUPERSEDE,
}


class Logged(Protocol):
    """What links a certificate to its leaves: a row of the register, or what a look-up kept of one."""

    @property
    def credential_id(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def log_seq(self) -> int | None: ...
    @property
    def log_salt(self) -> bytes | None: ...


class _Leaf(NamedTuple):
    event: str
    commitment: str
    at: datetime


_LEAF = select(LogLeaf.event, LogLeaf.commitment, LogLeaf.at).where(LogLeaf.seq == bindparam("seq", type_=Integer))
_FIRST = select(LogLeaf.seq).where(LogLeaf.at >= bindparam("moment", type_=UTCDateTime)).order_by(LogLeaf.seq).limit(1)


def write_issue(db: Session, row: Certificate, *, salt: bytes, now: datetime) -> None:
    """Write down that a certificate was issued; call in the same transaction."""
    row.log_salt = salt
    row.log_seq = _append(db, row, salt=salt, event=Event.ISSUE, now=now)


def write_change(db: Session, row: Certificate, *, now: datetime) -> None:
    """Write down the state that a certificate has just entered; call in the same transaction.

    One that was issued before there was a log, and is not in it yet, waits for `complete`.
    """
    if row.log_salt is not None:
        _append(db, row, salt=row.log_salt, event=EVENTS[Status(row.status)], now=now)


def forget(row: Certificate) -> None:
    """Unlink a certificate from its leaves, for good."""
    row.log_salt = row.log_seq = None


def shows_issue_before(db: Session | Reader, row: Logged, *, moment: datetime) -> bool:
    """Tell whether the log shows that this very statement was issued before a moment: see `stands_before`."""
    return stands_before(db, row, moment=moment, end=end_of_past(db, moment=moment))


def end_of_past(db: Session | Reader, *, moment: datetime) -> int | None:
    """Return the place of the first leaf that bears this moment or a later one; None where none does.

    Places are given in order and no leaf is changed or taken away, but whoever can insert a row writes its date. So a leaf is from
    before a moment if it lies before this place: what a thief appends comes after what honest clocks wrote since.
    """
    found = db.execute(_FIRST, {"moment": moment}).first()
    return None if found is None else int(found[0])


def stands_before(db: Session | Reader, row: Logged, *, moment: datetime, end: int | None) -> bool:
    """Tell whether the leaf of this very statement's issue bears a date before a moment, and lies where such leaves lie.

    Args:
        end: What `end_of_past` says of that moment.
    """
    if row.log_seq is None or row.log_salt is None or (end is not None and row.log_seq >= end):
        return False
    found = db.execute(_LEAF, {"seq": row.log_seq}).first()
    leaf = None if found is None else _Leaf._make(found)
    said = (Event.ISSUE.value, commitment_of(row, salt=row.log_salt))
    return leaf is not None and (leaf.event, leaf.commitment) == said and leaf.at < moment


def missing(db: Session) -> int:
    """Return how many certificates that still state something are in no leaf: they were issued before there was a log."""
    return db.scalar(select(func.count(Certificate.id)).where(*_MISSING)) or 0


def complete(db: Session, *, draw_salt: Callable[[], bytes], now: datetime) -> int:
    """Append what was issued before there was a log, and where it stands; return how many certificates that was.

    Their leaves bear the date of today, since the log can vouch for no other.
    """
    rows = db.scalars(select(Certificate).where(*_MISSING).order_by(Certificate.id)).all()
    for row in rows:
        write_issue(db, row, salt=draw_salt(), now=now)
        if row.status != Status.ACTIVE:
            write_change(db, row, now=now)
    db.flush()
    return len(rows)


def commitment_of(row: Logged, *, salt: bytes) -> str:
    """Return what the leaves of a certificate that still states something bear."""
    return transparency.commitment(
        salt=salt,
        credential_id=row.credential_id,
        payload_sha256=hashlib.sha256(open_badge.payload_of(row.token).encode()).digest(),
    )


_MISSING = (Certificate.log_seq.is_(None), Certificate.token != "")


def _append(db: Session, row: Certificate, *, salt: bytes, event: Event, now: datetime) -> int:
    kid = open_badge.read(row.token).kid
    return log.append(db, event=event, commitment=commitment_of(row, salt=salt), kid=kid, now=now)
