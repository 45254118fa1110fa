"""What this room holds of a person: exported, erased, adopted; and what is kept long enough."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from app.accounts.models import Case, CaseKind
from app.assessments.models import Sitting
from app.audit import Action, record
from app.examination.models import (
    Arrival,
    Candidate,
    ClaimSlip,
    ExamReview,
    ExamSession,
    ExamStaff,
    FocusLoss,
    FormerOutcome,
    Hand,
    Incident,
    JuryDecision,
)
from app.examination.services import claim_slips, kept_duties

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import CertificateFate

#: Columns that name whoever acted, and stay empty once they have left.
_ACTORS = (
    (ExamSession, ("created_by", "closed_by", "published_by")),
    (Candidate, ("identity_checked_by", "reader_id")),
    (ClaimSlip, ("printed_by",)),
    (Hand, ("answered_by",)),
    (Incident, ("noted_by",)),
    (JuryDecision, ("proposed_by", "taken_by")),
    (ExamReview, ("proposed_by", "taken_by")),
)
#: What stands where a name stood.
ERASED = "(effacé)"


def export_person(db: Session, *, person_id: int) -> dict[str, object]:
    """Return a person's examinations, and the sessions that they invigilated or judged. A result is told once it is published."""
    rows = db.execute(
        select(Candidate, ExamSession)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(Candidate.person_id == person_id)
        .order_by(Candidate.id)
    )
    duties = db.execute(
        select(ExamStaff.duty, ExamStaff.joined_at, ExamSession.reference)
        .join(ExamSession, ExamSession.id == ExamStaff.session_id)
        .where(ExamStaff.person_id == person_id)
        .order_by(ExamStaff.id)
    )
    return {
        "examinations": [_told(db, row, session) for row, session in rows],
        "duties": [
            {"session": reference, "duty": duty, "since": since.isoformat()} for duty, since, reference in duties
        ],
    }


def _told(db: Session, row: Candidate, session: ExamSession) -> dict[str, object]:
    hands = db.scalars(select(Hand).where(Hand.candidate_id == row.id).order_by(Hand.id))
    losses = db.scalars(select(FocusLoss.at).where(FocusLoss.candidate_id == row.id).order_by(FocusLoss.id))
    return {
        "session": session.reference,
        "framework": session.framework_code,
        "starts_at": session.starts_at.isoformat(),
        "family_name": row.family_name,
        "given_names": row.given_names,
        "email": row.email,
        "accommodations": row.accommodations,
        "enrolled_at": row.enrolled_at.isoformat(),
        "document_seen": row.document_kind,
        "identity_checked_at": _moment(row.identity_checked_at),
        "checked_name": row.checked_name,
        "started_at": _moment(row.started_at),
        "finished_at": _moment(row.finished_at),
        "finish_reason": row.finish_reason,
        "breaks": {"count": row.break_count, "seconds": row.break_seconds},
        "read_aloud": row.reader_id is not None,
        "second_sets_cut_off": row.owed_themes or [],
        "claim_slips": [
            {
                "printed_at": one.printed_at.isoformat(),
                "expires_at": one.expires_at.isoformat(),
                "used_at": _moment(one.used_at),
            }
            for one in db.scalars(select(ClaimSlip).where(ClaimSlip.candidate_id == row.id).order_by(ClaimSlip.id))
        ],
        "hands": [{"at": hand.raised_at.isoformat(), "item": hand.item_id, "note": hand.note} for hand in hands],
        "page_left_at": [at.isoformat() for at in losses],
        "verdict": row.verdict if session.published_at else None,
        "outcome": row.outcome if session.published_at else None,
        "former_outcomes": [
            {"replaced_at": one.replaced_at.isoformat(), "verdict": one.verdict, "outcome": one.outcome}
            for one in db.scalars(
                select(FormerOutcome).where(FormerOutcome.candidate_id == row.id).order_by(FormerOutcome.id)
            )
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def erase_person(db: Session, *, person_id: int, fate: CertificateFate, now: datetime) -> None:  # noqa: ARG001 (one signature for every room)
    """Take a person's name out of every session. That a result was contested stays known: the session and the number of the case.

    What is left of a candidate is a number, a verdict and the digest under which retakes are counted: without it, leaving would give a
    new try at once. Of a duty it is that somebody had it, and what tied them to whom they watched (`kept_duties`).
    """
    _keep_appeals(db, person_id=person_id, now=now)
    mine = select(Candidate.id).where(Candidate.person_id == person_id)
    _empty(db, mine)
    db.execute(update(Candidate).where(Candidate.person_id == person_id).values(person_id=None, sitting_id=None))
    db.execute(update(Arrival).where(Arrival.person_id == person_id).values(person_id=None))
    kept_duties.keep(db, person_id=person_id, now=now)
    db.execute(delete(ExamStaff).where(ExamStaff.person_id == person_id))
    for model, columns in _ACTORS:
        for column in columns:
            db.execute(update(model).where(getattr(model, column) == person_id).values({column: None}))
    db.expire_all()


def _keep_appeals(db: Session, *, person_id: int, now: datetime) -> None:
    """Write down which sessions somebody who leaves contested: with their sittings nothing else would tell the yearly report."""
    contested = (
        select(Case.number, Candidate.session_id)
        .join(Sitting, Sitting.reference == Case.subject_reference)
        .join(Candidate, Candidate.sitting_id == Sitting.id)
        .where(Candidate.person_id == person_id, Case.kind == CaseKind.CONTEST.value, Case.subject_kind == "sitting")
    )
    for number, session_id in db.execute(contested.order_by(Case.id)).all():
        detail = {"case": number}
        record(db, action=Action.RESULT_APPEAL_KEPT, actor_id=None, subject_id=session_id, detail=detail, now=now)


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:
    """Give what a guest sat to an account."""
    for model in (Candidate, Arrival):
        db.execute(update(model).where(model.person_id == from_id).values(person_id=to_id))


def expire(db: Session, *, years: int, now: datetime) -> int:
    """Empty candidates whose session is so many years old, and delete slips that serve no more; return how many candidates."""
    claim_slips.purge(db, now=now)
    old = (
        select(Candidate.id)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(ExamSession.starts_at <= now - timedelta(days=round(365.25 * years)), Candidate.family_name != ERASED)
    )
    ids = list(db.scalars(old))
    _empty(db, ids)
    db.execute(update(Candidate).where(Candidate.id.in_(ids)).values(identity_hmac=None))
    db.expire_all()
    return len(ids)


def _empty(db: Session, ids: object) -> None:
    db.execute(delete(Hand).where(Hand.candidate_id.in_(ids)))  # type: ignore[arg-type]  # ids of rows
    db.execute(delete(ClaimSlip).where(ClaimSlip.candidate_id.in_(ids)))  # type: ignore[arg-type]  # ids of rows
    db.execute(delete(FocusLoss).where(FocusLoss.candidate_id.in_(ids)))  # type: ignore[arg-type]  # ids of rows
    db.execute(update(FormerOutcome).where(FormerOutcome.candidate_id.in_(ids)).values(outcome=None))  # type: ignore[arg-type]  # ids of rows
    db.execute(
        update(Candidate)
        .where(Candidate.id.in_(ids))  # type: ignore[arg-type]  # ids of rows
        .values(
            family_name=ERASED,
            given_names=ERASED,
            email=None,
            checked_name=None,
            birth_date_hash=None,
            credential_uuid=None,
            outcome=None,
            owed_themes=None,
            accommodations=[],
        )
    )
