"""How secrets are stored: never as such."""

from __future__ import annotations

import hmac
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: 19 MiB, two passes: OWASP's floor. The library's default of 64 MiB would let a few requests exhaust a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

#: Stands in for the hash of somebody who does not exist, so that unknown and known take the same time.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$ETSVjJDs8wISfAsKrqz6RQ$30w95otm4nwLtWkZNiEzefa04Q+jl3MSZAaa1EuLDY0"


def digest(token: str) -> str:
    """Return the SHA-256 of a token of full entropy, in hexadecimal."""
    return sha256(token.encode()).hexdigest()


def keyed_digest(text: str, *, secret: str) -> str:
    """Return the HMAC-SHA-256 of what could be guessed or travels outside, in hexadecimal."""
    return hmac.new(secret.encode(), text.encode(), sha256).hexdigest()


def hash_secret(secret: str) -> str:
    """Return the argon2id hash of a password or PIN."""
    return _HASHER.hash(secret)


def matches(secret: str, *, stored: str | None) -> bool:
    """Tell whether `secret` is the one that was hashed; takes the same time when nothing is stored."""
    try:
        right = _HASHER.verify(stored or _NOBODY, secret)
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
