"""What an invigilator does to candidates: authorise, pause, resume, extend, end, answer a hand, note an incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from app.assessments.services import examining
from app.assessments.services.examining import Closing
from app.audit import Action, record
from app.database import affected
from app.errors import IdentityNotCheckedError, MovedOnError, NotFoundError
from app.examination.models import (
    Arrival,
    Candidate,
    ExamSession,
    Hand,
    HandAnswer,
    Incident,
    SessionState,
)
from app.examination.services import acts, clock, identities, owed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.assessments.services.sittings import OpenSitting
    from app.examination.models import IncidentKind
    from quizzes.bank import Bank

#: Minutes that one act adds at most; more is another act, with its own line in the trail.
MOST_MINUTES = 60


def authorise(
    db: Session,
    *,
    session: ExamSession,
    candidate: Candidate,
    version: int,
    arrival_id: int,
    actor_id: int,
    now: datetime,
) -> None:
    """Let one browser, and no other, answer for a candidate: at the beginning, and again on a changed machine.

    Raises:
        IdentityNotCheckedError: Nobody has looked at an identity document yet.
        NotFoundError: That browser does not wait for this candidate.
        NotIndependentError: An account that turned out to be theirs is tied to an invigilator.
        MayNotSitError: This verified person may not sit this test now.
        MovedOnError: Another invigilator acted first, the candidate has finished, or the session is over.
    """
    if candidate.identity_checked_at is None:
        raise IdentityNotCheckedError
    arrival = db.scalar(select(Arrival).where(Arrival.id == arrival_id, Arrival.candidate_id == candidate.id))
    if arrival is None:
        raise NotFoundError
    person_id = candidate.person_id or arrival.person_id
    if candidate.started_at is None:
        _check_person(db, session=session, candidate=candidate, person_id=person_id, actor_id=actor_id, now=now)
    if SessionState(session.state) is not SessionState.RUNNING:
        _begin_session(db, session=session, actor_id=actor_id, now=now)
    acts.change(
        db,
        candidate=candidate,
        version=version,
        values={"arrival_id": arrival.id, "authorised_at": now, "person_id": person_id},
        where=(Candidate.finished_at.is_(None),),
    )
    _note(db, Action.CANDIDATE_AUTHORISED, candidate, actor_id=actor_id, now=now)


def _check_person(
    db: Session, *, session: ExamSession, candidate: Candidate, person_id: int | None, actor_id: int, now: datetime
) -> None:
    everyone = identities.person_ids(db, identity_hmac=candidate.identity_hmac, person_id=person_id)
    watching = {actor_id, *identities.invigilators(db, session_id=session.id)}
    identities.check_untied(db, actor_ids=watching, person_ids=everyone, now=now)
    identities.check_may_sit(db, session=session, identity_hmac=candidate.identity_hmac, person_id=person_id, now=now)


def _begin_session(db: Session, *, session: ExamSession, actor_id: int, now: datetime) -> None:
    """The first authorisation makes an open session run; two at once both find it running."""
    step = (
        update(ExamSession)
        .where(ExamSession.id == session.id, ExamSession.state == SessionState.OPEN.value)
        .values(state=SessionState.RUNNING.value)
    )
    if affected(db, step):
        detail = {"state": SessionState.RUNNING.value}
        record(db, action=Action.EXAM_MOVED, actor_id=actor_id, subject_id=session.id, detail=detail, now=now)
    db.refresh(session)
    if SessionState(session.state) is not SessionState.RUNNING:
        raise MovedOnError


def pause(db: Session, *, candidate: Candidate, version: int, actor_id: int, now: datetime) -> None:
    """Stop the clock of a candidate and take the question off the screen.

    Raises:
        MovedOnError: Another invigilator acted first, or the candidate does not answer now.
    """
    runs = (Candidate.started_at.is_not(None), Candidate.finished_at.is_(None), Candidate.paused_at.is_(None))
    acts.change(db, candidate=candidate, version=version, values={"paused_at": now}, where=runs)
    _note(db, Action.CANDIDATE_PAUSED, candidate, actor_id=actor_id, now=now)


def resume(db: Session, *, candidate: Candidate, version: int, actor_id: int, now: datetime) -> None:
    """Let a candidate's clock run again; the pause costs them nothing.

    Raises:
        MovedOnError: Another invigilator acted first, or the candidate is not paused.
    """
    values = clock.resumed(candidate, session=db.get_one(ExamSession, candidate.session_id), now=now)
    if not values:
        raise MovedOnError
    acts.change(db, candidate=candidate, version=version, values=values, where=(Candidate.paused_at.is_not(None),))
    _note(db, Action.CANDIDATE_RESUMED, candidate, actor_id=actor_id, now=now)


def pause_all(db: Session, *, session: ExamSession, actor_id: int, now: datetime) -> int:
    """Stop every clock that runs: a fire alarm, a power cut. Return how many. A break gives way to it, and goes on counting no more."""
    rows = _running(db, session, or_(Candidate.paused_at.is_(None), Candidate.break_began_at.is_not(None)))
    for row in rows:
        if row.break_began_at is not None:
            resume(db, candidate=row, version=row.version, actor_id=actor_id, now=now)
        pause(db, candidate=row, version=row.version, actor_id=actor_id, now=now)
    return len(rows)


def resume_all(db: Session, *, session: ExamSession, actor_id: int, now: datetime) -> int:
    """Let every clock run again, but those of breaks. Return how many."""
    rows = _running(db, session, Candidate.paused_at.is_not(None), Candidate.break_began_at.is_(None))
    for row in rows:
        resume(db, candidate=row, version=row.version, actor_id=actor_id, now=now)
    return len(rows)


def _running(db: Session, session: ExamSession, *where: object) -> list[Candidate]:
    return list(
        db.scalars(
            select(Candidate)
            .where(
                Candidate.session_id == session.id,
                Candidate.started_at.is_not(None),
                Candidate.finished_at.is_(None),
                *where,  # type: ignore[arg-type]  # conditions
            )
            .order_by(Candidate.id)
            .with_for_update()
        )
    )


def extend(db: Session, *, candidate: Candidate, version: int, minutes: int, actor_id: int, now: datetime) -> None:
    """Give a candidate more minutes.

    Args:
        minutes: 1 to 60.

    Raises:
        MovedOnError: Another invigilator acted first, or the candidate has finished.
        ValueError: So many minutes are not given at once.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        msg = "one act adds from 1 to 60 minutes"
        raise ValueError(msg)
    acts.change(
        db,
        candidate=candidate,
        version=version,
        values={"extra_minutes": Candidate.extra_minutes + minutes},
        where=(Candidate.finished_at.is_(None),),
    )
    detail = {"minutes": minutes}
    record(
        db,
        action=Action.CANDIDATE_EXTENDED,
        actor_id=actor_id,
        subject_id=candidate.id,
        detail=detail,
        now=now,
    )


