"""What a QR code carries: small, deterministic, and refused when it is not ours."""

import socket
from datetime import timedelta

import cbor2
import pytest
import segno
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates import keys
from certificates.compact import compact, fragment_url, from_fragment, read_compact, stated
from certificates.errors import CompromisedKeyError, ExpiredError, MalformedCredentialError, VerificationError
from certificates.keys import KeyState
from certificates.verification import check_period
from tests.builders import LATER, NOW, area, credential, ed25519_key, key_ring, private_key, supervised, token_key
from tests.compact_cases import CARRIED, FRAGMENTS, GOOD, PAYLOAD, PROTECTED, REFUSED, RING, SIGNATURE


@pytest.mark.parametrize(("data", "error"), REFUSED.values(), ids=REFUSED)
def test_refused(data, error, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)

    with pytest.raises(VerificationError) as caught:
        read_compact(data, RING)

    assert caught.type is error


@pytest.mark.parametrize("text", FRAGMENTS.values(), ids=FRAGMENTS)
def test_refuses_the_fragment(text):
    with pytest.raises(MalformedCredentialError):
        read_compact(from_fragment(text), RING)


@pytest.mark.parametrize("since", [NOW - timedelta(days=9), NOW], ids=["days before", "the same second"])
def test_signed_after_its_key_was_compromised(since):
    with pytest.raises(CompromisedKeyError):
        read_compact(GOOD, keys.declare_compromised(RING, token_key().kid, since=since))


def test_is_signed_by_a_token_key_only():
    with pytest.raises(ValueError, match="not the family"):
        compact(credential(), ed25519_key())


def test_carries_no_area_of_another_framework():
    with pytest.raises(ValueError, match="not an area of CIT"):
        compact(credential(areas=(area("PRO-1"),)), token_key())


def test_a_period_that_is_over():
    with pytest.raises(ExpiredError):
        check_period(read_compact(compact(supervised(valid_until=LATER), token_key()), RING), at=LATER)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) * 8 - 1))
def test_no_bit_can_change(position):
    changed = bytearray(GOOD)
    changed[position // 8] ^= 1 << position % 8

    with pytest.raises(VerificationError):
        read_compact(bytes(changed), RING)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_is_given_is_refused_in_one_family(data):
    with pytest.raises(VerificationError):
        read_compact(data, RING)


@pytest.mark.parametrize("one", CARRIED.values(), ids=CARRIED)
def test_what_is_stated_is_read_back(one):
    url = fragment_url(one, compact(one, token_key()))

    assert url.startswith(f"{one.check_url}#")
    assert read_compact(from_fragment(url.partition("#")[2]), RING) == stated(one)


def test_says_the_assurance():
    assert (stated(credential()).assurance, stated(supervised()).assurance) == ("A1", "A2")


def test_leaves_out_a_name_that_would_not_fit():
    assert read_compact(compact(credential(holder_name="é" * 25), token_key()), RING).holder_name is None


@pytest.mark.parametrize("state", [KeyState.NEXT, KeyState.RETIRED])
def test_a_key_that_no_longer_signs_is_believed(state):
    assert read_compact(GOOD, key_ring(token_key(6), token_key(1, state))) == stated(credential())


def test_is_small_enough_for_paper():
    widest = supervised(holder_name="M" * 48, valid_from=LATER, status_index=13_000_000)
    version = {
        name: segno.make(fragment_url(one, compact(one, token_key())), error="m", micro=False).version
        for name, one in {"usual": credential(), "widest": widest}.items()
    }

    assert len(GOOD) <= 165
    assert len(compact(widest, token_key())) <= 205
    assert version == {"usual": 12, "widest": 13}


def test_another_library_reads_its_signature():
    message = cbor2.dumps(["Signature1", PROTECTED, b"", PAYLOAD])
    r, s = int.from_bytes(SIGNATURE[:32]), int.from_bytes(SIGNATURE[32:])

    private_key(1).public_key().verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
