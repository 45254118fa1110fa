"""What this room holds of a person: exported, erased, adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.learning.models import FinishedModule
from app.learning.services import acts
from app.learning.services.progress import finished_by

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import CertificateFate


def export_person(db: Session, *, person_id: int) -> dict[str, object]:
    """Return the modules that a person has finished, and what they said of each."""
    return {
        "finished_modules": [
            {
                "module": row.module_id,
                "at": row.finished_at.isoformat(),
                "act": row.act_answer,
                "act_answered_at": _told(row.act_answered_at),
                "update_read_at": _told(row.update_read_at),
            }
            for row in finished_by(db, person_id=person_id).values()
        ]
    }


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def erase_person(db: Session, *, person_id: int, fate: CertificateFate, now: datetime) -> None:  # noqa: ARG001 (one signature for every room)
    """Delete a person's progress; what was still owed to them goes with the outbox."""
    db.execute(delete(FinishedModule).where(FinishedModule.person_id == person_id))


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:
    """Give a guest's progress to an account, once per module; acts are asked about from then on."""
    own = finished_by(db, person_id=to_id)
    for row in db.scalars(select(FinishedModule).where(FinishedModule.person_id == from_id)).all():
        if row.module_id in own:
            db.delete(row)
        else:
            row.person_id = to_id
            acts.promise(db, person_id=to_id, module_id=row.module_id, finished_at=row.finished_at)
