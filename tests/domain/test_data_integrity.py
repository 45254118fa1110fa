"""The twin under a Data Integrity proof: the same statement, and refused when anything in it is not ours."""

import json
import socket
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from certificates import algorithms, data_integrity, keys, linked_data
from certificates.algorithms import base58btc
from certificates.claims import to_claims
from certificates.credential import CONTEXTS
from certificates.data_integrity import secured, twin, verify, verify_signature
from certificates.errors import (
    BadSignatureError,
    CompromisedKeyError,
    ExpiredError,
    MalformedCredentialError,
    NoActiveKeyError,
    UnacceptableNameError,
    UnknownKeyError,
    VerificationError,
)
from certificates.keys import KeyFamily, KeyState
from certificates.status_document import issue_status_document
from tests.builders import (
    KEYS_MADE,
    LATER,
    NOW,
    ORIGIN,
    credential,
    default_keys,
    ed25519_key,
    issuer,
    key_ring,
    supervised,
    token_key,
)
from tests.vectors.make_credentials import CREDENTIALS

SCHEMA = Path(__file__).parent.parent / "vectors/schemas/ob_v3p0_achievementcredential_schema.json"
RING, KEY = key_ring(), ed25519_key()
GOOD = twin(credential(), issuer=issuer(), ring=RING)
PROOF = GOOD["proof"][0]
DID = "did:web:numericite.example"
ELSEWHERE = "https://example.com"


def changed(path: str, value: object = ..., *, resigned: bool = False) -> str:
    """The twin with one member changed, added or (...) taken away; signed again by our own key if so told."""
    document = deepcopy(GOOD)
    *way, last = [int(step) if step.isdecimal() else step for step in path.split("/")]
    place = document
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    if resigned:
        document = resign(document)
    return json.dumps(document)


def resign(document: dict, key=KEY) -> dict:
    """The document under a new proof that keeps what the former one says."""
    [proof] = document["proof"]
    bare = {name: value for name, value in proof.items() if name != "proofValue"}
    body = {name: value for name, value in document.items() if name != "proof"}
    return {**body, "proof": [{**bare, "proofValue": base58btc(key.sign(data_integrity._hashed(body, bare)))}]}


def proof(**changes) -> str:
    members = {name: value for name, value in {**PROOF, **changes}.items() if value is not ...}
    return json.dumps({**GOOD, "proof": [members]})


def proof_resigned(**changes) -> str:
    return json.dumps(resign({**GOOD, "proof": [{**PROOF, **changes}]}))


def said_twice() -> str:
    return json.dumps(GOOD)[:-1] + ', "name": "x"}'


def status_list() -> str:
    common = {"purpose": "revocation", "issuer": issuer(), "ring": RING, "now": NOW}
    return json.dumps(issue_status_document([1], list_url=f"{ORIGIN}/status/1", **common))


def of_another_site() -> str:
    """Signed by our key for an address that is not that of the credential."""
    body = {name: value for name, value in GOOD.items() if name != "proof"}
    return json.dumps(secured(body, key=KEY, origin=ELSEWHERE, created=NOW))


