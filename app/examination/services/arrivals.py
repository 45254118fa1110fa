"""A candidate arrives at a machine: the session's code and their own number, then an authorisation of this very browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.accounts.models import Person, WebSession
from app.errors import WrongExamCodeError
from app.examination.models import Arrival, Candidate, ExamSession, SessionState
from app.examination.services.sessions import MOST_MISSES, code_digest
from certificates.reference import ALPHABET

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_LOOK_ALIKES = str.maketrans("OIL", "011")
_NOT_IN_CODES = re.compile(f"[^{ALPHABET}]")


def find_candidate(db: Session, *, code: str, number: int, secret: str) -> Candidate:
    """Return the candidate that a code and a number lead to.

    Raises:
        WrongExamCodeError: They lead to nobody, the doors are not open, the candidate has finished, or too many wrong numbers were typed
            under this code. All are told alike; the caller commits, so that the miss is counted.
    """
    typed = _NOT_IN_CODES.sub("", code.upper().translate(_LOOK_ALIKES))
    doors = [SessionState.OPEN.value, SessionState.RUNNING.value]
    session = db.scalar(
        select(ExamSession).where(
            ExamSession.code_hmac == code_digest(typed, secret=secret), ExamSession.state.in_(doors)
        )
    )
    if session is None or session.code_misses >= MOST_MISSES:
        raise WrongExamCodeError
    row = db.scalar(select(Candidate).where(Candidate.session_id == session.id, Candidate.number == number))
    if row is None or row.finished_at is not None:
        db.execute(
            update(ExamSession).where(ExamSession.id == session.id).values(code_misses=ExamSession.code_misses + 1)
        )
        raise WrongExamCodeError
    return row


def is_theirs(db: Session, *, candidate: Candidate, person_id: int | None) -> bool:
    """Tell whether an account is the candidate's own: the one known at enrolment, or the one of their confirmed address."""
    if person_id is None:
        return False
    if candidate.person_id == person_id:
        return True
    person = db.get(Person, person_id)
    return (
        candidate.person_id is None
        and person is not None
        and person.email is not None
        and person.email_confirmed_at is not None
        and person.email == candidate.email
    )


def arrive(
    db: Session,
    *,
    candidate: Candidate,
    web_session_id: int,
    person_id: int,
    screen_number: int,
    language: str,
    now: datetime,
) -> Arrival:
    """Note that a browser waits for a candidate; the one that is authorised already goes on without another authorisation."""
    last = newest_of_browser(db, web_session_id=web_session_id)
    if last is not None and last.candidate_id == candidate.id:
        return last
    row = Arrival(
        candidate_id=candidate.id,
        web_session_id=web_session_id,
        person_id=person_id,
        screen_number=screen_number,
        arrived_at=now,
    )
    db.add(row)
    if candidate.started_at is None:
        candidate.language = language
    db.flush()
    return row


def newest_of_browser(db: Session, *, web_session_id: int | None) -> Arrival | None:
    """Return the last arrival in a browser, whoever it was for."""
    if web_session_id is None:
        return None
    return db.scalar(
        select(Arrival).where(Arrival.web_session_id == web_session_id).order_by(Arrival.id.desc()).limit(1)
    )


def newest_web_session(db: Session, *, person_id: int) -> int:
    """Return the browser that was let in last for a guest just made."""
    return db.scalars(
        select(WebSession.id).where(WebSession.person_id == person_id).order_by(WebSession.id.desc()).limit(1)
    ).one()
