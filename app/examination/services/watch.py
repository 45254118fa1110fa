"""Take the watch of a session, and see it live: who is here, begun, on which question, finished, whose hand is up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.assessments.models import RecordedAnswer
from app.errors import MovedOnError, NotIndependentError, ReservedItemsSeenError
from app.examination.models import (
    Arrival,
    Candidate,
    ExamStaff,
    FocusLoss,
    Hand,
    SessionState,
)
from app.examination.services import clock, identities
from app.organisations.services import independence

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.examination.models import ExamSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One candidate on the invigilator's screen.

    Args:
        stage: enrolled, identified, waiting (a browser waits for an authorisation), ready, answering, paused, finished.
        question: Number of the question on screen.
        arrival: The newest browser that waits, or the one that is authorised.
        minutes_left: None before the beginning, while paused and at the end.
        break_until: When a running break is used up.
        break_minutes: What is left of arranged breaks.
    """

    row: Candidate
    stage: str
    question: int | None
    arrival: Arrival | None
    minutes_left: int | None
    hand: Hand | None
    absences: int
    break_until: datetime | None
    break_minutes: int


def join(db: Session, *, session: ExamSession, person_id: int, duty: str, now: datetime) -> None:
    """Take a duty in a session, having declared to be nobody's trainer or manager there; taking it twice changes nothing.

    Raises:
        NotIndependentError: The data show that this person trains or manages a candidate, or is one; or, for an invigilator, that they
            train for this framework in this structure; for a juror, that they invigilated or judge it under another account, or have a part
            in the structure.
        ReservedItemsSeenError: A juror wrote or saw reserved items of this framework in the last 24 months.
        MovedOnError: The session is over (invigilators), or is not (jurors).
    """
    duties = set(
        db.scalars(select(ExamStaff.duty).where(ExamStaff.session_id == session.id, ExamStaff.person_id == person_id))
    )
    if duty in duties:
        return
    is_over = SessionState(session.state) in (SessionState.CLOSED, SessionState.JUDGED, SessionState.PUBLISHED)
    if is_over != (duty == "juror"):
        raise MovedOnError
    elsewhere = duties_of_human(db, session=session, person_id=person_id)
    if elsewhere - (
        {"invigilator"} if duty == "invigilator" else set()
    ):  # a human judges once, and not what they watched
        raise NotIndependentError
    check_free(db, session=session, person_id=person_id, duty=duty, now=now)
    db.add(ExamStaff(session_id=session.id, person_id=person_id, duty=duty, joined_at=now))
    db.flush()


def duties_of(db: Session, *, session: ExamSession, person_id: int | None) -> frozenset[str]:
    """Return what somebody does in a session: "invigilator", "juror"."""
    mine = select(ExamStaff.duty).where(ExamStaff.session_id == session.id, ExamStaff.person_id == person_id)
    return frozenset(db.scalars(mine))


def duties_of_human(db: Session, *, session: ExamSession, person_id: int) -> frozenset[str]:
    """Return what somebody does in a session, under whichever account their identity was checked."""
    accounts = identities.same_people(db, person_id=person_id)
    return frozenset().union(*(duties_of(db, session=session, person_id=one) for one in sorted(accounts)))


def check_free(db: Session, *, session: ExamSession, person_id: int, duty: str, now: datetime) -> None:
    """Check that somebody may invigilate or judge the candidates of a session, from what was declared and what the data show.

    Under whichever accounts of theirs.

    Raises:
        NotIndependentError, ReservedItemsSeenError: See `join`.
    """
    accounts = identities.same_people(db, person_id=person_id)
    place_id, framework_code = session.structure_id, session.framework_code
    for one in sorted(accounts):
        if duty == "juror" and independence.saw_reserved(db, person_id=one, framework_code=framework_code, now=now):
            raise ReservedItemsSeenError
        if independence.trains_in(db, person_id=one, structure_id=place_id, framework_code=framework_code, now=now):
            raise NotIndependentError
        if duty == "juror" and independence.works_in(db, person_id=one, structure_id=place_id, now=now):
            raise NotIndependentError
    identities.check_untied(db, actor_ids=accounts, person_ids=identities.subjects(db, session=session), now=now)


def see(db: Session, *, session: ExamSession, now: datetime) -> list[Watched]:
    """Return every candidate as they stand: five queries, however many they are."""
    candidates = db.scalars(
        select(Candidate).where(Candidate.session_id == session.id).order_by(Candidate.number)
    ).all()
    ids = [one.id for one in candidates]
    newest = select(func.max(Arrival.id)).where(Arrival.candidate_id.in_(ids)).group_by(Arrival.candidate_id)
    arrivals = {one.candidate_id: one for one in db.scalars(select(Arrival).where(Arrival.id.in_(newest)))}
    hands = {
        one.candidate_id: one
        for one in db.scalars(select(Hand).where(Hand.candidate_id.in_(ids), Hand.answered_at.is_(None)))
    }
    absences = dict(
        db.execute(
            select(FocusLoss.candidate_id, func.count())
            .where(FocusLoss.candidate_id.in_(ids))
            .group_by(FocusLoss.candidate_id)
        ).all()
    )
    sittings = [one.sitting_id for one in candidates if one.sitting_id is not None]
    counts = dict(
        db.execute(
            select(RecordedAnswer.sitting_id, func.count())
            .where(RecordedAnswer.sitting_id.in_(sittings))
            .group_by(RecordedAnswer.sitting_id)
        ).all()
    )
    return [
        _watched(
            one,
            session=session,
            arrival=arrivals.get(one.id),
            hand=hands.get(one.id),
            absences=absences.get(one.id, 0),
            answers=counts.get(one.sitting_id or 0, 0),
            now=now,
        )
        for one in candidates
    ]


def _watched(
    row: Candidate,
    *,
    session: ExamSession,
    arrival: Arrival | None,
    hand: Hand | None,
    absences: int,
    answers: int,
    now: datetime,
) -> Watched:
    left = None
    end = clock.deadline_of(row, session=session)
    until = clock.break_end(row, session=session)
    if end is not None and row.finished_at is None and (until is None or until < now):
        left = max(0, math.ceil((end - now) / timedelta(minutes=1)))
    return Watched(
        row=row,
        stage=_stage(row, arrival),
        question=answers + 1 if row.started_at is not None and row.finished_at is None else None,
        arrival=arrival,
        minutes_left=left,
        hand=hand,
        absences=absences,
        break_until=until,
        break_minutes=math.ceil(clock.break_left(row, session=session, now=now) / timedelta(minutes=1)),
    )


def _stage(row: Candidate, arrival: Arrival | None) -> str:
    if row.finished_at is not None:
        return "finished"
    if arrival is not None and arrival.id != row.arrival_id:
        return "waiting"
    if row.paused_at is not None:
        return "paused"
    if row.started_at is not None:
        return "answering"
    if row.arrival_id is not None:
        return "ready"
    return "identified" if row.identity_checked_at is not None else "enrolled"
