"""Enrol candidates, one by one or by a list read dry: good lines wait for a confirmation, each bad line says why."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select

from app.accounts.services import people
from app.audit import Action, record
from app.errors import (
    AlreadyEnrolledError,
    EnrolmentClosedError,
    MovedOnError,
    NoSeatLeftError,
    NotIndependentError,
    UnknownAccommodationError,
    UnreadableSheetError,
)
from app.examination.models import Accommodation, Candidate, SessionState
from app.examination.services import identities
from app.supervised_errors import MayNotSitError
from certificates.errors import UnacceptableNameError
from certificates.names import check_printable_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from app.accounts.models import Person
    from app.examination.models import ExamSession

_OPEN = (SessionState.PLANNED, SessionState.OPEN, SessionState.RUNNING)

#: Headings of the columns, without accents or case.
COLUMNS: Mapping[str, frozenset[str]] = {
    "family_name": frozenset({"nom", "nomdefamille", "familyname", "lastname", "surname"}),
    "given_names": frozenset({"prenom", "prenoms", "givennames", "firstname", "givenname"}),
    "born_on": frozenset({"datedenaissance", "naissance", "neele", "dateofbirth", "birthdate"}),
    "email": frozenset({"courriel", "email", "adresseelectronique", "mail", "emailaddress"}),
    "accommodations": frozenset({"amenagements", "amenagement", "accommodations"}),
}
#: What a list may say for each accommodation.
_ARRANGED: Mapping[str, Accommodation] = {
    "tierstemps": Accommodation.THIRD_TIME,
    "thirdmoretime": Accommodation.THIRD_TIME,
    "pauses": Accommodation.BREAKS,
    "pause": Accommodation.BREAKS,
    "breaks": Accommodation.BREAKS,
    "lecteur": Accommodation.READER,
    "lectrice": Accommodation.READER,
    "reader": Accommodation.READER,
    "grandscaracteres": Accommodation.LARGE_TYPE,
    "largetype": Accommodation.LARGE_TYPE,
}
_FORMULA_STARTS = ("=", "+", "@", "\t", "\r", "＝", "＋", "＠")
#: Refusals of a line, each with its words in `forms`.
_REFUSALS = (
    AlreadyEnrolledError,
    NoSeatLeftError,
    MayNotSitError,
    NotIndependentError,
    UnknownAccommodationError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Who is to be enrolled; the date of birth is not kept, its digest with the names is."""

    family_name: str
    given_names: str
    email: str | None
    identity_hmac: str | None
    accommodations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that cannot be taken: where, whom it seems to be about, and why."""

    line: int
    told: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a list would do."""

    good: tuple[Enrolment, ...]
    bad: tuple[BadLine, ...]


class BadCellError(ValueError):
    """A cell of a line is not acceptable; the message is the reason's code."""


def make(
    *,
    family_name: str,
    given_names: str,
    email: str,
    born_on: date | None,
    accommodations: Sequence[str],
    secret: str,
    now: datetime,
) -> Enrolment:
    """Return an enrolment whose shape is right.

    Raises:
        BadCellError: A name is missing or cannot be printed, an address or a date is none.
        UnknownAccommodationError: An accommodation that we do not know.
    """
    for name in (family_name, given_names):
        if not name.strip():
            raise BadCellError("name-missing")
        if name.startswith((*_FORMULA_STARTS, "-")):
            raise BadCellError("formula")
    try:
        check_printable_name(f"{given_names} {family_name}")
    except UnacceptableNameError:
        raise BadCellError("name-unacceptable") from None
    if born_on is not None and not identities.is_possible(born_on, now=now):
        raise BadCellError("birth-date")
    known = {one.value for one in Accommodation}
    if set(accommodations) - known:
        raise UnknownAccommodationError
    digest = None
    if born_on is not None:
        digest = identities.identity_digest(
            family_name=family_name, given_names=given_names, born_on=born_on, secret=secret
        )
    return Enrolment(
        family_name=" ".join(family_name.split()),
        given_names=" ".join(given_names.split()),
        email=_address(email),
        identity_hmac=digest,
        accommodations=tuple(sorted(set(accommodations))),
    )


