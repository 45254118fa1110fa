"""The signature container of a seal: PAdES B-B (ETSI EN 319 142-1), ECDSA P-256, everything but the digest prepared once.

Why not pyHanko here, which checks our seals: it writes a seal as a second revision of the file, and signs with a random
nonce. Ours is written in the file's only revision and is deterministic (RFC 6979): the same statement gives the same
bytes, so that one hash recognises every copy ever handed out.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from asn1crypto import algos, cms, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from certificates.keys import SigningKey

_ALGORITHM = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_DIGEST = algos.DigestAlgorithm({"algorithm": "sha256"})
#: An ECDSA signature varies by a few bytes in DER: what the file reserves must hold the longest.
_SLACK_BYTES = 16
_SEQUENCE, _SET, _OCTETS, _IMPLICIT_0 = 0x30, 0x31, 0x04, 0xA0
_VERSION_1 = b"\x02\x01\x01"
_MESSAGE_DIGEST = cms.CMSAttributeType("message_digest").dump()
_SOME_DIGEST = hashlib.sha256(b"some digest").digest()
_SIGNED_DATA = cms.ContentType("signed_data").dump()


class Container:
    """Signs digests with one key.

    Args:
        key: Of the PDF family: its certificate and chain travel with each signature.
    """

    def __init__(self, key: SigningKey) -> None:
        if key.certificate is None or not isinstance(key.private_key, ec.EllipticCurvePrivateKey):
            msg = "a seal needs a key with an X.509 certificate"
            raise ValueError(msg)
        self._key = key.private_key
        encoded = [one.public_bytes(Encoding.DER) for one in (key.certificate, *key.chain)]
        signer = x509.Certificate.load(encoded[0])
        identifier = cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber({"issuer": signer.issuer, "serial_number": signer.serial_number}),
        )
        reference = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(encoded[0]).digest()})
        certified = tsp.SigningCertificateV2({"certs": [reference]})
        attributes = (
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}).dump(),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [certified]}).dump(),
            _tagged(_SEQUENCE, _MESSAGE_DIGEST + _tagged(_SET, _tagged(_OCTETS, _SOME_DIGEST))),
        )
        # In DER order: each is told from the others before its value begins, so any digest takes the same place.
        self._attributes = b"".join(sorted(attributes))
        # What is signed is the SET OF, in DER order (RFC 5652, 5.4): the set itself, not its tagged place.
        self._signed = _tagged(_SET, self._attributes).split(_SOME_DIGEST)
        digest = _DIGEST.dump()
        # SignedData up to its signer: version 1, algorithms, what is signed is elsewhere (id-data), certificates.
        contained = cms.EncapsulatedContentInfo({"content_type": "data"}).dump()
        self._head = _VERSION_1 + _tagged(_SET, digest) + contained + _tagged(_IMPLICIT_0, b"".join(sorted(encoded)))
        self._signer = _VERSION_1 + identifier.dump() + digest
        self._algorithm = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump()
        self._frames: dict[int, list[bytes]] = {}
        self.reserved_bytes = len(self.sign(bytes(32))) + _SLACK_BYTES

    def sign(self, digest: bytes) -> bytes:
        """Return the DER container over a SHA-256 digest."""
        signature = self._key.sign(digest.join(self._signed), _ALGORITHM)
        frame = self._frames.get(len(signature))
        if frame is None:
            frame = self._frames[len(signature)] = self._frame(len(signature))
        return digest.join(frame) + signature

    def _frame(self, size: int) -> list[bytes]:
        """Return all that stands before and after the digest, where the signature that comes last takes so many bytes."""
        signature = _tagged(_OCTETS, bytes(size))
        info = self._signer + _tagged(_IMPLICIT_0, self._attributes) + self._algorithm + signature
        data = _tagged(_SEQUENCE, self._head + _tagged(_SET, _tagged(_SEQUENCE, info)))
        whole = _tagged(_SEQUENCE, _SIGNED_DATA + _tagged(_IMPLICIT_0, data))
        return whole[: len(whole) - size].split(_SOME_DIGEST)


def _tagged(tag: int, content: bytes) -> bytes:
    """Return one DER value (X.690, 8.1): tag, length, content."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content