MALFORMED = MalformedCredentialError
UNTRUSTED = {
    # 1. form
    "nothing": ("", MALFORMED),
    "not JSON": ("{", MALFORMED),
    "a list": ("[]", MALFORMED),
    "a member said twice": (said_twice(), MALFORMED),
    "a number that is none": (changed("x", float("nan")), MALFORMED),
    "too long": (changed("name", "x" * 70_000), MALFORMED),
    "the proof taken away": (changed("proof"), MALFORMED),
    "the proof not in a list": (changed("proof", PROOF), MALFORMED),
    "no proof in the list": (changed("proof", []), MALFORMED),
    "two proofs": (changed("proof", [PROOF, PROOF]), MALFORMED),
    "a proof in words": (changed("proof", ["trust me"]), MALFORMED),
    "a proof for another purpose": (proof(proofPurpose="authentication"), MALFORMED),
    "another cryptosuite": (proof(cryptosuite="eddsa-jcs-2022"), MALFORMED),
    "another cryptosuite, signed again": (proof_resigned(cryptosuite="ecdsa-rdfc-2019"), MALFORMED),
    "another type of proof": (proof(type="Ed25519Signature2020"), MALFORMED),
    "a member added to the proof": (proof(challenge="x"), MALFORMED),
    "a proof that expires": (proof(expires="2030-01-01T00:00:00Z"), MALFORMED),
    "no value": (proof(proofValue=...), MALFORMED),
    "a value that is no text": (proof(proofValue=7), MALFORMED),
    # 2. key
    "an unknown key": (
        proof(verificationMethod=f"{DID}#{data_integrity.did.fragment(ed25519_key(number=9))}"),
        UnknownKeyError,
    ),
    "a key of the log": (
        proof(verificationMethod=f"{DID}#{data_integrity.did.fragment(ed25519_key(KeyFamily.LOG))}"),
        UnknownKeyError,
    ),
    "a token key": (proof(verificationMethod=f"{DID}#{token_key().kid}"), UnknownKeyError),
    "key as a path": (proof(verificationMethod="../../../../etc/passwd"), UnknownKeyError),
    "key as an address to fetch": (proof(verificationMethod="https://127.0.0.1/key"), UnknownKeyError),
    "key without name": (proof(verificationMethod=f"{DID}#"), UnknownKeyError),
    # 3. the document, though signed by us
    "a status list": (status_list(), MALFORMED),
    "nothing stated": (json.dumps({"proof": [PROOF]}), MALFORMED),
    "a term that no context defines": (changed("admin", value=True), MALFORMED),
    "a term that contexts define and we never write": (
        changed("credentialSubject/achievement/tag", ["x"], resigned=True),
        MALFORMED,
    ),
    "a sentence where we write none": (changed("credentialStatus/narrative", "x"), MALFORMED),
    "a sentence that is no text": (changed("evidence/0/narrative", {"@id": "x"}), MALFORMED),
    "a sentence in a list": (changed("description", ["x"]), MALFORMED),
    "another context": (changed("@context/2", f"{ELSEWHERE}/context.json"), MALFORMED),
    "a context in the document": (changed("@context/2", {"@vocab": "https://example.com/"}), MALFORMED),
    "contexts swapped": (changed("@context", [CONTEXTS[0], CONTEXTS[2], CONTEXTS[1]], resigned=True), MALFORMED),
    "a context less": (changed("@context", list(CONTEXTS[:2])), MALFORMED),
    "another type": (changed("type", ["VerifiableCredential"], resigned=True), MALFORMED),
    "issued by its address": (changed("issuer/id", ORIGIN, resigned=True), MALFORMED),
    "issued by another": (changed("issuer/id", "did:web:example.com", resigned=True), MALFORMED),
    "issuer in one word": (changed("issuer", DID), MALFORMED),
    "no issuer": (changed("issuer"), MALFORMED),
    "of another site": (changed("id", GOOD["id"].replace("numericite", "example")), MALFORMED),
    "the list of tokens": (
        changed("credentialStatus/statusListCredential", f"{ORIGIN}/status/1.jwt", resigned=True),
        MALFORMED,
    ),
    "the list of another": (
        changed("credentialStatus/statusListCredential", f"{ELSEWHERE}/status/1", resigned=True),
        MALFORMED,
    ),
    "another entry than its name": (changed("credentialStatus/statusListIndex", "5", resigned=True), MALFORMED),
    "no status": (changed("credentialStatus"), MALFORMED),
    "status for another purpose": (changed("credentialStatus/statusPurpose", "message", resigned=True), MALFORMED),
    "an end before its beginning": (changed("validUntil", "2020-01-01T00:00:00Z", resigned=True), MALFORMED),
    "a name in half a sign": (changed("credentialSubject/identifier/0/identityHash", "\ud800"), MALFORMED),
    # 4. the signature
    "the proof of another site": (of_another_site(), MALFORMED),
    "the proof not dated": (proof(created="yesterday"), MALFORMED),
    "the proof dated otherwise": (proof(created="2026-11-23T10:42:0Z"), MALFORMED),
    "the proof older than the statement": (
        proof_resigned(created=(NOW - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")),
        MALFORMED,
    ),
    "value in base64": (proof(proofValue="u" + PROOF["proofValue"][1:]), MALFORMED),
    "value with a sign of no base": (proof(proofValue="z0" + PROOF["proofValue"][2:]), MALFORMED),
    "value cut": (proof(proofValue=PROOF["proofValue"][:-1]), MALFORMED),
    "value without end": (proof(proofValue="z" + "5" * 10_000), MALFORMED),
    "a name changed": (
        changed("credentialSubject/identifier/0/identityHash", "Maëlys Autre"),
        BadSignatureError,
    ),
    "a sentence changed": (changed("description", "Niveau établi : au moins L4."), BadSignatureError),
    "dated later": (proof(created="2026-11-23T10:42:01Z"), BadSignatureError),
    "a zero signature": (proof(proofValue="z" + "1" * 64), BadSignatureError),
    "signed by a stranger": (json.dumps(resign(GOOD, ed25519_key(number=9))), BadSignatureError),
    "the proof of another twin": (
        json.dumps({**GOOD, "proof": twin(supervised(), issuer=issuer(), ring=RING)["proof"]}),
        BadSignatureError,
    ),
}


@pytest.mark.parametrize(("text", "error"), UNTRUSTED.values(), ids=UNTRUSTED)
def test_untrusted(text, error, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)

    with pytest.raises(VerificationError) as caught:
        verify(text, RING, at=LATER)

    assert caught.type is error


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"@context": list(CONTEXTS), "id": "https://example.com/1", "admin": "yes"}, "defined by no context"),
        ({"@context": ["https://example.com/context"], "id": "https://example.com/1"}, "not a context of ours"),
        ({"@context": [CONTEXTS[0]], "@id": {"x": 1}}, "linked data"),
    ],
    ids=["a term that would be dropped", "a context to fetch", "not JSON-LD"],
)
def test_nothing_is_signed_that_json_ld_would_drop_or_fetch(document, words):
    with pytest.raises(MalformedCredentialError, match=words):
        linked_data.canonical(document)


