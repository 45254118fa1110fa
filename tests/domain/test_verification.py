"""What is not ours is refused, each attack by its own step."""

import base64
import hashlib
import hmac
import json
import socket
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from jwt.utils import der_to_raw_signature

from certificates import keys
from certificates.errors import (
    BadSignatureError,
    CompromisedKeyError,
    ExpiredError,
    MalformedCredentialError,
    NotYetValidError,
    UnknownKeyError,
    VerificationError,
)
from certificates.keys import KeyState
from certificates.open_badge import issue
from certificates.status import issue_status_list
from certificates.verification import (
    check_period,
    compromised_since,
    read_claims,
    read_registered,
    verify,
    verify_signature,
)
from tests.builders import LATER, NOW, ORIGIN, credential, issuer, key_ring, pdf_key, private_key, supervised, token_key

RING = key_ring()
GOOD = issue(credential(), issuer=issuer(), ring=RING)
HEADER = {"alg": "ES256", "kid": f"{ORIGIN}/keys/{token_key().kid}", "typ": "JWT"}
CLAIMS = read_claims(GOOD)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
STRANGER = private_key(99)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed_by(key: ec.EllipticCurvePrivateKey, message: str) -> str:
    return encoded(der_to_raw_signature(key.sign(message.encode(), ec.ECDSA(hashes.SHA256())), key.curve))


def forged(claims=None, *, key=None, payload: bytes | None = None, header: object = None, **header_changes) -> str:
    """A token signed by our own key unless told otherwise, with whatever header and payload."""
    whole = header if header is not None else {k: v for k, v in {**HEADER, **header_changes}.items() if v is not ...}
    body = payload if payload is not None else json.dumps(CLAIMS if claims is None else claims).encode()
    message = f"{encoded(json.dumps(whole).encode())}.{encoded(body)}"
    return f"{message}.{signed_by(key or private_key(1), message)}"


def with_claims(**changes) -> dict:
    return {name: value for name, value in {**CLAIMS, **changes}.items() if value is not ...}


def unsigned() -> str:
    return f"{encoded(json.dumps({'alg': 'none', 'typ': 'JWT'}).encode())}.{GOOD.split('.')[1]}."


