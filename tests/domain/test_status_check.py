"""A copy of a status list: what cannot be believed confirms nothing, neither good nor bad."""

import gzip
import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from certificates import data_integrity, keys, status_check
from certificates.errors import (
    BadSignatureError,
    CompromisedKeyError,
    MalformedCredentialError,
    MalformedStatusListError,
    OtherStatusListError,
    StaleStatusListError,
    UnknownKeyError,
)
from certificates.open_badge import issue, sign
from certificates.status import LIFE, TTL, issue_status_list, status_list_claims
from certificates.status_check import Standing, is_set_in, read_document, read_token, standing
from certificates.status_document import issue_status_document
from tests.builders import LATER, NOW, ORIGIN, credential, ed25519_key, issuer, key_ring, token_key

RING = key_ring()
DID = "did:web:numericite.example"
LIST, DOCUMENT = f"{ORIGIN}/status/1.jwt", f"{ORIGIN}/status/1"
COMMON = {"purpose": "revocation", "issuer": issuer(), "now": NOW}
TOKEN = issue_status_list([5], list_url=LIST, ring=RING, **COMMON)
TWIN = issue_status_document([5], list_url=DOCUMENT, ring=RING, **COMMON)
ENTRY = {"statusListCredential": LIST, "statusPurpose": "revocation", "statusListIndex": "5"}
CLAIMS = status_list_claims([5], list_url=LIST, **COMMON)
REGISTERED = {
    "iss": ORIGIN,
    "jti": LIST,
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + LIFE).timestamp()),
}


def encoded(data: bytes) -> str:
    return "u" + urlsafe_b64encode(gzip.compress(data, mtime=0)).rstrip(b"=").decode()


def forged(*, subject=None, registered=None, ring=RING, **changes) -> str:
    """Signed by our key, with whatever claims; the JWT claims are ours unless told otherwise."""
    claims = {**CLAIMS, **changes, "credentialSubject": {**CLAIMS["credentialSubject"], **(subject or {})}}
    whole = {**claims, **REGISTERED, **(registered or {})}
    kept = {name: value for name, value in whole.items() if value is not ...}
    return sign(kept, origin=ORIGIN, ring=ring, token_type="vc+jwt")


UNREADABLE = {
    "nothing": ("", MalformedCredentialError),
    "a credential": (issue(credential(), issuer=issuer(), ring=RING), MalformedCredentialError),
    "a record": (
        sign({**CLAIMS, **REGISTERED}, origin=ORIGIN, ring=RING, token_type="cutscore+jwt"),
        MalformedCredentialError,
    ),
    "an unknown key": (forged(ring=key_ring(token_key(9))), UnknownKeyError),
    "a changed letter": (TOKEN[:-8] + "AAAAAAAA", BadSignatureError),
    "another type of document": (forged(type=["VerifiableCredential"]), MalformedStatusListError),
    "issued by another": (forged(issuer="https://example.com"), MalformedStatusListError),
    "issued by another, in the token": (forged(registered={"iss": "https://example.com"}), MalformedStatusListError),
    "another identity in the token": (forged(registered={"jti": LIST + "2"}), MalformedStatusListError),
    "it ends later in the token": (forged(registered={"exp": REGISTERED["exp"] + 1}), MalformedStatusListError),
    "it never ends in the token": (forged(registered={"exp": ...}), MalformedStatusListError),
    "a claim that we never write": (forged(admin=True), MalformedStatusListError),
    "no subject": (forged(subject={"encodedList": None}), MalformedStatusListError),
    "not dated": (forged(validFrom="now"), MalformedStatusListError),
    "dated otherwise": (forged(validFrom="2026-11-23T10:42:0Z"), MalformedStatusListError),
    "a time to keep in words": (forged(subject={"ttl": "300000"}), MalformedStatusListError),
    "several purposes": (forged(subject={"statusPurpose": ["revocation"]}), MalformedStatusListError),
    "another context": (forged(**{"@context": ["https://example.com"]}), MalformedStatusListError),
}


@pytest.mark.parametrize(("token", "error"), UNREADABLE.values(), ids=UNREADABLE)
def test_the_token_is_not_read(token, error):
    with pytest.raises(error):
        read_token(token, RING)


def document(**changes) -> str:
    return json.dumps({**TWIN, **changes})


UNREADABLE_DOCUMENTS = {
    "nothing": ("", MalformedCredentialError),
    "a twin": (json.dumps(data_integrity.twin(credential(), issuer=issuer(), ring=RING)), MalformedStatusListError),
    "no proof": (document(proof=[]), MalformedCredentialError),
    "issued by its address": (document(issuer=ORIGIN), MalformedStatusListError),
    "a bit cleared": (
        document(credentialSubject={**TWIN["credentialSubject"], "encodedList": encoded(bytes(16_384))}),
        BadSignatureError,
    ),
    "made to last": (document(validUntil="2030-01-01T00:00:00Z"), BadSignatureError),
    "an unknown key": (
        json.dumps(issue_status_document([5], list_url=DOCUMENT, ring=key_ring(ed25519_key(number=9)), **COMMON)),
        UnknownKeyError,
    ),
}


