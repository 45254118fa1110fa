"""The published lists of withdrawn credentials, as one bit each, in both representations, signed.

A list is signed again when a status changes, and before the copy that was signed last could be kept past its end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.certification.services import register
from app.errors import NotFoundError
from certificates import status, status_document
from certificates.credential import STATUS_LIST_LENGTH

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from certificates.credential import Issuer
    from certificates.keys import KeyRing

#: One purpose per list: what is revoked stays so, what is suspended may come back. Where each is published.
FOLDERS = {"revocation": "status", "suspension": "status/suspension"}


class Form(StrEnum):
    """How a list is written; each kind of credential names the list of its own kind."""

    TOKEN = "token"  # noqa: S105 -- a form, not a secret.
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signed:
    """What was signed last, for this process."""

    positions: frozenset[int]
    ring: KeyRing
    at: datetime
    text: str

    def serves(self, positions: frozenset[int], ring: KeyRing, now: datetime) -> bool:
        """Return whether it still says what is true, and may be kept for as long as we say."""
        fresh = self.at <= now <= self.at + status.LIFE - status.TTL
        return fresh and self.ring is ring and self.positions == positions


_LAST: dict[tuple[str, Form], _Signed] = {}


def publish(
    db: Session,
    *,
    number: int,
    form: Form,
    issuer: Issuer,
    ring: KeyRing,
    now: datetime,
    purpose: str = "revocation",
) -> str:
    """Return a list of this moment, signed: a token, or a JSON document.

    Args:
        number: Counted from 1; a list of either purpose has the places of all certificates, whatever their kind.
        purpose: One of `FOLDERS`.

    Raises:
        NotFoundError: There is no such list.
        NoActiveKeyError: No key signs this form.
    """
    if not 1 <= number <= register.status_list_count(db):
        raise NotFoundError
    first = (number - 1) * STATUS_LIST_LENGTH
    indices = register.withdrawn_status_indices(db, purpose=purpose)
    positions = frozenset(index - first for index in indices if 0 <= index - first < STATUS_LIST_LENGTH)
    url = f"{issuer.url}/{FOLDERS[purpose]}/{number}{'.jwt' if form is Form.TOKEN else ''}"
    last = _LAST.get((url, form))
    if last is None or not last.serves(positions, ring, now):
        text = _sign(form, positions, purpose=purpose, url=url, issuer=issuer, ring=ring, now=now)
        last = _LAST[url, form] = _Signed(positions=positions, ring=ring, at=now, text=text)
    return last.text


def _sign(
    form: Form, positions: frozenset[int], *, purpose: str, url: str, issuer: Issuer, ring: KeyRing, now: datetime
) -> str:
    if form is Form.TOKEN:
        return status.issue_status_list(positions, list_url=url, purpose=purpose, issuer=issuer, ring=ring, now=now)
    document = status_document.issue_status_document(
        positions, list_url=url, purpose=purpose, issuer=issuer, ring=ring, now=now
    )
    return json.dumps(document, ensure_ascii=False)
