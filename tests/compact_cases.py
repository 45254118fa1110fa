"""Compact forms, good and bad, for the two programs that read them: ours in Python, and the browser's."""

from __future__ import annotations

from datetime import date

import cbor2

from certificates import compact as module
from certificates.algorithms import base64url, sign
from certificates.compact import STATED, compact
from certificates.errors import BadSignatureError, MalformedCredentialError, UnknownKeyError
from certificates.open_badge import issue
from tests.builders import (
    LATER,
    ORIGIN,
    area,
    credential,
    ed25519_key,
    issuer,
    key_ring,
    label_credential,
    pdf_key,
    private_key,
    supervised,
    token_key,
)

RING = key_ring()
GOOD = compact(credential(), token_key())
PROTECTED, UNPROTECTED, PAYLOAD, SIGNATURE = cbor2.loads(GOOD).value
HEADER, CLAIMS = cbor2.loads(PROTECTED), cbor2.loads(PAYLOAD)
FIELDS = (
    "version",
    "name",
    "framework",
    "framework_version",
    "bits",
    "level",
    "areas",
    "status_index",
    "day",
)


def encoded(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


def forged(
    *, header=None, claims=None, payload=None, protected=None, unprotected=None, key=None, tag=18, more=()
) -> bytes:
    """Signed by our own key unless told otherwise, with whatever header and payload."""
    protected = protected if protected is not None else encoded({**HEADER, **(header or {})})
    payload = payload if payload is not None else encoded({**CLAIMS, **(claims or {})})
    signature = sign(key or private_key(1), encoded(["Signature1", protected, b"", payload]))
    return encoded(cbor2.CBORTag(tag, [protected, unprotected or {}, payload, signature, *more]))


def labelled(*, version=2, number="2026-00417-U", profession="sage-femme", fields=11) -> bytes:
    """What a label would be with another version, number or profession, or so many fields."""
    bits, level, areas = 6, 0, {}
    members = [version, None, "NUMERICITE", "1", bits, level, areas, *CLAIMS[STATED][7:], number, profession, "more"]
    return forged(claims={STATED: members[:fields]})


def with_field(name: str, value: object) -> bytes:
    fields = list(CLAIMS[STATED])
    fields[FIELDS.index(name)] = value
    return forged(claims={STATED: fields})


def without(mapping: dict, label: int) -> bytes:
    return encoded({key: value for key, value in mapping.items() if key != label})


def claim_twice(label: int) -> bytes:
    """Deterministic CBOR but for one claim that is there twice, with two values."""
    twice = b"\x1a" + (CLAIMS[label] + 1).to_bytes(4)
    written = encoded(label) + encoded(CLAIMS[label])
    return bytes([PAYLOAD[0] + 1]) + PAYLOAD[1:].replace(written, written + encoded(label) + twice, 1)


def endless() -> bytes:
    """Return the payload with what is stated in a list that does not say how long it is."""
    stated = encoded(CLAIMS[STATED])
    assert PAYLOAD.count(stated) == 1
    return PAYLOAD.replace(stated, b"\x9f" + stated[1:] + b"\xff")


def parts(*values: object, tag: int = 18) -> bytes:
    return encoded(cbor2.CBORTag(tag, list(values)))


MALFORMED = MalformedCredentialError
REFUSED = {
    # 1. form
    "nothing": (b"", MALFORMED),
    "not CBOR": (b"\xff\xff", MALFORMED),
    "cut short": (GOOD[:-1], MALFORMED),
    "followed by a byte": (GOOD + b"\0", MALFORMED),
    "followed by itself": (GOOD + GOOD, MALFORMED),
    "too long": (GOOD + bytes(400), MALFORMED),
    "a token": (issue(credential(), issuer=issuer(), ring=RING).encode()[:300], MALFORMED),
    "no tag": (GOOD[1:], MALFORMED),
    "tagged as a MAC": (forged(tag=17), MALFORMED),
    "tagged as a CWT": (encoded(cbor2.CBORTag(61, cbor2.loads(GOOD))), MALFORMED),
    "a map": (encoded(cbor2.CBORTag(18, {1: 2})), MALFORMED),
    "three members": (parts(PROTECTED, {}, PAYLOAD), MALFORMED),
    "five members": (forged(more=(b"",)), MALFORMED),
    "payload apart": (parts(PROTECTED, {}, None, SIGNATURE), MALFORMED),
    "header not in bytes": (parts(HEADER, {}, PAYLOAD, SIGNATURE), MALFORMED),
    "something unprotected": (forged(unprotected={4: HEADER[4]}), MALFORMED),
    "unprotected is a list": (parts(PROTECTED, [], PAYLOAD, SIGNATURE), MALFORMED),
    "length written longer": (GOOD.replace(b"\x58\x40", b"\x59\x00\x40", 1), MALFORMED),
    "length not given": (b"\xd2\x9f" + GOOD[2:] + b"\xff", MALFORMED),
    "header not deterministic": (forged(protected=cbor2.dumps(dict(reversed(HEADER.items())))), MALFORMED),
    "nested without end": (b"\x81" * 300, MALFORMED),
    "members of a set": (
        encoded(cbor2.CBORTag(18, cbor2.CBORTag(258, [PROTECTED, {}, PAYLOAD, SIGNATURE]))),
        MALFORMED,
    ),
    "two tags": (encoded(cbor2.CBORTag(18, cbor2.loads(GOOD))), MALFORMED),
    "a map written long": (GOOD.replace(b"\xa0\x58", b"\xb8\x00\x58", 1), MALFORMED),
    "a claim twice": (forged(payload=claim_twice(6)), MALFORMED),
    "a list within that does not say its length": (forged(payload=endless()), MALFORMED),
    # 1. header
    "no algorithm": (forged(protected=without(HEADER, 1)), MALFORMED),
    "no key named": (forged(protected=without(HEADER, 4)), MALFORMED),
    "no type": (forged(protected=without(HEADER, 16)), MALFORMED),
    "empty header": (forged(protected=b""), MALFORMED),
    "header is a list": (forged(protected=encoded([])), MALFORMED),
    "EdDSA": (forged(header={1: -8}), MALFORMED),
    "ES384": (forged(header={1: -35}), MALFORMED),
    "HMAC": (forged(header={1: 5}), MALFORMED),
    "algorithm as a fraction": (forged(header={1: -7.0}), MALFORMED),
    "algorithm in words": (forged(header={1: "ES256"}), MALFORMED),
    "something critical": (forged(header={2: [1]}), MALFORMED),
    "a certificate": (forged(header={33: b"0"}), MALFORMED),
    "another type": (forged(header={16: 60}), MALFORMED),
    "key as text": (forged(header={4: "abcdefgh"}), MALFORMED),
    # 2. key
    "an unknown key": (compact(credential(), token_key(99)), UnknownKeyError),
    "no name of key": (forged(header={4: b""}), UnknownKeyError),
    "the whole thumbprint": (forged(header={4: bytes(32)}), UnknownKeyError),
    "a key that seals pages": (
        forged(header={4: module._short_name(pdf_key())}, key=private_key(2)),
        UnknownKeyError,
    ),
    "a Data Integrity key": (
        forged(header={4: module._short_name(ed25519_key())}, key=ed25519_key().private_key),
        UnknownKeyError,
    ),
    # 3. signature
    "signed by a stranger": (forged(key=private_key(99)), BadSignatureError),
    "signature cut": (parts(PROTECTED, {}, PAYLOAD, SIGNATURE[:-1]), BadSignatureError),
    "signature of zeros": (parts(PROTECTED, {}, PAYLOAD, bytes(64)), BadSignatureError),
    "payload of another": (
        parts(PROTECTED, {}, cbor2.loads(compact(supervised(), token_key())).value[2], SIGNATURE),
        BadSignatureError,
    ),
    "signed as a token is": (
        parts(PROTECTED, {}, PAYLOAD, token_key().sign(b"." + PAYLOAD)),
        BadSignatureError,
    ),
    # 4. payload, though signed by us
    "payload is not CBOR": (forged(payload=b"\xff"), MALFORMED),
    "payload not deterministic": (forged(payload=cbor2.dumps(dict(reversed(CLAIMS.items())))), MALFORMED),
    "payload is a list": (forged(payload=encoded([])), MALFORMED),
    "nothing stated": (forged(payload=without(CLAIMS, STATED)), MALFORMED),
    "not issued": (forged(payload=without(CLAIMS, 6)), MALFORMED),
    "issued in fractions": (forged(claims={6: 1.5}), MALFORMED),
    "issued before time": (forged(claims={6: -1}), MALFORMED),
    "issued after time": (forged(claims={6: 2**40}), MALFORMED),
    "no code": (forged(payload=without(CLAIMS, 7)), MALFORMED),
    "a code of nine bytes": (forged(claims={7: bytes(9)}), MALFORMED),
    "code as text": (forged(claims={7: "7KQ2M4XR9TBDH5VN"}), MALFORMED),
    "a claim that we never write": (forged(claims={1: ORIGIN}), MALFORMED),
    "begins when issued, said twice": (forged(claims={5: CLAIMS[6]}), MALFORMED),
    "version of the future": (with_field("version", 2), MALFORMED),
    "version is true": (with_field("version", True), MALFORMED),
    "name is a number": (with_field("name", 7), MALFORMED),
    "name too long to be carried": (with_field("name", "x" * 49), MALFORMED),
    "framework is a number": (with_field("framework", 7), MALFORMED),
    "bits that mean nothing": (with_field("bits", 64), MALFORMED),
    "level of the future": (with_field("level", 5), MALFORMED),
    "level below none": (with_field("level", -1), MALFORMED),
    "level is true": (with_field("level", True), MALFORMED),
    "areas in a list": (with_field("areas", [1, 2]), MALFORMED),
    "area not a number": (with_field("areas", {"a": 1}), MALFORMED),
    "status index as text": (with_field("status_index", "5"), MALFORMED),
    "a day that no calendar has": (with_field("day", 10_000_000), MALFORMED),
    "one field more": (forged(claims={STATED: [*CLAIMS[STATED], 1]}), MALFORMED),
    "a label of the version of statements": (labelled(version=1), MALFORMED),
    "a label of the version after": (labelled(version=3), MALFORMED),
    "a label with a slip in its number": (labelled(number="2026-00418-U"), MALFORMED),
    "a label with a number for a profession": (labelled(profession=7), MALFORMED),
    "a label with one field less": (labelled(fields=10), MALFORMED),
    "a label with one field more": (labelled(fields=12), MALFORMED),
}

FRAGMENTS = {
    "not base64url": "a b",
    "standard base64": base64url(GOOD).replace("_", "/").replace("-", "+"),
    "padding": base64url(GOOD) + "=",
    "cut inside a group": "abcde",
    "written otherwise": base64url(GOOD)[:-1] + "_",
    "letters of another script": "é",
    "too long": "A" * 1000,
}

CARRIED = {
    "a statement": credential(),
    "a certificate": supervised(),
    "no level": credential(level=None),
    "valid later": supervised(valid_from=LATER),
    "two areas": credential(areas=(area("CIT-2"), area("CIT-5", level=None))),
    "a list beyond the first": credential(status_index=262_151),
    "sat long ago": credential(sat_on=date(2020, 2, 29)),
    "a label": label_credential(),
    "a label of the demonstration": label_credential(demonstration=True, holder_name="é" * 24),
    "a longer name": credential(holder_name="é" * 24),
}
