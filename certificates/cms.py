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


class Container:
    """Signs digests with one key.

    Args:
        key: Of the PDF family: its certificate and chain travel with each signature.
    """

    def __init__(self, key: SigningKey) -> None:
        if key.certificate is None:
            msg = "a seal needs a key with an X.509 certificate"
            raise ValueError(msg)
        self._key = key.private_key
        encoded = [one.public_bytes(Encoding.DER) for one in (key.certificate, *key.chain)]
        signer = x509.Certificate.load(encoded[0])
        self._certificates = [cms.CertificateChoices("certificate", x509.Certificate.load(one)) for one in encoded]
        self._identifier = cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber({"issuer": signer.issuer, "serial_number": signer.serial_number}),
        )
        reference = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(encoded[0]).digest()})
        self._fixed = (
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute(
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [reference]})]}
            ),
        )
        self.reserved_bytes = len(self.sign(bytes(32))) + _SLACK_BYTES

    def sign(self, digest: bytes) -> bytes:
        """Return the DER container over a SHA-256 digest."""
        attributes = cms.CMSAttributes([*self._fixed, cms.CMSAttribute({"type": "message_digest", "values": [digest]})])
        # What is signed is the SET OF, in DER order (RFC 5652, 5.4): the dump of the set itself, not of its tagged place.
        signed = cms.CMSAttributes(sorted(attributes, key=lambda one: one.dump()))
        signature = self._key.sign(signed.dump(), _ALGORITHM)
        info = cms.SignerInfo(
            {
                "version": "v1",
                "sid": self._identifier,
                "digest_algorithm": _DIGEST,
                "signed_attrs": signed,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
                "signature": signature,
            }
        )
        data = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": [_DIGEST],
                "encap_content_info": {"content_type": "data"},
                "certificates": self._certificates,
                "signer_infos": [info],
            }
        )
        dumped: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
        return dumped
