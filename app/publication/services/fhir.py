"""The register's entries as FHIR holders, and the answers to what software asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from app.publication.services import register
from app.publication.services.register import Word
from certificates.dates import day_in_paris
from certificates.fhir.practitioner import Holder, Label
from certificates.fhir.search import Place
from certificates.fhir.terms import LabelStatus, Terms
from certificates.professions import PROFESSIONS

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.publication.services.register import Entry, Found
    from app.reader import Reader
    from app.resources import Resources
    from certificates.fhir.search import Search

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Answer(NamedTuple):
    """What a search found.

    Args:
        holder_ids: Whose read is counted.
        after: Where the next page begins; None at the end.
        total: How many match in all; None where nobody counted.
    """

    holders: list[Holder]
    holder_ids: tuple[int, ...]
    after: Place | None
    total: int | None


def terms_of(loaded: Resources) -> Terms:
    """Return the addresses that the resources of this installation bear."""
    settings = loaded.settings
    return Terms(
        origin=settings.public_url, organisation=settings.organisation_name, is_demonstration=settings.demonstration
    )


def read(db: Session | Reader, *, reference: str, now: datetime) -> tuple[Holder, int] | None:
    """Return the holder published under a reference, and ours for the count of reads; None where there is none."""
    found = register.find_by_reference(db, reference=reference, on=day_in_paris(now))
    if found is None or found.holder_id is None:
        return None
    return holder_of(found), found.holder_id


def search(db: Session | Reader, asked: Search, *, now: datetime) -> Answer:
    """Return who matches: one person or nobody for an exact number, one page otherwise."""
    on = day_in_paris(now)
    if asked.is_exact:
        people = register.find_people(db, number=asked.number, rpps=asked.rpps, on=on)
        people = [one for one in people if one.reference is not None and asked.is_of_label]
        return Answer([holder_of(one) for one in people], _ids(people), after=None, total=len(people))
    if not asked.is_of_label:
        return Answer([], (), after=None, total=0)
    at, after_id = asked.changed_from or _BEGINNING, -1
    if asked.after is not None:
        at, after_id = asked.after.changed_at, asked.after.row_id
    people = register.list_changed(db, at=at, after_id=after_id, count=asked.count + 1, on=on)
    page, has_more = people[: asked.count], len(people) > asked.count
    last = page[-1] if has_more else None
    after = None
    if last is not None and last.changed_at is not None and last.holder_id is not None:
        after = Place(changed_at=last.changed_at, row_id=last.holder_id)
    return Answer([holder_of(one) for one in page], _ids(page), after=after, total=None)


def holder_of(found: Found) -> Holder:
    """Return what FHIR tells of one person.

    A label that was handed back is not told of: with no other, the person has left.

    Raises:
        ValueError: The person is not published yet.
    """
    if found.reference is None or found.changed_at is None:
        msg = "a holder has no identifier before it is published"
        raise ValueError(msg)
    told = [entry for entry in found.entries if entry.word is not Word.WITHDRAWN]
    return Holder(
        reference=found.reference,
        changed_at=found.changed_at,
        labels=tuple(_label(entry) for entry in told),
        name=told[0].name if told else None,
        rpps=next((entry.rpps for entry in told if entry.rpps), None),
    )


def _label(entry: Entry) -> Label:
    return Label(
        number=entry.number,
        status=LabelStatus(entry.word.value),
        since=entry.since,
        awarded_on=entry.awarded_on,
        ends_on=entry.ends_on,
        version=entry.version,
        profession=PROFESSIONS[entry.profession][0] if entry.profession else None,
        credential_url=entry.credential_url,
    )


def _ids(people: list[Found]) -> tuple[int, ...]:
    return tuple(one.holder_id for one in people if one.holder_id is not None)
