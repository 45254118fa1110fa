"""Signed records: what the organisation decided, as canonical JSON under the key that signs tokens.

A record is no credential: its token has a type of its own, so that neither passes for the other. The types are a closed list.

1. the token parses and is of this type                      MalformedCredentialError
2. its key is one of ours, of the family of tokens           UnknownKeyError
3. the signature covers exactly these bytes                  BadSignatureError
4. the payload is canonical and dated                        MalformedCredentialError
5. the key was not compromised at that date                  CompromisedKeyError
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from certificates import open_badge
from certificates.errors import CompromisedKeyError, MalformedCredentialError, UnknownKeyError
from certificates.keys import KeyFamily, KeyState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certificates.keys import KeyRing


class RecordType(StrEnum):
    """What may be signed as a record."""

    CUT_SCORE = "cutscore+jwt"
    RECEIPT = "receipt+jwt"
    LABEL_STATUS = "label-status+jwt"
    STATUS_EVENT = "secevent+jwt"  # RFC 8417 names this one


def canonical(record: Mapping[str, Any]) -> str:
    """Return the one text of a record: members in order, no white space, no escape that can be avoided."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sign_record(
    record: Mapping[str, Any], *, record_type: RecordType, origin: str, ring: KeyRing, now: datetime
) -> str:
    """Return the token of a record.

    Args:
        now: Written into it as `iat`.

    Raises:
        NoActiveKeyError: No key signs tokens.
        ValueError: The record is dated already, or holds what JSON cannot.
    """
    if "iat" in record:
        msg = "a record is dated when it is signed"
        raise ValueError(msg)
    claims = json.loads(canonical({**record, "iat": int(now.timestamp())}))
    return open_badge.sign(claims, origin=origin, ring=ring, token_type=record_type)


def read_record(token: str, ring: KeyRing, *, record_type: RecordType) -> dict[str, Any]:
    """Return the record that a token proves, with its date `iat`.

    Raises:
        VerificationError: The leaf that the first failing step names.
    """
    parsed = open_badge.read(token, token_type=record_type)
    key = ring.find(parsed.kid)
    if key is None or key.family is not KeyFamily.TOKEN:
        raise UnknownKeyError(parsed.kid)
    open_badge.check_signature(parsed, key.public_key)
    moment = parsed.claims.get("iat")
    if type(moment) is not int or not 0 <= moment < 2**40:
        raise MalformedCredentialError("record: not dated")
    if open_badge.payload_of(token) != canonical(parsed.claims):
        raise MalformedCredentialError("record: not canonical")
    if key.state is KeyState.COMPROMISED and datetime.fromtimestamp(moment, UTC) >= key.since:
        raise CompromisedKeyError(key.kid, key.since)
    return parsed.claims
