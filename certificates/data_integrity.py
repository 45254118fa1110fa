"""The Data Integrity twin: the same Open Badge under a proof inside the document, for software that reads no tokens.

It differs from the token in two places. Its issuer is the did:web of the site, since verifiers of such proofs look for
the key in the issuer's own document; and its status entry points to the list that bears such a proof too. Everything
else is written and read by `claims.py`.

A twin is made when it is asked for, never stored: the signature is deterministic, and `created` is the later of the
date of issue and the date since when the key signs, so the same statement and key give the same bytes.

Reading takes these steps:

1. JSON that says nothing twice, with exactly one proof of our form        MalformedCredentialError
2. the proof's key is one of ours, of this family                          UnknownKeyError
3. the rest is exactly what we would write for a credential of that site   MalformedCredentialError
4. the signature covers the canonical form of the rest and of the proof    BadSignatureError
5. the key was not compromised at the date of the proof                    CompromisedKeyError
6. the moment lies inside the validity period                              NotYetValidError, ExpiredError

The canonical form is computed after step 3 only: what is not ours costs nothing.

Sources: Verifiable Credential Data Integrity 1.0; Data Integrity EdDSA Cryptosuites 1.0, section 3.2.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from certificates import algorithms, did, linked_data, open_badge, verification
from certificates.claims import from_claims, to_claims
from certificates.credential import check_printable_name
from certificates.errors import BadSignatureError, CompromisedKeyError, MalformedCredentialError, UnknownKeyError
from certificates.keys import KeyFamily, KeyState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certificates.credential import Credential, Issuer
    from certificates.keys import KeyRing, SigningKey

CRYPTOSUITE = "eddsa-rdfc-2022"
MAXIMUM_LENGTH = 65_536

_FIXED = {"type": "DataIntegrityProof", "cryptosuite": CRYPTOSUITE, "proofPurpose": "assertionMethod"}
_MEMBERS = {*_FIXED, "created", "verificationMethod", "proofValue"}
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_SUFFIX = ".jwt"


def twin(credential: Credential, *, issuer: Issuer, ring: KeyRing) -> dict[str, Any]:
    """Return the twin of a credential.

    Raises:
        NoActiveKeyError: No key makes such proofs.
        UnacceptableNameError: The holder's name cannot be printed.
        ValueError: The credential belongs to another address than the issuer's.
    """
    check_printable_name(credential.holder_name)
    claims = to_claims(credential, issuer)
    entry = claims["credentialStatus"]
    list_url = entry["statusListCredential"].removesuffix(_SUFFIX)
    document = {
        **claims,
        "issuer": {**claims["issuer"], "id": did.did_of(issuer.url)},
        "credentialStatus": {
            **entry,
            "id": f"{list_url}#{entry['statusListIndex']}",
            "statusListCredential": list_url,
        },
    }
    key = ring.active(KeyFamily.DATA_INTEGRITY)
    return secured(document, key=key, origin=issuer.url, created=max(credential.issued_at, key.since))


def secured(document: dict[str, Any], *, key: SigningKey, origin: str, created: datetime) -> dict[str, Any]:
    """Return a document with its proof.

    Args:
        origin: Public address of the site, in whose did:web the key is listed.
        created: Aware.

    Raises:
        MalformedCredentialError: A member of the document is defined by no context that we ship.
        ValueError: The key is of another family.
    """
    if key.family is not KeyFamily.DATA_INTEGRITY:
        msg = f"{key.family}: not the family that makes Data Integrity proofs"
        raise ValueError(msg)
    proof = {
        **_FIXED,
        "created": created.astimezone(UTC).strftime(_MOMENT),
        "verificationMethod": did.method_id(key, origin),
    }
    value = algorithms.base58btc(key.sign(_hashed(document, proof)))
    return {**document, "proof": [{**proof, "proofValue": value}]}


def verify(text: str, ring: KeyRing, *, at: datetime) -> Credential:
    """Return the credential that a twin proves at this moment.

    Raises:
        VerificationError: The leaf that the first failing step names.
    """
    credential = verify_signature(text, ring)
    verification.check_period(credential, at=at)
    return credential


def verify_signature(text: str, ring: KeyRing) -> Credential:
    """Take steps 1 to 5, whose outcome does not depend on the moment.

    Raises:
        VerificationError: The leaf that the first failing step names.
    """
    document, proof = taken_apart(text)
    key = find_key(proof, ring)
    credential = _credential(document)
    check_proof(document, proof, key=key, origin=credential.origin, not_before=credential.issued_at)
    return credential


def taken_apart(text: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Take step 1: the document without its proof, and the proof. Nothing in them is believed yet.

    Raises:
        MalformedCredentialError: Not JSON, or not exactly one proof of our form.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise MalformedCredentialError("twin: too long")
    document = open_badge.strict_json(text.encode(errors="surrogatepass"))
    proofs = document.pop("proof", None)
    if not isinstance(proofs, list) or len(proofs) != 1 or not isinstance(proofs[0], dict):
        raise MalformedCredentialError("twin: not exactly one proof")
    [proof] = proofs
    if proof.keys() != _MEMBERS or not all(isinstance(value, str) for value in proof.values()):
        raise MalformedCredentialError("twin: not a proof of ours")
    if any(proof[name] != value for name, value in _FIXED.items()):
        raise MalformedCredentialError("twin: not a proof of ours")
    return document, proof


def find_key(proof: Mapping[str, str], ring: KeyRing) -> SigningKey:
    """Take step 2.

    Raises:
        UnknownKeyError: No key of this family has this name.
    """
    multibase = proof["verificationMethod"].rpartition("#")[2]
    for key in ring.keys:
        if key.family is KeyFamily.DATA_INTEGRITY and did.fragment(key) == multibase:
            return key
    raise UnknownKeyError(proof["verificationMethod"][:200])


def check_proof(
    document: dict[str, Any], proof: Mapping[str, str], *, key: SigningKey, origin: str, not_before: datetime
) -> None:
    """Take steps 4 and 5 on a document whose form was checked.

    Args:
        origin: The site whose document it is.
        not_before: When what is proved was issued, or begins.

    Raises:
        MalformedCredentialError: The proof is of another site, or its date is malformed or earlier.
        BadSignatureError: The key did not sign this.
        CompromisedKeyError: The key was compromised at the date of the proof.
    """
    created = _moment(proof["created"])
    if proof["verificationMethod"] != did.method_id(key, origin) or created < not_before:
        raise MalformedCredentialError("twin: the proof and the document disagree")
    bare = {name: value for name, value in proof.items() if name != "proofValue"}
    if not algorithms.holds(key.public_key, _hashed(document, bare), _signature(proof["proofValue"])):
        raise BadSignatureError
    if key.state is KeyState.COMPROMISED and created >= key.since:
        raise CompromisedKeyError(key.kid, key.since)


def _hashed(document: dict[str, Any], proof: Mapping[str, str]) -> bytes:
    """Return what is signed: the hash of the proof without its value, then that of the document."""
    configuration = {"@context": document["@context"], **proof}
    return b"".join(hashlib.sha256(linked_data.canonical(one)).digest() for one in (configuration, document))


def _credential(document: dict[str, Any]) -> Credential:
    """Return the credential of a twin, read from the claims of its token."""
    try:
        profile, entry = document["issuer"], document["credentialStatus"]
        list_url = f"{entry['statusListCredential']}{_SUFFIX}"
        if profile["id"] != did.did_of(profile["url"]) or entry["id"].partition("#")[0] + _SUFFIX != list_url:
            raise MalformedCredentialError("twin: the issuer or the list is another")
        claims = {
            **document,
            "issuer": {**profile, "id": profile["url"]},
            "credentialStatus": {
                **entry,
                "id": f"{list_url}#{entry['id'].partition('#')[2]}",
                "statusListCredential": list_url,
            },
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MalformedCredentialError(f"twin: {type(error).__name__}: {error}"[:200]) from error
    return from_claims(claims)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
    except ValueError as error:
        raise MalformedCredentialError("twin: the proof is not dated") from error
    if moment.strftime(_MOMENT) != text:
        raise MalformedCredentialError("twin: the proof is not dated as we do")
    return moment


def _signature(text: str) -> bytes:
    try:
        return algorithms.from_base58btc(text, length=algorithms.SIGNATURE_BYTES)
    except ValueError as error:
        raise MalformedCredentialError("twin: the value of the proof is not base 58") from error
