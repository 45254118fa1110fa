"""Keys of software that reads the register at length: made by the operator, shown once, kept as a hash, taken back at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import String, bindparam, select

from app import audit
from app.accounts.services.tokens import digest
from app.errors import NotFoundError
from app.publication.models import ApiClient

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.reader import Reader

#: Keys begin with this, so that one that leaked is recognised where it lies.
PREFIX = "numericite_"
LONGEST_KEY = 128

_BY_KEY = select(ApiClient.id, ApiClient.name).where(
    ApiClient.key_hash == bindparam("key_hash", type_=String), ApiClient.revoked_at.is_(None)
)


class Client(NamedTuple):
    """Software whose key is good."""

    id: int
    name: str


def add(db: Session, *, name: str, token: str, now: datetime) -> tuple[ApiClient, str]:
    """Write a client down and return it with its key, which cannot be had again.

    Args:
        name: Of the organisation, as the people whose label it reads are told.
        token: From the edge's source of chance, 32 bytes or more, as text.
    """
    key = f"{PREFIX}{token}"
    row = ApiClient(name=name, key_hash=digest(key), created_at=now)
    db.add(row)
    db.flush()
    audit.record(db, action=audit.Action.REGISTER_KEY_ADDED, actor_id=None, subject_id=row.id, now=now)
    return row, key


def revoke(db: Session, *, client_id: int, now: datetime) -> ApiClient:
    """Take a key back; it answers no more from now on.

    Raises:
        NotFoundError: No such client, or its key was taken back already.
    """
    row = db.get(ApiClient, client_id)
    if row is None or row.revoked_at is not None:
        raise NotFoundError
    row.revoked_at = now
    audit.record(db, action=audit.Action.REGISTER_KEY_REVOKED, actor_id=None, subject_id=row.id, now=now)
    return row


def list_all(db: Session) -> Sequence[ApiClient]:
    """Return every client, the oldest first."""
    return db.scalars(select(ApiClient).order_by(ApiClient.id)).all()


def find(db: Session | Reader, *, key: str) -> Client | None:
    """Return whose key this is; None for one that is unknown or was taken back."""
    if not key.startswith(PREFIX) or len(key) > LONGEST_KEY:
        return None
    row = db.execute(_BY_KEY, {"key_hash": digest(key)}).first()
    return Client._make(row) if row is not None else None
