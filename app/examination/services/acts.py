"""What an invigilator's act is made of: one conditional update, so that of two at once the second is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from app.assessments.models import Sitting
from app.assessments.services import retakes
from app.database import affected
from app.errors import MovedOnError, NotFoundError
from app.examination.models import Candidate
from quizzes.outcome import Verdict
from quizzes.policy import policies

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.examination.models import ExamSession


def get(db: Session, *, session: ExamSession, number: int, lock: bool = False) -> Candidate:
    """Return a candidate of a session.

    Args:
        lock: Hold the row until the transaction ends.

    Raises:
        NotFoundError: Nobody there has this number.
    """
    found = select(Candidate).where(Candidate.session_id == session.id, Candidate.number == number)
    row = db.scalar(found.with_for_update() if lock else found)
    if row is None:
        raise NotFoundError
    return row


def change(
    db: Session,
    *,
    candidate: Candidate,
    version: int,
    values: Mapping[str, Any],
    where: Collection[ColumnElement[bool]] = (),
) -> None:
    """Change a candidate as the invigilator saw it.

    Args:
        version: The one on the invigilator's page.
        where: What must still hold besides.

    Raises:
        MovedOnError: Somebody else acted since that page, or the candidate is not in the state that this needs.
    """
    step = (
        update(Candidate)
        .where(Candidate.id == candidate.id, Candidate.version == version, *where)
        .values(version=Candidate.version + 1, **values)
    )
    if not affected(db, step):
        raise MovedOnError
    db.refresh(candidate)


def next_allowed(
    db: Session,
    *,
    session: ExamSession,
    person_ids: Collection[int],
    now: datetime,
    besides: Collection[datetime] = (),
) -> datetime | None:
    """Return the first moment at which a verified person may sit the test of a session; None when it may be now.

    Args:
        besides: When they began it under accounts that are erased.
    """
    return retakes.next_allowed(
        db,
        person_ids=person_ids,
        besides=besides,
        uncounted=undecided(db, person_ids=person_ids),
        framework_code=session.framework_code,
        policy=policies()[session.policy_id],
        now=now,
    )


def undecided(db: Session, *, person_ids: Collection[int]) -> list[int]:
    """Return the sittings of a verified person of which too little was left to decide anything: that is nobody's try."""
    theirs = select(Candidate.sitting_id).where(
        Candidate.person_id.in_(person_ids), Candidate.verdict == Verdict.UNDECIDED.value
    )
    return [one for one in db.scalars(theirs) if one is not None]


def sitting_reference(db: Session, *, candidate: Candidate) -> str | None:
    """Return the public reference of a candidate's sitting, for a case that contests it."""
    return db.scalar(select(Sitting.reference).where(Sitting.id == candidate.sitting_id))


def on_screen(db: Session, *, candidate: Candidate) -> str | None:
    """Return the question on a candidate's screen."""
    return db.scalar(select(Sitting.current_item_id).where(Sitting.id == candidate.sitting_id))