def _address(email: str) -> str | None:
    if not email.strip():
        return None
    try:
        return people.normalise_address(validate_email(email.strip(), check_deliverability=False).normalized)
    except EmailNotValidError:
        raise BadCellError("address") from None


def enrol(
    db: Session, *, session: ExamSession, enrolment: Enrolment, language: str, actor_id: int, now: datetime
) -> Candidate:
    """Enrol one person.

    Args:
        language: Of whoever has no account that says another.

    Raises:
        EnrolmentClosedError: The session is over.
        NoSeatLeftError: Every seat is taken.
        AlreadyEnrolledError: The same person, or address, is in it.
        NotIndependentError: An invigilator of the session trains or manages them, or is them.
        MayNotSitError: They wrote or saw reserved items of this framework in the last 24 months, or may not sit again by then.
    """
    if SessionState(session.state) not in _OPEN:
        raise EnrolmentClosedError
    others = db.scalars(select(Candidate).where(Candidate.session_id == session.id)).all()
    if len(others) >= session.seats:
        raise NoSeatLeftError
    _check_once(enrolment, others)
    person = _account_of(db, email=enrolment.email)
    person_id = person.id if person is not None else None
    _check_person(db, session=session, enrolment=enrolment, person_id=person_id, now=now)
    last = db.scalar(select(func.max(Candidate.number)).where(Candidate.session_id == session.id)) or 0
    row = Candidate(
        session_id=session.id,
        number=last + 1,
        person_id=person_id,
        email=enrolment.email,
        family_name=enrolment.family_name,
        given_names=enrolment.given_names,
        language=(person.language if person is not None else None) or language,
        accommodations=list(enrolment.accommodations),
        identity_hmac=enrolment.identity_hmac,
        enrolled_at=now,
    )
    db.add(row)
    db.flush()
    record(db, action=Action.CANDIDATE_ENROLLED, actor_id=actor_id, subject_id=row.id, now=now)
    return row


def _check_once(enrolment: Enrolment, others: Sequence[Candidate]) -> None:
    names = _names(enrolment)
    for other in others:
        if enrolment.email is not None and enrolment.email == other.email:
            raise AlreadyEnrolledError
        if enrolment.identity_hmac is not None and enrolment.identity_hmac == other.identity_hmac:
            raise AlreadyEnrolledError
        is_alike = names == (identities.fold(other.family_name), identities.fold(other.given_names))
        if is_alike and (enrolment.identity_hmac is None or other.identity_hmac is None):
            raise AlreadyEnrolledError


def _names(enrolment: Enrolment) -> tuple[str, str]:
    return identities.fold(enrolment.family_name), identities.fold(enrolment.given_names)


def _account_of(db: Session, *, email: str | None) -> Person | None:
    person = people.find_by_address(db, email=email) if email else None
    return person if person is not None and person.email_confirmed_at is not None else None


def _check_person(
    db: Session, *, session: ExamSession, enrolment: Enrolment, person_id: int | None, now: datetime
) -> None:
    known = [person_id] if person_id is not None else []
    watching = identities.invigilators(db, session_id=session.id)
    identities.check_untied(db, actor_ids=watching, person_ids=known, now=now)
    identities.check_may_sit(db, session=session, identity_hmac=enrolment.identity_hmac, person_id=person_id, now=now)


def remove(db: Session, *, session: ExamSession, candidate: Candidate, actor_id: int, now: datetime) -> None:
    """Take back an enrolment before the identity is checked; once a session is over, its sheet keeps who did not come.

    Args:
        session: Held, like `candidate`.

    Raises:
        MovedOnError: The person is here already, or the session is over.
    """
    if SessionState(session.state) not in _OPEN:
        raise MovedOnError
    if candidate.identity_checked_at is not None or candidate.started_at is not None:
        raise MovedOnError
    record(db, action=Action.CANDIDATE_REMOVED, actor_id=actor_id, subject_id=candidate.id, now=now)
    db.delete(candidate)
    db.flush()


