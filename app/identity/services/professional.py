"""The number of a health professional: given by a provider or declared, then checked in the directory, every month again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import structlog
from sqlalchemy import delete, or_, select

from app.accounts.services import people
from app.audit import Action, record
from app.database import affected
from app.errors import NotFoundError, NumberTakenError, NumberVouchedError, WrongNumberError
from app.identity.models import Activity, ProfessionalNumber, Source
from app.identity.services import rpps as numbers
from app.identity.services.annuaire import Unknown

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.identity.services.annuaire import Directory, Found

log = structlog.get_logger(__name__)

#: How old an answer of the directory may grow before it is asked again.
CHECK_EVERY = timedelta(days=30)
#: A number of which nothing was learnt is asked for again a day later.
ASK_AGAIN_AFTER = timedelta(days=1)
#: In one run of the periodic work, which comes four times an hour: letters wait while the directory is asked.
_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalIdentity:
    """What is known of a person as a health professional.

    Args:
        rpps: Eleven digits.
        source: Whether a provider vouches that the number is this person's, or the person declares it.
        checked_at: When the directory last gave an answer, or the provider told an exercise; None: never yet.
            `activity` is as old as that.
        activity: What it answered; once known, it never becomes unknown again.
        is_national: Whether the national directory or its provider answered, and not the file that stands in for it.
        name: Given and family name in the directory; to be compared with the name of the person.
        profession: In the directory's words; may be empty.
    """

    rpps: str
    source: Source
    checked_at: datetime | None
    activity: Activity
    is_national: bool = False
    name: str = ""
    profession: str = ""


class OnChange(Protocol):
    """Reacts, in the same transaction, when a professional becomes active or inactive."""

    def __call__(self, db: Session, /, *, person_id: int, before: Activity, after: Activity, now: datetime) -> None: ...


def of(db: Session, *, person_id: int) -> ProfessionalIdentity | None:
    """Return what is known of a person as a health professional; None where no number was given."""
    return _told(find(db, person_id=person_id))


def of_number(db: Session, *, number: str) -> ProfessionalIdentity | None:
    """Return what is known of whoever has a number; None where nobody has."""
    return _told(db.scalar(select(ProfessionalNumber).where(ProfessionalNumber.rpps == number)))


def _told(row: ProfessionalNumber | None) -> ProfessionalIdentity | None:
    if row is None:
        return None
    return ProfessionalIdentity(
        rpps=row.rpps,
        source=Source(row.source),
        checked_at=row.checked_at,
        activity=Activity(row.activity),
        is_national=row.national,
        name=row.directory_name or "",
        profession=row.profession or "",
    )


def find(db: Session, *, person_id: int) -> ProfessionalNumber | None:
    return db.scalars(select(ProfessionalNumber).where(ProfessionalNumber.person_id == person_id)).one_or_none()


def declare(db: Session, *, person_id: int, typed: str, now: datetime) -> ProfessionalNumber:
    """Write down the number that a person declares, in place of one declared before; nothing is known of it yet.

    Raises:
        NotFoundError: A guest, or nobody.
        WrongNumberError: Not eleven digits, or they do not check each other.
        NumberVouchedError: A provider vouches for the number that this person has.
        NumberTakenError: Another account has this number.
    """
    people.get_account(db, person_id=person_id)
    number = numbers.normalise(typed)
    if number is None:
        raise WrongNumberError
    row = find(db, person_id=person_id)
    if row is not None and row.rpps == number:
        return row
    if row is not None and row.source == Source.PROVIDER:
        raise NumberVouchedError
    if db.scalars(select(ProfessionalNumber.id).where(ProfessionalNumber.rpps == number)).one_or_none() is not None:
        raise NumberTakenError
    return _write(db, person_id=person_id, number=number, source=Source.DECLARED, now=now)


def learn(db: Session, *, person_id: int, number: str, now: datetime) -> ProfessionalNumber:
    """Write down the number that a provider vouches for: it replaces a declared one, and whoever else declared it loses it.

    Raises:
        NumberTakenError: A provider vouched for it in another account.
    """
    others = ProfessionalNumber.rpps == number, ProfessionalNumber.person_id != person_id
    other = db.scalars(select(ProfessionalNumber).where(*others)).one_or_none()
    if other is not None and other.source == Source.PROVIDER:
        raise NumberTakenError
    if other is not None:
        _remove(db, row=other, actor_id=None, reason="another-was-vouched-for", now=now)
    row = find(db, person_id=person_id)
    if row is not None and row.rpps == number:
        row.source = Source.PROVIDER.value
        return row
    return _write(db, person_id=person_id, number=number, source=Source.PROVIDER, now=now)


def withdraw(db: Session, *, person_id: int, now: datetime) -> None:
    """Take a declared number back.

    Raises:
        NotFoundError: This person has none.
        NumberVouchedError: A provider vouches for it: it goes with the provider's identity.
    """
    row = find(db, person_id=person_id)
    if row is None:
        raise NotFoundError
    if row.source == Source.PROVIDER:
        raise NumberVouchedError
    _remove(db, row=row, actor_id=person_id, reason="holder-request", now=now)


def release(db: Session, *, person_id: int, number: str, actor_id: int, now: datetime) -> bool:
    """Take a declared number from an account, as two officers decided; False where a provider has proved it theirs since."""
    row = find(db, person_id=person_id)
    if row is None or row.rpps != number:
        return True  # they have let go of it themselves
    if row.source == Source.PROVIDER:
        return False
    _remove(db, row=row, actor_id=actor_id, reason="another-s", now=now)
    return True


def forget_vouched(db: Session, *, person_id: int, now: datetime) -> None:
    """Let go of the number that a provider vouched for, when its identity is unlinked."""
    row = find(db, person_id=person_id)
    if row is not None and row.source == Source.PROVIDER:
        _remove(db, row=row, actor_id=person_id, reason="identity-unlinked", now=now)


def note(
    db: Session, *, rpps: str, found: Found, is_national: bool, now: datetime, on_change: OnChange | None = None
) -> ProfessionalNumber | None:
    """Write down what the directory answered; an answer that says nothing leaves the last one as it was.

    Returns the row, or None when the number was taken back while the directory was asked.
    """
    row = db.scalars(select(ProfessionalNumber).where(ProfessionalNumber.rpps == rpps).with_for_update()).one_or_none()
    if row is None:
        return None
    row.asked_at = now
    if found.activity is Activity.UNKNOWN:
        return row
    row.directory_name, row.profession = found.name or None, found.profession or None
    _hear(db, row=row, activity=found.activity, is_national=is_national, on_change=on_change, now=now)
    return row


def vouch(
    db: Session, *, rpps: str, profession: str, is_national: bool, now: datetime, on_change: OnChange | None = None
) -> None:
    """Write down that a provider, which reads the directory too, tells where this number exercises.

    It confirms what the directory said, or stands in until it answers. An "inactive" of the directory is for the
    directory to change: the provider's copy may be older.
    """
    row = db.scalars(select(ProfessionalNumber).where(ProfessionalNumber.rpps == rpps).with_for_update()).one()
    if row.activity == Activity.INACTIVE.value:
        return
    row.profession = profession or row.profession
    _hear(db, row=row, activity=Activity.ACTIVE, is_national=is_national, on_change=on_change, now=now)


def _hear(
    db: Session,
    *,
    row: ProfessionalNumber,
    activity: Activity,
    is_national: bool,
    on_change: OnChange | None,
    now: datetime,
) -> None:
    before = Activity(row.activity)
    row.checked_at, row.national = now, is_national
    if activity is not before:
        row.activity, row.activity_since = activity.value, now
        detail = {"before": before.value, "after": activity.value, "national": is_national}
        record(db, action=Action.NUMBER_CHECKED, actor_id=None, subject_id=row.person_id, detail=detail, now=now)
        if on_change is not None:
            on_change(db, person_id=row.person_id, before=before, after=activity, now=now)


def recheck(db: Session, *, directory: Directory, on_change: OnChange | None, now: datetime) -> int:
    """Ask again for the numbers whose answer has grown old, and return how many answers there were.

    No transaction is open while the directory is asked. A directory that is away ends the run: the rest waits.
    """
    due = db.scalars(
        select(ProfessionalNumber.rpps)
        .where(
            or_(ProfessionalNumber.checked_at.is_(None), ProfessionalNumber.checked_at <= now - CHECK_EVERY),
            or_(ProfessionalNumber.asked_at.is_(None), ProfessionalNumber.asked_at <= now - ASK_AGAIN_AFTER),
        )
        .order_by(ProfessionalNumber.checked_at, ProfessionalNumber.id)
        .limit(_AT_ONCE)
    ).all()
    db.rollback()
    answers: dict[str, Found] = {}
    for rpps in due:
        answers[rpps] = directory.look_up(rpps)
        if answers[rpps].reason is Unknown.AWAY:
            log.warning("annuaire.run-ended", asked=len(answers), due=len(due))
            break
    for rpps, found in answers.items():
        note(db, rpps=rpps, found=found, is_national=directory.is_national, on_change=on_change, now=now)
    return sum(found.activity is not Activity.UNKNOWN for found in answers.values())


def _write(db: Session, *, person_id: int, number: str, source: Source, now: datetime) -> ProfessionalNumber:
    db.execute(delete(ProfessionalNumber).where(ProfessionalNumber.person_id == person_id))
    row = ProfessionalNumber(
        person_id=person_id,
        rpps=number,
        source=source.value,
        added_at=now,
        activity=Activity.UNKNOWN.value,
        national=False,
    )
    db.add(row)
    db.flush()
    detail = {"source": source.value}
    record(db, action=Action.NUMBER_ADDED, actor_id=person_id, subject_id=person_id, detail=detail, now=now)
    return row


def _remove(db: Session, *, row: ProfessionalNumber, actor_id: int | None, reason: str, now: datetime) -> None:
    person_id = row.person_id
    if affected(db, delete(ProfessionalNumber).where(ProfessionalNumber.id == row.id)):
        detail = {"reason": reason}
        record(db, action=Action.NUMBER_REMOVED, actor_id=actor_id, subject_id=person_id, detail=detail, now=now)
