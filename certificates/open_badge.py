"""The signed token: a compact JWS over Open Badges claims (VC-JWT proof format).

The header is closed: `alg` ES256, `kid` `<origin>/keys/<thumbprint>`, `typ`. Open Badges 3.0 wants "JWT" there; every
other family of tokens has a type of its own, so that none passes for another. Signatures are deterministic (RFC 6979):
the same statement and key give the same bytes.

ES256 signatures can be rewritten by anyone into a second valid form, so the bytes of a token identify nothing: the
`credential_id` does.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from certificates.algorithms import base64url
from certificates.claims import claims_to_write
from certificates.credential import check_printable_name
from certificates.errors import BadSignatureError, MalformedCredentialError
from certificates.keys import KeyFamily

if TYPE_CHECKING:
    from certificates.algorithms import PublicKey
    from certificates.credential import Credential, Issuer
    from certificates.keys import KeyRing

ALGORITHM = "ES256"
TYPE = "JWT"
# A credential with five areas takes about 12,000; a longer token is not one.
MAXIMUM_LENGTH = 65_536

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}")
_KID = re.compile(r"(https?://[^/?#\s]+)/keys/([A-Za-z0-9_-]{43})")


_ES256 = ECAlgorithm(hashes.SHA256, ec.SECP256R1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token taken apart; nothing about it is checked yet but its form.

    Args:
        origin: The address of the issuer, as the key's name says it.
        kid: The thumbprint, as the key's name says it.
        signed: The bytes that the signature must cover.
    """

    origin: str
    kid: str
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def issue(credential: Credential, *, issuer: Issuer, ring: KeyRing) -> str:
    """Return the signed token of a credential.

    Raises:
        NoActiveKeyError: No key signs tokens.
        UnacceptableNameError: The holder's name cannot be printed.
        ValueError: The credential belongs to another address than the issuer's.
    """
    check_printable_name(credential.holder_name)
    claims = claims_to_write(credential, issuer)
    # orjson writes what json would, text by text, in a seventh of the time; claims hold no fractions, which it writes otherwise.
    payload = orjson.dumps({**claims, **registered_claims(claims)})
    return _signed_text(payload, origin=issuer.url, ring=ring, token_type=TYPE)


def registered_claims(claims: dict[str, Any]) -> dict[str, Any]:
    """Return the JWT claims that repeat those of the credential, as Open Badges 3.0 asks."""
    registered = {
        "iss": claims["issuer"]["id"],
        "jti": claims["id"],
        "sub": claims["credentialSubject"]["id"],
        "nbf": _numeric_date(claims["validFrom"]),
    }
    if "validUntil" in claims:
        registered["exp"] = _numeric_date(claims["validUntil"])
    return registered


def sign(claims: dict[str, Any], *, origin: str, ring: KeyRing, token_type: str) -> str:
    """Return the compact JWS of these claims by the active token key.

    Raises:
        NoActiveKeyError: No key signs tokens.
    """
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return _signed_text(payload, origin=origin, ring=ring, token_type=token_type)


def _signed_text(payload: bytes, *, origin: str, ring: KeyRing, token_type: str) -> str:
    key = ring.active(KeyFamily.TOKEN)
    signed = f"{_header(f'{origin}/keys/{key.kid}', token_type)}.{base64url(payload)}"
    return f"{signed}.{base64url(key.sign(signed.encode('ascii')))}"


@lru_cache(maxsize=64)
def _header(kid: str, token_type: str) -> str:
    """Return the encoded header: the same for every token of a key, so it is written once."""
    header = {"alg": ALGORITHM, "kid": kid, "typ": token_type}
    return base64url(json.dumps(header, separators=(",", ":")).encode())


def read(token: str, *, token_type: str = TYPE) -> Token:
    """Take a token apart. Nothing in it is believed yet.

    Args:
        token_type: The only `typ` that its header may bear.

    Raises:
        MalformedCredentialError: It is not a compact JWS with exactly our header.
    """
    if len(token) > MAXIMUM_LENGTH or not _COMPACT.fullmatch(token):
        raise MalformedCredentialError("token: not a compact JWS of ours")
    header_part, payload_part, signature_part = token.split(".")
    header = strict_json(_decode(header_part))
    if header.keys() != {"alg", "kid", "typ"} or (header["alg"], header["typ"]) != (ALGORITHM, token_type):
        raise MalformedCredentialError(f"header: not that of a {token_type}")
    match = _KID.fullmatch(header["kid"]) if isinstance(header["kid"], str) else None
    if match is None:
        raise MalformedCredentialError("header: not the name of a key")
    return Token(
        origin=match[1],
        kid=match[2],
        claims=strict_json(_decode(payload_part)),
        signed=f"{header_part}.{payload_part}".encode(),
        signature=_decode(signature_part),
    )


def payload_of(token: str) -> str:
    """Return the text that a token signs; the token was read before."""
    return _decode(token.split(".")[1]).decode()


def check_signature(token: Token, key: PublicKey) -> None:
    """Check that this key signed exactly these bytes, by our algorithm and no other.

    Raises:
        BadSignatureError: It did not.
    """
    if not isinstance(key, ec.EllipticCurvePublicKey) or not _ES256.verify(token.signed, key, token.signature):
        raise BadSignatureError


def _numeric_date(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def strict_json(data: bytes) -> dict[str, Any]:
    """Return the object that JSON states, where no member is said twice and every number is one.

    Raises:
        MalformedCredentialError: It is none.
    """
    try:
        value = json.loads(data, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedCredentialError(f"token: not JSON ({type(error).__name__})") from error
    if not isinstance(value, dict):
        raise MalformedCredentialError("token: not a JSON object")
    return value


def _decode(part: str) -> bytes:
    """Decode base64url strictly: one text per value, so that no byte of a token can change unseen."""
    try:
        data = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise MalformedCredentialError("token: not base64url") from error
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != part:
        raise MalformedCredentialError("token: not canonical base64url")
    return data


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        msg = "a name appears twice"
        raise ValueError(msg)
    return value


def _refuse_constant(name: str) -> None:
    msg = f"{name} is not JSON"
    raise ValueError(msg)
