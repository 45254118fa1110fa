"""What a stolen key touches: the credentials that the log does not show as issued before, and how they are withdrawn.

A thief can backdate what the key signs, and somebody who also writes in our database can give it a row of the register. Neither
can put a leaf into the past of the log. So a date in a credential or in a row proves nothing here; a leaf does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.certification.models import Certificate, HandedOutFile, Status
from app.certification.services import leaves, withdrawing
from certificates import open_badge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a key signed and the register still stands behind.

    Args:
        refused: Dated at the moment of the theft or later, or not shown by the log before it.
        not_logged: How many of these are in no leaf at all.
        kept: How many the log shows as issued before; these stay as they are.
    """

    refused: Sequence[Certificate]
    not_logged: int
    kept: int


def touched(db: Session, *, kid: str, since: datetime) -> Touched:
    """Sort the certificates still believed that this key signed, by whether the log shows them before a moment."""
    signed = _signed(db, kid=kid)
    end = leaves.end_of_past(db, moment=since)
    refused = [
        row for row in signed if row.issued_at >= since or not leaves.stands_before(db, row, moment=since, end=end)
    ]
    return Touched(
        refused=refused,
        not_logged=sum(row.log_seq is None for row in refused),
        kept=len(signed) - len(refused),
    )


def count_signed(db: Session, *, kid: str) -> int:
    """Return how many certificates still believed this key signed."""
    return len(_signed(db, kid=kid))


def _signed(db: Session, *, kid: str) -> list[Certificate]:
    standing = Certificate.token != "", Certificate.status != Status.REVOKED.value
    return [
        row
        for row in db.scalars(select(Certificate).where(*standing).order_by(Certificate.id))
        if open_badge.read(row.token).kid == kid
    ]


def handed_out_since(db: Session, *, since: datetime) -> int:
    """Return how many sealed files were first handed out at that moment or later."""
    return db.scalar(select(func.count(HandedOutFile.id)).where(HandedOutFile.made_at >= since)) or 0


def withdraw(db: Session, *, rows: Sequence[Certificate], ring: KeyRing, origin: str, now: datetime) -> None:
    """Withdraw what a stolen key signed: whoever checks without us refuses it already, and its holders are told why."""
    for row in rows:
        withdrawing.revoke(db, row=row, reason="key-compromise", actor_id=None, ring=ring, origin=origin, now=now)
