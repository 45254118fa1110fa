"""Resume cards: a code and a PIN on paper let a guest in on another machine, without e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from sqlalchemy import delete, select, update

from app.accounts.models import Person, PersonKind, ResumeCard
from app.accounts.services.tokens import hash_secret, keyed_digest, matches
from app.accounts.services.web_sessions import GUEST_LIFETIME
from app.database import affected
from app.errors import NotFoundError, WrongCardError
from certificates.reference import normalise_code

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

LIFETIME = GUEST_LIFETIME
MAXIMUM_FAILED_ATTEMPTS = 5


def create_card(db: Session, *, person_id: int, code: str, pin: str, secret: str, now: datetime) -> ResumeCard:
    """Write down the digests of a new card, which takes the place of an older one.

    `code` has 80 bits of chance and `pin` six digits; both are shown once by the caller and kept nowhere.

    Raises:
        NotFoundError: Not a guest: an account comes back by its address.
    """
    guest = Person.id == person_id, Person.kind == PersonKind.GUEST.value, Person.erased_at.is_(None)
    if db.scalars(select(Person.id).where(*guest)).one_or_none() is None:
        raise NotFoundError
    db.execute(delete(ResumeCard).where(ResumeCard.person_id == person_id))
    card = ResumeCard(
        person_id=person_id,
        code_hash=keyed_digest(code, secret=secret),
        pin_hash=hash_secret(pin),
        created_at=now,
        expires_at=now + LIFETIME,
    )
    db.add(card)
    db.flush()
    return card


def find_own(db: Session, *, person_id: int, now: datetime) -> ResumeCard | None:
    """Return the card of this person that still serves, if there is one."""
    own = select(ResumeCard).where(
        ResumeCard.person_id == person_id,
        ResumeCard.expires_at > now,
        ResumeCard.failed_attempts < MAXIMUM_FAILED_ATTEMPTS,
    )
    return db.scalars(own).one_or_none()


def resume(db: Session, *, code: str, pin: str, secret: str, now: datetime) -> int:
    """Return the guest of a card; takes the same time whether the code is known or not.

    The try is counted before the PIN is looked at, by a conditional UPDATE: guesses sent together do not exceed five.
    The caller commits a refusal too, since the count is part of it.

    Raises:
        WrongCardError: Unknown, expired or dead card, or another PIN.
    """
    known = normalise_code(code)
    digest = keyed_digest(known or "", secret=secret)
    card = db.scalars(select(ResumeCard).where(ResumeCard.code_hash == digest)).one_or_none()
    is_alive = card is not None and _count_try(db, card=card, now=now)
    pin_hash = card.pin_hash if card is not None and is_alive else None
    if not matches(pin, stored=pin_hash) or card is None:
        raise WrongCardError
    db.execute(update(ResumeCard).where(ResumeCard.id == card.id).values(failed_attempts=0))
    return card.person_id


def _count_try(db: Session, *, card: ResumeCard, now: datetime) -> bool:
    count = (
        update(ResumeCard)
        .where(
            ResumeCard.id == card.id,
            ResumeCard.failed_attempts < MAXIMUM_FAILED_ATTEMPTS,
            ResumeCard.expires_at > now,
        )
        .values(failed_attempts=ResumeCard.failed_attempts + 1)
    )
    return affected(db, count) == 1


def purge(db: Session, *, now: datetime) -> int:
    """Delete the cards that have expired; return how many."""
    return affected(db, delete(ResumeCard).where(ResumeCard.expires_at <= now))


def qr_code(url: str, *, title: str) -> str:
    """Return an inline SVG, dark on white in every theme, without any style attribute."""
    return str(segno.make_qr(url, error="m").svg_inline(scale=5, light="#fff", title=title, omitsize=True))
