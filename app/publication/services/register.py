"""Find what the public register says, by an exact number: one statement, whether anything is found or not.

Where a label stands is computed at every look from the label itself, so that a day that passes needs nobody to note it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Integer, String, bindparam, func, select, tuple_

from app.certification.models import Certificate, Status
from app.database import UTCDateTime
from app.labels.models import Label, LabelEvent
from app.publication.models import PublishedHolder
from certificates.dates import day_in_paris
from certificates.label_rules import public
from certificates.label_rules.delays import Term
from certificates.label_rules.dossier import Dossier, State
from certificates.label_rules.parameters import parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.reader import Reader
    from certificates.label_rules.parameters import Parameters


class Word(StrEnum):
    """What is said of a label. Handed back is told apart from withdrawn: leaving is no fault."""

    ACTIVE = "active"
    RENEWING = "renewing"
    DORMANT = "dormant"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


#: The label will not hold again.
OVER = frozenset((Word.REVOKED, Word.EXPIRED, Word.WITHDRAWN))
#: In one statement: a database takes so many values and no more.
_PEOPLE_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One label as the register shows it: this is the whole of it.

    Args:
        since: First day of what is said, where that has one.
        profession: A code of `certificates.professions`.
        rpps: None for the professions without a number.
        version: Of the rules under which it was given.
        credential_url: Of the signed statement, while its holder shares it and it holds.
        label_id, person_id, holder_id: Ours; never shown. The holder is None until it is published.
    """

    number: str
    word: Word
    since: date | None
    name: str
    profession: str | None
    rpps: str | None
    awarded_on: date
    ends_on: date
    version: str
    credential_url: str | None
    label_id: int
    person_id: int
    holder_id: int | None


class Found(NamedTuple):
    """One person of the register, with the labels that it shows.

    Args:
        holder_id, reference, changed_at: None where the person is not published yet.
        entries: The newest first; none for somebody who left.
    """

    holder_id: int | None
    reference: str | None
    changed_at: datetime | None
    entries: tuple[Entry, ...]


class _Row(NamedTuple):
    """What one look-up reads of one label; everything after the holder is None for somebody without any."""

    holder_id: int | None
    reference: str | None
    changed_at: datetime | None
    label_id: int | None
    person_id: int | None
    number: str | None
    state: str | None
    moved_at: datetime | None
    suspended_at: datetime | None
    version: str | None
    name: str | None
    profession: str | None
    rpps: str | None
    awarded_on: date | None
    term_from: date | None
    ends_on: date | None
    extended_months: int | None
    ground: str | None
    appealed: str | None
    credential_id: str | None


_SUSPENDED_AT = (
    select(func.max(LabelEvent.at))
    .where(LabelEvent.label_id == Label.id, LabelEvent.to_state == State.SUSPENDED.value)
    .scalar_subquery()
)
_COLUMNS = (
    PublishedHolder.id,
    PublishedHolder.reference,
    PublishedHolder.changed_at,
    Label.id,
    Label.person_id,
    Label.number,
    Label.state,
    Label.since,
    _SUSPENDED_AT,
    Label.criteria_version,
    Label.printed_name,
    Label.profession,
    Label.rpps,
    Label.awarded_on,
    Label.term_from,
    Label.ends_on,
    Label.extended_months,
    Label.ground,
    Label.appealed,
    Certificate.credential_id,
)
_SHARED = (
    (Certificate.id == Label.certificate_id)
    & Certificate.is_shared
    & (Certificate.status == Status.ACTIVE.value)
    & (Certificate.token != "")
)
_LABELS: Select[*tuple[Any, ...]] = (
    select(*_COLUMNS)
    .select_from(Label)
    .outerjoin(PublishedHolder, PublishedHolder.person_id == Label.person_id)
    .outerjoin(Certificate, _SHARED)
    .where(Label.number.is_not(None), Label.person_id.is_not(None))
)
_HOLDERS: Select[*tuple[Any, ...]] = (
    select(*_COLUMNS)
    .select_from(PublishedHolder)
    .outerjoin(Label, (Label.person_id == PublishedHolder.person_id) & Label.number.is_not(None))
    .outerjoin(Certificate, _SHARED)
)
_BY_NUMBER = _LABELS.where(Label.number == bindparam("number", type_=String))
_PERSON_OF_NUMBER = _LABELS.where(
    Label.person_id.in_(select(Label.person_id).where(Label.number == bindparam("number", type_=String)))
).order_by(Label.number.desc())
_PERSON_OF_RPPS = _LABELS.where(
    Label.person_id.in_(
        select(Label.person_id).where(Label.rpps == bindparam("rpps", type_=String), Label.number.is_not(None))
    )
).order_by(Label.person_id, Label.number.desc())
_BY_REFERENCE = _HOLDERS.where(PublishedHolder.reference == bindparam("reference", type_=String)).order_by(
    Label.number.desc()
)
_AT, _ID = bindparam("at", type_=UTCDateTime), bindparam("after_id", type_=Integer)
_PAGE = (
    select(PublishedHolder.id)
    # Compared as one value, both databases go straight to the place in the index; with OR they read all that is before it.
    .where(tuple_(PublishedHolder.changed_at, PublishedHolder.id) > tuple_(_AT, _ID))
    .order_by(PublishedHolder.changed_at, PublishedHolder.id)
    .limit(bindparam("count", type_=Integer))
)
_CHANGED = _HOLDERS.where(PublishedHolder.id.in_(_PAGE.subquery().select())).order_by(
    PublishedHolder.changed_at, PublishedHolder.id, Label.number.desc()
)


