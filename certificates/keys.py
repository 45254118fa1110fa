"""The key ring: which keys sign, which are still believed, where they are kept.

Families are apart: a token key never seals a page and a page key never signs a token. Within a family a key goes
from *next* (published, not used) to *active* (one at most), then *retired* (believed for as long as what it signed),
or *compromised* since a moment. Nothing is ever deleted.

The name of a key is its RFC 7638 thumbprint, checked at construction, so that an index cannot slip in another key. The
functions here are pure; `key_store.py` keeps the keys in files, `algorithms.py` knows how they sign, `did.py` publishes
them as a DID document.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from certificates import algorithms
from certificates.algorithms import thumbprint
from certificates.errors import BrokenKeyRingError, NoActiveKeyError, UnknownKeyError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cryptography import x509

    from certificates.algorithms import PrivateKey, PublicKey

__all__ = [
    "KeyFamily",
    "KeyRing",
    "KeyState",
    "SigningKey",
    "add_next",
    "declare_compromised",
    "retire",
    "rotate",
    "thumbprint",
]


class KeyState(StrEnum):
    """Where a key stands in its life."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class KeyFamily(StrEnum):
    """What a key may sign: tokens and their compact form; pages; Data Integrity proofs; heads of the log."""

    TOKEN = "token"  # noqa: S105 -- the name of a family, not a secret.
    PDF = "pdf"
    DATA_INTEGRITY = "data-integrity"
    LOG = "log"

    @property
    def is_p256(self) -> bool:
        """Whether its keys are P-256; the others are Ed25519."""
        return self in (KeyFamily.TOKEN, KeyFamily.PDF)