NOT_MADE = {
    "a name with a title": (credential(holder_name="Dr Martin"), RING, UnacceptableNameError),
    "a credential of another site": (
        credential(credential_id=f"{ELSEWHERE}/credentials/6f1c2a9e-3b7d-4c58-9a10-2f4e8d5b7c61"),
        RING,
        ValueError,
    ),
    "no key for it": (credential(), key_ring(token_key()), NoActiveKeyError),
}


@pytest.mark.parametrize(("stated", "ring", "error"), NOT_MADE.values(), ids=NOT_MADE)
def test_is_not_made(stated, ring, error):
    with pytest.raises(error):
        twin(stated, issuer=issuer(), ring=ring)


def test_is_signed_by_its_own_family_only():
    with pytest.raises(ValueError, match="not the family"):
        secured({"@context": [CONTEXTS[0]]}, key=ed25519_key(KeyFamily.LOG), origin=ORIGIN, created=NOW)


@pytest.mark.parametrize("since", [NOW - timedelta(days=9), NOW], ids=["days before", "the same second"])
def test_signed_after_its_key_was_compromised(since):
    ring = keys.declare_compromised(RING, KEY.kid, since=since)

    with pytest.raises(CompromisedKeyError):
        verify(json.dumps(GOOD), ring, at=LATER)


def test_signed_before_its_key_was_compromised():
    ring = keys.declare_compromised(RING, KEY.kid, since=LATER)

    assert verify_signature(json.dumps(GOOD), ring) == credential()


def test_a_period_that_is_over():
    text = json.dumps(twin(supervised(valid_until=LATER), issuer=issuer(), ring=RING))

    with pytest.raises(ExpiredError):
        verify(text, RING, at=LATER)


@pytest.mark.parametrize("stated", CREDENTIALS.values(), ids=CREDENTIALS)
def test_states_the_same_as_the_token(stated):
    made = twin(stated, issuer=issuer(), ring=RING)
    claims = to_claims(stated, issuer())

    differing = {name for name in made if made[name] != claims.get(name)}

    assert verify_signature(json.dumps(made), RING) == stated
    assert differing == {"issuer", "credentialStatus", "proof"}
    assert made["issuer"] == {**claims["issuer"], "id": DID}
    assert f"{made['credentialStatus']['statusListCredential']}.jwt" == stated.status_list_url


@pytest.mark.parametrize("stated", CREDENTIALS.values(), ids=CREDENTIALS)
def test_fits_the_published_schema(stated):
    schema = jsonschema.Draft201909Validator(json.loads(SCHEMA.read_text()))

    assert [error.message for error in schema.iter_errors(twin(stated, issuer=issuer(), ring=RING))] == []


def test_is_dated_when_both_the_statement_and_the_key_were_there():
    younger = ed25519_key(number=5, since=LATER)
    ring = key_ring(*(key for key in default_keys() if key.family is not KeyFamily.DATA_INTEGRITY), younger)

    assert PROOF["created"] == "2026-11-23T10:42:00Z"
    assert twin(credential(), issuer=issuer(), ring=ring)["proof"][0]["created"] == "2026-11-24T10:42:00Z"


@pytest.mark.parametrize("state", [KeyState.NEXT, KeyState.RETIRED])
def test_a_key_that_no_longer_signs_is_believed(state):
    ring = key_ring(ed25519_key(state=state), ed25519_key(number=5, since=KEYS_MADE))

    assert verify_signature(json.dumps(GOOD), ring) == credential()


def test_members_may_come_in_any_order():
    assert verify(json.dumps(dict(reversed(GOOD.items())), indent=3), RING, at=LATER) == credential()


def test_signs_the_example_of_the_standard():
    # vc-di-eddsa, B.1 "Representation: eddsa-rdfc-2022": the key, a hash and its signature.
    secret = bytes.fromhex("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")
    private = algorithms.ed25519.Ed25519PrivateKey.from_private_bytes(secret)

    assert algorithms.multikey(private.public_key()) == "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
