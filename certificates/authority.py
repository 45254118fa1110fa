"""Keys are made here; and the demonstration authority: the X.509 certificates of the keys that seal pages.

A root signs one certificate per sealing key. Nobody outside trusts this root, and the names say so; an authority of the
European lists takes its place by giving `key_store` its own chain. Keys and clock are arguments; signatures are
deterministic (RFC 6979), so the same arguments give the same bytes.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from certificates.keys import KeyFamily, KeyState, SigningKey, thumbprint

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

ROOT_LIFE = timedelta(days=30 * 365)
# A sealed page is looked at for years after the key that sealed it has retired.
SEALING_LIFE = timedelta(days=15 * 365)
# Clocks differ: a page sealed in the first minute must not precede its certificate.
_EARLY = timedelta(hours=1)


def make_root(private_key: ec.EllipticCurvePrivateKey, *, organisation: str, now: datetime) -> x509.Certificate:
    """Return the self-signed certificate of the root."""
    name = _name(organisation, "Autorité racine de démonstration Numéricité")
    builder = _builder(private_key.public_key(), subject=name, issuer=name, now=now, life=ROOT_LIFE)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(private_key, hashes.SHA256(), ecdsa_deterministic=True)
    )


def make_pdf_key(
    private_key: ec.EllipticCurvePrivateKey,
    *,
    root_key: ec.EllipticCurvePrivateKey,
    root: x509.Certificate,
    organisation: str,
    state: KeyState,
    now: datetime,
) -> SigningKey:
    """Return a key that seals pages, with its certificate signed by the root."""
    root_identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = _builder(
        private_key.public_key(),
        subject=_name(organisation, "Cachet de démonstration Numéricité"),
        issuer=root.subject,
        now=now,
        life=SEALING_LIFE,
    )
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_identifier), critical=False)
        .sign(root_key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return SigningKey(
        kid=thumbprint(private_key.public_key()),
        family=KeyFamily.PDF,
        state=state,
        since=now,
        private_key=private_key,
        certificate=certificate,
        chain=(root,),
    )


def make_token_key(private_key: ec.EllipticCurvePrivateKey, *, state: KeyState, now: datetime) -> SigningKey:
    """Return a key that signs tokens."""
    return SigningKey(
        kid=thumbprint(private_key.public_key()),
        family=KeyFamily.TOKEN,
        state=state,
        since=now,
        private_key=private_key,
    )


def make_ed25519_key(
    private_key: ed25519.Ed25519PrivateKey, *, family: KeyFamily, state: KeyState, now: datetime
) -> SigningKey:
    """Return a key of one of the families of Ed25519: Data Integrity proofs, or heads of the log."""
    return SigningKey(
        kid=thumbprint(private_key.public_key()), family=family, state=state, since=now, private_key=private_key
    )


def _builder(
    key: ec.EllipticCurvePublicKey, *, subject: x509.Name, issuer: x509.Name, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    encoded = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    # One key has one certificate: a digest of the key is a unique serial (RFC 5280: positive, 20 bytes at most).
    serial = int.from_bytes(hashlib.sha256(encoded).digest()[:19]) + 1
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(now - _EARLY)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