def find_by_number(db: Session | Reader, *, number: str, on: date) -> Entry | None:
    """Return what is shown under a number; None for one that never was, is not shown any more, or whose holder left."""
    found = _people(_rows(db, _BY_NUMBER, {"number": number}), on=on)
    return found[0].entries[0] if found and found[0].entries else None


def find_people(db: Session | Reader, *, number: str | None, rpps: str | None, on: date) -> list[Found]:
    """Return whoever bears an exact number and is shown under it; nobody in most cases, one person otherwise."""
    if number is not None:
        rows = _rows(db, _PERSON_OF_NUMBER, {"number": number})
        return [one for one in _people(rows, on=on) if any(entry.number == number for entry in one.entries)]
    rows = _rows(db, _PERSON_OF_RPPS, {"rpps": rpps})
    return [one for one in _people(rows, on=on) if any(entry.rpps == rpps for entry in one.entries)]


def find_by_reference(db: Session | Reader, *, reference: str, on: date) -> Found | None:
    """Return the person published under a reference, whether still shown or gone."""
    found = _people(_rows(db, _BY_REFERENCE, {"reference": reference}), on=on)
    return found[0] if found else None


def find_own(db: Session, *, person_id: int, on: date) -> Found | None:
    """Return a person's own labels as others see them; None where the register shows none."""
    rows = _rows(db, _LABELS.where(Label.person_id == person_id).order_by(Label.number.desc()), {})
    found = _people(rows, on=on)
    return found[0] if found and found[0].entries else None


def list_changed(db: Session | Reader, *, at: datetime, after_id: int, count: int, on: date) -> list[Found]:
    """Return the people whose entry changed from a moment on, the oldest change first.

    Args:
        after_id: Of those that changed at exactly this moment, where to go on.
    """
    return _people(_rows(db, _CHANGED, {"at": at, "after_id": after_id, "count": count}), on=on)


def list_people(db: Session, *, person_ids: Sequence[int], on: date) -> list[Found]:
    """Return these of the people who ever had a label and are not erased."""
    found: list[Found] = []
    for start in range(0, len(person_ids), _PEOPLE_AT_ONCE):
        some = person_ids[start : start + _PEOPLE_AT_ONCE]
        statement = _LABELS.where(Label.person_id.in_(some)).order_by(Label.person_id, Label.number.desc())
        found += _people(_rows(db, statement, {}), on=on)
    return found


def _rows(db: Session | Reader, statement: Select[*tuple[Any, ...]], values: dict[str, Any]) -> list[_Row]:
    rows = db.execute(statement, values).all()
    return [_Row._make(row) for row in rows]


def _people(rows: Iterable[_Row], *, on: date) -> list[Found]:
    """Put the labels of one person together; rows of one person follow each other."""
    found = []
    for _person, group in groupby(rows, key=lambda row: (row.holder_id, row.person_id)):
        own = list(group)
        entries = [entry for row in own if (entry := _entry(row, on=on)) is not None]
        found.append(Found(own[0].holder_id, own[0].reference, own[0].changed_at, tuple(entries)))
    return found


def _entry(row: _Row, *, on: date) -> Entry | None:
    if (
        row.label_id is None
        or row.person_id is None
        or row.number is None
        or row.state is None
        or row.moved_at is None
        or row.version is None
        or row.awarded_on is None
        or row.ends_on is None
    ):
        return None
    rules = parameters(row.version)
    dossier = Dossier(
        state=State(row.state),
        since=day_in_paris(row.moved_at),
        term=Term(awarded_on=row.term_from or row.awarded_on, extended_months=row.extended_months or 0),
        appealed=State(row.appealed) if row.appealed else None,
    )
    word = _word(dossier, public.shown(dossier, ground=row.ground, rules=rules, on=on))
    if word is None or not public.is_listed(dossier, ground=row.ground, rules=rules, on=on):
        return None
    return Entry(
        number=row.number,
        word=word,
        since=_since(word, dossier, row, rules=rules),
        name=row.name or "",
        profession=row.profession,
        rpps=row.rpps,
        awarded_on=row.awarded_on,
        ends_on=row.ends_on,
        version=row.version,
        credential_url=row.credential_id,
        label_id=row.label_id,
        person_id=row.person_id,
        holder_id=row.holder_id,
    )


_WORDS = {
    public.Shown.ACTIVE: Word.ACTIVE,
    public.Shown.RENEWING: Word.RENEWING,
    public.Shown.PAUSED: Word.DORMANT,
    public.Shown.SUSPENDED: Word.SUSPENDED,
    public.Shown.EXPIRED: Word.EXPIRED,
}


def _word(dossier: Dossier, shown: public.Shown | None) -> Word | None:
    if shown is None:
        return None
    if shown in _WORDS:
        return _WORDS[shown]
    is_own_wish = dossier.state is State.VOLUNTARILY_WITHDRAWN and dossier.appealed is not State.REVOKED
    return Word.WITHDRAWN if is_own_wish else Word.REVOKED


def _since(word: Word, dossier: Dossier, row: _Row, *, rules: Parameters) -> date | None:
    """A suspension is dated by its own decision: what was decided since, and may still be contested, does not show.

    A revocation is dated by the day from which it was read, not by the day on which it was decided.
    """
    if word is Word.ACTIVE or row.ends_on is None:
        return None
    if word is Word.RENEWING:
        return row.ends_on + timedelta(days=1)
    if word is Word.SUSPENDED and row.suspended_at is not None:
        return day_in_paris(row.suspended_at)
    if word is Word.REVOKED:
        return public.revoked_from(dossier, ground=row.ground, rules=rules)
    return dossier.since
