"""What the register said at a past moment: the status now is a column, the former ones are in the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from app.audit import AuditEntry
from app.certification.models import Status

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.certification.models import Certificate

#: Action of the trail -> the status that a certificate entered by it.
_ENTERED = {
    "certificate:suspended": Status.SUSPENDED,
    "certificate:reinstated": Status.ACTIVE,
    "certificate:revoked": Status.REVOKED,
    "certificate:superseded": Status.SUPERSEDED,
}


class Change(NamedTuple):
    """A status, since when, and the code of why, which is not public as such."""

    at: datetime
    status: Status
    reason: str | None = None


def changes(db: Session, *, row: Certificate) -> list[Change]:
    """Return every change of status of a certificate, oldest first; none means that it has been in force since issue.

    The trail knows them all but those of rows that were emptied or brought in; the row itself says the last one then.
    """
    entries = db.execute(
        select(AuditEntry.at, AuditEntry.action, AuditEntry.detail)
        .where(AuditEntry.subject_id == row.id, AuditEntry.action.in_(_ENTERED))
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    known = [Change(at, _ENTERED[action], _text(detail.get("reason"))) for at, action, detail in entries]
    last = known[-1].status if known else Status.ACTIVE
    if row.status_changed_at is not None and row.status != last:
        last_one = Change(row.status_changed_at, Status(row.status), row.status_reason)
        known = sorted([*known, last_one], key=lambda change: change.at)
    return known


def status_at(db: Session, *, row: Certificate, moment: datetime) -> Change | None:
    """Return the change that was the last one at a moment; None where none had happened."""
    before = [change for change in changes(db, row=row) if change.at <= moment]
    return before[-1] if before else None


def _text(told: object) -> str | None:
    return told if isinstance(told, str) else None
