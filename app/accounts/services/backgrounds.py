"""What people agree to tell about themselves so that items can be checked for fairness, and nothing else.

One row while a person agrees: it says what they told, when they agreed and to which words. Withdrawing deletes it; the audit trail then
holds that they agreed and withdrew, never what they had told. No page shows it to anybody else, and no result is computed from it: only
the monitors read it, over everybody at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from app.accounts.models import Background
from app.accounts.services import people
from app.audit import Action, record
from app.database import affected
from app.errors import NotFoundError
from quizzes.groups import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

#: Three years, then people are asked afresh: age bands go stale, and so does a consent.
KEPT = timedelta(days=3 * 365)
#: Which words people agree to; another date once the page or the purpose changes, and they are asked again.
CONSENT = "2026-11"
NAMES = tuple(attribute.id for attribute in ATTRIBUTES)
_COLUMNS = (Background.age_band, Background.sex, Background.first_language)


def find_own(db: Session, *, person_id: int) -> Background | None:
    """Return what this person told, if they did."""
    return db.scalars(select(Background).where(Background.person_id == person_id)).one_or_none()


def give(db: Session, *, person_id: int, told: Mapping[str, str | None], now: datetime) -> None:
    """Keep what a person tells, having agreed to it, in place of what they told before.

    Args:
        told: Attribute -> group of `quizzes.groups`; None, or no line, where they tell nothing. Something must be told.

    Raises:
        NotFoundError: Nobody has this number any more.
    """
    person = people.get(db, person_id=person_id)
    db.execute(delete(Background).where(Background.person_id == person.id))
    db.add(
        Background(
            person_id=person.id,
            **{name: told.get(name) for name in NAMES},
            consent=CONSENT,
            consented_at=now,
        )
    )
    db.flush()
    record(
        db,
        action=Action.BACKGROUND_GIVEN,
        actor_id=person.id,
        subject_id=person.id,
        detail={"consent": CONSENT},
        now=now,
    )


def withdraw(db: Session, *, person_id: int, now: datetime) -> None:
    """Delete what a person told.

    Raises:
        NotFoundError: They told nothing, or have taken it back.
    """
    if not affected(db, delete(Background).where(Background.person_id == person_id)):
        raise NotFoundError
    record(db, action=Action.BACKGROUND_WITHDRAWN, actor_id=person_id, subject_id=person_id, now=now)


def groups_of(db: Session, *, person_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return what people told, for sums over everybody: person -> attribute -> group, without what they left out.

    Whoever agreed to other words than those of today is left out.
    """
    rows = db.execute(select(Background.person_id, *_COLUMNS).where(Background.consent == CONSENT))
    wanted = frozenset(person_ids)
    return {
        person_id: {name: group for name, group in zip(NAMES, told, strict=True) if group is not None}
        for person_id, *told in rows
        if person_id in wanted
    }


def export_own(db: Session, *, person_id: int) -> dict[str, object] | None:
    """Return what this person told and agreed to, ready for JSON."""
    own = find_own(db, person_id=person_id)
    if own is None:
        return None
    told = {name: getattr(own, name) for name in NAMES}
    return {**told, "consent": own.consent, "consented_at": own.consented_at.isoformat()}


def adopt(db: Session, *, from_id: int, to_id: int) -> None:
    """Give what a guest told to their account; where the account told something itself, that stays."""
    if find_own(db, person_id=to_id) is None:
        db.execute(update(Background).where(Background.person_id == from_id).values(person_id=to_id))


def purge(db: Session, *, now: datetime) -> int:
    """Delete what was told too long ago, and return how many rows that were."""
    return affected(db, delete(Background).where(Background.consented_at <= now - KEPT))