def end(db: Session, *, candidate: Candidate, version: int, bank: Bank, actor_id: int, now: datetime) -> None:
    """End a candidate's sitting: what was answered counts, the rest is missed.

    Raises:
        MovedOnError: Another invigilator acted first, or the candidate has finished or not begun.
    """
    _end(db, candidate=candidate, version=version, reasons=(Closing.ENDED,), bank=bank, actor_id=actor_id, now=now)


def _end(
    db: Session,
    *,
    candidate: Candidate,
    version: int,
    reasons: Sequence[Closing],
    bank: Bank,
    actor_id: int,
    now: datetime,
) -> OpenSitting:
    if candidate.sitting_id is None:
        raise MovedOnError
    # The candidate's row is held before the sitting's, as an answer holds them: the two never wait for each other.
    values = {
        **clock.resumed(candidate, session=db.get_one(ExamSession, candidate.session_id), now=now),
        "finished_at": now,
        "finish_reason": Closing.ENDED.value,
    }
    acts.change(db, candidate=candidate, version=version, values=values, where=(Candidate.finished_at.is_(None),))
    held = examining.hold(db, sitting_id=candidate.sitting_id, bank=bank)
    for reason in reasons:
        held = examining.close(db, held, reason=reason, actor_id=actor_id, now=now)
    candidate.finish_reason = held.state.finished
    _note(db, Action.CANDIDATE_ENDED, candidate, actor_id=actor_id, now=now)
    return held


