"""The jury: two officers or more, free of every candidate. One proposes, another decides; nothing is decided by one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from app.assessments.models import RecordedAnswer
from app.assessments.services import examining
from app.assessments.services.examining import Closing
from app.audit import Action, record
from app.database import affected
from app.errors import MovedOnError, NotFoundError, SamePersonError, StillUnjudgedError
from app.examination.models import (
    Candidate,
    DecisionKind,
    ExamReview,
    ExamStaff,
    FocusLoss,
    Hand,
    Incident,
    JuryDecision,
    ReviewKind,
    SessionState,
)
from app.examination.services import identities, owed, sessions, watch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.examination.models import ExamSession
    from quizzes.bank import Bank

#: What each decision on a sitting does to it.
_CLOSINGS = {DecisionKind.ANNUL: Closing.ANNULLED, DecisionKind.CALL_OFF: Closing.CALLED_OFF}


def propose(
    db: Session,
    *,
    session: ExamSession,
    kind: DecisionKind,
    reason: str,
    actor_id: int,
    now: datetime,
    incident_id: int | None = None,
    candidate: Candidate | None = None,
    item_id: str | None = None,
) -> JuryDecision:
    """Propose a decision; another juror takes it, or nothing happens.

    Args:
        incident_id: What it answers, if anything.
        candidate: Whose sitting is annulled or called off, or whose second set may be sat at another session.
        item_id: Which question is neutralised.

    Raises:
        NotFoundError: No such incident here; nobody's sitting, or no question that was asked here.
        MovedOnError: The session is not closed, or it is concluded; or the same is proposed already.
        NotIndependentError, ReservedItemsSeenError: The juror has come to be tied to a candidate, or saw the pool.
        StillUnjudgedError: The jury does not conclude while an incident waits, or a decision waits for its second.
    """
    _check_sits(db, session=session, actor_id=actor_id, now=now)
    incident = db.get(Incident, incident_id) if incident_id is not None else None
    if incident_id is not None and (incident is None or incident.session_id != session.id):
        raise NotFoundError
    if kind in _CLOSINGS and (candidate is None or candidate.sitting_id is None):
        raise NotFoundError
    if kind is DecisionKind.DEFER and (candidate is None or not candidate.owed_themes):
        raise NotFoundError
    if kind is DecisionKind.NEUTRALISE and (item_id is None or not was_asked(db, session=session, item_id=item_id)):
        raise NotFoundError
    if kind is DecisionKind.DISMISS and incident is None:
        raise NotFoundError
    if kind is DecisionKind.CONCLUDE and unjudged(db, session=session):
        raise StillUnjudgedError
    if incident is not None and incident.judged_at is not None:
        raise MovedOnError
    waiting = [one for one in list_decisions(db, session=session) if one.taken_at is None]
    if kind is DecisionKind.CONCLUDE and waiting:
        raise StillUnjudgedError if waiting[0].kind != DecisionKind.CONCLUDE else MovedOnError
    row = JuryDecision(
        session_id=session.id,
        kind=kind.value,
        incident_id=incident_id,
        candidate_id=candidate.id if candidate else None,
        item_id=item_id,
        reason=reason,
        proposed_by=actor_id,
        proposed_at=now,
    )
    db.add(row)
    db.flush()
    detail = {"kind": kind.value}
    record(db, action=Action.JURY_PROPOSED, actor_id=actor_id, subject_id=row.id, detail=detail, now=now)
    return row


def take(
    db: Session, *, session: ExamSession, decision_id: int, bank: Bank, actor_id: int, now: datetime
) -> JuryDecision:
    """Take a decision that another juror proposed: it holds from now on.

    Proposals and decisions of one session come one after the other: none is added while another juror concludes.

    Raises:
        NotFoundError: No such proposal here.
        SamePersonError: Nobody takes their own proposal, under whichever account.
        MovedOnError: Another juror took it, or its author withdrew it.
        NotIndependentError, ReservedItemsSeenError, StillUnjudgedError: As for `propose`.
    """
    row = _decision(db, session=session, decision_id=decision_id)
    if row.proposed_by in identities.same_people(db, person_id=actor_id):
        raise SamePersonError
    _check_sits(db, session=session, actor_id=actor_id, now=now)
    kind = DecisionKind(row.kind)
    if kind is DecisionKind.CONCLUDE:
        waiting = [one for one in list_decisions(db, session=session) if one.taken_at is None and one.id != row.id]
        if waiting or unjudged(db, session=session):
            raise StillUnjudgedError
    step = update(JuryDecision).where(
        JuryDecision.id == row.id, JuryDecision.taken_at.is_(None), JuryDecision.withdrawn_at.is_(None)
    )
    if not affected(db, step.values(taken_by=actor_id, taken_at=now)):
        raise MovedOnError
    db.refresh(row)
    if row.incident_id is not None:
        db.get_one(Incident, row.incident_id).judged_at = now
    if kind in _CLOSINGS and row.candidate_id is not None:
        _close(
            db,
            candidate=db.get_one(Candidate, row.candidate_id, with_for_update=True),
            kind=kind,
            bank=bank,
            actor_id=actor_id,
            now=now,
        )
    if kind is DecisionKind.CONCLUDE:
        sessions.move(
            db, row=session, before=(SessionState.CLOSED,), after=SessionState.JUDGED, actor_id=actor_id, now=now
        )
    detail = {"kind": kind.value}
    record(db, action=Action.JURY_DECIDED, actor_id=actor_id, subject_id=row.id, detail=detail, now=now)
    return row


def withdraw(db: Session, *, session: ExamSession, decision_id: int, actor_id: int, now: datetime) -> None:
    """Take back one's own proposal before anybody took it.

    Raises:
        NotFoundError: No such proposal of this juror here.
        MovedOnError: It was taken.
    """
    row = _decision(db, session=session, decision_id=decision_id)
    if row.proposed_by != actor_id:
        raise NotFoundError
    step = update(JuryDecision).where(
        JuryDecision.id == row.id, JuryDecision.taken_at.is_(None), JuryDecision.withdrawn_at.is_(None)
    )
    if not affected(db, step.values(withdrawn_at=now)):
        raise MovedOnError


def _close(db: Session, *, candidate: Candidate, kind: DecisionKind, bank: Bank, actor_id: int, now: datetime) -> None:
    held = examining.hold(db, sitting_id=candidate.sitting_id or 0, bank=bank)
    examining.close(db, held, reason=_CLOSINGS[kind], actor_id=actor_id, now=now)
    candidate.finish_reason = _CLOSINGS[kind].value


def _check_sits(db: Session, *, session: ExamSession, actor_id: int, now: datetime) -> None:
    mine = select(ExamStaff.id).where(
        ExamStaff.session_id == session.id, ExamStaff.person_id == actor_id, ExamStaff.duty == "juror"
    )
    if db.scalar(mine) is None:
        raise NotFoundError
    db.refresh(session, with_for_update=True)
    if SessionState(session.state) is not SessionState.CLOSED:
        raise MovedOnError
    watch.check_free(db, session=session, person_id=actor_id, duty="juror", now=now)


def _decision(db: Session, *, session: ExamSession, decision_id: int) -> JuryDecision:
    row = db.get(JuryDecision, decision_id)
    if row is None or row.session_id != session.id:
        raise NotFoundError
    return row


def list_decisions(db: Session, *, session: ExamSession) -> Sequence[JuryDecision]:
    """Return what was proposed and not withdrawn, in order."""
    return db.scalars(
        select(JuryDecision)
        .where(JuryDecision.session_id == session.id, JuryDecision.withdrawn_at.is_(None))
        .order_by(JuryDecision.id)
    ).all()


def list_incidents(db: Session, *, session: ExamSession) -> Sequence[Incident]:
    """Return the incidents of a session, in order."""
    return db.scalars(select(Incident).where(Incident.session_id == session.id).order_by(Incident.id)).all()


def unjudged(db: Session, *, session: ExamSession) -> int:
    """Return how many incidents wait for the jury."""
    open_ones = select(func.count()).where(Incident.session_id == session.id, Incident.judged_at.is_(None))
    return db.scalar(open_ones) or 0


def jurors(db: Session, *, session: ExamSession) -> list[int]:
    """Return who sits on the jury of a session."""
    mine = select(ExamStaff.person_id).where(ExamStaff.session_id == session.id, ExamStaff.duty == "juror")
    return list(db.scalars(mine.order_by(ExamStaff.id)))


def neutralised(db: Session, *, session_id: int) -> frozenset[str]:
    """Return the questions that the jury of a session let count for nobody."""
    taken = select(JuryDecision.item_id).where(
        JuryDecision.session_id == session_id,
        JuryDecision.kind == DecisionKind.NEUTRALISE.value,
        JuryDecision.taken_at.is_not(None),
    )
    return frozenset(one for one in db.scalars(taken) if one is not None)


def set_aside(db: Session, *, candidate: Candidate) -> frozenset[str]:
    """Return the questions that do not count for a candidate: those of the juries, those neutralised for all since, and their own.

    Of every session at which they sat a part of the test.
    """
    rows = owed.lineage(db, candidate=candidate)
    sessions_of = [row.session_id for row in rows]
    reviewed = select(ExamReview.item_id).where(
        ExamReview.session_id.in_(sessions_of),
        ExamReview.taken_at.is_not(None),
        ExamReview.item_id.is_not(None),
        or_(
            ExamReview.kind == ReviewKind.NEUTRALISE_ALL.value,
            ExamReview.candidate_id.in_([row.id for row in rows]),
        ),
    )
    found = {one for one in db.scalars(reviewed) if one is not None}
    return frozenset(found.union(*(neutralised(db, session_id=one) for one in sessions_of)))


def is_deferred(db: Session, *, candidate_id: int) -> bool:
    """Tell whether a candidate's second set may be sat at another session."""
    taken = select(JuryDecision.id).where(
        JuryDecision.candidate_id == candidate_id,
        JuryDecision.kind == DecisionKind.DEFER.value,
        JuryDecision.taken_at.is_not(None),
    )
    return db.scalar(taken.limit(1)) is not None


