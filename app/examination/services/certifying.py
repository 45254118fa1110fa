"""Results that prove something and have no certificate: they wait for the certifying authority, who tries again once the cause is gone.

Nothing is decided again: the jury's result stands, and the person has been told it. What failed is the writing of the certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.accounts.models import Person
from app.assessments.services import examining
from app.audit import Action, record
from app.certification.models import Certificate
from app.certification.services.issuing import VALID_YEARS
from app.errors import NotFoundError
from app.examination.models import Candidate, ExamSession, SessionState
from app.examination.services import identities, jury, publishing
from app.organisations.models import Structure
from app.supervised_errors import StillUncertifiedError
from certificates.errors import UnacceptableNameError
from certificates.names import check_printable_name

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.examination.services.publishing import Means
    from certificates.press import Press


class Cause(StrEnum):
    """Why no certificate could be written, as far as it can be told today."""

    NAME = "name"  # the name that was checked cannot be printed: a font is missing, or a sign is none of a name
    LEVEL = "level"  # no level overall is certain enough to be printed
    GONE = "gone"  # nothing stands in the way any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertified:
    """One result that waits.

    Args:
        structure: Name of the one that held the session.
    """

    candidate: Candidate
    session: ExamSession
    structure: str
    cause: Cause


def list_waiting(db: Session, *, press: Press, limit: int | None) -> list[Uncertified]:
    """Return the results that wait for a certificate, the oldest first."""
    rows = db.execute(_waiting().order_by(ExamSession.published_at, Candidate.id).limit(limit))
    return [
        Uncertified(candidate=candidate, session=session, structure=structure, cause=cause_of(candidate, press=press))
        for candidate, session, structure in rows
    ]


def count(db: Session) -> tuple[int, datetime | None]:
    """Return how many wait, and since when the oldest was told."""
    waiting = _waiting().with_only_columns(func.count(Candidate.id), func.min(ExamSession.published_at))
    number, since = db.execute(waiting).one()
    return number, since


def cause_of(candidate: Candidate, *, press: Press) -> Cause:
    """Return what stands in the way today."""
    try:
        press.check_drawable(check_printable_name(candidate.checked_name or ""))
    except UnacceptableNameError:
        return Cause.NAME
    return Cause.GONE if (candidate.outcome or {}).get("level") else Cause.LEVEL


def get(db: Session, *, reference: str, number: int) -> Candidate:
    """Return a candidate whose result waits for a certificate.

    Raises:
        NotFoundError: There is none: somebody was faster, or nothing waits here.
    """
    one = _waiting().where(ExamSession.reference == reference, Candidate.number == number)
    row = db.execute(one).one_or_none()
    if row is None:
        raise NotFoundError
    return row[0]


def try_again(db: Session, *, reference: str, number: int, means: Means, actor_id: int, now: datetime) -> Certificate:
    """Write the certificate that could not be written, and tell the person; the result is read again, decided by nobody.

    Raises:
        NotFoundError: See `get`; of two who press at once, the second is told this.
        NotIndependentError: Whoever asks trains or manages this person, or is them.
        StillUncertifiedError: The cause is still there; nothing has changed.
    """
    row = get(db, reference=reference, number=number)
    db.get_one(ExamSession, row.session_id, with_for_update=True)
    db.refresh(row, with_for_update=True)
    if row.certificate_id is not None or row.sitting_id is None:
        raise NotFoundError
    everyone = identities.person_ids(db, identity_hmac=row.identity_hmac, person_id=row.person_id)
    identities.check_untied(db, actor_ids={actor_id}, person_ids=everyone, now=now)
    opened = examining.read(db, sitting_id=row.sitting_id, bank=means.bank)
    found = examining.outcome(opened, neutralised=jury.set_aside(db, candidate=row), panel=means.panel)
    publishing.certify(db, row=row, opened=opened, found=found, means=means, actor_id=actor_id, now=now)
    if row.certificate_id is None:
        raise StillUncertifiedError
    detail = {"certificate": row.certificate_id}
    record(db, action=Action.RESULT_CERTIFIED, actor_id=actor_id, subject_id=row.id, detail=detail, now=now)
    publishing.tell(db, row=row, origin=means.issuer.url, about="certified", now=now)
    return db.get_one(Certificate, row.certificate_id)


def _waiting() -> Select[Candidate, ExamSession, str]:
    has_certificate = select(Certificate.id).where(Certificate.sitting_id == Candidate.sitting_id).exists()
    return (
        select(Candidate, ExamSession, Structure.name)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .join(Structure, Structure.id == ExamSession.structure_id)
        .join(Person, Person.id == Candidate.person_id)
        .where(
            ExamSession.state == SessionState.PUBLISHED.value,
            ExamSession.policy_id.in_(sorted(VALID_YEARS)),
            Candidate.verdict.in_([verdict.value for verdict in publishing.PROVES]),
            Candidate.sitting_id.is_not(None),
            Candidate.certificate_id.is_(None),
            Candidate.checked_name.is_not(None),  # else kept long enough and emptied: nothing is left to write
            Person.erased_at.is_(None),
            ~has_certificate,
        )
    )
