"""What software of an employer is sent when the status of a label changes: a Security Event Token.

It is a record (`records.py`) of the type that RFC 8417 names, by the key that signs tokens: whoever receives it checks it with the
keys that we publish anyway, so that no secret is shared, stored or lost, and a copy of it stays a proof. It is delivered as RFC 8935
has it: POST, `application/secevent+jwt`, and 202 for an answer.

Source: RFC 8417 (security event tokens), RFC 8935 (push delivery), RFC 9493 (subject identifiers).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certificates.errors import MalformedCredentialError
from certificates.records import RecordType, read_record, sign_record

if TYPE_CHECKING:
    from datetime import date, datetime

    from certificates.keys import KeyRing

MIME_TYPE = "application/secevent+jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """One change.

    Args:
        event_id: Ours, the same however often it is delivered.
        audience: Whom it is for: the address to which it is posted.
        number: Of the label.
        status: What the register says now; "left" where it says nothing any more.
        since: First day of it, where the register tells one.
        page: Where anybody reads the status of today.
    """

    event_id: str
    audience: str
    number: str
    status: str
    since: date | None
    page: str


def event_type(origin: str) -> str:
    """Return the address that names this kind of event."""
    return f"{origin}/fhir/r4/events/label-status-changed"


def sign_event(event: StatusEvent, *, origin: str, ring: KeyRing, now: datetime) -> str:
    """Return the token of one change.

    Raises:
        NoActiveKeyError: No key signs tokens.
    """
    told: dict[str, str] = {"number": event.number, "status": event.status}
    if event.since is not None:
        told["since"] = event.since.isoformat()
    record = {
        "iss": origin,
        "jti": event.event_id,
        "aud": event.audience,
        "sub_id": {"format": "uri", "uri": event.page},
        "events": {event_type(origin): told},
    }
    return sign_record(record, record_type=RecordType.STATUS_EVENT, origin=origin, ring=ring, now=now)


def read_event(token: str, ring: KeyRing, *, origin: str, audience: str) -> dict[str, str]:
    """Return what a token tells to the one that it is for, as an employer's software would read it.

    Raises:
        VerificationError: It is not ours, or not for this audience.
    """
    claims = read_record(token, ring, record_type=RecordType.STATUS_EVENT)
    told = claims.get("events")
    if claims.get("iss") != origin or claims.get("aud") != audience:
        raise MalformedCredentialError("event: for somebody else")
    if not isinstance(told, dict) or set(told) != {event_type(origin)}:
        raise MalformedCredentialError("event: of another kind")
    said: dict[str, str] = told[event_type(origin)]
    return said
