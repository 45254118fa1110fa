"""Cases: a complaint, a contested result, a report on a question. Numbered, acknowledged, answered by a human."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError

from app import mail
from app.accounts.models import Case, CaseCounter, CaseKind, Person
from app.accounts.services.letters import LetterName, compose
from app.audit import Action, record
from app.database import affected
from app.errors import CaseClosedError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

__all__ = [
    "Case",
    "CaseKind",
    "answer_case",
    "count_open",
    "find_own",
    "forget_person",
    "get",
    "list_all",
    "list_open",
    "list_own",
    "open_case",
    "purge",
]

#: A request that has been answered may be taken up again before a court for about as long.
KEPT_AFTER_ANSWER = timedelta(days=3 * 365)
_PARIS = ZoneInfo("Europe/Paris")


def open_case(
    db: Session,
    *,
    kind: CaseKind,
    person_id: int | None,
    email: str | None,
    subject_kind: str,
    subject_reference: str | None,
    text: str,
    language: str,
    now: datetime,
) -> Case:
    """Number a case and acknowledge it by letter when an address is known: the one given, else the account's."""
    address = email or _address_of(db, person_id=person_id)
    case = Case(
        number=_next_number(db, year=now.astimezone(_PARIS).year),
        kind=kind.value,
        person_id=person_id,
        email=address,
        language=language,
        subject_kind=subject_kind,
        subject_reference=subject_reference,
        text=text,
        opened_at=now,
    )
    db.add(case)
    db.flush()
    record(db, action=Action.CASE_OPENED, actor_id=person_id, subject_id=case.id, detail={"kind": case.kind}, now=now)
    if kind is CaseKind.ITEM_REPORT:
        detail = {"item": subject_reference, "case": case.number}
        record(db, action=Action.ITEM_REPORTED, actor_id=person_id, subject_id=case.id, detail=detail, now=now)
    if address is not None:
        letter = compose(LetterName.CASE_OPENED, language=language, number=case.number)
        mail.send(db, to=address, subject=letter.subject, body=letter.body, person_id=person_id, now=now)
    return case


def list_open(db: Session) -> Sequence[Case]:
    """Return what waits for an answer, the oldest first."""
    return db.scalars(select(Case).where(Case.answered_at.is_(None)).order_by(Case.opened_at, Case.id)).all()


def count_open(db: Session) -> tuple[int, datetime | None]:
    """Return how many cases wait for an answer, and when the oldest came in."""
    count, since = db.execute(
        select(func.count(Case.id), func.min(Case.opened_at)).where(Case.answered_at.is_(None))
    ).one()
    return count, since


def list_all(db: Session) -> Sequence[Case]:
    """Return every case, the newest first."""
    return db.scalars(select(Case).order_by(Case.id.desc())).all()


def list_own(db: Session, *, person_id: int) -> Sequence[Case]:
    """Return the cases of one person, the newest first."""
    own = select(Case).where(Case.person_id == person_id)
    return db.scalars(own.order_by(Case.opened_at.desc(), Case.id.desc())).all()


def find_own(db: Session, *, number: str, person_id: int | None) -> Case | None:
    """Return one case of this person by its number, if there is one."""
    return db.scalars(select(Case).where(Case.number == number, Case.person_id == person_id)).one_or_none()


def get(db: Session, *, number: str) -> Case:
    """Return one case by its number.

    Raises:
        NotFoundError: No such number.
    """
    case = db.scalars(select(Case).where(Case.number == number)).one_or_none()
    if case is None:
        raise NotFoundError
    return case


def answer_case(db: Session, *, number: str, answer: str, answered_by: int, now: datetime) -> Case:
    """Answer once, and send the answer when an address is known.

    Raises:
        NotFoundError: No such number.
        CaseClosedError: Somebody has answered, or the person has left.
    """
    case = get(db, number=number)
    close = (
        update(Case)
        .where(Case.id == case.id, Case.answered_at.is_(None))
        .values(answered_at=now, answer=answer, answered_by=answered_by)
    )
    if not affected(db, close):
        raise CaseClosedError
    db.refresh(case)
    record(db, action=Action.CASE_ANSWERED, actor_id=answered_by, subject_id=case.id, now=now)
    if case.email is not None:
        letter = compose(LetterName.CASE_ANSWERED, language=case.language, number=number, answer=answer)
        mail.send(db, to=case.email, subject=letter.subject, body=letter.body, person_id=case.person_id, now=now)
    return case


def forget_person(db: Session, *, person_id: int, now: datetime) -> None:
    """Empty the cases of somebody who leaves; their numbers stay, so that none seems to be missing."""
    own = Case.person_id == person_id
    db.execute(update(Case).where(own, Case.answered_at.is_(None)).values(answered_at=now))
    db.execute(update(Case).where(own).values(person_id=None, email=None, text="", answer=""))


def purge(db: Session, *, now: datetime) -> int:
    """Empty the cases answered long ago; return how many."""
    old = Case.answered_at < now - KEPT_AFTER_ANSWER
    full = or_(Case.text != "", Case.person_id.is_not(None), Case.email.is_not(None))
    return affected(db, update(Case).where(old, full).values(person_id=None, email=None, text="", answer=""))


def _address_of(db: Session, *, person_id: int | None) -> str | None:
    if person_id is None:
        return None
    return db.scalars(select(Person.email).where(Person.id == person_id)).one_or_none()


def _next_number(db: Session, *, year: int) -> str:
    """Take the next number; the counter's row stays locked until the caller commits, and a rollback gives it back."""
    take = (
        update(CaseCounter)
        .where(CaseCounter.year == year)
        .values(last=CaseCounter.last + 1)
        .returning(CaseCounter.last)
    )
    number = db.scalars(take).one_or_none()
    if number is None:
        _begin_year(db, year=year)
        number = db.scalars(take).one()
    return f"R-{year}-{number:04d}"


def _begin_year(db: Session, *, year: int) -> None:
    try:
        with db.begin_nested():
            db.add(CaseCounter(year=year, last=0))
    except IntegrityError:  # somebody else began the year at the same moment
        return
