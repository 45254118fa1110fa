"""Plan a session, open it, find it, close it. Its code is derived, never kept: the table holds a digest to look it up by."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import case, exists, func, select, true, update

from app.audit import Action, record
from app.database import affected
from app.errors import MovedOnError, NotFoundError, PastMomentError
from app.examination.models import Candidate, ExamSession, ExamStaff, SessionState
from app.organisations.models import Member, Part, Structure
from app.organisations.services import structures
from certificates.reference import ALPHABET
from quizzes.errors import NotOfferedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from quizzes.policy import Policy

#: Forty bits: with the candidate's number beside it, tries counted and the session open for some hours only.
_CODE_SIGNS = 8
#: Sessions on one page; what is left out is said there.
SHOWN = 200
#: A session that is still open so long after its beginning was forgotten.
FORGOTTEN_AFTER = timedelta(days=1)
#: Wrong numbers typed under the right code before a new code has to be made.
MOST_MISSES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A session in a list."""

    session: ExamSession
    structure: str
    candidates: int


def code_of(row: ExamSession, *, secret: str) -> str:
    """Return the code of a session, for the page of whoever invigilates."""
    return _derive(row.reference, row.code_serial, secret=secret)


def _derive(reference: str, serial: int, *, secret: str) -> str:
    digest = hmac.digest(secret.encode(), f"exam-code:{reference}:{serial}".encode(), hashlib.sha256)
    number = int.from_bytes(digest[:5])
    return "".join(ALPHABET[number >> shift & 31] for shift in range((_CODE_SIGNS - 1) * 5, -1, -5))


def code_digest(code: str, *, secret: str) -> str:
    """Return what a code is looked up by."""
    return hmac.digest(secret.encode(), f"exam-code-digest:{code}".encode(), hashlib.sha256).hex()


def plan(
    db: Session,
    *,
    structure: Structure,
    framework_code: str,
    policy: Policy,
    place: str,
    starts_at: datetime,
    seats: int,
    reference: str,
    secret: str,
    actor_id: int,
    now: datetime,
) -> ExamSession:
    """Plan a session of an accredited structure.

    Raises:
        PastMomentError: It would have begun already.
        NotAccreditedError: The structure's accreditation does not run that day.
        NotOfferedError: This test is not supervised, or does not exist for this framework.
    """
    if starts_at <= now:
        raise PastMomentError
    structures.check_accredited(structure, at=starts_at)
    if policy.assurance != "A2" or not policy.is_for(framework_code):
        raise NotOfferedError(framework_code)
    row = ExamSession(
        reference=reference,
        structure_id=structure.id,
        framework_code=framework_code,
        policy_id=policy.id,
        place=place,
        starts_at=starts_at,
        minutes=policy.minutes,
        seats=seats,
        code_serial=1,
        code_hmac=code_digest(_derive(reference, 1, secret=secret), secret=secret),
        created_by=actor_id,
        created_at=now,
    )
    db.add(row)
    db.flush()
    record(db, action=Action.EXAM_PLANNED, actor_id=actor_id, subject_id=row.id, now=now)
    return row


def get_of_structure(
    db: Session, *, reference: str, person_id: int | None, parts: Sequence[Part], lock: bool = False
) -> ExamSession:
    """Return a session of a structure in which this person has one of these parts now.

    Raises:
        NotFoundError: There is none, or they have no such part.
    """
    mine = (
        select(Member.structure_id)
        .where(
            Member.person_id == person_id,
            Member.part.in_([part.value for part in parts]),
            Member.ended_at.is_(None),
        )
        .scalar_subquery()
    )
    found = select(ExamSession).where(ExamSession.reference == reference, ExamSession.structure_id.in_(mine))
    return _one(db, found.with_for_update() if lock else found)


def is_managed_by(db: Session, *, row: ExamSession, person_id: int | None) -> bool:
    """Tell whether somebody is a manager of the structure of a session now."""
    mine = select(Member.id).where(
        Member.structure_id == row.structure_id,
        Member.person_id == person_id,
        Member.part == Part.MANAGER.value,
        Member.ended_at.is_(None),
    )
    return db.scalar(mine.limit(1)) is not None


def get_on_duty(db: Session, *, reference: str, person_id: int | None, duty: str) -> ExamSession:
    """Return a session that this person invigilates, or judges.

    Raises:
        NotFoundError: There is none, they have not joined it, or invigilate for that structure no more.
    """
    found = (
        select(ExamSession)
        .join(ExamStaff, ExamStaff.session_id == ExamSession.id)
        .where(ExamSession.reference == reference, ExamStaff.person_id == person_id, ExamStaff.duty == duty)
    )
    if duty == "invigilator":
        still = exists().where(
            Member.structure_id == ExamSession.structure_id,
            Member.person_id == person_id,
            Member.part == Part.INVIGILATOR.value,
            Member.ended_at.is_(None),
        )
        found = found.where(still)
    return _one(db, found)


def get(db: Session, *, reference: str) -> ExamSession:
    """Return a session, for the certifying authority.

    Raises:
        NotFoundError: There is none.
    """
    return _one(db, select(ExamSession).where(ExamSession.reference == reference))