def reason_for(db: Session, *, candidate_id: int) -> str | None:
    """Return why a candidate's sitting was annulled or called off; it is told to them and stands in the report."""
    taken = select(JuryDecision.reason).where(
        JuryDecision.candidate_id == candidate_id,
        JuryDecision.kind.in_([kind.value for kind in _CLOSINGS]),
        JuryDecision.taken_at.is_not(None),
    )
    return db.scalar(taken.order_by(JuryDecision.id.desc()).limit(1))


def was_asked(db: Session, *, session: ExamSession, item_id: str) -> bool:
    """Tell whether somebody in a session answered a question."""
    asked = (
        select(RecordedAnswer.id)
        .join(Candidate, Candidate.sitting_id == RecordedAnswer.sitting_id)
        .where(Candidate.session_id == session.id, RecordedAnswer.item_id == item_id)
    )
    return db.scalar(asked.limit(1)) is not None


def absences(db: Session, *, session: ExamSession) -> dict[int, int]:
    """Return how often each candidate left the page."""
    rows = db.execute(
        select(FocusLoss.candidate_id, func.count())
        .join(Candidate, Candidate.id == FocusLoss.candidate_id)
        .where(Candidate.session_id == session.id)
        .group_by(FocusLoss.candidate_id)
    )
    return dict(rows.all())


def list_hands(db: Session, *, session: ExamSession) -> list[tuple[Hand, int]]:
    """Return the hands that were raised, with the candidate's number."""
    rows = db.execute(
        select(Hand, Candidate.number)
        .join(Candidate, Candidate.id == Hand.candidate_id)
        .where(Candidate.session_id == session.id)
        .order_by(Hand.id)
    )
    return [(hand, number) for hand, number in rows]
