"""Find, share, suspend and revoke what was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app import audit
from app.certification.models import Certificate, Status
from app.certification.services.issuing import code_hmac
from app.errors import AlreadyRevokedError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

#: Why a certificate may be revoked; the code is stored, the words are the template's.
REASONS = ("fraud", "error", "holder-request", "key-compromise")


def list_own(db: Session, *, person_id: int | None) -> Sequence[Certificate]:
    """Return a person's certificates, newest first."""
    return db.scalars(
        select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.issued_at.desc())
    ).all()


def get_own(db: Session, *, code: str, person_id: int | None, secret: str) -> Certificate:
    """Return one certificate of this person.

    Raises:
        NotFoundError: No such certificate, or not theirs.
    """
    row = find(db, code=code, secret=secret)
    if row is None or person_id is None or row.person_id != person_id:
        raise NotFoundError
    return row


def find(db: Session, *, code: str, secret: str) -> Certificate | None:
    """Return the certificate with this code, shared or not; None when there is none."""
    return db.scalar(select(Certificate).where(Certificate.code_hmac == code_hmac(code, secret=secret)))


def set_shared(db: Session, *, row: Certificate, is_shared: bool, actor_id: int, now: datetime) -> None:
    """Switch the holder's own link on or off."""
    row.is_shared = is_shared
    action = audit.Action.CERTIFICATE_SHARED if is_shared else audit.Action.CERTIFICATE_UNSHARED
    audit.record(db, action=action, actor_id=actor_id, subject_id=row.id, now=now)


def revoke(db: Session, *, code: str, reason: str, secret: str, actor_id: int | None, now: datetime) -> Certificate:
    """Withdraw a certificate for good.

    Raises:
        NotFoundError: No such certificate.
        AlreadyRevokedError: It is revoked already.
        ValueError: The reason is none of `REASONS`.
    """
    if reason not in REASONS:
        msg = "unknown reason"
        raise ValueError(msg)
    row = find(db, code=code, secret=secret)
    if row is None:
        raise NotFoundError
    if row.status == Status.REVOKED:
        raise AlreadyRevokedError
    _change(db, row, status=Status.REVOKED, reason=reason, actor_id=actor_id, now=now)
    return row


def suspend(db: Session, *, row: Certificate, reason: str, actor_id: int | None, now: datetime) -> None:
    """Set a certificate aside for a time.

    Raises:
        AlreadyRevokedError: It is revoked.
    """
    if row.status == Status.REVOKED:
        raise AlreadyRevokedError
    _change(db, row, status=Status.SUSPENDED, reason=reason, actor_id=actor_id, now=now)


def reinstate(db: Session, *, row: Certificate, actor_id: int | None, now: datetime) -> None:
    """End a suspension.

    Raises:
        AlreadyRevokedError: It is revoked.
    """
    if row.status == Status.REVOKED:
        raise AlreadyRevokedError
    _change(db, row, status=Status.ACTIVE, reason=None, actor_id=actor_id, now=now)


_ACTIONS = {
    Status.ACTIVE: audit.Action.CERTIFICATE_REINSTATED,
    Status.SUSPENDED: audit.Action.CERTIFICATE_SUSPENDED,
    Status.REVOKED: audit.Action.CERTIFICATE_REVOKED,
}


def _change(
    db: Session, row: Certificate, *, status: Status, reason: str | None, actor_id: int | None, now: datetime
) -> None:
    row.status, row.status_reason, row.status_changed_at = status.value, reason, now
    audit.record(db, action=_ACTIONS[status], actor_id=actor_id, subject_id=row.id, detail={"reason": reason}, now=now)


def latest(db: Session, *, limit: int = 50) -> Sequence[Certificate]:
    """Return the newest certificates that still state something, for the operator's desk."""
    return db.scalars(
        select(Certificate).where(Certificate.token != "").order_by(Certificate.id.desc()).limit(limit)
    ).all()


def free_status_index(db: Session, *, draw: Callable[[], int]) -> int:
    """Return an index that no certificate has, drawn until one is free."""
    while True:
        index = draw()
        if db.scalar(select(Certificate.id).where(Certificate.status_index == index)) is None:
            return index


def withdrawn_status_indices(db: Session) -> Sequence[int]:
    """Return the indices whose bit is set: revoked, superseded or suspended."""
    return db.scalars(select(Certificate.status_index).where(Certificate.status != Status.ACTIVE.value)).all()


def count(db: Session) -> int:
    """Return how many certificates the register holds."""
    return db.scalar(select(func.count(Certificate.id))) or 0
