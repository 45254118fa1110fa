"""What a stolen key touches: the credentials that it signed since, and how they are withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.certification.models import Certificate, HandedOutFile, Status
from app.certification.services import withdrawing
from certificates import open_badge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing


def signed_since(db: Session, *, kid: str, since: datetime) -> Sequence[Certificate]:
    """Return the certificates still believed whose statement this key signed at that moment or later."""
    standing = Certificate.token != "", Certificate.status != Status.REVOKED.value
    rows = db.scalars(select(Certificate).where(*standing, Certificate.issued_at >= since).order_by(Certificate.id))
    return [row for row in rows if open_badge.read(row.token).kid == kid]


def handed_out_since(db: Session, *, since: datetime) -> int:
    """Return how many sealed files were first handed out at that moment or later."""
    return db.scalar(select(func.count(HandedOutFile.id)).where(HandedOutFile.made_at >= since)) or 0


def withdraw(db: Session, *, rows: Sequence[Certificate], ring: KeyRing, origin: str, now: datetime) -> None:
    """Withdraw what a stolen key signed: whoever checks without us refuses it already, and its holders are told why."""
    for row in rows:
        withdrawing.revoke(db, row=row, reason="key-compromise", actor_id=None, ring=ring, origin=origin, now=now)
