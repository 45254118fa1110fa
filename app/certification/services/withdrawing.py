"""Revoke, suspend, reinstate: one change of the register, one entry in the trail, one letter to the holder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import audit
from app.certification.models import Status
from app.certification.services import leaves, letters
from app.errors import AlreadyRevokedError, UnchangedStatusError
from app.label_errors import LabelDecidedElsewhereError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.certification.models import Certificate
    from certificates.keys import KeyRing

#: Why a certificate may be revoked; the code is stored, the words are the template's and the letters'.
REASONS = ("fraud", "error", "holder-request", "key-compromise")
#: Why one may be suspended: nothing is decided yet, so nothing accuses anybody.
SUSPENSION_REASONS = ("under-review", "holder-request", "key-compromise")


def revoke(
    db: Session, *, row: Certificate, reason: str, actor_id: int | None, ring: KeyRing, origin: str, now: datetime
) -> None:
    """Withdraw a certificate for good.

    Args:
        origin: Public address of the site, for the letter.

    Raises:
        AlreadyRevokedError: It is revoked already.
        LabelDecidedElsewhereError: It is a label, and no key was stolen.
        ValueError: The reason is none of `REASONS`.
    """
    _check_reason(reason, REASONS)
    _change(db, row, status=Status.REVOKED, reason=reason, actor_id=actor_id, ring=ring, origin=origin, now=now)


def suspend(
    db: Session, *, row: Certificate, reason: str, actor_id: int | None, ring: KeyRing, origin: str, now: datetime
) -> None:
    """Set a certificate aside for a time.

    Raises:
        AlreadyRevokedError: It is revoked.
        UnchangedStatusError: It is suspended, or replaced by another.
        ValueError: The reason is none of `SUSPENSION_REASONS`.
    """
    _check_reason(reason, SUSPENSION_REASONS)
    _change(db, row, status=Status.SUSPENDED, reason=reason, actor_id=actor_id, ring=ring, origin=origin, now=now)


def reinstate(
    db: Session, *, row: Certificate, actor_id: int | None, ring: KeyRing, origin: str, now: datetime
) -> None:
    """End a suspension.

    Raises:
        AlreadyRevokedError: It is revoked.
        UnchangedStatusError: It is not suspended.
    """
    _change(db, row, status=Status.ACTIVE, reason=None, actor_id=actor_id, ring=ring, origin=origin, now=now)


def check_for_the_desk(row: Certificate, *, reason: str | None) -> None:
    """Check that the desk of the register may change a certificate at all: a label only where its key was stolen.

    Raises:
        LabelDecidedElsewhereError: It is a label.
    """
    if row.kind == "label" and reason != "key-compromise":
        raise LabelDecidedElsewhereError


def check_may_become(row: Certificate, status: Status) -> None:
    """Check that a certificate may enter a state: what the desk asks before it shows a confirmation.

    Raises:
        AlreadyRevokedError: It is revoked, for good.
        UnchangedStatusError: Only one in force is suspended, only a suspended one is reinstated.
    """
    if row.status == Status.REVOKED:
        raise AlreadyRevokedError
    needed = {Status.SUSPENDED: Status.ACTIVE, Status.ACTIVE: Status.SUSPENDED}.get(status)
    if needed is not None and row.status != needed:
        raise UnchangedStatusError


_ACTIONS = {
    Status.ACTIVE: audit.Action.CERTIFICATE_REINSTATED,
    Status.SUSPENDED: audit.Action.CERTIFICATE_SUSPENDED,
    Status.REVOKED: audit.Action.CERTIFICATE_REVOKED,
}


def _check_reason(reason: str, known: tuple[str, ...]) -> None:
    if reason not in known:
        msg = "unknown reason"
        raise ValueError(msg)


def _change(
    db: Session,
    row: Certificate,
    *,
    status: Status,
    reason: str | None,
    actor_id: int | None,
    ring: KeyRing,
    origin: str,
    now: datetime,
) -> None:
    check_for_the_desk(row, reason=reason)
    mark(db, row, status=status, reason=reason, actor_id=actor_id, now=now)
    letters.send(db, row, status=status.value, reason=reason, ring=ring, origin=origin, now=now)


def mark(
    db: Session, row: Certificate, *, status: Status, reason: str | None, actor_id: int | None, now: datetime
) -> None:
    """Write down a state in the register, the log and the trail; whoever calls this writes to the holder themselves.

    Args:
        reason: A code of whoever decides, shown to the holder and never to the public.

    Raises:
        AlreadyRevokedError: It is revoked.
        UnchangedStatusError: Only one in force is suspended, only a suspended one is reinstated.
    """
    check_may_become(row, status)
    row.status, row.status_reason, row.status_changed_at = status.value, reason, now
    leaves.write_change(db, row, now=now)
    audit.record(db, action=_ACTIONS[status], actor_id=actor_id, subject_id=row.id, detail={"reason": reason}, now=now)
