"""The key ring: families apart, states, what is published."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.utils import base64url_decode

from certificates import keys
from certificates.authority import make_root
from certificates.errors import (
    BrokenKeyRingError,
    NoActiveKeyError,
    UnknownKeyError,
)
from certificates.keys import KeyFamily, KeyRing, KeyState, SigningKey, thumbprint
from tests.builders import (
    KEYS_MADE,
    LATER,
    NOW,
    ORGANISATION,
    ORIGIN,
    key_ring,
    pdf_key,
    private_key,
    token_key,
)


def test_refuses_two_active_keys_of_one_family():
    with pytest.raises(BrokenKeyRingError, match="two active keys"):
        key_ring(token_key(1), token_key(4))


def test_refuses_the_same_key_twice():
    with pytest.raises(BrokenKeyRingError, match="twice"):
        key_ring(token_key(1), token_key(1, KeyState.RETIRED))


def test_refuses_a_key_under_the_name_of_another():
    with pytest.raises(BrokenKeyRingError, match="not the one"):
        SigningKey(
            kid=thumbprint(private_key(4).public_key()),
            family=KeyFamily.TOKEN,
            state=KeyState.ACTIVE,
            since=NOW,
            private_key=private_key(1),
        )


@pytest.mark.parametrize(
    ("family", "certificate"), [(KeyFamily.TOKEN, pdf_key().certificate), (KeyFamily.PDF, None)], ids=str
)
def test_refuses_an_x509_certificate_out_of_place(family, certificate):
    with pytest.raises(BrokenKeyRingError, match="only then"):
        SigningKey(
            kid=pdf_key().kid,
            family=family,
            state=KeyState.ACTIVE,
            since=NOW,
            private_key=private_key(2),
            certificate=certificate,
        )


def test_refuses_the_x509_certificate_of_another_key():
    with pytest.raises(BrokenKeyRingError, match="of another key"):
        SigningKey(
            kid=token_key(1).kid,
            family=KeyFamily.PDF,
            state=KeyState.ACTIVE,
            since=NOW,
            private_key=private_key(1),
            certificate=pdf_key().certificate,
            chain=pdf_key().chain,
        )


def test_refuses_a_sealing_key_of_another_root():
    with pytest.raises(BrokenKeyRingError, match="pinned root"):
        key_ring(pdf_key(root_number=5))


def test_refuses_a_sealing_key_without_chain():
    orphan = SigningKey(
        kid=pdf_key().kid,
        family=KeyFamily.PDF,
        state=KeyState.ACTIVE,
        since=NOW,
        private_key=private_key(2),
        certificate=pdf_key().certificate,
    )

    with pytest.raises(BrokenKeyRingError, match="pinned root"):
        key_ring(orphan)


def test_refuses_a_chain_that_did_not_sign():
    imposter = make_root(private_key(5), organisation=ORGANISATION, now=KEYS_MADE)
    key = SigningKey(
        kid=pdf_key().kid,
        family=KeyFamily.PDF,
        state=KeyState.ACTIVE,
        since=NOW,
        private_key=private_key(2),
        certificate=pdf_key().certificate,
        chain=(imposter,),
    )

    with pytest.raises(BrokenKeyRingError, match="not signed by its chain"):
        KeyRing(organisation=ORGANISATION, roots=(imposter,), keys=(key,))


def test_refuses_another_curve():
    with pytest.raises(BrokenKeyRingError, match="P-256"):
        thumbprint(ec.derive_private_key(7, ec.SECP384R1()).public_key())


def test_has_no_active_key_when_none_is():
    with pytest.raises(NoActiveKeyError):
        key_ring(pdf_key(), token_key(1, KeyState.NEXT)).active("token")


@pytest.mark.parametrize(
    "asked",
    ["../../etc/passwd", "' or 1=1", "", token_key(9).kid, pdf_key().kid, token_key(4).kid],
    ids=["a path", "a query", "nothing", "a stranger", "a sealing key", "a compromised key"],
)
def test_publishes_no_key_that_is(asked):
    ring = key_ring(token_key(), pdf_key(), token_key(4, KeyState.COMPROMISED))

    with pytest.raises(UnknownKeyError):
        ring.public_jwk(asked)


def test_shows_no_private_number():
    shown = repr(key_ring())

    assert "private" not in shown
    assert str(private_key(1).private_numbers().private_value) not in shown


def test_gives_the_active_key_of_each_family():
    ring = key_ring()

    assert (ring.active("token"), ring.active(KeyFamily.PDF)) == (token_key(), pdf_key())
    assert ring.find(pdf_key().kid) == pdf_key()
    assert ring.find("other") is None


def test_names_keys_as_rfc_7638_says():
    x = base64url_decode("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs")
    y = base64url_decode("9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA")
    key = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1()).public_key()

    # The key of the examples of RFC 9449, and its `jkt` there (section 6.1).
    assert thumbprint(key) == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def test_publishes_every_token_key_that_is_not_compromised():
    published = [token_key(1), token_key(6, KeyState.NEXT), token_key(7, KeyState.RETIRED)]
    ring = key_ring(*published, pdf_key(), token_key(4, KeyState.COMPROMISED))

    jwks = ring.jwks()["keys"]

    assert [jwk["kid"] for jwk in jwks] == [key.kid for key in published]
    assert jwks[0] == ring.public_jwk(published[0].kid)
    assert jwks[0].keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}


@pytest.mark.parametrize(
    ("origin", "did"),
    [(ORIGIN, "did:web:numericite.example"), ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000")],
)
def test_publishes_a_did_document(origin, did):
    document = key_ring().did_document(origin)

    assert document["id"] == did
    assert document["assertionMethod"] == [f"{did}#{token_key().kid}"]
    assert document["verificationMethod"][0]["publicKeyJwk"] == token_key().jwk()


def test_rotates_only_when_a_key_waits():
    with pytest.raises(NoActiveKeyError):
        keys.rotate(key_ring(), "token", now=NOW)


def test_adds_only_keys_that_wait():
    with pytest.raises(BrokenKeyRingError, match="state next"):
        keys.add_next(key_ring(), token_key(4, KeyState.RETIRED))


def test_a_compromised_key_is_never_made_good():
    ring = keys.declare_compromised(key_ring(), token_key().kid, since=NOW)

    with pytest.raises(BrokenKeyRingError, match="stays compromised"):
        keys.retire(ring, token_key().kid, now=LATER)


@pytest.mark.parametrize(
    "change",
    [lambda ring: keys.retire(ring, "other", now=NOW), lambda ring: keys.declare_compromised(ring, "other", since=NOW)],
)
def test_changes_only_keys_that_are_there(change):
    with pytest.raises(UnknownKeyError):
        change(key_ring())


def test_rotates_to_the_key_that_waited_longest():
    ring = key_ring(token_key(), pdf_key())
    ring = keys.add_next(ring, token_key(6, KeyState.NEXT, NOW))
    ring = keys.add_next(ring, token_key(7, KeyState.NEXT, KEYS_MADE))

    rotated = keys.rotate(ring, "token", now=LATER)

    assert rotated.active("token").kid == token_key(7).kid
    assert rotated.active("token").since == LATER
    assert rotated.find(token_key(1).kid).state is KeyState.RETIRED
    assert rotated.find(token_key(6).kid).state is KeyState.NEXT
    assert rotated.active("pdf") == pdf_key()


def test_rotates_after_a_compromise():
    ring = keys.add_next(key_ring(), token_key(6, KeyState.NEXT))
    ring = keys.declare_compromised(ring, token_key().kid, since=NOW)

    rotated = keys.rotate(ring, "token", now=LATER)

    assert rotated.active("token").kid == token_key(6).kid
    assert rotated.find(token_key().kid).state is KeyState.COMPROMISED


def test_the_moment_of_a_compromise_only_moves_back():
    ring = keys.declare_compromised(key_ring(), token_key().kid, since=NOW)

    later = keys.declare_compromised(ring, token_key().kid, since=LATER)
    earlier = keys.declare_compromised(ring, token_key().kid, since=KEYS_MADE)

    assert later.find(token_key().kid).since == NOW
    assert earlier.find(token_key().kid).since == KEYS_MADE


def test_retires():
    ring = keys.retire(key_ring(), token_key().kid, now=NOW)

    assert ring.find(token_key().kid).state is KeyState.RETIRED
