"""Identities of providers and the accounts that they open: found, linked after a yes, unlinked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.accounts.services import people
from app.accounts.services.tokens import keyed_digest
from app.audit import Action, record
from app.database import affected
from app.errors import IdentityTakenError, NotFoundError, NumberTakenError, OnlyWayInError, OtherIdentityError
from app.identity.models import LinkedIdentity, Passkey, Provider
from app.identity.services import disputes, professional

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.accounts.models import Person
    from app.identity.services.professional import OnChange
    from app.identity.services.providers import Proven


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What we keep of what a provider vouches for.

    Args:
        subject: The digest that `subject_hash` makes.
        profession: In the national terminology's words; empty where it was not told.
        is_active: The provider tells where this profession is exercised; false says nothing.
        is_invented: The provider is a sandbox.
    """

    provider: Provider
    subject: str
    name: str
    rpps: str | None
    profession: str = ""
    is_active: bool = False
    is_invented: bool = False


def known_of(proven: Proven, *, secret: str) -> Known:
    """Return what is kept of an identity."""
    subject = subject_hash(proven.provider, proven.subject, secret=secret)
    return Known(
        provider=proven.provider,
        subject=subject,
        name=proven.name,
        rpps=proven.professional.rpps,
        profession=proven.professional.profession,
        is_active=proven.professional.is_active,
        is_invented=proven.is_invented,
    )


def subject_hash(provider: Provider, subject: str, *, secret: str) -> str:
    """Return what stands for a provider's name of a person: it recognises them, and names them to nobody."""
    return keyed_digest(f"{provider.value}:{subject}", secret=secret)


def sign_in(db: Session, *, known: Known, now: datetime, on_change: OnChange | None = None) -> Person | None:
    """Return the account that an identity opens, brought up to date; None where it is linked to none.

    An account is never found by its address: that two services know the same
    address does not make their people the same.
    """
    row = db.scalars(select(LinkedIdentity).where(*_is(known)).with_for_update()).one_or_none()
    if row is None:
        return None
    person = people.get_account(db, person_id=row.person_id)
    row.last_used_at, row.name = now, known.name
    _learn_on_the_way_in(db, person_id=person.id, known=known, on_change=on_change, now=now)
    detail = {"provider": known.provider.value}
    record(db, action=Action.ACCOUNT_SIGNED_IN, actor_id=person.id, subject_id=person.id, detail=detail, now=now)
    return person


def link(
    db: Session, *, person_id: int, known: Known, now: datetime, on_change: OnChange | None = None
) -> LinkedIdentity:
    """Link an identity to an account whose owner has said yes; linking it twice changes nothing.

    Raises:
        NotFoundError: A guest, or nobody.
        IdentityTakenError: It is linked to another account.
        OtherIdentityError: The account has another identity of this provider.
        NumberTakenError: The professional number is vouched for in another account.
    """
    people.get_account(db, person_id=person_id)
    row = db.scalars(select(LinkedIdentity).where(*_is(known))).one_or_none()
    if row is not None and row.person_id != person_id:
        raise IdentityTakenError
    if row is None:
        if find(db, person_id=person_id, provider=known.provider) is not None:
            raise OtherIdentityError
        row = LinkedIdentity(
            person_id=person_id,
            provider=known.provider.value,
            subject_hash=known.subject,
            name=known.name,
            linked_at=now,
            last_used_at=now,
        )
        db.add(row)
        db.flush()
        detail = {"provider": known.provider.value}
        record(db, action=Action.IDENTITY_LINKED, actor_id=person_id, subject_id=person_id, detail=detail, now=now)
    _learn(db, person_id=person_id, known=known, on_change=on_change, now=now)
    return row


def unlink(db: Session, *, person_id: int, provider: Provider, now: datetime) -> None:
    """Forget an identity, and with Pro Santé Connect's the number that it vouched for.

    Raises:
        NotFoundError: This account has none of this provider.
        OnlyWayInError: There is no password, no proven address, no passkey and no other identity to come in by.
    """
    person = people.get_account(db, person_id=person_id)
    own = LinkedIdentity.person_id == person_id
    if not _other_ways(db, person=person, but=provider):
        raise OnlyWayInError
    if not affected(db, delete(LinkedIdentity).where(own, LinkedIdentity.provider == provider.value)):
        raise NotFoundError
    if provider is Provider.PRO_SANTE_CONNECT:
        professional.forget_vouched(db, person_id=person_id, now=now)
    detail = {"provider": provider.value}
    record(db, action=Action.IDENTITY_UNLINKED, actor_id=person_id, subject_id=person_id, detail=detail, now=now)


def find(db: Session, *, person_id: int, provider: Provider) -> LinkedIdentity | None:
    own = LinkedIdentity.person_id == person_id, LinkedIdentity.provider == provider.value
    return db.scalars(select(LinkedIdentity).where(*own)).one_or_none()


def list_own(db: Session, *, person_id: int) -> Sequence[LinkedIdentity]:
    """Return the identities linked to this account."""
    own = select(LinkedIdentity).where(LinkedIdentity.person_id == person_id)
    return db.scalars(own.order_by(LinkedIdentity.provider)).all()


def _is(known: Known) -> tuple[ColumnElement[bool], ...]:
    return LinkedIdentity.provider == known.provider.value, LinkedIdentity.subject_hash == known.subject


def _other_ways(db: Session, *, person: Person, but: Provider) -> bool:
    if person.password_hash is not None or person.email_confirmed_at is not None:
        return True
    if db.scalars(select(Passkey.id).where(Passkey.person_id == person.id).limit(1)).one_or_none() is not None:
        return True
    return any(row.provider != but.value for row in list_own(db, person_id=person.id))


def _learn(db: Session, *, person_id: int, known: Known, on_change: OnChange | None, now: datetime) -> None:
    if known.rpps is None:
        return
    disputes.prove(db, person_id=person_id, number=known.rpps, now=now)
    professional.learn(db, person_id=person_id, number=known.rpps, now=now)
    if known.is_active:
        professional.vouch(
            db,
            rpps=known.rpps,
            profession=known.profession,
            is_national=not known.is_invented,
            on_change=on_change,
            now=now,
        )


def _learn_on_the_way_in(
    db: Session, *, person_id: int, known: Known, on_change: OnChange | None, now: datetime
) -> None:
    """Bring the number up to date; one that is vouched for elsewhere must not shut the door."""
    try:
        _learn(db, person_id=person_id, known=known, on_change=on_change, now=now)
    except NumberTakenError:
        detail = {"reason": "vouched-for-elsewhere"}
        record(db, action=Action.NUMBER_REFUSED, actor_id=None, subject_id=person_id, detail=detail, now=now)