def read_list(
    db: Session,
    *,
    session: ExamSession,
    rows: Sequence[Sequence[str]],
    secret: str,
    language: str,
    actor_id: int,
    now: datetime,
) -> DryRun:
    """Say what a list would do, and keep its good lines until they are confirmed; nobody is enrolled.

    Raises:
        EnrolmentClosedError: The session is over.
        UnreadableSheetError: The list has no columns for names.
    """
    if SessionState(session.state) not in _OPEN:
        raise EnrolmentClosedError
    places = _places(rows[0])
    good: list[Enrolment] = []
    bad: list[BadLine] = []
    trial = db.begin_nested()  # each line is enrolled for real, then all of it is taken back
    for line, row in enumerate(rows[1:], 2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        try:
            enrolment = _of_cells(cells, secret=secret, now=now)
            enrol(db, session=session, enrolment=enrolment, language=language, actor_id=actor_id, now=now)
            good.append(enrolment)
        except BadCellError as refusal:
            bad.append(BadLine(line=line, told=_told(cells), reason=str(refusal)))
        except _REFUSALS as refusal:
            bad.append(BadLine(line=line, told=_told(cells), reason=refusal.code))
    trial.rollback()
    db.refresh(session)
    session.draft = [asdict(one) for one in good] or None
    return DryRun(good=tuple(good), bad=tuple(bad))


def _places(headings: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        folded = identities.fold(heading)
        for name, words in COLUMNS.items():
            if folded in words:
                found.setdefault(name, place)
    if "family_name" not in found or "given_names" not in found:
        raise UnreadableSheetError("no-name-column")
    return found


def _of_cells(cells: Mapping[str, str], *, secret: str, now: datetime) -> Enrolment:
    return make(
        family_name=cells["family_name"],
        given_names=cells["given_names"],
        email=cells.get("email", ""),
        born_on=_date(cells.get("born_on", "")),
        accommodations=_arranged(cells.get("accommodations", "")),
        secret=secret,
        now=now,
    )


def _date(cell: str) -> date | None:
    if not cell:
        return None
    for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(cell, shape).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
    raise BadCellError("birth-date")


def _arranged(cell: str) -> list[str]:
    wishes = [identities.fold(one) for one in re.split(r"[,;+/|]", cell) if one.strip()]
    if any(wish not in _ARRANGED for wish in wishes):
        raise UnknownAccommodationError
    return [_ARRANGED[wish].value for wish in wishes]


def _told(cells: Mapping[str, str]) -> str:
    return f"{cells['given_names']} {cells['family_name']}".strip()[:120]


def confirm(db: Session, *, session: ExamSession, language: str, actor_id: int, now: datetime) -> int:
    """Enrol the lines that waited, all of them or none; return how many.

    Raises:
        MovedOnError: No line waits any more: somebody confirmed, or sent another list.
        EnrolmentClosedError, NoSeatLeftError, AlreadyEnrolledError, MayNotSitError, NotIndependentError: The
            world has moved on since the list was read; nobody is enrolled.
    """
    lines = session.draft
    if not lines:
        raise MovedOnError
    for line in lines:
        enrolment = Enrolment(**{**line, "accommodations": tuple(line["accommodations"])})
        enrol(db, session=session, enrolment=enrolment, language=language, actor_id=actor_id, now=now)
    session.draft = None
    return len(lines)


def waiting(session: ExamSession) -> tuple[Enrolment, ...]:
    """Return the good lines that wait."""
    return tuple(Enrolment(**{**line, "accommodations": tuple(line["accommodations"])}) for line in session.draft or ())
