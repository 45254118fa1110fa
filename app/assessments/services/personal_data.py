"""What this room does when a person leaves, or when a guest opens an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from app.assessments.models import RecordedAnswer, Sitting

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import CertificateFate


def erase_person(db: Session, *, person_id: int, fate: CertificateFate, now: datetime) -> None:  # noqa: ARG001 (one signature for every room)
    """Delete a person's sittings and answers."""
    own = select(Sitting.id).where(Sitting.person_id == person_id)
    db.execute(delete(RecordedAnswer).where(RecordedAnswer.sitting_id.in_(own)))
    db.execute(delete(Sitting).where(Sitting.person_id == person_id))


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:
    """Give a guest's sittings to an account; where both have the same test open, the account's own goes on.

    The guest's open sitting is then closed as it stands, so that nothing answered is lost.
    """
    own_open = {
        (row.framework_code, row.policy_id)
        for row in db.scalars(select(Sitting).where(Sitting.person_id == to_id, Sitting.finished_at.is_(None)))
    }
    for row in db.scalars(select(Sitting).where(Sitting.person_id == from_id, Sitting.finished_at.is_(None))):
        if (row.framework_code, row.policy_id) in own_open:
            row.finished_at, row.finish_reason = (
                (row.answers[-1].answered_at if row.answers else row.started_at),
                "stopped",
            )
            row.current_item_id = None
    db.flush()
    db.execute(update(Sitting).where(Sitting.person_id == from_id).values(person_id=to_id))
