"""Publish the results of a session together: judged, written, certified, told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.accounts.models import Person, PersonKind
from app.assessments.services import examining
from app.audit import Action, record
from app.certification.services import issuing, superseding
from app.errors import CertificateWithdrawnError, NotFoundError, NothingToCertifyError
from app.examination.models import Candidate, SessionState
from app.examination.services import jury, letters, owed, sessions
from certificates.errors import UnacceptableNameError
from quizzes import settling
from quizzes.measurement import CERTIFIED_PROBABILITY
from quizzes.outcome import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.assessments.services.sittings import OpenSitting
    from app.certification.services.issuing import Chances
    from app.examination.models import ExamSession
    from app.examination.services.letters import Subject
    from certificates.credential import Issuer
    from certificates.keys import KeyRing
    from certificates.press import Press
    from quizzes.bank import Bank
    from quizzes.measurement import AreaMeasurement, Measurement
    from quizzes.outcome import AreaOutcome, Outcome
    from quizzes.standard import PanelCut

#: Of somebody who was enrolled and did not sit.
ABSENT = "absent"
#: What a certificate follows from.
PROVES = (Verdict.PASSED, Verdict.ESTABLISHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What issuing certificates needs.

    Args:
        is_demonstration: Whether a certificate for which these items were asked is of no value.
        draw_chances: Draws what chance gives to one certificate.
        panel: The signed cut of the framework, where there is one.
    """

    bank: Bank
    ring: KeyRing
    press: Press
    issuer: Issuer
    secret: str
    is_demonstration: Callable[[list[str]], bool]
    draw_chances: Callable[[], Chances]
    panel: PanelCut | None


def publish(db: Session, *, session: ExamSession, means: Means, actor_id: int, now: datetime) -> int:
    """Judge every candidate, issue the certificates, write to everybody; return how many results there are.

    Raises:
        NotFoundError: The actor does not sit on the jury.
        MovedOnError: The jury has not concluded, or another juror published first.
    """
    if actor_id not in jury.jurors(db, session=session):
        raise NotFoundError
    sessions.move(
        db,
        row=session,
        before=(SessionState.JUDGED,),
        after=SessionState.PUBLISHED,
        actor_id=actor_id,
        now=now,
        published_at=now,
        published_by=actor_id,
    )
    rows = db.scalars(
        select(Candidate).where(Candidate.session_id == session.id).order_by(Candidate.number).with_for_update()
    ).all()
    for row in rows:
        _publish_one(db, row=row, means=means, actor_id=actor_id, now=now)
    detail = {"candidates": len(rows), "neutralised": len(jury.neutralised(db, session_id=session.id))}
    record(db, action=Action.RESULTS_PUBLISHED, actor_id=actor_id, subject_id=session.id, detail=detail, now=now)
    return len(rows)


def _publish_one(db: Session, *, row: Candidate, means: Means, actor_id: int, now: datetime) -> None:
    if row.sitting_id is None:
        row.verdict = ABSENT
        return
    opened = examining.read(db, sitting_id=row.sitting_id, bank=means.bank)
    found = examining.outcome(opened, neutralised=jury.set_aside(db, candidate=row), panel=means.panel)
    is_owed = found.hangs_on(row.owed_themes or ()) and jury.is_deferred(db, candidate_id=row.id)
    row.verdict = owed.OWED if is_owed else found.verdict.value
    row.outcome = {
        **told(found, ending=opened.state.finished),
        "verdict": row.verdict,
        "reason": jury.reason_for(db, candidate_id=row.id),
        "owed": row.owed_themes or [],
    }
    if found.verdict in PROVES:
        certify(db, row=row, opened=opened, found=found, means=means, actor_id=actor_id, now=now)
    tell(db, row=row, origin=means.issuer.url, about="result", now=now)