@pytest.mark.parametrize(("text", "error"), UNREADABLE_DOCUMENTS.values(), ids=UNREADABLE_DOCUMENTS)
def test_the_document_is_not_read(text, error):
    with pytest.raises(error):
        read_document(text, RING, origin=ORIGIN)


UNCONFIRMED = {
    "before it begins": (TOKEN, ENTRY, NOW - timedelta(seconds=1), StaleStatusListError),
    "at its last moment": (TOKEN, ENTRY, NOW + LIFE, StaleStatusListError),
    "a day later": (TOKEN, ENTRY, LATER, StaleStatusListError),
    "another list": (TOKEN, {**ENTRY, "statusListCredential": DOCUMENT}, NOW, OtherStatusListError),
    "another purpose": (TOKEN, {**ENTRY, "statusPurpose": "suspension"}, NOW, OtherStatusListError),
    "no purpose": (TOKEN, {"statusListCredential": LIST, "statusListIndex": "5"}, NOW, OtherStatusListError),
    "a position outside": (TOKEN, {**ENTRY, "statusListIndex": "131072"}, NOW, MalformedStatusListError),
    "a position below": (TOKEN, {**ENTRY, "statusListIndex": "-1"}, NOW, MalformedStatusListError),
    "a position in words": (TOKEN, {**ENTRY, "statusListIndex": "five"}, NOW, MalformedStatusListError),
    "a position without end": (TOKEN, {**ENTRY, "statusListIndex": "1" * 5_000}, NOW, MalformedStatusListError),
    "no position": (TOKEN, {**ENTRY, "statusListIndex": None}, NOW, MalformedStatusListError),
    "too short": (
        forged(subject={"encodedList": encoded(bytes(16_383))}),
        ENTRY,
        NOW,
        MalformedStatusListError,
    ),
    "a bomb": (forged(subject={"encodedList": encoded(bytes(20_000_000))}), ENTRY, NOW, MalformedStatusListError),
    "not compressed": (forged(subject={"encodedList": "uAAAA"}), ENTRY, NOW, MalformedStatusListError),
}


@pytest.mark.parametrize(("token", "entry", "at", "error"), UNCONFIRMED.values(), ids=UNCONFIRMED)
def test_nothing_is_confirmed(token, entry, at, error):
    with pytest.raises(error):
        is_set_in(read_token(token, RING), entry, issuer=ORIGIN, at=at)

    assert standing(entry, lambda: read_token(token, RING), issuer=ORIGIN, at=at) is Standing.UNCONFIRMED


def test_a_list_of_another_issuer_confirms_nothing():
    with pytest.raises(OtherStatusListError):
        is_set_in(read_token(TOKEN, RING), ENTRY, issuer="https://example.com", at=NOW)


def test_a_list_that_is_no_list_confirms_nothing():
    assert standing(ENTRY, lambda: read_token("x", RING), issuer=ORIGIN, at=NOW) is Standing.UNCONFIRMED


@pytest.mark.parametrize(
    ("ring", "read"),
    [
        (keys.declare_compromised(RING, token_key().kid, since=NOW), lambda ring: read_token(TOKEN, ring)),
        (
            keys.declare_compromised(RING, ed25519_key().kid, since=NOW),
            lambda ring: read_document(json.dumps(TWIN), ring, origin=ORIGIN),
        ),
    ],
    ids=["token", "document"],
)
def test_a_list_signed_by_a_stolen_key_confirms_nothing(ring, read):
    with pytest.raises(CompromisedKeyError):
        read(ring)


@pytest.mark.parametrize(("position", "told"), [("5", Standing.SET), ("6", Standing.CLEAR)])
def test_both_forms_say_the_same(position, told):
    entry = {**ENTRY, "statusListIndex": position}
    at = NOW + TTL

    by_token = standing(entry, lambda: read_token(TOKEN, RING), issuer=ORIGIN, at=at)
    by_document = standing(
        {**entry, "statusListCredential": DOCUMENT},
        lambda: read_document(json.dumps(TWIN), RING, origin=ORIGIN),
        issuer=DID,
        at=at,
    )

    assert by_token is by_document is told


def test_a_list_may_be_longer_than_ours():
    found = status_check.read_token(forged(subject={"encodedList": encoded(bytes(32_768))}), RING)

    assert not is_set_in(found, {**ENTRY, "statusListIndex": "262143"}, issuer=ORIGIN, at=NOW)
