"""Signed records: what passes for one, and what does not."""

import base64
import json
from datetime import timedelta

import pytest

from certificates import open_badge
from certificates.errors import (
    BadSignatureError,
    CompromisedKeyError,
    MalformedCredentialError,
    NoActiveKeyError,
    UnknownKeyError,
    VerificationError,
)
from certificates.keys import KeyState, declare_compromised
from certificates.records import RecordType, canonical, read_record, sign_record
from certificates.verification import verify
from tests.builders import NOW, ORIGIN, credential, issuer, key_ring, pdf_key, token_key
from tests.vectors.make_records import FOLDER, tokens

FROZEN = sorted(FOLDER.glob("*.jwt"))
RING = key_ring()
CUT = RecordType.CUT_SCORE
RECORD = {"record": "cutscore/1", "framework": "CIT", "cut": {"ability": -0.8, "score": 12.25}, "judges": ["É"]}


def signed(record=RECORD, ring=RING, **options):
    return sign_record(record, **{"record_type": CUT, "origin": ORIGIN, "ring": ring, "now": NOW, **options})


def raw(claims, **options):
    return open_badge.sign(claims, **{"origin": ORIGIN, "ring": RING, "token_type": CUT, **options})


def altered(token):
    head, body, signature = token.split(".")
    return f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


UNTRUSTED = {
    "not a token": ("a.b.c", MalformedCredentialError),
    "a credential": (open_badge.issue(credential(), issuer=issuer(), ring=RING), MalformedCredentialError),
    "a record of another type": (raw({"iat": 1}, token_type="other+jwt"), MalformedCredentialError),
    "an unknown key": (signed(ring=key_ring(token_key(9), pdf_key())), UnknownKeyError),
    "another signature": (altered(signed()), BadSignatureError),
    "no date": (raw(RECORD), MalformedCredentialError),
    "a date that is a truth": (raw({"iat": True}), MalformedCredentialError),
    "a date beyond all": (raw({"iat": 2**41}), MalformedCredentialError),
    "members in disorder": (raw({"z": 1, "iat": 1, "a": 1}), MalformedCredentialError),
}


@pytest.mark.parametrize(("token", "error"), UNTRUSTED.values(), ids=UNTRUSTED)
def test_untrusted(token, error):
    with pytest.raises(VerificationError) as caught:
        read_record(token, RING, record_type=CUT)

    assert caught.type is error


def test_a_key_that_seals_pages_signs_no_record():
    page_key = pdf_key()
    token = signed()
    head, body, signature = token.split(".")
    forged = json.loads(open_badge._decode(head))
    forged["kid"] = f"{ORIGIN}/keys/{page_key.kid}"

    named = base64.urlsafe_b64encode(json.dumps(forged).encode()).rstrip(b"=").decode()

    with pytest.raises(UnknownKeyError):
        read_record(f"{named}.{body}.{signature}", RING, record_type=CUT)


def test_a_record_passes_for_no_credential():
    with pytest.raises(MalformedCredentialError):
        verify(signed(), RING, at=NOW)


class TestSigning:
    def test_refuses_what_is_dated_already(self):
        with pytest.raises(ValueError, match="dated when it is signed"):
            signed({"iat": 1})

    def test_refuses_what_json_cannot_hold(self):
        with pytest.raises(ValueError, match="JSON"):
            signed({"cut": float("nan")})

    def test_needs_a_key(self):
        with pytest.raises(NoActiveKeyError):
            signed(ring=key_ring(token_key(state=KeyState.NEXT), pdf_key()))

    def test_is_read_again_with_its_date(self):
        assert read_record(signed(), RING, record_type=CUT) == {**RECORD, "iat": int(NOW.timestamp())}

    def test_the_same_record_gives_the_same_token(self):
        assert signed() == signed(dict(reversed(RECORD.items())))
        assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'


class TestCompromise:
    def test_what_was_signed_before_it_still_counts(self):
        later = declare_compromised(RING, token_key().kid, since=NOW + timedelta(seconds=1))

        assert read_record(signed(), later, record_type=CUT)["framework"] == "CIT"

    def test_what_was_signed_since_does_not(self):
        with pytest.raises(CompromisedKeyError):
            read_record(signed(), declare_compromised(RING, token_key().kid, since=NOW), record_type=CUT)


class TestFrozen:
    def test_the_same_record_gives_the_same_bytes_for_ever(self):
        frozen = {path.stem: path.read_text(encoding="ascii") for path in FROZEN}

        assert {name: frozen.get(name) for name in tokens()} == tokens()

    @pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
    def test_what_was_ever_signed_is_still_read(self, path):
        record = read_record(path.read_text(encoding="ascii"), RING, record_type=CUT)

        assert record["record"] == "cutscore/1"
        assert (record["framework"], len(record["judges"]), len(record["rounds"])) == ("TST", 8, 2)
        assert record["cut"]["of"] == len(record["items"]) == 12
        assert record["iat"] == int(NOW.timestamp())

    @pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
    def test_one_letter_changed_and_it_proves_nothing(self, path):
        with pytest.raises(BadSignatureError):
            read_record(altered(path.read_text(encoding="ascii")), RING, record_type=CUT)
