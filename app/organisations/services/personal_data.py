"""What this room holds of a person: exported, erased, adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update

from app.organisations.models import Member, ReservedExposure, Structure, Tie
from app.organisations.services import independence

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import CertificateFate


def export_person(db: Session, *, person_id: int) -> dict[str, object]:
    """Return a person's parts, ties and what they saw of reserved items; the other person of a tie is not named."""
    parts = db.execute(
        select(Member, Structure.name)
        .join(Structure, Structure.id == Member.structure_id)
        .where(Member.person_id == person_id)
        .order_by(Member.id)
    )
    seen = db.scalars(
        select(ReservedExposure).where(ReservedExposure.person_id == person_id).order_by(ReservedExposure.id)
    )
    return {
        "parts": [
            {
                "structure": name,
                "part": row.part,
                "framework": row.framework_code or None,
                "named_at": row.named_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row, name in parts
        ],
        "ties": [
            {
                "kind": row.kind,
                "you_are": "actor" if row.actor_id == person_id else "subject",
                "begins_on": row.begins_on.isoformat(),
                "ends_on": row.ends_on.isoformat() if row.ends_on else None,
                "declared_at": row.declared_at.isoformat(),
            }
            for row in independence.list_ties(db, person_id=person_id)
            if person_id in (row.actor_id, row.subject_id)
        ],
        "reserved_items": [
            {"framework": row.framework_code, "how": row.kind, "last_at": row.last_at.isoformat()} for row in seen
        ],
    }


def erase_person(db: Session, *, person_id: int, fate: CertificateFate, now: datetime) -> None:  # noqa: ARG001 (one signature for every room)
    """Delete a person's parts, ties and exposures; what they did for others stays, without them."""
    db.execute(delete(Member).where(Member.person_id == person_id))
    db.execute(update(Member).where(Member.named_by == person_id).values(named_by=None))
    db.execute(delete(Tie).where(or_(Tie.actor_id == person_id, Tie.subject_id == person_id)))
    db.execute(update(Tie).where(Tie.declared_by == person_id).values(declared_by=None))
    db.execute(delete(ReservedExposure).where(ReservedExposure.person_id == person_id))


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:
    """Give what a guest holds to an account: nothing, since every part and tie is an account's."""