#: Families whose public keys anybody may fetch by name; those that seal pages travel in the seal.
PUBLISHED = (KeyFamily.TOKEN, KeyFamily.DATA_INTEGRITY, KeyFamily.LOG)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One key and what is said of it.

    Args:
        kid: RFC 7638 thumbprint of the public key.
        private_key: P-256 or Ed25519, as its family wants; may be in a device (see `algorithms`).
        since: When it entered its state, UTC; for a compromised key, the moment from which nothing it signed counts.
        certificate: The X.509 certificate of a key of the PDF family.
        chain: The certificates above it, issuer first, root last.

    Raises:
        BrokenKeyRingError: The name, the key and the certificate do not belong together.
    """

    kid: str
    family: KeyFamily
    state: KeyState
    since: datetime
    private_key: PrivateKey = field(repr=False, compare=False)
    certificate: x509.Certificate | None = None
    chain: tuple[x509.Certificate, ...] = ()
    public_key: PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "public_key", self.private_key.public_key())
        if self.kid != thumbprint(self.public_key):
            raise BrokenKeyRingError(f"{self.kid}: the key is not the one that its name says")
        if isinstance(self.public_key, ec.EllipticCurvePublicKey) != self.family.is_p256:
            raise BrokenKeyRingError(f"{self.kid}: a key of another kind than its family {self.family}")
        if (self.certificate is not None) != (self.family is KeyFamily.PDF):
            raise BrokenKeyRingError(
                f"{self.kid}: an X.509 certificate goes with a key that seals pages, and only then"
            )
        if self.certificate is not None and self.certificate.public_key() != self.public_key:
            raise BrokenKeyRingError(f"{self.kid}: the X.509 certificate is that of another key")

    def jwk(self) -> dict[str, str]:
        """Return the public JWK."""
        members, algorithm = algorithms.jwk_members(self.public_key), algorithms.jwk_algorithm(self.public_key)
        return {**members, "kid": self.kid, "alg": algorithm, "use": "sig"}

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of a signature, as JOSE and COSE want them."""
        return algorithms.sign(self.private_key, message)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeyRing:
    """All keys, in memory, by name. Two rings are equal when they are the same object, so a ring can key a cache.

    Args:
        organisation: Who the X.509 certificates name.
        roots: The pinned roots: the only ones that a sealed page may lead to.

    Raises:
        BrokenKeyRingError: A name appears twice, a family has two active keys, or an X.509 certificate does not lead
            to a pinned root.
    """

    organisation: str
    roots: tuple[x509.Certificate, ...]
    keys: tuple[SigningKey, ...]
    _by_kid: Mapping[str, SigningKey] = field(init=False, repr=False, compare=False)
    _active: Mapping[str, SigningKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        active: dict[str, SigningKey] = {}
        for key in self.keys:
            if key.state is not KeyState.ACTIVE:
                continue
            if key.family in active:
                raise BrokenKeyRingError(f"{key.family}: two active keys, {active[key.family].kid} and {key.kid}")
            active[key.family] = key
        by_kid = {key.kid: key for key in self.keys}
        if len(by_kid) != len(self.keys):
            raise BrokenKeyRingError("a key appears twice")
        for key in self.keys:
            _check_chain(key, self.roots)
        object.__setattr__(self, "_by_kid", by_kid)
        object.__setattr__(self, "_active", active)

    def active(self, family: str) -> SigningKey:
        """Return the key that signs for this family.

        Raises:
            NoActiveKeyError: There is none.
        """
        try:
            return self._active[family]
        except KeyError:
            raise NoActiveKeyError(family) from None

    def find(self, kid: str) -> SigningKey | None:
        """Return the key of this name, whatever its family and state."""
        return self._by_kid.get(kid)

    def published(self, family: str) -> tuple[SigningKey, ...]:
        """Return the keys of a family that are not compromised, whether they sign, will or did."""
        return tuple(key for key in self.keys if key.family == family and key.state is not KeyState.COMPROMISED)

    def public_jwk(self, kid: str) -> dict[str, str]:
        """Return the public JWK of a published key: of tokens, of Data Integrity proofs, of the log.

        Raises:
            UnknownKeyError: No such key, one that seals pages, or compromised.
        """
        key = self.find(kid)
        if key is None or key.family not in PUBLISHED or key.state is KeyState.COMPROMISED:
            raise UnknownKeyError(kid)
        return key.jwk()

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the JWK Set of the published token keys."""
        return {"keys": [key.jwk() for key in self.published(KeyFamily.TOKEN)]}


def add_next(ring: KeyRing, key: SigningKey) -> KeyRing:
    """Return the ring with one more key, published ahead of its use.

    Raises:
        BrokenKeyRingError: The key is already there, or is not in the state "next".
    """
    if key.state is not KeyState.NEXT:
        raise BrokenKeyRingError(f"{key.kid}: a new key waits in the state next")
    return replace(ring, keys=(*ring.keys, key))


def rotate(ring: KeyRing, family: str, *, now: datetime) -> KeyRing:
    """Return the ring where the next key of the family signs and the active one is retired.

    The oldest of several next keys is taken. A family whose active key was retired or compromised may rotate too.

    Raises:
        NoActiveKeyError: No key waits.
    """
    waiting = [key for key in ring.keys if key.family == family and key.state is KeyState.NEXT]
    if not waiting:
        raise NoActiveKeyError(family)
    successor = min(waiting, key=lambda key: key.since)
    states = {key.kid: KeyState.RETIRED for key in ring.keys if key.family == family and key.state is KeyState.ACTIVE}
    return _restate(ring, {**states, successor.kid: KeyState.ACTIVE}, since=now)


def retire(ring: KeyRing, kid: str, *, now: datetime) -> KeyRing:
    """Return the ring where this key signs no more and is still believed.

    Raises:
        UnknownKeyError: No such key.
        BrokenKeyRingError: It is compromised: that is not undone.
    """
    key = _get(ring, kid)
    if key.state is KeyState.COMPROMISED:
        raise BrokenKeyRingError(f"{kid}: a compromised key stays compromised")
    return _restate(ring, {kid: KeyState.RETIRED}, since=now)


def declare_compromised(ring: KeyRing, kid: str, *, since: datetime) -> KeyRing:
    """Return the ring where nothing dated `since` or later and signed by this key is believed.

    Declaring again can only move the moment back.

    Raises:
        UnknownKeyError: No such key.
    """
    key = _get(ring, kid)
    if key.state is KeyState.COMPROMISED:
        since = min(since, key.since)
    return _restate(ring, {kid: KeyState.COMPROMISED}, since=since)


def _get(ring: KeyRing, kid: str) -> SigningKey:
    key = ring.find(kid)
    if key is None:
        raise UnknownKeyError(kid)
    return key


def _restate(ring: KeyRing, states: Mapping[str, KeyState], *, since: datetime) -> KeyRing:
    return replace(
        ring,
        keys=tuple(replace(key, state=states[key.kid], since=since) if key.kid in states else key for key in ring.keys),
    )


def _check_chain(key: SigningKey, roots: tuple[x509.Certificate, ...]) -> None:
    if key.certificate is None:
        return
    if not key.chain or key.chain[-1] not in roots:
        raise BrokenKeyRingError(f"{key.kid}: the X.509 certificate does not lead to a pinned root")
    for subject, issuer in pairwise((key.certificate, *key.chain)):
        try:
            subject.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            raise BrokenKeyRingError(f"{key.kid}: the X.509 certificate was not signed by its chain") from None
