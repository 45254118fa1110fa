"""Find, list and share what was issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app import audit
from app.certification.models import Certificate, Status
from app.certification.services.issuing import code_hmac
from app.errors import CertificateWithdrawnError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


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


def find_by_credential(db: Session, *, credential_id: str) -> Certificate | None:
    """Return the certificate whose statement has this identity, shared or not; None when there is none."""
    return db.scalar(select(Certificate).where(Certificate.credential_id == credential_id))


def get(db: Session, *, code: str, secret: str) -> Certificate:
    """Return the certificate with this code, whoever holds it, for the desk.

    Raises:
        NotFoundError: No such certificate.
    """
    row = find(db, code=code, secret=secret)
    if row is None:
        raise NotFoundError
    return row


def check_in_force(row: Certificate) -> None:
    """Check that the register still stands behind a certificate.

    Raises:
        CertificateWithdrawnError: It is suspended, revoked or superseded.
    """
    if row.status != Status.ACTIVE:
        raise CertificateWithdrawnError


def set_shared(db: Session, *, row: Certificate, is_shared: bool, actor_id: int, now: datetime) -> None:
    """Switch the holder's own link on or off.

    Raises:
        CertificateWithdrawnError: It is set aside or withdrawn: what was made known of that is not hidden again.
    """
    check_in_force(row)
    row.is_shared = is_shared
    action = audit.Action.CERTIFICATE_SHARED if is_shared else audit.Action.CERTIFICATE_UNSHARED
    audit.record(db, action=action, actor_id=actor_id, subject_id=row.id, now=now)


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
