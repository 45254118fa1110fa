"""What is kept of whoever had a duty in a session and has erased their account: that somebody had it, and whom it tied them to.

With the account go its duties, parts and ties; without these a criterion (N4) that was missing because of who invigilated would be met on
the day on which that person leaves. The trail keeps the kind of tie, for a candidate, and the duty, for a session; nobody's number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.audit import Action, AuditEntry, record
from app.examination.models import Candidate, ExamStaff
from app.examination.services import identities
from app.organisations.services import independence

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def keep(db: Session, *, person_id: int, now: datetime) -> None:
    """Write down what a person's duties would tell later; call before their duties, parts and ties are deleted."""
    duties = db.execute(select(ExamStaff.session_id, ExamStaff.duty).where(ExamStaff.person_id == person_id))
    for session_id, duty in duties.all():
        record(db, action=Action.EXAM_DUTY_KEPT, actor_id=None, subject_id=session_id, detail={"part": duty}, now=now)
        if duty == "invigilator":
            _keep_ties(db, person_id=person_id, session_id=session_id, now=now)


def ties_of(db: Session, *, candidate_id: int) -> frozenset[str]:
    """Return what tied a candidate, on the day, to invigilators who have left since."""
    kept = AuditEntry.action == Action.CANDIDATE_TIE_KEPT.value, AuditEntry.subject_id == candidate_id
    return frozenset(str(one["kind"]) for one in db.scalars(select(AuditEntry.detail).where(*kept)))


def left(db: Session, *, session_id: int, duty: str) -> int:
    """Return how many had a duty in a session and have left since."""
    kept = AuditEntry.action == Action.EXAM_DUTY_KEPT.value, AuditEntry.subject_id == session_id
    return sum(one.get("part") == duty for one in db.scalars(select(AuditEntry.detail).where(*kept)))


def ties_with(db: Session, *, candidate: Candidate, person_id: int, at: datetime) -> frozenset[str]:
    """Return what tied one invigilator to a candidate at a moment, under whichever account of the latter."""
    everyone = identities.person_ids(db, identity_hmac=candidate.identity_hmac, person_id=candidate.person_id)
    found = (independence.ties(db, actor_id=person_id, subject_id=one, now=at) for one in sorted(everyone))
    return frozenset[str]().union(*found)


def _keep_ties(db: Session, *, person_id: int, session_id: int, now: datetime) -> None:
    began = Candidate.session_id == session_id, Candidate.started_at.is_not(None)
    for one in db.scalars(select(Candidate).where(*began).order_by(Candidate.number)).all():
        for kind in sorted(ties_with(db, candidate=one, person_id=person_id, at=one.started_at or now)):
            record(
                db, action=Action.CANDIDATE_TIE_KEPT, actor_id=None, subject_id=one.id, detail={"kind": kind}, now=now
            )
