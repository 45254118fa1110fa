"""What the register does when a holder leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from app import audit
from app.accounts.services.personal_data import CertificateFate
from app.certification.models import Certificate, HandedOutFile, Status
from app.certification.services import register

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
            }
            for row in register.list_own(db, person_id=person_id)
        ]
    }


def erase_person(db: Session, *, person_id: int, fate: CertificateFate, now: datetime) -> None:
    """Let go of a person's certificates: kept verifiable without an account behind, or withdrawn for good.

    A withdrawn one leaves a row without statement or code: its place in the status list must stay taken, and its bit set.
    """
    for row in register.list_own(db, person_id=person_id):
        row.person_id = row.sitting_id = None
        if fate is CertificateFate.WITHDRAW:
            row.token, row.code_hmac, row.is_shared = "", f"withdrawn:{row.id}", False
            row.status, row.status_reason, row.status_changed_at = Status.REVOKED.value, "holder-request", now
            db.execute(delete(HandedOutFile).where(HandedOutFile.certificate_id == row.id))
        audit.record(
            db,
            action=audit.Action.CERTIFICATE_ANONYMISED,
            actor_id=person_id,
            subject_id=row.id,
            detail={"fate": fate.value},
            now=now,
        )
    db.flush()


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:
    """Give what a guest holds to an account. Guests hold none today; a row that says otherwise follows all the same."""
    db.execute(update(Certificate).where(Certificate.person_id == from_id).values(person_id=to_id))
