"""What accommodations let an invigilator and a candidate do: breaks that are begun and ended, questions that are read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.audit import Action, record
from app.examination.models import Accommodation, Candidate
from app.examination.services import acts, clock
from app.organisations.services import independence
from app.supervised_errors import NotArrangedError, TrainsForItError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.examination.models import ExamSession
    from app.examination.services.answering import Place


def begin_break(
    db: Session, *, session: ExamSession, candidate: Candidate, version: int, actor_id: int, now: datetime
) -> None:
    """Stop a candidate's clock for a break that was arranged, and take the question off the screen.

    Raises:
        NotArrangedError: No break is arranged for this candidate, or none is left.
        MovedOnError: Another invigilator acted first, or the candidate does not answer now.
    """
    if not clock.break_left(candidate, session=session, now=now):
        raise NotArrangedError
    acts.change(
        db,
        candidate=candidate,
        version=version,
        values={"paused_at": now, "break_began_at": now, "break_count": Candidate.break_count + 1},
        where=(Candidate.started_at.is_not(None), Candidate.finished_at.is_(None), Candidate.paused_at.is_(None)),
    )
    record(db, action=Action.CANDIDATE_BREAK_BEGAN, actor_id=actor_id, subject_id=candidate.id, now=now)


def end_own_break(db: Session, *, place: Place, now: datetime) -> None:
    """Let the candidate's clock run again, by the candidate; a double click ends nothing twice.

    Args:
        place: Held (`place_of` with `lock`).
    """
    candidate = place.candidate
    is_theirs = candidate.arrival_id == place.arrival.id
    if candidate.break_began_at is None or candidate.finished_at is not None or not is_theirs:
        return
    values = clock.resumed(candidate, session=place.session, now=now)
    acts.change(db, candidate=candidate, version=candidate.version, values=values)
    record(db, action=Action.CANDIDATE_RESUMED, actor_id=candidate.person_id, subject_id=candidate.id, now=now)


def note_reading(
    db: Session, *, session: ExamSession, candidate: Candidate, version: int, actor_id: int, now: datetime
) -> None:
    """Note who reads the questions aloud to a candidate: they have seen reserved questions, which keeps apart for 24 months.

    Raises:
        NotArrangedError: No reader is arranged for this candidate.
        TrainsForItError: Whoever reads trains for this framework, in whichever structure.
        MovedOnError: Another invigilator acted first, or the candidate does not answer now.
    """
    if Accommodation.READER not in candidate.accommodations:
        raise NotArrangedError
    if independence.trains_for(db, person_id=actor_id, framework_code=session.framework_code):
        raise TrainsForItError
    runs = (Candidate.started_at.is_not(None), Candidate.finished_at.is_(None))
    acts.change(db, candidate=candidate, version=version, values={"reader_id": actor_id}, where=runs)
    independence.note_reserved_view(db, person_id=actor_id, framework_code=session.framework_code, now=now)
    record(db, action=Action.CANDIDATE_READ_TO, actor_id=actor_id, subject_id=candidate.id, now=now)
