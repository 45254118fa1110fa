"""Signatures checked once a process: what does not depend on the moment is remembered, bounded; the rest never is.

The memory is keyed by the SHA-256 of the token and by the ring, so a changed byte or another ring is another check.
Dates and status are looked at every time, elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from certificates import verification

if TYPE_CHECKING:
    from datetime import datetime

    from certificates.credential import Credential
    from certificates.keys import KeyRing

REMEMBERED = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A statement whose signature holds.

    Args:
        stolen_at: Since when its key is compromised, if it is: the log then says whether it was issued before.
        texts: What callers have written of this statement, by what it depends on; never read as anything but text.
    """

    credential: Credential
    stolen_at: datetime | None = None
    texts: dict[object, str] = field(default_factory=dict, compare=False, repr=False)


class Memory:
    """The last statements checked; the one unused for longest leaves first."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._known: OrderedDict[tuple[bytes, KeyRing], Checked] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def check(self, token: str, ring: KeyRing) -> Checked:
        """Return the statement of a token, whose signature is checked now or was before.

        Raises:
            VerificationError: The leaf that the first failing step names; a refusal is not remembered.
        """
        key = (hashlib.sha256(token.encode()).digest(), ring)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        checked = Checked(
            credential=verification.verify_signature(token, ring),
            stolen_at=verification.compromised_since(token, ring),
        )
        with self._lock:
            self._known[key] = checked
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return checked


MEMORY = Memory()