def tell(db: Session, *, row: Candidate, origin: str, about: Subject, now: datetime) -> None:
    """Write to whoever sat that a result is there, was looked at again, or has its certificate; never what it is."""
    person = db.get(Person, row.person_id) if row.person_id is not None else None
    has_account = person is not None and person.kind == PersonKind.ACCOUNT
    address = person.email if has_account and person is not None else row.email
    if address is not None:
        letters.send_result(
            db,
            to=address,
            language=row.language,
            has_account=has_account,
            about=about,
            person_id=row.person_id,
            origin=origin,
            now=now,
        )


def certify(
    db: Session,
    *,
    row: Candidate,
    opened: OpenSitting,
    found: Outcome,
    means: Means,
    actor_id: int,
    now: datetime,
) -> None:
    """Issue the certificate under the name that was checked; a result without one is still told, and waits at the desk (`certifying`)."""
    try:
        certificate = issuing.issue_supervised(
            db,
            opened=opened,
            outcome=found,
            checked_name=row.checked_name or "",
            birth_date_hash=row.birth_date_hash,
            ring=means.ring,
            press=means.press,
            issuer=means.issuer,
            demonstration=means.is_demonstration([one.item_id for one in opened.state.answers]),
            reference_secret=means.secret,
            chances=replace(means.draw_chances(), credential_uuid=row.credential_uuid or ""),
            actor_id=actor_id,
            now=now,
        )
    except (NothingToCertifyError, UnacceptableNameError):
        return
    row.certificate_id = certificate.id


def certify_higher(
    db: Session, *, row: Candidate, opened: OpenSitting, found: Outcome, means: Means, actor_id: int, now: datetime
) -> None:
    """Issue the certificate of a candidate again, at higher levels; one that is suspended or withdrawn stays so."""
    former = issuing.find_for_sitting(db, sitting_id=opened.row.id)
    if former is None:
        certify(db, row=row, opened=opened, found=found, means=means, actor_id=actor_id, now=now)
        return
    try:
        certificate = superseding.raise_levels(
            db,
            row=former,
            opened=opened,
            outcome=found,
            ring=means.ring,
            issuer=means.issuer,
            reference_secret=means.secret,
            chances=means.draw_chances(),
            actor_id=actor_id,
            now=now,
        )
    except CertificateWithdrawnError:
        return
    row.certificate_id = certificate.id


def told(found: Outcome, *, ending: str | None) -> dict[str, Any]:
    """Return what the person is told of an outcome, as it stands in the row.

    Args:
        ending: Why the sitting ended.
    """
    return {
        "ending": ending,
        "verdict": found.verdict.value,
        "points": found.points,
        "available": found.available,
        "percent": found.percent,
        "scaled": found.scaled,
        "interval": None if found.interval is None else list(found.interval),
        "cut": found.cut,
        "level": found.level,
        "unanswered": found.unanswered,
        "neutralised": found.neutralised,
        "provisional": found.provisional,
        "overall": _range(found.measurement.overall),
        "areas": [_area(one, found.measurement) for one in found.areas],
        "secured": [one.area_id for one in found.secured],
        "to_work_on": [one.area_id for one in found.to_work_on],
        "failed_areas": [one.area_id for one in found.failed_areas],
        "lost_themes": [one.competency_id for one in found.lost_themes],
    }


def _area(one: AreaOutcome, measured: Measurement) -> dict[str, Any]:
    return {
        "area": one.area_id,
        "points": one.points,
        "available": one.available,
        "standing": one.standing.value,
        "level": one.level,
        **_range(measured.area(one.area_id)),
    }


def _range(measured: AreaMeasurement) -> dict[str, Any]:
    """Return how sure a level is, and between which levels somebody is nine times in ten; None is "pas encore"."""
    reached = [one for one in measured.at_least if one >= CERTIFIED_PROBABILITY]
    return {
        "is_measured": measured.is_measured,
        "certainty": min(reached, default=None),
        "lowest": measured.lowest_level,
        "highest": measured.highest_level,
        "between": settling.between(measured),
    }
