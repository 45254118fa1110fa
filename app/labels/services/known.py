"""What other rooms know of a person: their number, their certification, how it was held, their update test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.certification.models import Certificate
from app.examination.models import Candidate, ExamSession, ExamStaff, SessionState
from app.examination.services import results
from app.identity.services import professional
from app.organisations.services import independence
from certificates import verification
from certificates.dates import day_in_paris
from certificates.label_rules.facts import Activity, Certification, Number, Supervision, UpdateTest

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing
    from certificates.label_rules.parameters import Parameters

_UPDATE = "update"
_PASSED = "passed"
#: What the examination calls an arrangement, and what the criteria call it.
_ARRANGED = {"third_time": "extra-time", "large_type": "large-type"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What other rooms know of one person, on one day.

    Args:
        name: As it was read on an identity document at the examination; None where nobody read it.
        accommodations: What was arranged at the examination.
    """

    number: Number | None = None
    certification: Certification | None = None
    name: str | None = None
    update_test: UpdateTest | None = None
    accommodations: frozenset[str] = frozenset()


def read(db: Session, *, person_id: int, ring: KeyRing, rules: Parameters, now: datetime) -> Known:
    """Gather what other rooms know of a person."""
    found = results.certification_of(db, person_id=person_id, now=now, framework_code=rules.framework)
    row = db.get(Certificate, found.certificate_id) if found is not None else None
    stated = verification.read_registered(row.token, ring) if row is not None else None
    sat = db.scalar(select(Candidate).where(Candidate.certificate_id == row.id)) if row is not None else None
    certification = None
    if found is not None and stated is not None:
        certification = Certification(
            framework=found.framework_code,
            assurance=stated.assurance,
            is_passed=True,  # no certificate is issued otherwise
            obtained_on=found.passed_on,
            valid_until=day_in_paris(found.valid_until),
            supervision=Supervision(
                is_accredited=True,  # only an accredited structure opens a session
                is_identity_checked=stated.name_verified,
                invigilator_ties=_invigilator_ties(db, sat, person_id=person_id, now=now),
            ),
        )
    return Known(
        number=_number(db, person_id=person_id),
        certification=certification,
        name=stated.holder_name if stated is not None else None,
        update_test=_update_test(db, person_id=person_id, rules=rules),
        accommodations=frozenset(_ARRANGED.get(one, one) for one in sat.accommodations) if sat else frozenset(),
    )


def activity_of(db: Session, *, person_id: int | None) -> Activity:
    """Return what the directory says of a person's number, and nothing else: all that time alone looks at."""
    number = _number(db, person_id=person_id or 0)
    return number.activity if number is not None else Activity.UNKNOWN


def _number(db: Session, *, person_id: int) -> Number | None:
    known = professional.of(db, person_id=person_id)
    if known is None:
        return None
    checked_on = day_in_paris(known.checked_at) if known.checked_at is not None else None
    return Number(rpps=known.rpps, activity=Activity(known.activity.value), checked_on=checked_on)


def _invigilator_ties(db: Session, sat: Candidate | None, *, person_id: int, now: datetime) -> frozenset[str]:
    if sat is None:
        return frozenset()
    staff = select(ExamStaff.person_id).where(ExamStaff.session_id == sat.session_id, ExamStaff.duty == "invigilator")
    ties = [independence.ties(db, actor_id=one, subject_id=person_id, now=now) for one in db.scalars(staff)]
    return frozenset().union(*ties)


def _update_test(db: Session, *, person_id: int, rules: Parameters) -> UpdateTest | None:
    """Return the last update test whose result was published; one that was passed counts before a later one."""
    rows = db.execute(
        select(Candidate.verdict, Candidate.finished_at)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(
            Candidate.person_id == person_id,
            ExamSession.policy_id == _UPDATE,
            ExamSession.framework_code == rules.framework,
            ExamSession.state == SessionState.PUBLISHED.value,
            Candidate.finished_at.is_not(None),
        )
    ).all()
    best = max(rows, key=lambda row: (row.verdict == _PASSED, row.finished_at), default=None)
    if best is None:
        return None
    return UpdateTest(
        items=rules.update_items, is_passed=best.verdict == _PASSED, taken_on=day_in_paris(best.finished_at)
    )
