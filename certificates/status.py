"""Bitstring Status List v1.0: which credentials are withdrawn, as one bit each, signed.

Entry 0 is the most significant bit of the first byte. A list is never shorter than 131,072 entries, so that one look-up
tells nobody which credential was looked up. The list is a credential of its own, in two representations with the same
bits: `/status/<n>.jwt`, a token of its own type, for those who read tokens, and `/status/<n>`, a document with a Data
Integrity proof (`status_document.py`). Each kind of credential names the list of its own kind.

A copy may be kept for `TTL`, which the HTTP cache is told too; the list is valid for `LIFE`, so that a copy taken at the
last moment is still valid for as long as it may be kept. `status_check.py` reads lists.

Source: https://www.w3.org/TR/vc-bitstring-status-list/
"""

from __future__ import annotations

import base64
import gzip
import re
import zlib
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from certificates import open_badge
from certificates.credential import CONTEXTS, STATUS_LIST_LENGTH
from certificates.errors import MalformedStatusListError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certificates.credential import Issuer
    from certificates.keys import KeyRing

TYPE = "vc+jwt"
TTL = timedelta(minutes=5)
LIFE = timedelta(minutes=15)
PURPOSES = ("revocation", "suspension")
# Eight million entries: beyond, a list is an attack on memory.
MAXIMUM_BYTES = 1_048_576

_ENCODED = re.compile(r"u[A-Za-z0-9_-]+")


def bitstring(positions: Iterable[int], *, length: int = STATUS_LIST_LENGTH) -> bytes:
    """Return the list with these entries set.

    Args:
        positions: The entries that are set.
        length: Number of entries; a multiple of eight, 131,072 or more.

    Raises:
        ValueError: The length is not allowed.
        MalformedStatusListError: A position lies outside the list.
    """
    if length < STATUS_LIST_LENGTH or length % 8:
        msg = f"a status list has {STATUS_LIST_LENGTH} entries or more, in whole bytes"
        raise ValueError(msg)
    bits = bytearray(length // 8)
    for position in positions:
        if not 0 <= position < length:
            raise MalformedStatusListError(f"no entry {position}")
        bits[position // 8] |= 0x80 >> position % 8
    return bytes(bits)


def is_set(bits: bytes, position: int) -> bool:
    """Return whether the entry is set.

    Raises:
        MalformedStatusListError: The list has no such entry.
    """
    if not 0 <= position < len(bits) * 8:
        raise MalformedStatusListError(f"no entry {position}")
    return bool(bits[position // 8] & 0x80 >> position % 8)


def encode(bits: bytes) -> str:
    """Return the `encodedList`: multibase base64url of the compressed list."""
    # A fixed time keeps the date out of the bytes.
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).rstrip(b"=").decode()


def decode(encoded: str) -> bytes:
    """Return the list, decompressed no further than the cap.

    Raises:
        MalformedStatusListError: Not an encoded list, shorter than allowed or larger than the cap.
    """
    if not _ENCODED.fullmatch(encoded):
        raise MalformedStatusListError("not multibase base64url")
    decompressor = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        data = base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))
        bits = decompressor.decompress(data, MAXIMUM_BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise MalformedStatusListError("not compressed") from error
    if len(bits) > MAXIMUM_BYTES:
        raise MalformedStatusListError("too large")
    if not decompressor.eof or decompressor.unused_data:
        raise MalformedStatusListError("cut short, or followed by something")
    if len(bits) * 8 < STATUS_LIST_LENGTH:
        raise MalformedStatusListError("too short")
    return bits


def status_list_claims(
    positions: Iterable[int],
    *,
    list_url: str,
    purpose: str,
    issuer: Issuer,
    now: datetime,
    issuer_id: str | None = None,
) -> dict[str, Any]:
    """Return the status list credential as plain JSON data.

    Args:
        positions: The entries that are set, counted in this list.
        list_url: Where it is published; its identity.
        purpose: One of `PURPOSES`.
        issuer: The issuer of the credentials listed.
        now: Aware.
        issuer_id: The identity of the issuer in the credentials listed, if not its address.

    Raises:
        ValueError: The purpose is not ours, or the list is of another site.
        MalformedStatusListError: A position lies outside the list.
    """
    if purpose not in PURPOSES or not list_url.startswith(f"{issuer.url}/"):
        msg = f"{purpose}, {list_url}: not a status list of this site"
        raise ValueError(msg)
    begins = now.astimezone(UTC).replace(microsecond=0)
    return {
        "@context": [CONTEXTS[0]],
        "id": list_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_id or issuer.url,
        "validFrom": begins.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "validUntil": (begins + LIFE).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": {
            "id": f"{list_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(bitstring(positions)),
            "ttl": int(TTL.total_seconds() * 1000),
        },
    }


def issue_status_list(
    positions: Iterable[int],
    *,
    list_url: str,
    purpose: str,
    issuer: Issuer,
    ring: KeyRing,
    now: datetime,
) -> str:
    """Return the signed status list; the arguments are those of `status_list_claims`.

    Raises:
        NoActiveKeyError: No key signs tokens.
        ValueError: The purpose is not ours, or the list is of another site.
        MalformedStatusListError: A position lies outside the list.
    """
    claims = status_list_claims(positions, list_url=list_url, purpose=purpose, issuer=issuer, now=now)
    begins = int(now.timestamp())
    registered = {
        "iss": issuer.url,
        "jti": list_url,
        "iat": begins,
        "exp": begins + int(LIFE.total_seconds()),
    }
    return open_badge.sign({**claims, **registered}, origin=issuer.url, ring=ring, token_type=TYPE)
