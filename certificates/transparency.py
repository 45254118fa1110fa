"""The transparency log: a Merkle tree over what happened to credentials, append-only, and proofs that it is.

A leaf says that something happened to some credential under some key at some time; which credential, only whoever knows
the salt can tell. Proofs are short: about log2(size) hashes.

The hash of a complete subtree never changes once its last leaf is there. So the functions that make proofs do not take the
leaves: they say which complete subtrees they need (`Subtree`), and whoever keeps the log looks these up.

Source: RFC 9162, section 2.1 (the hashes and proofs of RFC 6962).
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING

from certificates.errors import BadProofError, NoSuchProofError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

HASH_BYTES = 32
SALT_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

_COMMITMENT = re.compile(r"[0-9a-f]{64}")
_KID = re.compile(r"[A-Za-z0-9_-]{43}")


class Event(StrEnum):
    """What happened to a credential; or, to the file of a label, some step of its life that the commitment hides."""

    ISSUE = "issue"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    SUPERSEDE = "supersede"
    LABEL = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One line of the log.

    Args:
        seq: Its place, from 0.
        commitment: See `commitment`; 64 hexadecimal digits.
        kid: The token key that signed the credential: what a compromise is looked up by.
        at: When it was written; kept in UTC, to the second.

    Raises:
        ValueError: A value is outside its domain.
    """

    seq: int
    event: Event
    commitment: str
    kid: str
    at: datetime

    def __post_init__(self) -> None:
        if self.seq < 0 or not _COMMITMENT.fullmatch(self.commitment) or not _KID.fullmatch(self.kid):
            msg = "not a place, a commitment and a key"
            raise ValueError(msg)
        if self.at.tzinfo is None:
            msg = "at must be aware"
            raise ValueError(msg)
        object.__setattr__(self, "at", self.at.astimezone(UTC).replace(microsecond=0))

    def to_json(self) -> dict[str, str | int]:
        """Return the members that are hashed and published."""
        return {
            "at": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "commitment": self.commitment,
            "event": self.event.value,
            "kid": self.kid,
            "seq": self.seq,
        }

    def canonical(self) -> bytes:
        """Return the bytes that are hashed: members in order, no white space, ASCII only."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":")).encode()

    def hash(self) -> bytes:
        """Return the hash of the leaf: 32 bytes."""
        return leaf_hash(self.canonical())


@dataclass(frozen=True, slots=True)
class Subtree:
    """A complete subtree: the leaves from `index * 2**level` to `(index + 1) * 2**level`, the last one not included."""

    level: int
    index: int

    @property
    def last(self) -> int:
        """The leaf that completes it."""
        return ((self.index + 1) << self.level) - 1


def commitment(*, salt: bytes, credential_id: str, payload_sha256: bytes) -> str:
    """Return SHA-256(salt || credential id || hash of the signed payload), in hexadecimal.

    The payload and not the token: anybody can rewrite an ECDSA signature into a second valid one.

    Raises:
        ValueError: The salt or the hash is not 32 bytes long.
    """
    if len(salt) != SALT_BYTES or len(payload_sha256) != HASH_BYTES:
        msg = "salt and hash are 32 bytes long"
        raise ValueError(msg)
    return hashlib.sha256(salt + credential_id.encode() + payload_sha256).hexdigest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds these bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the hash above complete subtrees that lie side by side, the largest first; of none, that of the empty tree."""
    if not hashes:
        return EMPTY_ROOT
    *others, folded = hashes
    for one in reversed(others):
        folded = node_hash(one, folded)
    return folded


def cover(start: int, end: int) -> list[Subtree]:
    """Return the complete subtrees that make up a range of leaves, the largest first.

    Args:
        start: First leaf; a multiple of the largest power of two that the range holds, as in every split of the RFC.
        end: Its end, not included.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(Subtree(level, start >> level))
        start += 1 << level
    return found


def completed_by(seq: int) -> list[Subtree]:
    """Return the complete subtrees that a leaf is the last of, itself first: what appending it makes known for ever."""
    levels = (~seq & (seq + 1)).bit_length()  # trailing ones of seq, plus one
    return [Subtree(level, seq >> level) for level in range(levels)]


def inclusion_parts(index: int, size: int) -> list[list[Subtree]]:
    """Return, for each hash of an inclusion proof, the subtrees that it is folded from.

    Raises:
        NoSuchProofError: The tree of this size has no such leaf.
    """
    if not 0 <= index < size:
        raise NoSuchProofError
    parts, start, end = [], 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            parts.append(cover(middle, end))
            end = middle
        else:
            parts.append(cover(start, middle))
            start = middle
    return parts[::-1]


def consistency_parts(first: int, second: int) -> list[list[Subtree]]:
    """Return, for each hash of a consistency proof, the subtrees that it is folded from.

    Raises:
        NoSuchProofError: Not 0 < first <= second: nothing is proved about the empty tree.
    """
    if not 0 < first <= second:
        raise NoSuchProofError
    parts, start, end, is_whole = [], 0, second, True
    while first < end:
        middle = start + _largest_power_below(end - start)
        if first <= middle:
            parts.append(cover(middle, end))
            end = middle
        else:
            parts.append(cover(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        parts.append(cover(start, end))
    return parts[::-1]


def check_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf with this hash lies at its place in the tree with this root (RFC 9162, 2.1.3.2).

    Raises:
        BadProofError: It does not.
    """
    if not 0 <= index < size:
        raise BadProofError
    place, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            raise BadProofError
        if place & 1 or place == last:
            found = node_hash(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, one)
        place, last = place >> 1, last >> 1
    if last or found != root:
        raise BadProofError


def check_consistency(
    *, first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the second tree begins with all that the first one held (RFC 9162, 2.1.4.2).

    Raises:
        BadProofError: It does not, or the first tree is empty or larger than the second.
    """
    if not 0 < first <= second or (first == second and (proof or first_root != second_root)):
        raise BadProofError
    if first == second:
        return
    hashes = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if len(hashes) < 2:
        raise BadProofError
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for one in hashes[1:]:
        if last == 0:
            raise BadProofError
        if place & 1 or place == last:
            before, after = node_hash(one, before), node_hash(one, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, one)
        place, last = place >> 1, last >> 1
    if last or before != first_root or after != second_root:
        raise BadProofError


def _largest_power_below(count: int) -> int:
    """Return the largest power of two smaller than a count of two or more."""
    return 1 << (count - 1).bit_length() - 1
