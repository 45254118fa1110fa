"""Verification: compact JWS -> credential, or an exception.

1. the token parses and is of our type                       MalformedCredentialError
2. its key is one of ours, of the family of tokens           UnknownKeyError
3. the signature covers exactly these bytes                  BadSignatureError
4. the claims form a credential, by the address of the key   MalformedCredentialError
5. the key was not compromised at the date it bears          CompromisedKeyError
6. the moment lies inside the validity period                NotYetValidError, ExpiredError

Nothing is fetched: a key is looked up by name in memory, whatever the header says. Revocation is not here: it is a fact
of the register, not of the document. Nor is the truth of the issuing date, which a stolen key could backdate: after a
compromise, only what the transparency log shows counts (`compromised_since`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from certificates import open_badge
from certificates.claims import from_claims
from certificates.errors import (
    CompromisedKeyError,
    ExpiredError,
    MalformedCredentialError,
    NotYetValidError,
    UnknownKeyError,
)
from certificates.keys import KeyFamily, KeyState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certificates.compact import CompactStatement
    from certificates.credential import Credential
    from certificates.keys import KeyRing, SigningKey

_REGISTERED = ("iss", "jti", "sub", "nbf", "exp")


def verify(token: str, ring: KeyRing, *, at: datetime) -> Credential:
    """Return the credential that the token proves at this moment.

    Raises:
        VerificationError: The leaf that the first failing step names.
    """
    credential = verify_signature(token, ring)
    check_period(credential, at=at)
    return credential


def verify_signature(token: str, ring: KeyRing) -> Credential:
    """Take steps 1 to 5, whose outcome does not depend on the moment.

    Raises:
        VerificationError: The leaf that the first failing step names.
    """
    credential, key = _signed(token, ring)
    if key.state is KeyState.COMPROMISED and credential.issued_at >= key.since:
        raise CompromisedKeyError(key.kid, key.since)
    return credential


def read_registered(token: str, ring: KeyRing) -> Credential:
    """Take steps 1 to 4 on a token of our own register, whatever became of its key since.

    The register decides whether we issued it, so a key that was stolen later does not make it unreadable to its holder.

    Raises:
        VerificationError: The leaf that the first failing step names.
    """
    return _signed(token, ring)[0]


def compromised_since(token: str, ring: KeyRing) -> datetime | None:
    """Return since when the key of a token of ours is compromised; None while it is not.

    What such a key signed before is believed only where the transparency log shows it: its own dates prove nothing.

    Raises:
        MalformedCredentialError: It is not a token of ours.
        UnknownKeyError: Its key is not.
    """
    key = _token_key(open_badge.read(token).kid, ring)
    return key.since if key.state is KeyState.COMPROMISED else None


def _token_key(kid: str, ring: KeyRing) -> SigningKey:
    key = ring.find(kid)
    if key is None or key.family is not KeyFamily.TOKEN:
        raise UnknownKeyError(kid)
    return key


def _signed(token: str, ring: KeyRing) -> tuple[Credential, SigningKey]:
    parsed = open_badge.read(token)
    key = _token_key(parsed.kid, ring)
    open_badge.check_signature(parsed, key.public_key)
    return _credential(parsed.claims, origin=parsed.origin), key


def check_period(credential: Credential | CompactStatement, *, at: datetime) -> None:
    """Take step 6.

    Raises:
        NotYetValidError: The period has not begun.
        ExpiredError: The period is over; its last moment is outside.
    """
    if at < credential.valid_from:
        raise NotYetValidError(credential)
    if credential.valid_until is not None and at >= credential.valid_until:
        raise ExpiredError(credential)


def read_claims(token: str) -> dict[str, Any]:
    """Return the claims of a token without believing them, for display to its holder.

    Raises:
        MalformedCredentialError: It is not a token of ours.
    """
    return open_badge.read(token).claims


def _credential(claims: Mapping[str, Any], *, origin: str) -> Credential:
    """Return the credential whose claims and JWT claims agree with each other and with the name of the key."""
    badge = {name: value for name, value in claims.items() if name not in _REGISTERED}
    credential = from_claims(badge)
    registered = {name: claims[name] for name in _REGISTERED if name in claims}
    if json.dumps(registered, sort_keys=True) != json.dumps(open_badge.registered_claims(badge), sort_keys=True):
        raise MalformedCredentialError("claims: the token and its credential disagree")
    if credential.origin != origin:
        raise MalformedCredentialError("claims: the key and the credential name two addresses")
    return credential
