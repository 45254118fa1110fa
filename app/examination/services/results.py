"""Results, for whoever sat; and what the label asks: who examined whom, who holds a certification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, or_, select

from app.accounts.models import Person, PersonKind
from app.accounts.services import people, personal_data
from app.certification.models import Certificate, Status
from app.errors import NotFoundError
from app.examination.models import Candidate, ExamReview, ExamSession, ExamStaff, SessionState
from app.examination.services import acts, identities, reviewing
from app.supervised_errors import ClaimBarredError
from certificates.dates import day_in_paris
from quizzes.outcome import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import PersonRoom
    from app.examination.models import FormerOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """A valid professional certification.

    Args:
        certificate_id: The register's row.
    """

    framework_code: str
    passed_on: date
    issued_at: datetime
    valid_until: datetime
    certificate_id: int
    credential_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnResult:
    """One published result of a person."""

    candidate: Candidate
    session: ExamSession
    sitting_reference: str | None = None
    retake_at: datetime | None = None
    certificate: Certificate | None = None
    former: tuple[FormerOutcome, ...] = ()


def examined(db: Session, *, actor_id: int, subject_id: int) -> bool:
    """Tell whether somebody invigilated or judged an examination of a person, or decided of an appeal of theirs.

    Under whichever of their rows they were examined.
    """
    is_theirs = Candidate.person_id.in_(identities.same_people(db, person_id=subject_id))
    mine = (
        select(ExamStaff.id)
        .join(Candidate, Candidate.session_id == ExamStaff.session_id)
        .where(ExamStaff.person_id == actor_id, is_theirs)
    )
    reviewed = (
        select(ExamReview.id)
        .join(Candidate, Candidate.id == ExamReview.candidate_id)
        .where(or_(ExamReview.proposed_by == actor_id, ExamReview.taken_by == actor_id))
        .where(is_theirs, ExamReview.taken_at.is_not(None))
    )
    return db.scalar(mine.limit(1)) is not None or db.scalar(reviewed.limit(1)) is not None


def sat_as(db: Session, *, email: str) -> set[int]:
    """Return who sat under an address, guests too."""
    rows = select(Candidate.person_id).where(Candidate.email == email, Candidate.person_id.is_not(None))
    return {person_id for person_id in db.scalars(rows) if person_id is not None}


def certification_of(
    db: Session, *, person_id: int, now: datetime, framework_code: str = "PRO"
) -> Certification | None:
    """Return the valid professional certification of a person, the one that lasts longest; None where there is none."""
    row = db.scalar(
        select(Certificate)
        .where(
            Certificate.person_id == person_id,
            Certificate.framework_code == framework_code,
            Certificate.kind == "certificate",
            Certificate.assurance == "A2",
            Certificate.status == Status.ACTIVE.value,
            Certificate.valid_until > now,
        )
        .order_by(Certificate.valid_until.desc())
        .limit(1)
    )
    if row is None or row.valid_until is None:
        return None
    sat_at = db.scalar(select(Candidate.finished_at).where(Candidate.sitting_id == row.sitting_id))
    return Certification(
        framework_code=row.framework_code,
        passed_on=day_in_paris(sat_at or row.issued_at),
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        certificate_id=row.id,
        credential_id=row.credential_id,
    )


def last_passed(db: Session, *, person_id: int, framework_code: str, policy_id: str) -> datetime | None:
    """Return when a person last passed a test that gives no certificate of its own (the update test), once published."""
    passed = select(func.max(Candidate.finished_at)).join(ExamSession, ExamSession.id == Candidate.session_id)
    return db.scalar(
        passed.where(
            Candidate.person_id == person_id,
            Candidate.verdict == Verdict.PASSED.value,
            ExamSession.framework_code == framework_code,
            ExamSession.policy_id == policy_id,
            ExamSession.state == SessionState.PUBLISHED.value,
        )
    )


def last_shown(db: Session, *, person_ids: Collection[int], framework_code: str) -> datetime | None:
    """Return when a person last passed anything of a framework under supervision, once published; under any of their rows."""
    passed = select(func.max(Candidate.finished_at)).join(ExamSession, ExamSession.id == Candidate.session_id)
    return db.scalar(
        passed.where(
            Candidate.person_id.in_(person_ids),
            Candidate.verdict.in_([Verdict.PASSED.value, Verdict.ESTABLISHED.value]),
            ExamSession.framework_code == framework_code,
            ExamSession.state == SessionState.PUBLISHED.value,
        )
    )


class Claimed(NamedTuple):
    """How many guests an account took over, and how many it may not have (`taking_over`): these stay as they were."""

    taken: int
    barred: int


def claim(db: Session, *, person_id: int, rooms: Sequence[PersonRoom], now: datetime) -> Claimed:
    """Give an account what was sat under its confirmed address without an account."""
    account = people.get_account(db, person_id=person_id)
    if account.email is None or account.email_confirmed_at is None:
        return Claimed(0, 0)
    guests = db.scalars(
        select(Candidate.person_id)
        .join(Person, Person.id == Candidate.person_id)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            Candidate.email == account.email,
            Person.kind == PersonKind.GUEST.value,
            Person.erased_at.is_(None),
            ExamSession.state == SessionState.PUBLISHED.value,
        )
    ).all()
    barred = 0
    for guest_id in guests:
        try:
            personal_data.adopt_all(db, from_id=int(guest_id or 0), to_id=person_id, rooms=rooms, now=now)
        except ClaimBarredError:
            barred += 1
    return Claimed(len(guests) - barred, barred)


def list_own(db: Session, *, person_id: int | None) -> list[OwnResult]:
    """Return the published results of a person, newest first."""
    rows = db.execute(_own(person_id).order_by(ExamSession.published_at.desc(), Candidate.id.desc()))
    return [OwnResult(candidate=candidate, session=session) for candidate, session in rows]


def get_own(db: Session, *, reference: str, person_id: int | None, now: datetime) -> OwnResult:
    """Return the published result of a person in one session.

    Raises:
        NotFoundError: There is none, it is not published, or it is somebody else's.
    """
    found = db.execute(_own(person_id).where(ExamSession.reference == reference)).one_or_none()
    if found is None or person_id is None:
        raise NotFoundError
    candidate, session = found
    everyone = identities.person_ids(db, identity_hmac=candidate.identity_hmac, person_id=person_id)
    return OwnResult(
        candidate=candidate,
        session=session,
        sitting_reference=acts.sitting_reference(db, candidate=candidate),
        retake_at=acts.next_allowed(db, session=session, person_ids=everyone, now=now),
        certificate=db.get(Certificate, candidate.certificate_id) if candidate.certificate_id else None,
        former=tuple(reviewing.list_former(db, candidate=candidate)),
    )


def _own(person_id: int | None) -> Select[Candidate, ExamSession]:
    return (
        select(Candidate, ExamSession)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            Candidate.person_id == person_id,
            ExamSession.state == SessionState.PUBLISHED.value,
            Candidate.verdict.is_not(None),
        )
    )