def _one(db: Session, found: object) -> ExamSession:
    row: ExamSession | None = db.scalar(found)  # type: ignore[call-overload]  # a select of sessions
    if row is None:
        raise NotFoundError
    return row


def list_own(db: Session, *, person_id: int | None, limit: int | None = None) -> list[Listed]:
    """Return the sessions of the structures in which a person is manager or invigilator, the next ones first."""
    mine = select(Member.structure_id).where(
        Member.person_id == person_id,
        Member.part.in_([Part.MANAGER.value, Part.INVIGILATOR.value]),
        Member.ended_at.is_(None),
    )
    return _listed(db, ExamSession.structure_id.in_(mine), limit=limit)


def list_for_jury(db: Session, *, limit: int | None) -> list[Listed]:
    """Return the sessions that are over: those to judge first, then those to publish, the newest first in each."""
    over = [SessionState.CLOSED.value, SessionState.JUDGED.value, SessionState.PUBLISHED.value]
    turn = case({state: place for place, state in enumerate(over)}, value=ExamSession.state)
    return _listed(db, ExamSession.state.in_(over), turn, limit=limit)


def list_all(db: Session) -> list[Listed]:
    """Return every session, the newest first."""
    return _listed(db, true(), limit=None)


def waiting_for_jury(db: Session) -> dict[SessionState, tuple[int, datetime | None]]:
    """Return how many sessions wait for a jury, or to be published, and since when the oldest is closed."""
    rows = db.execute(
        select(ExamSession.state, func.count(ExamSession.id), func.min(ExamSession.closed_at))
        .where(ExamSession.state.in_([SessionState.CLOSED.value, SessionState.JUDGED.value]))
        .group_by(ExamSession.state)
    )
    return {SessionState(state): (count, since) for state, count, since in rows}


def count_forgotten(db: Session, *, now: datetime) -> tuple[int, datetime | None]:
    """Return how many sessions nobody has closed though their day has gone by, and when the oldest should have begun."""
    found = select(func.count(ExamSession.id), func.min(ExamSession.starts_at)).where(_is_forgotten(now))
    count, since = db.execute(found).one()
    return count, since


def list_forgotten(db: Session, *, now: datetime) -> list[Listed]:
    """Return these sessions: those who sat wait for a jury that cannot sit, those who did not for another day."""
    return _listed(db, _is_forgotten(now), limit=SHOWN)


def _is_forgotten(now: datetime) -> ColumnElement[bool]:
    waiting = [SessionState.PLANNED.value, SessionState.OPEN.value, SessionState.RUNNING.value]
    return ExamSession.state.in_(waiting) & (ExamSession.starts_at < now - FORGOTTEN_AFTER)


def _listed(db: Session, condition: object, *first: ColumnElement[int], limit: int | None) -> list[Listed]:
    rows = db.execute(
        select(ExamSession, Structure.name, func.count(Candidate.id))
        .join(Structure, Structure.id == ExamSession.structure_id)
        .outerjoin(Candidate, Candidate.session_id == ExamSession.id)
        .where(condition)  # type: ignore[arg-type]  # what the callers above pass
        .group_by(ExamSession.id, Structure.name)
        .order_by(*first, ExamSession.starts_at.desc(), ExamSession.id)
        .limit(limit)
    )
    return [Listed(session=session, structure=name, candidates=count) for session, name, count in rows]


def renew_code(db: Session, *, row: ExamSession, secret: str, actor_id: int, now: datetime) -> None:
    """Give a session another code: the former one lets nobody in any more."""
    row.code_serial += 1
    row.code_hmac = code_digest(code_of(row, secret=secret), secret=secret)
    row.code_misses = 0
    record(db, action=Action.EXAM_CODE_RENEWED, actor_id=actor_id, subject_id=row.id, now=now)


def open_doors(db: Session, *, row: ExamSession, actor_id: int, now: datetime) -> None:
    """Let candidates in: from now on the code works.

    Raises:
        MovedOnError: The session is not one that is planned.
        NotAccreditedError: The structure's accreditation does not run today.
    """
    structures.check_accredited(db.get_one(Structure, row.structure_id), at=now)
    move(
        db, row=row, before=(SessionState.PLANNED,), after=SessionState.OPEN, actor_id=actor_id, now=now, opened_at=now
    )


def move(
    db: Session,
    *,
    row: ExamSession,
    before: Sequence[SessionState],
    after: SessionState,
    actor_id: int | None,
    now: datetime,
    **values: object,
) -> None:
    """Take a session from one state to the next, once.

    Raises:
        MovedOnError: It is in another state: somebody acted first.
    """
    step = (
        update(ExamSession)
        .where(ExamSession.id == row.id, ExamSession.state.in_([state.value for state in before]))
        .values(state=after.value, **values)
    )
    if not affected(db, step):
        raise MovedOnError
    db.refresh(row)
    record(db, action=Action.EXAM_MOVED, actor_id=actor_id, subject_id=row.id, detail={"state": after.value}, now=now)
