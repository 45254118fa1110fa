"""What other rooms know of a person: their number, their certification, how it was held, their update test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from app.certification.models import Certificate
from app.examination.models import Candidate, ExamSession, ExamStaff, SessionState
from app.examination.services import identities, kept_duties, results
from app.identity.models import Source
from app.identity.services import professional
from app.organisations.services import independence
from certificates import verification
from certificates.dates import PARIS, day_in_paris
from certificates.label_rules.facts import Activity, Certification, Number, Supervision, UpdateTest, borne

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from app.labels.models import Label
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
        family_name, given_names: The same, as `facts.Identity` wants it.
        identity_hmac: Of the person who was examined, whichever account they have; None where it is not known any more.
        accommodations: What was arranged at the examination.
    """

    number: Number | None = None
    certification: Certification | None = None
    name: str | None = None
    family_name: str = ""
    given_names: str = ""
    identity_hmac: str | None = None
    update_test: UpdateTest | None = None
    accommodations: frozenset[str] = frozenset()


def read(
    db: Session,
    *,
    person_id: int,
    ring: KeyRing,
    rules: Parameters,
    certified_on: date,
    demonstration: bool,
    now: datetime,
) -> Known:
    """Gather what other rooms know of a person.

    Args:
        certified_on: Day on which the certification has to run: `criteria.certified_on`.
        demonstration: Whether the installation is one: elsewhere its certificates, and the directory that stands in, count for nothing.
    """
    moment = now if certified_on == day_in_paris(now) else datetime.combine(certified_on, time(), tzinfo=PARIS)
    found = results.certification_of(db, person_id=person_id, now=moment, framework_code=rules.framework)
    row = db.get(Certificate, found.certificate_id) if found is not None else None
    stated = verification.read_registered(row.token, ring) if row is not None else None
    sat = _candidate(db, row)
    certification = None
    if found is not None and stated is not None:
        certification = Certification(
            framework=found.framework_code,
            assurance=stated.assurance,
            obtained_on=found.passed_on,
            valid_until=day_in_paris(found.valid_until),
            is_demonstration=stated.demonstration and not demonstration,
            supervision=Supervision(
                is_identity_checked=stated.name_verified,
                invigilator_ties=_invigilator_ties(db, sat, person_id=person_id),
            ),
        )
    name = stated.holder_name if stated is not None and stated.name_verified else None
    is_split = sat is not None and sat.checked_name == name  # a candidate of long ago has no names any more
    return Known(
        number=_number(db, person_id=person_id, demonstration=demonstration),
        certification=certification,
        name=name,
        family_name=sat.family_name if sat is not None and is_split else name or "",
        given_names=sat.given_names if sat is not None and is_split else "",
        identity_hmac=sat.identity_hmac if sat is not None else None,
        update_test=_update_test(db, person_id=person_id, rules=rules),
        accommodations=frozenset(_ARRANGED.get(one, one) for one in sat.accommodations) if sat else frozenset(),
    )


def activity_of(db: Session, *, label: Label) -> Activity:
    """Return what is known of the number that a label bears, and nothing else: all that time alone looks at."""
    number = professional.of(db, person_id=label.person_id) if label.person_id is not None else None
    if number is None:
        return borne(label.rpps, shown=None, activity=Activity.UNKNOWN)
    return borne(label.rpps, shown=number.rpps, activity=Activity(number.activity.value))


def _candidate(db: Session, row: Certificate | None) -> Candidate | None:
    """Return who sat for a certificate: one that was signed again takes the sitting over, and the candidate names the first."""
    if row is None:
        return None
    same = [Candidate.certificate_id == row.id]
    if row.sitting_id is not None:
        same.append(Candidate.sitting_id == row.sitting_id)
    return db.scalar(select(Candidate).where(or_(*same)).order_by(Candidate.id.desc()).limit(1))


def _number(db: Session, *, person_id: int, demonstration: bool) -> Number | None:
    known = professional.of(db, person_id=person_id)
    if known is None:
        return None
    is_vouched = known.source is Source.PROVIDER
    if not (known.is_national or demonstration):  # a file stood in for the directory: nothing is known
        return Number(rpps=known.rpps, activity=Activity.UNKNOWN, checked_on=None, is_vouched=is_vouched)
    return Number(
        rpps=known.rpps,
        activity=Activity(known.activity.value),
        checked_on=day_in_paris(known.checked_at) if known.checked_at is not None else None,
        name=known.name,
        is_vouched=is_vouched,
        profession=known.profession,
    )


def _invigilator_ties(db: Session, sat: Candidate | None, *, person_id: int) -> frozenset[str]:
    """Return what tied the invigilators to the candidate on the day: a job changed since is nobody's fault, an account erased since hides nothing."""
    if sat is None or sat.started_at is None:
        return frozenset()
    at = sat.started_at
    staff = select(ExamStaff.person_id).where(ExamStaff.session_id == sat.session_id, ExamStaff.duty == "invigilator")
    everyone = identities.person_ids(db, identity_hmac=sat.identity_hmac, person_id=person_id)
    ties = [
        independence.ties(db, actor_id=one, subject_id=subject_id, now=at)
        for one in db.scalars(staff)
        for subject_id in sorted(everyone)
    ]
    return kept_duties.ties_of(db, candidate_id=sat.id).union(*ties)


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
    return UpdateTest(is_passed=best.verdict == _PASSED, taken_on=day_in_paris(best.finished_at))
