"""Retention: what is no longer needed goes. The periods are told to people in `privacy.yaml`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select

from app import outbox
from app.accounts.models import Person, PersonKind, ResumeCard, WebSession
from app.accounts.services import backgrounds, cards, cases, links, web_sessions
from app.accounts.services.personal_data import CertificateFate, erase_all
from app.audit import Action, record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import PersonRoom


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionCounts:
    """How many rows of each sort one run removed or emptied."""

    guests: int
    sessions: int
    links: int
    cards: int
    backgrounds: int
    cases: int
    letters: int
    certificates: int


def run(db: Session, *, rooms: Sequence[PersonRoom], now: datetime) -> RetentionCounts:
    """Remove everything whose time is over, and leave the counts in the audit trail."""
    counts = RetentionCounts(
        guests=_purge_guests(db, rooms=rooms, now=now),  # first: it reads when a browser was last seen
        sessions=web_sessions.purge(db, now=now),
        links=links.purge(db, now=now),
        cards=cards.purge(db, now=now),
        backgrounds=backgrounds.purge(db, now=now),
        cases=cases.purge(db, now=now),
        letters=outbox.purge(db, now=now),
        certificates=sum(room.expire(db, now=now) for room in rooms if room.expire is not None),
    )
    record(db, action=Action.RETENTION_RUN, actor_id=None, detail=asdict(counts), now=now)
    return counts


def _purge_guests(db: Session, *, rooms: Sequence[PersonRoom], now: datetime) -> int:
    """Erase the guests who have not come for as long as their data are kept, whose card, if any, has expired, and whom no room keeps."""
    seen_lately = exists().where(
        WebSession.person_id == Person.id, WebSession.last_seen_at > now - web_sessions.GUEST_LIFETIME
    )
    may_return = exists().where(ResumeCard.person_id == Person.id, ResumeCard.expires_at > now)
    guest = Person.kind == PersonKind.GUEST.value
    gone = select(Person.id).where(
        guest,
        Person.erased_at.is_(None),
        Person.created_at <= now - web_sessions.GUEST_LIFETIME,
        ~seen_lately,
        ~may_return,
    )
    guest_ids = set(db.scalars(gone))
    for room in rooms:
        if room.keep is not None and guest_ids:
            guest_ids -= set(room.keep(db, person_ids=guest_ids, now=now))
    for person_id in sorted(guest_ids):
        erase_all(db, person_id=person_id, rooms=rooms, fate=CertificateFate.WITHDRAW, now=now)
    db.flush()
    db.execute(delete(Person).where(guest, Person.erased_at.is_not(None)))
    return len(guest_ids)
