"""Status lists: one bit each, most significant first."""

import base64
import gzip
import zlib

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.errors import MalformedStatusListError, NoActiveKeyError
from certificates.keys import KeyState
from certificates.status import LIFE, TTL, bitstring, decode, encode, is_set, issue_status_list, status_list_claims
from tests.builders import NOW, ORIGIN, issuer, key_ring, token_key

LIST = f"{ORIGIN}/status/1.jwt"
LENGTH = 131_072


def multibase(data: bytes, prefix: str = "u") -> str:
    return prefix + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


UNREADABLE = {
    "nothing": "",
    "nothing encoded": "u",
    "another base": multibase(gzip.compress(bytes(LENGTH // 8)), "z"),
    "padding": "u" + base64.urlsafe_b64encode(gzip.compress(bytes(LENGTH // 8))).decode() + "=",
    "not base64url": "uabc+/",
    "cut inside a group": "uabcde",
    "not compressed": multibase(bytes(LENGTH // 8)),
    "compressed otherwise": multibase(zlib.compress(bytes(LENGTH // 8))),
    "cut short": multibase(gzip.compress(bytes(LENGTH // 8), mtime=0)[:-9]),
    "followed by something": multibase(gzip.compress(bytes(LENGTH // 8)) + b"x"),
    "too short": multibase(gzip.compress(bytes(LENGTH // 8 - 1))),
    "a bomb": multibase(gzip.compress(bytes(50_000_000))),
}


@pytest.mark.parametrize("encoded", UNREADABLE.values(), ids=UNREADABLE)
def test_refuses_to_decode(encoded):
    with pytest.raises(MalformedStatusListError):
        decode(encoded)


@pytest.mark.parametrize("position", [-1, LENGTH])
def test_holds_no_entry_outside_the_list(position):
    with pytest.raises(MalformedStatusListError):
        bitstring([position])
    with pytest.raises(MalformedStatusListError):
        is_set(bytes(LENGTH // 8), position)


@pytest.mark.parametrize("length", [0, LENGTH - 8, LENGTH + 1])
def test_is_never_shorter_nor_in_part_of_a_byte(length):
    with pytest.raises(ValueError, match="131072"):
        bitstring([], length=length)


@pytest.mark.parametrize(
    "overrides",
    [{"purpose": "message"}, {"list_url": "https://example.com/status/1.jwt"}, {"list_url": ORIGIN + ".evil/1.jwt"}],
    ids=["purpose unknown", "another site", "a site that begins like ours"],
)
def test_is_not_signed(overrides):
    arguments = {"list_url": LIST, "purpose": "revocation", "issuer": issuer(), "ring": key_ring(), "now": NOW}

    with pytest.raises(ValueError, match="not a status list"):
        issue_status_list([], **{**arguments, **overrides})


def test_is_signed_by_an_active_key_only():
    ring = key_ring(token_key(state=KeyState.RETIRED))

    with pytest.raises(NoActiveKeyError):
        issue_status_list([], list_url=LIST, purpose="revocation", issuer=issuer(), ring=ring, now=NOW)


def test_the_first_entry_is_the_most_significant_bit():
    assert bitstring([0])[:2] == b"\x80\x00"
    assert bitstring([7, 8])[:2] == b"\x01\x80"
    assert bitstring([LENGTH - 1])[-1:] == b"\x01"


def test_reads_the_list_of_the_specification():
    # "Example 8" of the recommendation: an empty list of 131,072 entries, compressed by another program.
    published = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"

    assert decode(published) == bytes(LENGTH // 8)


def test_may_be_longer():
    assert len(decode(encode(bitstring([200_000], length=262_144)))) == 262_144 // 8


@given(st.sets(st.integers(0, LENGTH - 1), max_size=40), st.integers(0, LENGTH - 1))
def test_what_is_encoded_is_read_back(positions, other):
    bits = decode(encode(bitstring(positions)))

    assert all(is_set(bits, position) for position in positions)
    assert is_set(bits, other) == (other in positions)


def test_is_signed_as_a_credential_of_its_own_type():
    token = issue_status_list([5], list_url=LIST, purpose="revocation", issuer=issuer(), ring=key_ring(), now=NOW)
    key = jwt.PyJWK(key_ring().jwks()["keys"][0])

    claims = jwt.decode(token, key=key, algorithms=["ES256"], options={"verify_exp": False, "verify_iat": False})

    assert jwt.get_unverified_header(token)["typ"] == "vc+jwt"
    assert (claims["iss"], claims["jti"], claims["iat"]) == (claims["issuer"], claims["id"], int(NOW.timestamp()))
    assert claims["exp"] - claims["iat"] == 900
    assert is_set(decode(claims["credentialSubject"]["encodedList"]), 5)


def test_says_until_when_a_copy_may_be_kept():
    claims = status_list_claims([], list_url=LIST, purpose="suspension", issuer=issuer(), now=NOW)

    assert (claims["validFrom"], claims["validUntil"]) == ("2026-11-23T10:42:00Z", "2026-11-23T10:57:00Z")
    assert claims["credentialSubject"]["ttl"] == 300_000


def test_a_copy_taken_at_the_last_moment_is_valid_for_as_long_as_it_may_be_kept():
    # The service signs again once a list is older than LIFE - TTL.
    assert LIFE - TTL >= TTL
