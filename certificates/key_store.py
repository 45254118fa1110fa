"""Keys in files: one directory, closed to others, that a passphrase opens.

    keyring.json      the index: family, state and date of each key; organisation. Written last, in one move
    <kid>.pem         a private key, encrypted
    <kid>.crt.pem     the X.509 certificate of a sealing key, then its chain
    authority.pem     the private key of the demonstration root, encrypted; opened only to certify a new sealing key
    roots.pem         the roots that a sealed page may lead to; public

Nothing is deleted. A crash leaves at worst a key file that the index does not name.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from certificates import keys
from certificates.authority import make_ed25519_key, make_pdf_key, make_root, make_token_key
from certificates.errors import BrokenKeyRingError, KeyDirectoryError, WrongPassphraseError
from certificates.keys import KeyFamily, KeyRing, KeyState, SigningKey

if TYPE_CHECKING:
    from certificates.algorithms import PrivateKey

INDEX = "keyring.json"
ROOTS = "roots.pem"
AUTHORITY = "authority.pem"
VERSION = 1


def create_key_ring(directory: Path, passphrase: str, *, now: datetime, organisation: str) -> KeyRing:
    """Make a root, one active key per family, write them, and return the ring.

    Args:
        directory: Made if absent; must not hold a ring already.
        passphrase: Encrypts every private key; not empty.
        now: Aware, UTC.
        organisation: Named in the X.509 certificates.

    Raises:
        KeyDirectoryError: The directory holds a ring, or cannot be written.
        WrongPassphraseError: The passphrase is empty.
    """
    _check_passphrase(passphrase)
    if (directory / INDEX).exists():
        raise KeyDirectoryError(str(directory), "already holds a key ring")
    root_key = _generate()
    root = make_root(root_key, organisation=organisation, now=now)
    ring = KeyRing(
        organisation=organisation,
        roots=(root,),
        keys=(
            make_token_key(_generate(), state=KeyState.ACTIVE, now=now),
            make_pdf_key(
                _generate(), root_key=root_key, root=root, organisation=organisation, state=KeyState.ACTIVE, now=now
            ),
            *(_make_ed25519(family, state=KeyState.ACTIVE, now=now) for family in KeyFamily if not family.is_p256),
        ),
    )
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyDirectoryError(str(directory), _reason(error)) from error
    _write(directory / AUTHORITY, _encrypted(root_key, passphrase))
    _write(directory / ROOTS, _pem(root), mode=0o644)
    save_key_ring(ring, directory, passphrase)
    return ring


def load_key_ring(directory: Path, passphrase: str) -> KeyRing:
    """Read the ring and open every key.

    Raises:
        KeyDirectoryError: The directory, or a file that the index names, cannot be read.
        WrongPassphraseError: The passphrase does not open the keys.
        BrokenKeyRingError: The files contradict each other.
    """
    _check_passphrase(passphrase)
    index_data = _read(directory / INDEX)
    roots = tuple(_certificates(directory / ROOTS))
    try:
        index = json.loads(index_data)
        if index["version"] != VERSION:
            raise BrokenKeyRingError(f"{INDEX}: version {index['version']} is not known")
        entries: list[dict[str, str]] = list(index["keys"])
        return KeyRing(
            organisation=index["organisation"],
            roots=roots,
            keys=tuple(_load(directory, entry, passphrase) for entry in entries),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenKeyRingError(f"{INDEX}: not an index of keys ({type(error).__name__})") from error


def save_key_ring(ring: KeyRing, directory: Path, passphrase: str) -> None:
    """Write the keys that are not there yet, then the index, in one move.

    Raises:
        KeyDirectoryError: Something cannot be written; the former index still stands.
        WrongPassphraseError: The passphrase is empty.
    """
    _check_passphrase(passphrase)
    for key in ring.keys:
        if not (directory / f"{key.kid}.pem").exists():
            _write(directory / f"{key.kid}.pem", _encrypted(key.private_key, passphrase))
        if key.certificate is not None and not (directory / f"{key.kid}.crt.pem").exists():
            _write(directory / f"{key.kid}.crt.pem", _pem(key.certificate, *key.chain), mode=0o644)
    index: dict[str, Any] = {
        "version": VERSION,
        "organisation": ring.organisation,
        "keys": [
            {"kid": key.kid, "family": key.family, "state": key.state, "since": key.since.isoformat()}
            for key in ring.keys
        ],
    }
    _write(directory / INDEX, (json.dumps(index, indent=2, ensure_ascii=False) + "\n").encode())


def add_next_key(directory: Path, passphrase: str, family: KeyFamily, *, now: datetime) -> KeyRing:
    """Make a key that waits for its turn, write it, and return the ring that holds it.

    Raises:
        KeyRingError: The ring cannot be read or written.
    """
    ring = load_key_ring(directory, passphrase)
    if family is KeyFamily.TOKEN:
        key = make_token_key(_generate(), state=KeyState.NEXT, now=now)
    elif not family.is_p256:
        key = _make_ed25519(family, state=KeyState.NEXT, now=now)
    else:
        key = make_pdf_key(
            _generate(),
            root_key=_authority_key(directory, passphrase),
            root=ring.roots[0],
            organisation=ring.organisation,
            state=KeyState.NEXT,
            now=now,
        )
    grown = keys.add_next(ring, key)
    save_key_ring(grown, directory, passphrase)
    return grown


def complete_key_ring(directory: Path, passphrase: str, *, now: datetime) -> KeyRing:
    """Give an active key to each family that has no key at all: a ring of an earlier version lacks some families.

    A family whose keys were all retired or compromised is left to the operator. Nothing that exists changes.

    Raises:
        KeyRingError: The ring cannot be read or written.
    """
    ring = load_key_ring(directory, passphrase)
    absent = [family for family in KeyFamily if all(key.family is not family for key in ring.keys)]
    for family in absent:
        ring = keys.rotate(add_next_key(directory, passphrase, family, now=now), family, now=now)
        save_key_ring(ring, directory, passphrase)
    return ring


def _load(directory: Path, entry: dict[str, str], passphrase: str) -> SigningKey:
    kid, family = entry["kid"], KeyFamily(entry["family"])
    since = datetime.fromisoformat(entry["since"])
    if since.tzinfo is None:
        raise BrokenKeyRingError(f"{kid}: the date has no time zone")
    if Path(kid).name != kid:
        raise BrokenKeyRingError(f"{INDEX}: a name of key leads out of the directory")
    chain = _certificates(directory / f"{kid}.crt.pem") if family is KeyFamily.PDF else []
    return SigningKey(
        kid=kid,
        family=family,
        state=KeyState(entry["state"]),
        since=since,
        private_key=_private_key(directory / f"{kid}.pem", passphrase),
        certificate=chain[0] if chain else None,
        chain=tuple(chain[1:]),
    )


def _generate() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _make_ed25519(family: KeyFamily, *, state: KeyState, now: datetime) -> SigningKey:
    return make_ed25519_key(ed25519.Ed25519PrivateKey.generate(), family=family, state=state, now=now)


def _check_passphrase(passphrase: str) -> None:
    if not passphrase:
        raise WrongPassphraseError("the passphrase is empty")


def _authority_key(directory: Path, passphrase: str) -> ec.EllipticCurvePrivateKey:
    key = _private_key(directory / AUTHORITY, passphrase)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BrokenKeyRingError(f"{AUTHORITY}: the authority signs with P-256")
    return key


def _private_key(path: Path, passphrase: str) -> PrivateKey:
    data = _read(path)
    if b"ENCRYPTED" not in data:
        raise BrokenKeyRingError(f"{path.name}: not an encrypted private key")
    try:
        key = serialization.load_pem_private_key(data, passphrase.encode())
    except ValueError as error:
        # A wrong passphrase and damaged bytes cannot be told apart.
        raise WrongPassphraseError(f"{path.name}: the passphrase does not open it") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise BrokenKeyRingError(f"{path.name}: keys are P-256 or Ed25519")
    return key


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(_read(path))
    except ValueError as error:
        raise BrokenKeyRingError(f"{path.name}: not X.509 certificates in PEM") from error


def _encrypted(key: PrivateKey, passphrase: str) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )


def _pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate in certificates)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyDirectoryError(str(path), _reason(error)) from error


def _write(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise KeyDirectoryError(str(path), _reason(error)) from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
