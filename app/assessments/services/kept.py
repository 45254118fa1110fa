"""Texts that sittings rest on, kept whole under the hash of their content: banks and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.assessments.models import StoredBank, StoredPolicy


def keep_once(
    db: Session, table: type[StoredBank | StoredPolicy], *, name: str, content: Callable[[], str], now: datetime
) -> None:
    """Keep a text under its hash, whoever comes first.

    Args:
        content: Writes the text, where it is not there yet.
    """
    if db.get(table, name) is not None:
        return
    try:
        with db.begin_nested():
            db.add(table(hash=name, content=content(), stored_at=now))
    except IntegrityError:  # another sitting stored it between the look and the write
        return