def authenticated_by_our_public_key(**header) -> str:
    """HS256 whose secret is the text of our public key: accepted by those who believe the header."""
    pem = (
        private_key(1)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    message = f"{encoded(json.dumps({**HEADER, 'alg': 'HS256', **header}).encode())}.{GOOD.split('.')[1]}"
    return f"{message}.{encoded(hmac.new(pem, message.encode(), hashlib.sha256).digest())}"


def flipped(token: str, part: int, position: int) -> str:
    parts = token.split(".")
    character = "A" if parts[part][position] != "A" else "B"
    parts[part] = parts[part][:position] + character + parts[part][position + 1 :]
    return ".".join(parts)


def mirrored(token: str) -> str:
    """The other signature that anyone can make from ours: (r, n - s)."""
    message, _, signature = token.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    return f"{message}.{encoded(raw[:32] + (ORDER - int.from_bytes(raw[32:])).to_bytes(32))}"


def twice() -> str:
    """Our header with its algorithm said again."""
    header = json.dumps(HEADER)[:-1] + ', "alg": "ES256"}'
    return f"{encoded(header.encode())}.{GOOD.partition('.')[2]}"


def status_list() -> str:
    return issue_status_list(
        [1], list_url=f"{ORIGIN}/status/1.jwt", purpose="revocation", issuer=issuer(), ring=RING, now=NOW
    )


UNTRUSTED = {
    # 1. parses, of our type
    "nothing": ("", MalformedCredentialError),
    "not a token": ("a.b.c", MalformedCredentialError),
    "two parts": (GOOD.rpartition(".")[0], MalformedCredentialError),
    "four parts": (GOOD + ".x", MalformedCredentialError),
    "a line break after it": (GOOD + "\n", MalformedCredentialError),
    "a space before it": (" " + GOOD, MalformedCredentialError),
    "padding": (GOOD + "=", MalformedCredentialError),
    "letters of another script": (GOOD.replace("e", "е", 1), MalformedCredentialError),
    "too long": (forged(with_claims(note="x" * 70_000)), MalformedCredentialError),
    "unsigned": (unsigned(), MalformedCredentialError),
    "unsigned, with the old signature": (forged(alg="none"), MalformedCredentialError),
    "unsigned, spelt otherwise": (forged(alg="nOnE"), MalformedCredentialError),
    "HS256 by our public key": (authenticated_by_our_public_key(), MalformedCredentialError),
    "HS256 said to be ES256": (authenticated_by_our_public_key(alg="ES256"), MalformedCredentialError),
    "another algorithm": (forged(alg="ES384"), MalformedCredentialError),
    "several algorithms": (forged(alg=["ES256", "none"]), MalformedCredentialError),
    "no algorithm": (forged(alg=...), MalformedCredentialError),
    "its own key in the header": (
        forged(key=STRANGER, jwk=keys.SigningKey.jwk(token_key(99))),
        MalformedCredentialError,
    ),
    "the address of a key set": (forged(jku="https://example.com/jwks.json"), MalformedCredentialError),
    "the address of a certificate": (forged(x5u="https://example.com/x.pem"), MalformedCredentialError),
    "a certificate": (forged(x5c=["MIIB"]), MalformedCredentialError),
    "something critical": (forged(crit=["exp"]), MalformedCredentialError),
    "a payload apart": (forged(b64=False), MalformedCredentialError),
    "another type of token": (forged(typ="session+jwt"), MalformedCredentialError),
    "a status list": (status_list(), MalformedCredentialError),
    "no type": (forged(typ=...), MalformedCredentialError),
    "type in small letters": (forged(typ="jwt"), MalformedCredentialError),
    "header is a list": (forged(header=[]), MalformedCredentialError),
    "header is null": (f"{encoded(b'null')}.{GOOD.partition('.')[2]}", MalformedCredentialError),
    "header is not JSON": (f"{encoded(b'{')}.{GOOD.partition('.')[2]}", MalformedCredentialError),
    "header is not text": (f"{encoded(bytes([255, 254]))}.{GOOD.partition('.')[2]}", MalformedCredentialError),
    "header says it twice": (twice(), MalformedCredentialError),
    "payload is not JSON": (forged(payload=b"{"), MalformedCredentialError),
    "payload is a list": (forged(payload=b"[]"), MalformedCredentialError),
    "payload holds no number": (forged(payload=b'{"nbf": NaN}'), MalformedCredentialError),
    "payload too deep": (forged(payload=b'{"a":' * 5_000 + b"1" + b"}" * 5_000), MalformedCredentialError),
    "base64 written otherwise": (GOOD[:-1] + chr(ord(GOOD[-1]) + 1), MalformedCredentialError),
    "base64 cut inside a group": (f"abcde.{GOOD.partition('.')[2]}", MalformedCredentialError),
    # 2. one of our keys
    "no key named": (forged(kid=...), MalformedCredentialError),
    "key as a number": (forged(kid=7), MalformedCredentialError),
    "key as a path": (forged(kid="../../../../etc/passwd"), MalformedCredentialError),
    "key as a query": (forged(kid=f"{ORIGIN}/keys/' or 1=1 --"), MalformedCredentialError),
    "key as a foreign DID": (forged(kid="did:web:example.com#key-1"), MalformedCredentialError),
    "key with something after it": (forged(kid=HEADER["kid"] + "?x"), MalformedCredentialError),
    "key without address": (forged(kid=token_key().kid), MalformedCredentialError),
    "unknown key": (forged(key=STRANGER, kid=f"{ORIGIN}/keys/{token_key(99).kid}"), UnknownKeyError),
    "a key that seals pages": (forged(key=private_key(2), kid=f"{ORIGIN}/keys/{pdf_key().kid}"), UnknownKeyError),
    # 3. the signature
    "signed by a stranger": (forged(key=STRANGER), BadSignatureError),
    "a letter of the header changed": (
        forged(kid=HEADER["kid"].replace("https", "http")).rpartition(".")[0] + "." + GOOD.rpartition(".")[2],
        BadSignatureError,
    ),
    "a letter of the payload changed": (
        GOOD.replace(GOOD.split(".")[1], encoded(json.dumps(with_claims(name="x")).encode())),
        BadSignatureError,
    ),
    "a letter of the signature changed": (flipped(GOOD, 2, 3), BadSignatureError),
    "an empty signature": (GOOD.rpartition(".")[0] + "." + "A" * 86, BadSignatureError),
    "the signature of another": (
        GOOD.rpartition(".")[0] + "." + issue(supervised(), issuer=issuer(), ring=RING).rpartition(".")[2],
        BadSignatureError,
    ),
    # 4. the claims, though signed by us
    "nothing stated": (forged({}), MalformedCredentialError),
    "another type of document": (forged(with_claims(type=["VerifiableCredential"])), MalformedCredentialError),
    "a claim that we never write": (forged(with_claims(admin=True)), MalformedCredentialError),
    "wrapped as JWT-VC 1.1": (forged({"iss": ORIGIN, "vc": CLAIMS}), MalformedCredentialError),
    "issued by another": (forged(with_claims(iss="https://example.com")), MalformedCredentialError),
    "no issuer": (forged(with_claims(iss=...)), MalformedCredentialError),
    "of another identity": (forged(with_claims(jti=CLAIMS["jti"] + "0")), MalformedCredentialError),
    "of another subject": (forged(with_claims(sub="https://example.com")), MalformedCredentialError),
    "valid earlier": (forged(with_claims(nbf=CLAIMS["nbf"] - 1)), MalformedCredentialError),
    "valid from a fraction": (forged(with_claims(nbf=float(CLAIMS["nbf"]))), MalformedCredentialError),
    "valid from a text": (forged(with_claims(nbf=str(CLAIMS["nbf"]))), MalformedCredentialError),
    "no beginning": (forged(with_claims(nbf=...)), MalformedCredentialError),
    "an end that it does not state": (forged(with_claims(exp=CLAIMS["nbf"] + 60)), MalformedCredentialError),
    "a stated end without exp": (forged(with_claims(validUntil="2030-01-01T00:00:00Z")), MalformedCredentialError),
    "key of another site": (forged(kid=f"https://example.com/keys/{token_key().kid}"), MalformedCredentialError),
}


@pytest.mark.parametrize(("token", "error"), UNTRUSTED.values(), ids=UNTRUSTED)
def test_untrusted(token, error, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)

    with pytest.raises(VerificationError) as caught:
        verify(token, RING, at=LATER)

    assert caught.type is error


OUTSIDE = {
    "before": (supervised(valid_from=LATER), LATER - timedelta(seconds=1), NotYetValidError),
    "at its last moment": (supervised(valid_until=LATER), LATER, ExpiredError),
    "after": (supervised(valid_until=LATER), LATER + timedelta(days=900), ExpiredError),
}


@pytest.mark.parametrize(("stated", "at", "error"), OUTSIDE.values(), ids=OUTSIDE)
def test_outside_its_validity(stated, at, error):
    token = issue(stated, issuer=issuer(), ring=RING)

    with pytest.raises(error) as caught:
        verify(token, RING, at=at)

    assert caught.value.credential == stated


@pytest.mark.parametrize("since", [NOW - timedelta(days=9), NOW], ids=["days before", "the same second"])
def test_signed_after_its_key_was_compromised(since):
    ring = keys.declare_compromised(RING, token_key().kid, since=since)

    with pytest.raises(CompromisedKeyError):
        verify(GOOD, ring, at=LATER)


def test_a_register_still_reads_what_a_key_signed_before_it_was_stolen_and_since():
    ring = keys.declare_compromised(RING, token_key().kid, since=NOW - timedelta(days=9))

    assert read_registered(GOOD, ring) == verify(GOOD, RING, at=LATER)


def test_a_register_reads_nothing_that_is_not_signed():
    with pytest.raises(VerificationError):
        read_registered(GOOD[:-4] + "AAAA", RING)


def test_a_compromised_key_is_refused_even_when_the_date_is_outside():
    ring = keys.declare_compromised(RING, token_key().kid, since=NOW)
    token = issue(supervised(valid_until=LATER), issuer=issuer(), ring=RING)

    with pytest.raises(CompromisedKeyError):
        verify(token, ring, at=LATER + timedelta(days=1))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_given_is_refused_in_one_family(text):
    with pytest.raises(VerificationError):
        verify(text, RING, at=LATER)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.sampled_from("ABab09-_."))
