"""Second sets that the closing of a session cut off: noted for the jury, who may let them be sat at another session.

A set is owed where a session was closed while it was due, or on screen, and somebody had not answered all of it. The person may have
gone, or the network; nothing here says which, so that the jury judges it as an incident, and does not conclude before. Left at that, the
theme is lost, as for whoever gives up. Deferred, the result waits: at another session of the same test the person, checked at the desk,
sits what is left of the set, in its own minutes, and the whole is judged there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.assessments.services import examining
from app.assessments.services.examining import Closing
from app.database import affected
from app.errors import MovedOnError
from app.examination.models import Candidate, ExamSession, Incident, IncidentKind
from quizzes.policy import policies

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.assessments.services.rows import SittingRow
    from app.assessments.services.sittings import OpenSitting
    from quizzes.bank import Bank

#: The verdict of whom nothing but a second set that they may still sit keeps from passing.
OWED = "owed"


def note(
    db: Session,
    *,
    session: ExamSession,
    candidate: Candidate,
    ended: OpenSitting,
    is_late: bool,
    actor_id: int,
    now: datetime,
) -> None:
    """Note what second sets the closing of a session cut off, as an incident that the jury judges; nothing where it cut off none.

    Args:
        ended: The candidate's sitting, as it was ended.
        is_late: Their time was over, and their browser had not shown it.
    """
    themes = ended.state.unanswered_themes
    if ended.state.finished != Closing.ENDED or not themes:
        return
    candidate.owed_themes = list(themes)
    why = "Temps écoulé, page jamais revenue" if is_late else "Session close pendant la passation"
    db.add(
        Incident(
            session_id=session.id,
            candidate_id=candidate.id,
            kind=IncidentKind.OTHER.value,
            note=f"{why} : une seconde série était due et n’a pas été finie ({', '.join(themes)}).",
            noted_by=actor_id,
            noted_at=now,
        )
    )
    db.flush()


def find(db: Session, *, session: ExamSession, person_ids: Collection[int]) -> Candidate | None:
    """Return the candidate of an earlier session, of the same test, whose second set a person may sit at this one."""
    waiting = (
        select(Candidate)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            Candidate.verdict == OWED,
            Candidate.sitting_id.is_not(None),
            Candidate.person_id.in_(person_ids),
            ExamSession.framework_code == session.framework_code,
            ExamSession.policy_id == session.policy_id,
        )
    )
    return db.scalar(waiting.order_by(Candidate.id).limit(1))


def link(db: Session, *, session: ExamSession, person_ids: Collection[int]) -> dict[str, int | None]:
    """Return what a candidate's columns say of the second set that they sit at this session, in place of the whole test."""
    former = find(db, session=session, person_ids=person_ids)
    passing = policies()[session.policy_id].passing
    if former is None or passing is None or passing.second_set is None:
        return {"continues_id": None, "set_minutes": 0}
    return {"continues_id": former.id, "set_minutes": len(former.owed_themes or ()) * passing.second_set.minutes}


def take_over(db: Session, *, candidate: Candidate, bank: Bank, now: datetime) -> SittingRow:
    """Give the sitting of an earlier session to the candidate of this one, its second set on screen.

    Raises:
        MovedOnError: It is sat elsewhere already, or was called off.
    """
    former = db.get(Candidate, candidate.continues_id, with_for_update=True)
    if former is None or former.sitting_id is None or former.verdict != OWED:
        raise MovedOnError
    sitting_id = former.sitting_id
    given = update(Candidate).where(Candidate.id == former.id, Candidate.sitting_id == sitting_id)
    if not affected(db, given.values(sitting_id=None)):
        raise MovedOnError
    db.refresh(former)
    held = examining.hold(db, sitting_id=sitting_id, bank=bank)
    return examining.reopen(db, held, actor_id=candidate.person_id, now=now).row


def lineage(db: Session, *, candidate: Candidate) -> list[Candidate]:
    """Return a candidate and those of earlier sessions whose sitting they go on with."""
    found = [candidate]
    while found[-1].continues_id is not None and (former := db.get(Candidate, found[-1].continues_id)) is not None:
        found.append(former)
    return found