def answer_hand(
    db: Session,
    *,
    candidate: Candidate,
    hand_id: int,
    answer: HandAnswer,
    bank: Bank,
    actor_id: int,
    now: datetime,
) -> None:
    """Answer a raised hand: the question gives way to another, or stays. The jury reads both; it is no incident by itself.

    Raises:
        MovedOnError: Another invigilator answered first, or the hand is gone.
        StaleQuestionError: The candidate has answered that question meanwhile.
        NoReplacementError: Nothing else is left to ask; the question stays, and the hand too.
    """
    hand = db.get(Hand, hand_id)
    if hand is None or hand.candidate_id != candidate.id or candidate.sitting_id is None:
        raise NotFoundError
    taken = (
        update(Hand)
        .where(Hand.id == hand.id, Hand.answered_at.is_(None))
        .values(answered_at=now, answered_by=actor_id, answer=answer.value)
    )
    if not affected(db, taken):
        raise MovedOnError
    if answer is HandAnswer.REPLACED:
        held = examining.hold(db, sitting_id=candidate.sitting_id, bank=bank)
        examining.replace_current(db, held, item_id=hand.item_id, actor_id=actor_id, now=now)
        record(
            db,
            action=Action.CANDIDATE_ITEM_REPLACED,
            actor_id=actor_id,
            subject_id=candidate.id,
            detail={"item": hand.item_id},
            now=now,
        )
    db.refresh(hand)


def note_incident(
    db: Session,
    *,
    session: ExamSession,
    candidate: Candidate | None,
    kind: IncidentKind,
    note: str,
    item_id: str | None,
    actor_id: int,
    now: datetime,
) -> Incident:
    """Write down what happened, for the jury; punishes nobody.

    Raises:
        MovedOnError: The jury has concluded.
    """
    if SessionState(session.state) in (SessionState.JUDGED, SessionState.PUBLISHED):
        raise MovedOnError
    row = Incident(
        session_id=session.id,
        candidate_id=candidate.id if candidate else None,
        kind=kind.value,
        item_id=item_id,
        note=note,
        noted_by=actor_id,
        noted_at=now,
    )
    db.add(row)
    db.flush()
    record(
        db,
        action=Action.INCIDENT_NOTED,
        actor_id=actor_id,
        subject_id=row.id,
        detail={"kind": kind.value},
        now=now,
    )
    return row


def close_session(db: Session, *, session: ExamSession, bank: Bank, actor_id: int, now: datetime) -> None:
    """Close a session: whoever still answers is ended with what they have answered; who did not come stays absent.

    Where that cuts off a second set, the jury is told (`owed`).

    Raises:
        MovedOnError: The session is not open: another invigilator closed it first.
    """
    step = (
        update(ExamSession)
        .where(
            ExamSession.id == session.id,
            ExamSession.state.in_([SessionState.OPEN.value, SessionState.RUNNING.value]),
        )
        .values(state=SessionState.CLOSED.value, closed_at=now, closed_by=actor_id, draft=None)
    )
    if not affected(db, step):
        raise MovedOnError
    db.refresh(session)
    for row in _running(db, session):
        deadline = clock.deadline_of(row, session=session)
        is_late = deadline is not None and now > deadline + clock.GRACE
        reasons = (Closing.TIME, Closing.ENDED) if is_late else (Closing.ENDED,)
        ended = _end(db, candidate=row, version=row.version, reasons=reasons, bank=bank, actor_id=actor_id, now=now)
        owed.note(db, session=session, candidate=row, ended=ended, is_late=is_late, actor_id=actor_id, now=now)
    detail = {"state": SessionState.CLOSED.value}
    record(db, action=Action.EXAM_MOVED, actor_id=actor_id, subject_id=session.id, detail=detail, now=now)


def _note(db: Session, action: Action, candidate: Candidate, *, actor_id: int, now: datetime) -> None:
    record(db, action=action, actor_id=actor_id, subject_id=candidate.id, now=now)
