"""Links sent by mail: to come in, and to prove that an address is one's own.

Mail scanners open every link, so looking at one changes nothing; following it is a POST. A link is burnt by one
conditional UPDATE whose row count is checked, so that of two clicks at the same moment one is refused.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import delete, or_, select, update

from app import mail
from app.accounts.models import EmailLink, LinkPurpose, Person
from app.accounts.services import people, web_sessions
from app.accounts.services.letters import LetterName, compose
from app.accounts.services.tokens import keyed_digest, matches
from app.audit import Action, record
from app.database import affected
from app.errors import AddressTakenError, LinkSpentError, WrongCredentialsError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.accounts.services.proofs import ForgetProofs, HoldsProofs

SIGN_IN_LIFETIME = timedelta(minutes=30)
CONFIRM_LIFETIME = timedelta(days=7)


def ask_sign_in(
    db: Session,
    *,
    email: str,
    token: str,
    secret: str,
    public_url: str,
    now: datetime,
    next_path: str = "",
) -> None:
    """Send a sign-in link if an account has this address; the caller cannot tell whether one has."""
    token_hash = keyed_digest(token, secret=secret)
    person = people.find_by_address(db, email=email)
    if person is None or person.email is None:
        return
    _keep(db, person=person, purpose=LinkPurpose.SIGN_IN, token_hash=token_hash, expires_at=now + SIGN_IN_LIFETIME)
    letter = compose(
        LetterName.SIGN_IN,
        language=person.language,
        url=f"{public_url}/connexion/lien/{token}{_query(next_path)}",
        minutes=SIGN_IN_LIFETIME // timedelta(minutes=1),
    )
    mail.send(db, to=person.email, subject=letter.subject, body=letter.body, person_id=person.id, now=now)


def send_confirmation(
    db: Session, *, person_id: int, token: str, secret: str, public_url: str, now: datetime, next_path: str = ""
) -> None:
    """Send a link that proves the account's address; nothing is sent when it is proven already.

    `next_path` is where the person was going, and will be led once the address is proven.

    Raises:
        NotFoundError: A guest, or nobody.
    """
    person = people.get_account(db, person_id=person_id)
    if person.email is None or person.email_confirmed_at is not None:
        return
    token_hash = keyed_digest(token, secret=secret)
    expires_at = now + CONFIRM_LIFETIME
    _keep(db, person=person, purpose=LinkPurpose.CONFIRM_ADDRESS, token_hash=token_hash, expires_at=expires_at)
    letter = compose(
        LetterName.CONFIRM_ADDRESS,
        language=person.language,
        url=f"{public_url}/compte/adresse/{token}{_query(next_path)}",
        days=CONFIRM_LIFETIME.days,
    )
    mail.send(db, to=person.email, subject=letter.subject, body=letter.body, person_id=person.id, now=now)


def _query(next_path: str) -> str:
    return f"?{urlencode({'suite': next_path})}" if next_path else ""


def change_address(db: Session, *, person_id: int, email: str, password: str, public_url: str, now: datetime) -> None:
    """Give the account another address, unproven until its link is followed, and tell the former one.

    `password` is not looked at when the account has none. Links sent to the former address are worthless from now on.

    Raises:
        NotFoundError: A guest, or nobody.
        WrongCredentialsError: Another password.
        AddressTakenError: Another account has this address.
    """
    person = people.get_account(db, person_id=person_id)
    former, address = person.email, people.normalise_address(email)
    if person.password_hash is not None and not matches(password, stored=person.password_hash):
        raise WrongCredentialsError
    if former is None or address == former:
        return
    if people.find_by_address(db, email=address) is not None:
        raise AddressTakenError
    person.email, person.email_confirmed_at = address, None
    letter = compose(LetterName.ADDRESS_CHANGED, language=person.language, url=f"{public_url}/reclamations")
    mail.send(db, to=former, subject=letter.subject, body=letter.body, person_id=person_id, now=now)
    record(db, action=Action.ACCOUNT_EMAIL_CHANGED, actor_id=person_id, subject_id=person_id, now=now)


def check(db: Session, *, token: str, purpose: LinkPurpose, secret: str, now: datetime) -> None:
    """Look whether a link still works, without using it.

    Raises:
        LinkSpentError: It was used, replaced, has expired or never existed.
    """
    live = _live(token=token, purpose=purpose, secret=secret, now=now)
    if db.scalars(select(EmailLink.id).where(*live)).one_or_none() is None:
        raise LinkSpentError


def _live(*, token: str, purpose: LinkPurpose, secret: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        EmailLink.token_hash == keyed_digest(token, secret=secret),
        EmailLink.purpose == purpose.value,
        EmailLink.used_at.is_(None),
        EmailLink.expires_at > now,
    )


def drops_proofs(db: Session, *, token: str, secret: str, holds_proofs: HoldsProofs, now: datetime) -> bool:
    """Tell whether following this sign-in link removes what opened the account until now, which nobody knows to be theirs.

    Raises:
        LinkSpentError: The link does not work any more.
    """
    live = _live(token=token, purpose=LinkPurpose.SIGN_IN, secret=secret, now=now)
    person = db.scalars(select(Person).join(EmailLink, EmailLink.person_id == Person.id).where(*live)).one_or_none()
    if person is None:
        raise LinkSpentError
    if person.email_confirmed_at is not None:
        return False
    return person.password_hash is not None or holds_proofs(db, person_id=person.id)


def follow_sign_in(db: Session, *, token: str, secret: str, forget_proofs: ForgetProofs, now: datetime) -> Person:
    """Burn a sign-in link and return whom it lets in.

    Opening it proves the address. If nobody had proven it before, whoever chose the password may be somebody else: the
    password, every other proof (`forget_proofs`) and the other browsers go.

    Raises:
        LinkSpentError: The link does not work any more.
    """
    person = _burn(db, token=token, purpose=LinkPurpose.SIGN_IN, secret=secret, now=now)
    if person.email_confirmed_at is None:
        person.password_hash = None
        forget_proofs(db, person_id=person.id)
        web_sessions.revoke_others(db, person_id=person.id, kept_id=None)
        _mark_confirmed(db, person, now=now)
    record(db, action=Action.ACCOUNT_SIGNED_IN, actor_id=person.id, subject_id=person.id, now=now)
    return person


def confirm_address(db: Session, *, token: str, secret: str, now: datetime) -> Person:
    """Burn a confirmation link and mark the address as proven.

    Raises:
        LinkSpentError: The link does not work any more.
    """
    person = _burn(db, token=token, purpose=LinkPurpose.CONFIRM_ADDRESS, secret=secret, now=now)
    _mark_confirmed(db, person, now=now)
    return person


def purge(db: Session, *, now: datetime) -> int:
    """Delete the links that do not work any more; return how many."""
    return affected(db, delete(EmailLink).where(or_(EmailLink.used_at.is_not(None), EmailLink.expires_at <= now)))


def _keep(db: Session, *, person: Person, purpose: LinkPurpose, token_hash: str, expires_at: datetime) -> None:
    db.add(
        EmailLink(
            person_id=person.id,
            purpose=purpose.value,
            token_hash=token_hash,
            address=person.email,
            expires_at=expires_at,
        )
    )


def _burn(db: Session, *, token: str, purpose: LinkPurpose, secret: str, now: datetime) -> Person:
    """Use a link once, and with it every other link of that purpose that this person was sent."""
    token_hash = keyed_digest(token, secret=secret)
    live = _live(token=token, purpose=purpose, secret=secret, now=now)
    burn = update(EmailLink).where(*live).values(used_at=now)
    if not affected(db, burn):
        raise LinkSpentError
    person = db.scalars(
        select(Person)
        .join(EmailLink, EmailLink.person_id == Person.id)
        .where(EmailLink.token_hash == token_hash, Person.email == EmailLink.address)
    ).one_or_none()
    if person is None:
        raise LinkSpentError
    others = EmailLink.person_id == person.id, EmailLink.purpose == purpose.value, EmailLink.used_at.is_(None)
    db.execute(update(EmailLink).where(*others).values(used_at=now))
    return person


def _mark_confirmed(db: Session, person: Person, *, now: datetime) -> None:
    person.email_confirmed_at = now
    record(db, action=Action.ACCOUNT_EMAIL_CONFIRMED, actor_id=person.id, subject_id=person.id, now=now)
