"""The key ring: families apart, states, what is published."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from jwt.utils import base64url_decode

from certificates import keys
from certificates.algorithms import base58btc, holds
from certificates.authority import make_root
from certificates.cms import Container
from certificates.compact import compact
from certificates.did import document as did_document
from certificates.errors import (
    BrokenKeyRingError,
    NoActiveKeyError,
    UnknownKeyError,
)
from certificates.keys import KeyFamily, KeyRing, KeyState, SigningKey, thumbprint
from certificates.open_badge import issue
from tests.builders import (
    KEYS_MADE,
    LATER,
    NOW,
    ORGANISATION,
    ORIGIN,
    credential,
    ed25519_key,
    issuer,
    key_ring,
    log_key,
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


@pytest.mark.parametrize(
    ("key", "family"), [(log_key(), KeyFamily.TOKEN), (token_key(), KeyFamily.LOG)], ids=["Ed25519", "P-256"]
)
def test_refuses_a_kind_of_key_in_the_family_of_another(key, family):
    with pytest.raises(BrokenKeyRingError, match="of another kind than its family"):
        replace(key, family=family)


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
    document = did_document(key_ring(), origin)
    token, twin = document["verificationMethod"]

    assert (document["id"], document["alsoKnownAs"]) == (did, [origin])
    assert document["assertionMethod"] == [token["id"], twin["id"]]
    assert token == {
        "id": f"{did}#{token_key().kid}",
        "controller": did,
        "type": "JsonWebKey",
        "publicKeyJwk": token_key().jwk(),
    }
    assert twin["id"] == f"{did}#{twin['publicKeyMultibase']}"
    assert (twin["type"], twin["publicKeyMultibase"][:4]) == ("Multikey", "z6Mk")


def test_the_did_document_keeps_what_is_retired_and_drops_what_is_compromised():
    gone, kept = token_key(4, KeyState.COMPROMISED), token_key(7, KeyState.RETIRED)
    twins = [ed25519_key(number=4, state=KeyState.COMPROMISED), ed25519_key(number=7, state=KeyState.RETIRED)]

    document = did_document(key_ring(token_key(), gone, kept, *twins, ed25519_key(KeyFamily.LOG)), ORIGIN)

    assert len(document["verificationMethod"]) == 3
    assert f"did:web:numericite.example#{kept.kid}" in document["assertionMethod"]


@pytest.mark.parametrize(
    ("family", "private"),
    [
        (KeyFamily.TOKEN, ed25519_key().private_key),
        (KeyFamily.DATA_INTEGRITY, private_key(1)),
        (KeyFamily.LOG, private_key(1)),
    ],
    ids=["Ed25519 for tokens", "P-256 for twins", "P-256 for the log"],
)
def test_refuses_a_key_of_another_kind_than_its_family(family, private):
    with pytest.raises(BrokenKeyRingError, match="another kind"):
        SigningKey(
            kid=thumbprint(private.public_key()), family=family, state=KeyState.ACTIVE, since=NOW, private_key=private
        )


def test_names_an_ed25519_key_as_rfc_8037_says():
    x = base64url_decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")

    # The key of the appendix A.2 of RFC 8037, and its thumbprint in A.3.
    assert thumbprint(ed25519.Ed25519PublicKey.from_public_bytes(x)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_publishes_an_ed25519_key_by_name():
    key = ed25519_key()

    assert key_ring().public_jwk(key.kid) == key.jwk()
    assert (key.jwk()["kty"], key.jwk()["crv"], key.jwk()["alg"]) == ("OKP", "Ed25519", "EdDSA")


@pytest.mark.parametrize("key", [token_key(), ed25519_key()], ids=["ES256", "Ed25519"])
def test_signs_the_same_bytes_every_time_and_no_others(key):
    signature = key.sign(b"message")

    assert signature == key.sign(b"message")
    assert holds(key.public_key, b"message", signature)
    assert not holds(key.public_key, b"messages", signature)
    assert not holds(key.public_key, b"message", signature + b"0")


def test_writes_base_58_as_bitcoin_does():
    assert base58btc(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    assert base58btc(bytes.fromhex("0000287fb4cd")) == "z11233QC4"


class DeviceKey(ec.EllipticCurvePrivateKey):
    """A key that never leaves its device: it signs, and says its public half; nothing else is asked of it."""

    def __init__(self, number):
        self._inside = private_key(number)

    def public_key(self):
        return self._inside.public_key()

    def sign(self, data, signature_algorithm):
        return self._inside.sign(data, signature_algorithm)

    def _never(self, *_arguments, **_options):
        raise AssertionError("the private number stays in the device")

    curve = ec.SECP256R1()
    key_size = property(_never)
    exchange = private_numbers = private_bytes = __copy__ = __deepcopy__ = _never


def test_a_key_in_a_device_signs_as_one_in_a_file_does():
    inside = replace(token_key(), private_key=DeviceKey(1))
    sealing = replace(pdf_key(), private_key=DeviceKey(2))
    ring = key_ring(inside, sealing)

    assert issue(credential(), issuer=issuer(), ring=ring) == issue(credential(), issuer=issuer(), ring=key_ring())
    assert compact(credential(), inside) == compact(credential(), token_key())
    assert Container(sealing).sign(bytes(32)) == Container(pdf_key()).sign(bytes(32))


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
