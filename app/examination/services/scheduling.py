"""Before a session begins: invite, move, change its seats, cancel. Whoever gave an address is told, with an entry for their calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from app.audit import Action, record
from app.certification.services.extras import escaped, write_calendar
from app.database import affected
from app.errors import MovedOnError, PastMomentError
from app.examination.models import Candidate, ExamSession, SessionState
from app.examination.services import clock, enrolment, letters, sessions
from app.organisations.models import Structure
from app.organisations.services import structures
from app.supervised_errors import SeatsTakenError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def invite(db: Session, *, session: ExamSession, enrolled_at: datetime, origin: str, now: datetime) -> None:
    """Write to whoever was enrolled at that very moment, and has an address: where, when, what to bring."""
    _write(db, session=session, kind="invited", enrolled_at=enrolled_at, origin=origin, now=now)


def reschedule(
    db: Session,
    *,
    session: ExamSession,
    place: str,
    starts_at: datetime,
    origin: str,
    actor_id: int,
    now: datetime,
) -> None:
    """Move a session to another place or time before its doors open, and tell the candidates.

    Raises:
        PastMomentError: It would have begun already.
        NotAccreditedError: The structure's accreditation does not run that day.
        MovedOnError: The doors were opened, or the session was cancelled.
    """
    if starts_at <= now:
        raise PastMomentError
    structures.check_accredited(db.get_one(Structure, session.structure_id), at=starts_at)
    step = (
        update(ExamSession)
        .where(ExamSession.id == session.id, ExamSession.state == SessionState.PLANNED.value)
        .values(place=place, starts_at=starts_at, changes=ExamSession.changes + 1)
    )
    if not affected(db, step):
        raise MovedOnError
    db.refresh(session)
    record(db, action=Action.EXAM_RESCHEDULED, actor_id=actor_id, subject_id=session.id, now=now)
    _write(db, session=session, kind="moved", enrolled_at=None, origin=origin, now=now)


def set_seats(db: Session, *, session: ExamSession, seats: int, actor_id: int, now: datetime) -> None:
    """Raise or lower the seats of a session before its doors open.

    Args:
        session: Locked by the caller: whoever enrols somebody holds the same row.

    Raises:
        SeatsTakenError: More people are enrolled, and how many.
        MovedOnError: The doors were opened, or the session was cancelled.
    """
    enrolled = db.scalar(select(func.count()).where(Candidate.session_id == session.id)) or 0
    if seats < enrolled:
        raise SeatsTakenError(enrolled)
    before = session.seats
    step = update(ExamSession).where(ExamSession.id == session.id, ExamSession.state == SessionState.PLANNED.value)
    if not affected(db, step.values(seats=seats)):
        raise MovedOnError
    db.refresh(session)
    detail: dict[str, str | int | bool | None] = {"before": before, "after": seats}
    record(db, action=Action.EXAM_SEATS_CHANGED, actor_id=actor_id, subject_id=session.id, detail=detail, now=now)


def cancel(db: Session, *, session: ExamSession, origin: str, actor_id: int, now: datetime) -> None:
    """Cancel a session before anybody is let in to answer, and tell the candidates; nobody loses a try.

    Raises:
        MovedOnError: Somebody was authorised, or it was cancelled already.
    """
    sessions.move(
        db,
        row=session,
        before=(SessionState.PLANNED, SessionState.OPEN),
        after=SessionState.CANCELLED,
        actor_id=actor_id,
        now=now,
        draft=None,
        changes=session.changes + 1,
    )
    _write(db, session=session, kind="cancelled", enrolled_at=None, origin=origin, now=now)


def unenrol(
    db: Session, *, session: ExamSession, candidate: Candidate, origin: str, actor_id: int, now: datetime
) -> None:
    """Take back an enrolment, and tell whoever gave an address: they would come for nothing.

    Raises:
        MovedOnError: The person is here already, or the session is over.
    """
    address = _address(db, session)
    entry = calendar(session, candidate, address=address, origin=origin, now=now, is_over=True)
    enrolment.remove(db, session=session, candidate=candidate, actor_id=actor_id, now=now)
    if candidate.email is not None:
        letters.send_about_session(
            db,
            kind="unenrolled",
            candidate=candidate,
            session=session,
            address=address,
            entry=entry,
            origin=origin,
            now=now,
        )


def calendar(
    session: ExamSession, candidate: Candidate, *, address: str, origin: str, now: datetime, is_over: bool
) -> str:
    """Return the session as an entry of a calendar (RFC 5545); a later one with the same name replaces it, or takes it away.

    Args:
        address: Where the session takes place: room, then the structure's address.
        is_over: Whether it does not take place for this candidate any more.
    """
    ends = session.starts_at + timedelta(minutes=clock.minutes_of(candidate, session=session))
    summary = "Examen Numéricité" if candidate.language == "fr" else "Numéricité examination"
    return write_calendar(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Numericite//Examination//FR",
            f"METHOD:{'CANCEL' if is_over else 'PUBLISH'}",
            "BEGIN:VEVENT",
            f"UID:{session.reference}-{candidate.id}@{origin.partition('//')[2]}",
            f"SEQUENCE:{session.changes}",
            f"STATUS:{'CANCELLED' if is_over else 'CONFIRMED'}",
            f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
            f"DTSTART:{session.starts_at:%Y%m%dT%H%M%SZ}",
            f"DTEND:{ends:%Y%m%dT%H%M%SZ}",
            f"SUMMARY:{escaped(summary)}",
            f"LOCATION:{escaped(address)}",
            f"URL:{origin}/examens/",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    ).decode()


def _write(
    db: Session, *, session: ExamSession, kind: str, enrolled_at: datetime | None, origin: str, now: datetime
) -> None:
    known = select(Candidate).where(Candidate.session_id == session.id, Candidate.email.is_not(None))
    if enrolled_at is not None:
        known = known.where(Candidate.enrolled_at == enrolled_at)
    address, is_over = _address(db, session), session.state == SessionState.CANCELLED
    for one in db.scalars(known.order_by(Candidate.number)):
        letters.send_about_session(
            db,
            kind=kind,
            candidate=one,
            session=session,
            address=address,
            entry=calendar(session, one, address=address, origin=origin, now=now, is_over=is_over),
            origin=origin,
            now=now,
        )


def _address(db: Session, session: ExamSession) -> str:
    structure = db.get_one(Structure, session.structure_id)
    return f"{session.place}, {structure.name}, {structure.address}"