def test_no_character_can_change(position, character):
    changed = GOOD[:position] + character + GOOD[position + 1 :]
    if changed == GOOD:
        return

    with pytest.raises(VerificationError):
        verify(changed, RING, at=LATER)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*CLAIMS, "x"]), inner, max_size=4),
    ),
    st.sampled_from(sorted(CLAIMS)),
)
def test_whatever_we_might_sign_by_mistake_is_refused_in_one_family(value, name):
    if value == CLAIMS[name] or name in ("name", "description"):
        return

    with pytest.raises(MalformedCredentialError):
        verify(forged(with_claims(**{name: value})), RING, at=LATER)


def test_returns_what_was_stated():
    assert verify(GOOD, RING, at=LATER) == credential()


def test_holds_from_its_first_moment():
    assert verify(GOOD, RING, at=NOW) == credential()


def test_signed_before_its_key_was_compromised():
    ring = keys.declare_compromised(RING, token_key().kid, since=NOW + timedelta(seconds=1))

    assert verify(GOOD, ring, at=LATER) == credential()


@pytest.mark.parametrize("state", [KeyState.NEXT, KeyState.RETIRED])
def test_a_key_that_no_longer_signs_or_does_not_sign_yet_is_believed(state):
    ring = key_ring(token_key(state=state), token_key(6))

    assert verify_signature(GOOD, ring) == credential()


def test_a_mirrored_signature_states_the_same_and_identifies_nothing():
    other = mirrored(GOOD)

    assert other != GOOD
    assert verify(other, RING, at=LATER).credential_id == verify(GOOD, RING, at=LATER).credential_id


def test_a_period_without_end_never_ends():
    check_period(credential(), at=NOW + timedelta(days=36_500))


def test_claims_can_be_read_without_being_believed():
    assert read_claims(forged(key=STRANGER)) == CLAIMS


class TestCompromisedSince:
    """What has to be looked up in the log: the dates of a stolen key prove nothing."""

    def test_says_so_even_of_what_is_dated_before(self):
        stolen_at = NOW + timedelta(days=9)
        ring = keys.declare_compromised(RING, token_key().kid, since=stolen_at)

        assert compromised_since(GOOD, ring) == stolen_at
        assert compromised_since(GOOD, RING) is None

    def test_knows_only_keys_of_ours(self):
        with pytest.raises(UnknownKeyError):
            compromised_since(GOOD, key_ring(token_key(9), pdf_key()))
        with pytest.raises(MalformedCredentialError):
            compromised_since("a.b.c", RING)
