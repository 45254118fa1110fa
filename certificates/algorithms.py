"""The two algorithms, and how keys and signatures are written: ES256 (P-256) and Ed25519.

Both are deterministic here (RFC 6979, RFC 8032): the same key and message give the same bytes.

A key in a device (PKCS#11) takes the place of one in a file by implementing the abstract class of `cryptography` that
its kind has, `EllipticCurvePrivateKey` or `Ed25519PrivateKey`: nothing but `public_key`, `sign` and the name of the
curve is asked of a key that signs. Only `key_store` asks a key for its private bytes, once, when it writes it.

Sources: RFC 7518, section 3.4 (ES256); RFC 8037 (Ed25519 as a JWK); RFC 7638 (thumbprints); Controlled Identifiers 1.0,
section 2.2.2 (Multikey).
"""

from __future__ import annotations

import binascii
import hashlib
import json
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from certificates.errors import BrokenKeyRingError

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

SIGNATURE_BYTES = 64

_ES256 = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_HALF = SIGNATURE_BYTES // 2
# Multicodec "ed25519-pub", as a varint.
_ED25519_PREFIX = b"\xed\x01"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def sign(key: PrivateKey, message: bytes) -> bytes:
    """Return the 64 bytes of a signature: r and s for P-256, as JOSE and COSE want them; RFC 8032 for Ed25519."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(message)
    r, s = decode_dss_signature(key.sign(message, _ES256))
    return r.to_bytes(_HALF) + s.to_bytes(_HALF)


def holds(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Return whether the key made this signature over exactly this message."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        else:
            r, s = int.from_bytes(signature[:_HALF]), int.from_bytes(signature[_HALF:])
            key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def jwk_members(key: PublicKey) -> dict[str, str]:
    """Return the members of the public JWK that make the key, and no other.

    Raises:
        BrokenKeyRingError: The key is of another curve.
    """
    if isinstance(key, ed25519.Ed25519PublicKey):
        return {"crv": "Ed25519", "kty": "OKP", "x": base64url(key.public_bytes_raw())}
    if not isinstance(key.curve, ec.SECP256R1):
        raise BrokenKeyRingError(f"keys are P-256 or Ed25519, not {key.curve.name}")
    numbers = key.public_numbers()
    return {
        "crv": "P-256",
        "kty": "EC",
        "x": base64url(numbers.x.to_bytes(_HALF)),
        "y": base64url(numbers.y.to_bytes(_HALF)),
    }


def jwk_algorithm(key: PublicKey) -> str:
    """Return the name of the algorithm in a JWK: ES256, or EdDSA as RFC 8037 has it."""
    return "EdDSA" if isinstance(key, ed25519.Ed25519PublicKey) else "ES256"


def thumbprint(key: PublicKey) -> str:
    """Return the RFC 7638 thumbprint of a key.

    Raises:
        BrokenKeyRingError: The key is of another curve.
    """
    canonical = json.dumps(jwk_members(key), sort_keys=True, separators=(",", ":"))
    return base64url(hashlib.sha256(canonical.encode()).digest())


def multikey(key: ed25519.Ed25519PublicKey) -> str:
    """Return the `publicKeyMultibase` of a key: "z6Mk" and more."""
    return base58btc(_ED25519_PREFIX + key.public_bytes_raw())


def base58btc(data: bytes) -> str:
    """Return the multibase of bytes in base 58, with its prefix "z"."""
    number, letters = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        letters = _BASE58[rest] + letters
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + letters


def from_base58btc(text: str, *, length: int) -> bytes:
    """Return the bytes of a multibase in base 58, of which there must be this many.

    Raises:
        ValueError: Not the one way in which so many bytes are written.
    """
    number = 0
    # Two characters hold more than a byte: a longer text is not read at all.
    for letter in text[1 : 2 * length + 1]:
        number = number * 58 + _BASE58.index(letter)
    data = number.to_bytes(length) if number < 256**length else b""
    if base58btc(data) != text:
        msg = "not the base 58 of so many bytes"
        raise ValueError(msg)
    return data


def base64url(data: bytes) -> str:
    """Return base64url without padding."""
    # Both signs are rare: replacing them takes half of the time of translating the whole.
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").replace(b"+", b"-").replace(b"/", b"_").decode()
