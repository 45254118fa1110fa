"""Which bank a sitting is taken with: the one it began on, for ever."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from app.assessments.models import StoredBank
from app.assessments.services.kept import keep_once, read
from quizzes.bank import Bank

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.statements import Transaction


def store(db: Session, *, bank: Bank, now: datetime) -> None:
    """Keep the bank whole under its content hash, once, whoever comes first."""
    keep_once(db, StoredBank, name=bank.content_hash, content=bank.to_json, now=now)


def bank_of(db: Session | Transaction, *, bank_hash: str, current: Bank) -> Bank:
    """Return the bank with this hash: the process's own, or an older one from the table."""
    if bank_hash == current.content_hash:
        return current
    return _parse(read(db, StoredBank, name=bank_hash))


@lru_cache(maxsize=4)
def _parse(content: str) -> Bank:
    return Bank.from_json(content)
