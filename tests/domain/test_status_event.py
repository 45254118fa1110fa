"""What an employer's software is sent: ours, for them, about this; anything else is refused."""

from datetime import date

import pytest

from certificates.errors import BadSignatureError, MalformedCredentialError, VerificationError
from certificates.records import RecordType, sign_record
from certificates.status_event import StatusEvent, event_type, read_event, sign_event
from tests.builders import NOW, ORIGIN, key_ring, token_key

RING = key_ring()
HOOK = "https://rh.example.org/labels"


def event(**overrides):
    fields = {
        "event_id": "c0ffee",
        "audience": HOOK,
        "number": "2026-00042-M",
        "status": "suspended",
        "since": date(2027, 3, 2),
        "page": f"{ORIGIN}/registre/2026-00042-M",
    }
    return StatusEvent(**{**fields, **overrides})


def token(**overrides):
    return sign_event(event(**overrides), origin=ORIGIN, ring=RING, now=NOW)


def other(**claims):
    """A record of this type that we would not have written."""
    given = {"iss": ORIGIN, "aud": HOOK, "events": {event_type(ORIGIN): {}}, **claims}
    return sign_record(given, record_type=RecordType.STATUS_EVENT, origin=ORIGIN, ring=RING, now=NOW)


REFUSED = {
    "for somebody else": token(audience="https://elsewhere.example.org/"),
    "of another site": other(iss="https://numericite.example.org"),
    "of another kind": other(events={"https://schemas.openid.net/secevent/caep/event-type/session-revoked": {}}),
    "of two kinds": other(events={event_type(ORIGIN): {}, "https://example.org/other": {}}),
    "of none": other(events=None),
    "a receipt": sign_record({"iss": ORIGIN}, record_type=RecordType.RECEIPT, origin=ORIGIN, ring=RING, now=NOW),
    "nonsense": "a.b.c",
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_refused(sent):
    with pytest.raises(VerificationError):
        read_event(sent, RING, origin=ORIGIN, audience=HOOK)


def test_one_changed_letter_convinces_nobody():
    head, payload, signature = token().split(".")
    forged = f"{head}.{payload}.{signature[:-4]}AAAA"

    with pytest.raises((BadSignatureError, MalformedCredentialError)):
        read_event(forged, RING, origin=ORIGIN, audience=HOOK)


def test_a_stranger_s_key_convinces_nobody():
    strangers = key_ring(token_key(77))
    sent = sign_event(event(), origin=ORIGIN, ring=strangers, now=NOW)

    with pytest.raises(VerificationError):
        read_event(sent, RING, origin=ORIGIN, audience=HOOK)


def test_what_is_told_is_the_number_the_status_and_the_day():
    told = read_event(token(), RING, origin=ORIGIN, audience=HOOK)

    assert told == {"number": "2026-00042-M", "status": "suspended", "since": "2027-03-02"}


def test_a_label_that_left_has_no_day():
    told = read_event(token(status="left", since=None), RING, origin=ORIGIN, audience=HOOK)

    assert told == {"number": "2026-00042-M", "status": "left"}
