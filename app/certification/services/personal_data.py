"""What the register does when a holder leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from app import audit
from app.accounts.services.personal_data import CertificateFate
from app.certification.models import Certificate, HandedOutFile, Status
from app.certification.services import leaves, register, sharing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def export_person(db: Session, *, person_id: int) -> dict[str, object]:
    """Return a person's certificates, signed statements included."""
    return {
        "certificates": [
            {
                "credential_id": row.credential_id,
                "kind": row.kind,
                "assurance": row.assurance,
                "framework": row.framework_code,
                "level": row.level,
                "issued_at": row.issued_at.isoformat(),
                "status": row.status,
                "status_changed_at": row.status_changed_at.isoformat() if row.status_changed_at else None,
                "status_reason": row.status_reason,
                "shared": row.is_shared,
                "statement": row.token,
                "log_leaf": row.log_seq,
                "log_salt": row.log_salt.hex() if row.log_salt is not None else None,
                "valid_until": row.valid_until.isoformat() if row.valid_until else None,
                "links": [
                    {
                        "purpose": link.purpose,
                        "disclosure": link.disclosure,
                        "created_at": link.created_at.isoformat(),
                        "expires_at": link.expires_at.isoformat(),
                        "closed_at": link.closed_at.isoformat() if link.closed_at else None,
                    }
                    for link in sharing.list_links(db, row=row)
                ],
                "looks": [
                    {"at": look.at.isoformat(), "purpose": look.purpose, "times": look.times}
                    for look in sharing.list_looks(db, row=row)
                ],
            }
            for row in register.list_own(db, person_id=person_id)
        ]
    }


def erase_person(db: Session, *, person_id: int, fate: CertificateFate, now: datetime) -> None:
    """Let go of a person's certificates: kept verifiable without an account behind, or withdrawn for good.

    One whose link is closed is withdrawn in either case: nobody could open it again, so its name would be kept for a
    check that can never take place. A label ends with its holder's account: nobody would answer for it any more.
    """
    for row in register.list_own(db, person_id=person_id):
        row.person_id = row.sitting_id = None
        sharing.erase(db, row=row)
        its_fate = fate if row.is_shared and row.kind != "label" else CertificateFate.WITHDRAW
        if its_fate is CertificateFate.WITHDRAW:
            _forget(db, row, reason="holder-request", now=now)
        _record(db, row, actor_id=person_id, fate=its_fate.value, now=now)
    db.flush()


def expire(db: Session, *, years: int, now: datetime) -> int:
    """Withdraw and empty what was issued so many years ago; return how many.

    The sitting keeps its row, so that an old result is not issued anew; the person no longer has it.
    """
    old = Certificate.issued_at <= now - timedelta(days=round(365.25 * years))
    rows = db.scalars(select(Certificate).where(old, Certificate.token != "")).all()
    sharing.forget_looks(db, now=now)
    for row in rows:
        row.person_id = None
        sharing.erase(db, row=row)
        _forget(db, row, reason="period-over", now=now)
        _record(db, row, actor_id=None, fate="period-over", now=now)
    db.flush()
    return len(rows)


def _forget(db: Session, row: Certificate, *, reason: str, now: datetime) -> None:
    """Leave a row without statement, code or name: its place in the status list stays taken, and its bit set.

    The leaves of the log stay too, and nothing says any more that they were about this row.
    """
    if row.status != Status.REVOKED:  # an earlier withdrawal keeps its date
        row.status, row.status_reason, row.status_changed_at = Status.REVOKED.value, reason, now
        leaves.write_change(db, row, now=now)
    leaves.forget(row)
    row.token, row.code_hmac, row.is_shared = "", f"withdrawn:{row.id}", False
    row.birth_date_hash = row.birth_date_bound_to = None
    db.execute(delete(HandedOutFile).where(HandedOutFile.certificate_id == row.id))


def _record(db: Session, row: Certificate, *, actor_id: int | None, fate: str, now: datetime) -> None:
    audit.record(
        db,
        action=audit.Action.CERTIFICATE_ANONYMISED,
        actor_id=actor_id,
        subject_id=row.id,
        detail={"fate": fate},
        now=now,
    )


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:
    """Give what a guest holds to an account. Guests hold none today; a row that says otherwise follows all the same."""
    db.execute(update(Certificate).where(Certificate.person_id == from_id).values(person_id=to_id))
