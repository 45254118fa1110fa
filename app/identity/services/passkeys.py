"""Passkeys (WebAuthn): registered, used alone or as a second factor, named, removed; the only importer of webauthn.

A device proves itself by signing a challenge that we made a moment ago, for this site and no other, after it has
recognised its owner (by a finger, a face or a code of its own). Each challenge is burnt before the answer is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
import webauthn
from sqlalchemy import delete, select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.models import Person, PersonKind
from app.accounts.services import people
from app.accounts.services.tokens import keyed_digest
from app.audit import Action, record
from app.database import affected
from app.errors import (
    KnownPasskeyError,
    NotFoundError,
    TooManyPasskeysError,
    WrongPasskeyError,
)
from app.identity.models import Passkey, Purpose
from app.identity.services import steps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)

MAXIMUM = 20
MAXIMUM_NAME_LENGTH = 60
_TIMEOUT_MILLISECONDS = 120_000
_MAXIMUM_ANSWER_LENGTH = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What devices tie a passkey to.

    Args:
        public_url: Scheme, host and port that people type.
        secret: Keys the handles under which devices file their owner.
    """

    public_url: str
    secret: str

    @property
    def rp_id(self) -> str:
        """The host; browsers refuse one in digits (Web Authentication, 5.1.3), and this machine has a name."""
        host = urlsplit(self.public_url).hostname or ""
        return "localhost" if host in ("127.0.0.1", "::1") else host

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser in which passkeys work sees them."""
        parts = urlsplit(self.public_url)
        return parts._replace(netloc=self.rp_id if parts.port is None else f"{self.rp_id}:{parts.port}").geturl()


def begin_new(db: Session, *, person_id: int, challenge: bytes, site: Site, now: datetime) -> str:
    """Return what the browser asks a device for a new passkey with, as JSON.

    Raises:
        NotFoundError: A guest, or nobody.
        TooManyPasskeysError: There are twenty already.
    """
    person = people.get_account(db, person_id=person_id)
    known = list_own(db, person_id=person_id)
    if len(known) >= MAXIMUM:
        raise TooManyPasskeysError
    _begin(db, purpose=Purpose.PASSKEY_NEW, challenge=challenge, person_id=person_id, now=now)
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Numéricité",
        user_id=_handle(person_id, site=site),
        user_name=person.email or "",
        challenge=challenge,
        timeout=_TIMEOUT_MILLISECONDS,
        attestation=AttestationConveyancePreference.NONE,  # which model of device it is, we do not want to know
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(known),
    )
    return webauthn.options_to_json(options)


def add(db: Session, *, person_id: int, answer: str, name: str, site: Site, now: datetime) -> Passkey:
    """Keep the public key that a device has made.

    Raises:
        StepSpentError: The challenge was burnt, is too old or was another person's.
        WrongPasskeyError: The answer does not hold.
        KnownPasskeyError: This passkey is kept already.
    """
    challenge = _burn(db, purpose=Purpose.PASSKEY_NEW, answer=answer, person_id=person_id, now=now)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as fault:
        raise _refusal(fault) from fault
    credential_id = bytes_to_base64url(made.credential_id)
    if db.scalars(select(Passkey.id).where(Passkey.credential_id == credential_id)).one_or_none() is not None:
        raise KnownPasskeyError
    row = Passkey(
        person_id=person_id,
        credential_id=credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name[:MAXIMUM_NAME_LENGTH],
        created_at=now,
    )
    db.add(row)
    db.flush()
    record(db, action=Action.PASSKEY_ADDED, actor_id=person_id, subject_id=row.id, now=now)
    return row


def begin_use(db: Session, *, person_id: int | None, challenge: bytes, site: Site, now: datetime) -> str:
    """Return what the browser asks a device for a signature with, as JSON.

    `person_id` is known for a second factor; without it, the device itself says whose passkey it has.
    """
    _begin(db, purpose=Purpose.PASSKEY_USE, challenge=challenge, person_id=person_id, now=now)
    known = [] if person_id is None else list_own(db, person_id=person_id)
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=_TIMEOUT_MILLISECONDS,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def use(db: Session, *, person_id: int | None, answer: str, site: Site, now: datetime) -> int:
    """Return the account whose passkey signed the challenge. The caller commits a refusal too: it is in the trail.

    A counter that does not advance means that the private key was copied: the passkey is refused, and stays so, since
    the real device is behind as soon as the copy was used once.

    Raises:
        StepSpentError: The challenge was burnt, is too old or was made for somebody else.
        WrongPasskeyError: The answer does not hold.
    """
    challenge = _burn(db, purpose=Purpose.PASSKEY_USE, answer=answer, person_id=person_id, now=now)
    row = None
    try:
        credential = webauthn.helpers.parse_authentication_credential_json(answer)
        row = _find(db, credential_id=bytes_to_base64url(credential.raw_id), person_id=person_id)
        if row is None:
            raise ValueError("unknown passkey")  # noqa: TRY301 (every refusal leaves by the same door)
        handle = credential.response.user_handle
        if handle is not None and handle != _handle(row.person_id, site=site):
            raise ValueError("another owner")  # noqa: TRY301 (as above)
        signed = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
        _advance(db, row=row, sign_count=signed.new_sign_count, now=now)
    except (WebAuthnException, ValueError, TypeError, KeyError) as fault:
        subject_id = None if row is None else row.id
        record(db, action=Action.PASSKEY_REFUSED, actor_id=None, subject_id=subject_id, now=now)
        raise _refusal(fault) from fault
    record(db, action=Action.ACCOUNT_SIGNED_IN, actor_id=row.person_id, subject_id=row.person_id, now=now)
    return row.person_id


def list_own(db: Session, *, person_id: int) -> Sequence[Passkey]:
    """Return the passkeys of one person, the oldest first."""
    return db.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def get_own(db: Session, *, passkey_id: int, person_id: int) -> Passkey:
    """Return one passkey of this person.

    Raises:
        NotFoundError: No such passkey, or somebody else's.
    """
    own = select(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id)
    row = db.scalars(own).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def rename(db: Session, *, passkey_id: int, person_id: int, name: str) -> None:
    """Give a passkey another name.

    Raises:
        NotFoundError: No such passkey, or somebody else's.
    """
    get_own(db, passkey_id=passkey_id, person_id=person_id).name = name[:MAXIMUM_NAME_LENGTH]


def remove(db: Session, *, passkey_id: int, person_id: int, now: datetime) -> None:
    """Forget a passkey; the device may keep its half, which opens nothing any more.

    Raises:
        NotFoundError: No such passkey, or somebody else's.
    """
    own = delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id)
    if not affected(db, own):
        raise NotFoundError
    record(db, action=Action.PASSKEY_REMOVED, actor_id=person_id, subject_id=passkey_id, now=now)


def _begin(db: Session, *, purpose: Purpose, challenge: bytes, person_id: int | None, now: datetime) -> None:
    steps.begin(db, purpose=purpose, token=bytes_to_base64url(challenge), person_id=person_id, payload={}, now=now)


def _burn(db: Session, *, purpose: Purpose, answer: str, person_id: int | None, now: datetime) -> bytes:
    """Burn the challenge that an answer says it signs, and return it; the signature itself is checked after."""
    try:
        if len(answer) > _MAXIMUM_ANSWER_LENGTH:
            raise ValueError("too long")  # noqa: TRY301 (every refusal leaves by the same door)
        parsed = (
            webauthn.helpers.parse_registration_credential_json(answer)
            if purpose is Purpose.PASSKEY_NEW
            else webauthn.helpers.parse_authentication_credential_json(answer)
        )
        challenge = parse_client_data_json(parsed.response.client_data_json).challenge
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise _refusal(fault) from fault
    owner_id, _payload = steps.burn(db, purpose=purpose, token=bytes_to_base64url(challenge), now=now)
    if owner_id != person_id:
        raise WrongPasskeyError("another person's challenge")
    return challenge


def _find(db: Session, *, credential_id: str, person_id: int | None) -> Passkey | None:
    known = (
        select(Passkey)
        .join(Person, Person.id == Passkey.person_id)
        .where(
            Passkey.credential_id == credential_id,
            Person.kind == PersonKind.ACCOUNT.value,
            Person.erased_at.is_(None),
        )
    )
    if person_id is not None:
        known = known.where(Passkey.person_id == person_id)
    return db.scalars(known).one_or_none()


def _advance(db: Session, *, row: Passkey, sign_count: int, now: datetime) -> None:
    """Move the counter on, by a conditional UPDATE: of two answers with the same count, one is refused."""
    advance = (
        update(Passkey)
        .where(Passkey.id == row.id, Passkey.sign_count == row.sign_count)
        .values(sign_count=sign_count, last_used_at=now)
    )
    if not affected(db, advance):
        raise ValueError("the counter has moved")


def _handle(person_id: int, *, site: Site) -> bytes:
    """Return the name under which a device files its owner: it says nothing to anybody else."""
    return sha256(keyed_digest(f"passkey-owner:{person_id}", secret=site.secret).encode()).digest()


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in known]


def _refusal(fault: Exception) -> WrongPasskeyError:
    reason = f"{type(fault).__name__}: {fault}"[:160]
    log.warning("passkey.refused", reason=reason)
    return WrongPasskeyError(reason)
