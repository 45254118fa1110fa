"""What this room does when a person asks for their data, or leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from app.identity.models import PendingStep
from app.identity.services import disputes, linking, passkeys, professional, proofs, second_factor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import CertificateFate


def export_person(db: Session, *, person_id: int) -> dict[str, object]:
    """Return how a person proves who they are; keys, digests and codes are of no use outside."""
    number, factor = professional.find(db, person_id=person_id), second_factor.find(db, person_id=person_id)
    return {
        "identities": [
            {
                "provider": row.provider,
                "name": row.name,
                "linked_at": row.linked_at.isoformat(),
                "last_used_at": row.last_used_at.isoformat(),
            }
            for row in linking.list_own(db, person_id=person_id)
        ],
        "passkeys": [
            {
                "name": row.name,
                "created_at": row.created_at.isoformat(),
                "last_used_at": _moment(row.last_used_at),
                "uses": row.sign_count,
            }
            for row in passkeys.list_own(db, person_id=person_id)
        ],
        "second_factor_since": _moment(factor.enabled_at if factor else None),
        "recovery_codes_left": second_factor.count_codes(db, person_id=person_id),
        "number_disputes": [
            {
                "rpps": row.rpps,
                "kind": row.kind,
                "declared_first": row.holder_id == person_id,
                "opened_at": row.opened_at.isoformat(),
                "settled_as": row.settled_as,
                "settled_at": _moment(row.settled_at),
            }
            for row in disputes.list_of(db, person_id=person_id)
        ],
        "professional_number": None
        if number is None
        else {
            "rpps": number.rpps,
            "source": number.source,
            "added_at": number.added_at.isoformat(),
            "activity": number.activity,
            "activity_since": _moment(number.activity_since),
            "checked_at": _moment(number.checked_at),
            "asked_at": _moment(number.asked_at),
            "checked_in": "national directory" if number.national else "local file",
            "name_in_directory": number.directory_name,
            "profession": number.profession,
        },
    }


def erase_person(db: Session, *, person_id: int, fate: CertificateFate, now: datetime) -> None:  # noqa: ARG001 (the shape of a room)
    """Let go of everything."""
    proofs.forget_all(db, person_id=person_id)
    disputes.forget(db, person_id=person_id)


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:  # noqa: ARG001 (the shape of a room)
    """A guest proves nothing: at most something half done, which is not carried over."""
    db.execute(delete(PendingStep).where(PendingStep.person_id == from_id))


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
