"""Note when what is told of somebody changes: what `_lastUpdated` means, and what a copy of the register is kept up to date by.

It is periodic work and nobody's call: it also sees what time alone changes (a last day, the end of an appeal), and what happens in
another room (a link that is closed). What is *shown* never waits for it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.labels.models import Label, LabelEvent
from app.publication.models import PublishedHolder
from app.publication.services import fhir, register
from certificates.dates import day_in_paris
from certificates.fhir.practitioner import digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.publication.services.register import Found

#: How far back the frequent look goes: a worker that was away for longer leaves the rest to the thorough one.
LATELY = timedelta(minutes=30)
#: People in one transaction of the thorough look: a twentieth of a second, during which nobody else writes on SQLite.
AT_ONCE = 500


def publish_lately(db: Session, *, new_reference: Callable[[], str], now: datetime) -> int:
    """Publish whoever's label moved in the last half hour; return how many entries changed."""
    moved = (
        select(Label.person_id)
        .join(LabelEvent, LabelEvent.label_id == Label.id)
        .where(LabelEvent.at > now - LATELY, Label.number.is_not(None), Label.person_id.is_not(None))
        .distinct()
    )
    person_ids = [person_id for person_id in db.scalars(moved) if person_id is not None]
    return _publish(db, person_ids=person_ids, new_reference=new_reference, now=now) if person_ids else 0


def publish_after(
    db: Session, *, after: int, new_reference: Callable[[], str], now: datetime, count: int = AT_ONCE
) -> tuple[int, int | None]:
    """Look at the next people in the order of their rows; return how many entries changed, and behind whom to go on.

    Args:
        after: Whom the look before ended with; 0 to begin.

    Returns None for the second where nobody is left.
    """
    following = (
        select(Label.person_id)
        .where(Label.person_id > after, Label.number.is_not(None))
        .distinct()
        .order_by(Label.person_id)
        .limit(count)
    )
    person_ids = [person_id for person_id in db.scalars(following) if person_id is not None]
    changed = _publish(db, person_ids=person_ids, new_reference=new_reference, now=now) if person_ids else 0
    return changed, person_ids[-1] if len(person_ids) == count else None


def _publish(db: Session, *, person_ids: list[int], new_reference: Callable[[], str], now: datetime) -> int:
    people = register.list_people(db, person_ids=person_ids, on=day_in_paris(now))
    published = select(PublishedHolder).where(PublishedHolder.person_id.in_(person_ids))
    known = {row.id: row for row in db.scalars(published)}
    changed = sum(
        _publish_one(db, found, known.get(found.holder_id or 0), new_reference=new_reference, now=now)
        for found in people
    )
    db.flush()
    return changed


def _publish_one(
    db: Session, found: Found, row: PublishedHolder | None, *, new_reference: Callable[[], str], now: datetime
) -> bool:
    if row is None:
        if not found.entries:
            return False  # a label that was over before it was ever published
        row = PublishedHolder(
            person_id=found.entries[0].person_id, reference=new_reference(), digest="", changed_at=now
        )
        db.add(row)
    told = digest(fhir.holder_of(found._replace(reference=row.reference, changed_at=row.changed_at)))
    if told == row.digest:
        return False
    row.digest, row.changed_at = told, now
    return True
