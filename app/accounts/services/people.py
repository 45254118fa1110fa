"""People: guests, accounts, what they prove on coming in, what they choose."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.access import Role
from app.accounts.models import Person, PersonKind, PersonRole, ResumeCard
from app.accounts.services import tokens, web_sessions
from app.audit import Action, record
from app.database import affected
from app.errors import AddressTakenError, NotFoundError, TooYoungError, WeakPasswordError, WrongCredentialsError
from certificates.names import check_printable_name

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

MINIMUM_PASSWORD_LENGTH = 12
_MINIMUM_DIFFERENT_CHARACTERS = 6


def get(db: Session, *, person_id: int) -> Person:
    """Return a person.

    Raises:
        NotFoundError: Nobody has this number any more.
    """
    person = db.scalars(select(Person).where(Person.id == person_id, Person.erased_at.is_(None))).one_or_none()
    if person is None:
        raise NotFoundError
    return person


def get_account(db: Session, *, person_id: int) -> Person:
    """Return a person who has an account.

    Raises:
        NotFoundError: A guest, or nobody.
    """
    person = get(db, person_id=person_id)
    if person.kind != PersonKind.ACCOUNT:
        raise NotFoundError
    return person


def find_by_address(db: Session, *, email: str) -> Person | None:
    """Return the account at this address, if there is one."""
    return db.scalars(select(Person).where(Person.email == normalise_address(email))).one_or_none()


def normalise_address(email: str) -> str:
    """Return an address as it is stored and compared: composed, trimmed, casefolded."""
    return unicodedata.normalize("NFC", email.strip()).casefold()


def create_guest(db: Session, *, now: datetime) -> Person:
    """Make somebody who owns sittings and of whom nothing else is known."""
    person = Person(kind=PersonKind.GUEST.value, created_at=now)
    db.add(person)
    db.flush()
    return person


def create_account(
    db: Session,
    *,
    email: str,
    password: str | None,
    is_fifteen: bool,
    language: str | None,
    guest_id: int | None,
    now: datetime,
) -> Person:
    """Open an account; the guest of this browser, if any, becomes the account, so what they did is theirs already.

    `is_fifteen` is what the person declares; it is checked here and kept nowhere.

    Raises:
        TooYoungError: The person does not declare 15 years or more.
        WeakPasswordError: The password is too easy to guess.
        AddressTakenError: Another account has this address.
    """
    if not is_fifteen:
        raise TooYoungError
    address = normalise_address(email)
    if password is not None:
        check_password(password, email=address)
    if find_by_address(db, email=address) is not None:
        raise AddressTakenError
    person = _guest_for_upgrade(db, guest_id=guest_id) or create_guest(db, now=now)
    person.kind = PersonKind.ACCOUNT.value
    person.email = address
    person.password_hash = None if password is None else tokens.hash_secret(password)
    person.language = language
    db.execute(delete(ResumeCard).where(ResumeCard.person_id == person.id))  # printed without knowing of any account
    db.flush()
    record(db, action=Action.ACCOUNT_CREATED, actor_id=person.id, subject_id=person.id, now=now)
    return person


def _guest_for_upgrade(db: Session, *, guest_id: int | None) -> Person | None:
    if guest_id is None:
        return None
    guest = Person.id == guest_id, Person.kind == PersonKind.GUEST.value, Person.erased_at.is_(None)
    return db.scalars(select(Person).where(*guest).with_for_update()).one_or_none()


def check_password(password: str, *, email: str) -> None:
    """Accept any long password that is neither a repetition nor the address.

    Raises:
        WeakPasswordError: It is one of these.
    """
    folded = password.casefold()
    if (
        len(password) < MINIMUM_PASSWORD_LENGTH
        or len(set(folded)) < _MINIMUM_DIFFERENT_CHARACTERS
        or folded in (email, email.partition("@")[0])
    ):
        raise WeakPasswordError


def authenticate(db: Session, *, email: str, password: str, now: datetime) -> Person:
    """Return the account that these two belong to; takes the same time whether the address is known or not.

    A refusal is written to the audit trail: the caller commits it before it answers.

    Raises:
        WrongCredentialsError: They do not go together.
    """
    person = find_by_address(db, email=email)
    stored = person.password_hash if person is not None else None
    if not tokens.matches(password, stored=stored) or person is None or stored is None:
        subject_id = person.id if person is not None else None
        record(db, action=Action.ACCOUNT_SIGN_IN_REFUSED, actor_id=None, subject_id=subject_id, now=now)
        raise WrongCredentialsError
    if tokens.is_outdated(stored):
        person.password_hash = tokens.hash_secret(password)
    record(db, action=Action.ACCOUNT_SIGNED_IN, actor_id=person.id, subject_id=person.id, now=now)
    return person


def change_password(
    db: Session, *, person_id: int, current: str, new: str, kept_session_id: int | None, now: datetime
) -> None:
    """Set a new password and close the person's other browsers; `current` is not looked at when there was none.

    Raises:
        NotFoundError: A guest, or nobody.
        WrongCredentialsError: The current password is another one.
        WeakPasswordError: The new one is too easy to guess.
    """
    person = get_account(db, person_id=person_id)
    if person.password_hash is not None and not tokens.matches(current, stored=person.password_hash):
        raise WrongCredentialsError
    check_password(new, email=person.email or "")
    person.password_hash = tokens.hash_secret(new)
    web_sessions.revoke_others(db, person_id=person_id, kept_id=kept_session_id)
    record(db, action=Action.ACCOUNT_PASSWORD_CHANGED, actor_id=person_id, subject_id=person_id, now=now)


def set_printed_name(db: Session, *, person_id: int, name: str) -> str:
    """Choose the name that certificates will print, and return it as it will be printed.

    Raises:
        NotFoundError: A guest, or nobody.
        UnacceptableNameError: A title, an address or a sign that is not part of a name; carries the reason.
    """
    person = get_account(db, person_id=person_id)
    person.printed_name = check_printable_name(name)
    return person.printed_name


def set_language(db: Session, *, person_id: int, language: str) -> None:
    """Choose the language of pages and letters.

    Raises:
        NotFoundError: A guest, or nobody.
    """
    get_account(db, person_id=person_id).language = language


def grant_role(db: Session, *, person_id: int, role: Role, actor_id: int | None, now: datetime) -> bool:
    """Give a role, and tell whether it was not held; giving it twice changes nothing.

    Raises:
        NotFoundError: A guest, or nobody.
    """
    get_account(db, person_id=person_id)
    held = select(PersonRole).where(PersonRole.person_id == person_id, PersonRole.role == role.value)
    if db.scalars(held).one_or_none() is not None:
        return False
    db.add(PersonRole(person_id=person_id, role=role.value, granted_at=now))
    detail = {"role": role.value}
    record(db, action=Action.ACCOUNT_ROLE_GRANTED, actor_id=actor_id, subject_id=person_id, detail=detail, now=now)
    return True


def take_back_role(db: Session, *, person_id: int, role: Role, actor_id: int | None, now: datetime) -> bool:
    """Take a role back, and tell whether it was held; the next request of that person is made without it.

    Raises:
        NotFoundError: A guest, or nobody.
    """
    get_account(db, person_id=person_id)
    held = delete(PersonRole).where(PersonRole.person_id == person_id, PersonRole.role == role.value)
    if not affected(db, held):
        return False
    detail = {"role": role.value}
    record(db, action=Action.ACCOUNT_ROLE_TAKEN_BACK, actor_id=actor_id, subject_id=person_id, detail=detail, now=now)
    return True


def list_with_roles(db: Session) -> list[tuple[Person, list[Role]]]:
    """Return everybody who holds a role of the service, by name, with their roles."""
    rows = db.execute(
        select(Person, PersonRole.role)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(Person.erased_at.is_(None))
        .order_by(Person.printed_name, Person.id, PersonRole.role)
    )
    found: dict[int, tuple[Person, list[Role]]] = {}
    for person, role in rows:
        found.setdefault(person.id, (person, []))[1].append(Role(role))
    return list(found.values())
