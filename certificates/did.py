"""The did:web document of the site: the keys that anybody needs to check what it signs.

Its identifier is that of the issuer in a Data Integrity twin, whose verifiers look for the key in the issuer's own
document. did:web has no history: keys that are retired, and not compromised, stay listed for the life of what they
signed.

Sources: https://w3c-ccg.github.io/did-method-web/ ; Controlled Identifiers 1.0, section 2.2 (JsonWebKey, Multikey).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ed25519

from certificates.algorithms import multikey
from certificates.keys import KeyFamily

if TYPE_CHECKING:
    from certificates.keys import KeyRing, SigningKey

CONTEXTS = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/jwk/v1",
    "https://w3id.org/security/multikey/v1",
)


def did_of(origin: str) -> str:
    """Return the did:web of an origin; the port keeps no colon."""
    return "did:web:" + urlsplit(origin).netloc.replace(":", "%3A")


def method_id(key: SigningKey, origin: str) -> str:
    """Return the name of a key in the document: its thumbprint, or its Multikey where verifiers expect that."""
    return f"{did_of(origin)}#{fragment(key)}"


def document(ring: KeyRing, origin: str) -> dict[str, Any]:
    """Return the document of the origin (`/.well-known/did.json`): token keys, then those of Data Integrity proofs."""
    did = did_of(origin)
    listed = (*ring.published(KeyFamily.TOKEN), *ring.published(KeyFamily.DATA_INTEGRITY))
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "alsoKnownAs": [origin],
        "verificationMethod": [_method(key, did) for key in listed],
        "assertionMethod": [method_id(key, origin) for key in listed],
    }


def _method(key: SigningKey, did: str) -> dict[str, Any]:
    method = {"id": f"{did}#{fragment(key)}", "controller": did}
    if isinstance(key.public_key, ed25519.Ed25519PublicKey):
        return {**method, "type": "Multikey", "publicKeyMultibase": multikey(key.public_key)}
    return {**method, "type": "JsonWebKey", "publicKeyJwk": key.jwk()}


def fragment(key: SigningKey) -> str:
    """Return what names a key inside the document."""
    return multikey(key.public_key) if isinstance(key.public_key, ed25519.Ed25519PublicKey) else key.kid
