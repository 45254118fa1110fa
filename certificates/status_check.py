"""Looking a credential up in a copy of a status list: its bit is set, or clear, or nothing can be confirmed.

1. the copy is a token or a document of ours, of the type of lists     MalformedCredentialError, MalformedStatusListError
2. its key is one of ours, of the family of that form                  UnknownKeyError
3. the signature covers exactly this                                   BadSignatureError
4. the key was not compromised at the date of the list                 CompromisedKeyError
5. the moment lies inside its validity                                 StaleStatusListError
6. it is the list that the credential names, of the same issuer        OtherStatusListError
7. the list is whole, not too large, and holds the entry               MalformedStatusListError

Whatever fails, `standing` answers "unconfirmed": a list that cannot be believed never makes a credential good, nor bad.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certificates import data_integrity, did, open_badge, status
from certificates.credential import CONTEXTS
from certificates.errors import (
    CompromisedKeyError,
    MalformedStatusListError,
    OtherStatusListError,
    StaleStatusListError,
    StatusListError,
    UnknownKeyError,
    VerificationError,
)
from certificates.keys import KeyFamily, KeyState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from certificates.keys import KeyRing

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_REGISTERED = ("iss", "jti", "iat", "exp")


class Standing(StrEnum):
    """What a copy of a list says of one credential."""

    CLEAR = "clear"
    SET = "set"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """A list that we signed; whether it is the right one and still fresh is for `is_set_in` to say.

    Args:
        url: Its identity.
        issuer: The address of the site, or its did:web in a document.
        encoded: The list as it was signed, not decompressed yet.
    """

    url: str
    issuer: str
    purpose: str
    encoded: str
    valid_from: datetime
    valid_until: datetime


def standing(entry: Mapping[str, Any], read: Callable[[], StatusList], *, issuer: str, at: datetime) -> Standing:
    """Say what a copy of a list says of a credential.

    Args:
        entry: Its `credentialStatus`, after the credential was verified.
        read: Reads the copy: `read_token` or `read_document`, with its arguments.
        issuer: The identity of the credential's issuer.
    """
    try:
        return Standing.SET if is_set_in(read(), entry, issuer=issuer, at=at) else Standing.CLEAR
    except (StatusListError, VerificationError):
        return Standing.UNCONFIRMED


def is_set_in(found: StatusList, entry: Mapping[str, Any], *, issuer: str, at: datetime) -> bool:
    """Take steps 5 to 7.

    Raises:
        StatusListError: The leaf that the first failing step names.
    """
    if not found.valid_from <= at < found.valid_until:
        raise StaleStatusListError
    named = entry.get("statusListCredential"), entry.get("statusPurpose"), issuer
    if named != (found.url, found.purpose, found.issuer):
        raise OtherStatusListError(f"{found.url}, {found.purpose}, {found.issuer}"[:200])
    position = str(entry.get("statusListIndex"))
    if not position.isdecimal() or len(position) > 9:
        raise MalformedStatusListError("no position")
    return status.is_set(status.decode(found.encoded), int(position))


def read_token(token: str, ring: KeyRing) -> StatusList:
    """Take steps 1 to 4 on a token.

    Raises:
        VerificationError: The leaf that the first failing step names.
        MalformedStatusListError: It is no list.
    """
    parsed = open_badge.read(token, token_type=status.TYPE)
    key = ring.find(parsed.kid)
    if key is None or key.family is not KeyFamily.TOKEN:
        raise UnknownKeyError(parsed.kid)
    open_badge.check_signature(parsed, key.public_key)
    claims = {name: value for name, value in parsed.claims.items() if name not in _REGISTERED}
    found = _list(claims, issuer=parsed.origin)
    registered = {
        "iss": found.issuer,
        "jti": found.url,
        "iat": int(found.valid_from.timestamp()),
        "exp": int(found.valid_until.timestamp()),
    }
    if {name: parsed.claims.get(name) for name in _REGISTERED} != registered:
        raise MalformedStatusListError("the token and its list disagree")
    if key.state is KeyState.COMPROMISED and found.valid_from >= key.since:
        raise CompromisedKeyError(key.kid, key.since)
    return found


def read_document(text: str, ring: KeyRing, *, origin: str) -> StatusList:
    """Take steps 1 to 4 on a document with a Data Integrity proof.

    Args:
        origin: The site whose list it must be.

    Raises:
        VerificationError: The leaf that the first failing step names.
        MalformedStatusListError: It is no list.
    """
    document, proof = data_integrity.taken_apart(text)
    key = data_integrity.find_key(proof, ring)
    found = _list(document, issuer=did.did_of(origin))
    data_integrity.check_proof(document, proof, key=key, origin=origin, not_before=found.valid_from)
    return found


def _list(claims: dict[str, Any], *, issuer: str) -> StatusList:
    """Return the list that these claims are, written as we write one."""
    try:
        subject = claims["credentialSubject"]
        found = StatusList(
            url=claims["id"],
            issuer=issuer,
            purpose=subject["statusPurpose"],
            encoded=subject["encodedList"],
            valid_from=_moment(claims["validFrom"]),
            valid_until=_moment(claims["validUntil"]),
        )
        expected = {
            "@context": [CONTEXTS[0]],
            "id": found.url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer,
            "validFrom": found.valid_from.strftime(_MOMENT),
            "validUntil": found.valid_until.strftime(_MOMENT),
            "credentialSubject": {
                "id": f"{found.url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": found.purpose,
                "encodedList": found.encoded,
                "ttl": subject["ttl"],
            },
        }
        is_ours = json.dumps(claims, sort_keys=True) == json.dumps(expected, sort_keys=True)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise MalformedStatusListError(f"{type(error).__name__}: {error}"[:200]) from error
    texts = found.url, found.purpose, found.encoded
    if not is_ours or type(subject["ttl"]) is not int or not all(isinstance(text, str) for text in texts):
        raise MalformedStatusListError("not what a list is written as")
    return found


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
