"""Texts that sittings rest on, kept whole under the hash of their content: banks and policies."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from app import statements

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Select, Table
    from sqlalchemy.orm import Session

    from app.assessments.models import StoredBank, StoredPolicy
    from app.statements import Transaction


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


def read(db: Session | Transaction, table: type[StoredBank | StoredPolicy], *, name: str) -> str:
    """Return the text that is kept under a hash.

    Raises:
        LookupError: None is: rows that refer to it cannot have been written here.
    """
    found = statements.run(db, _content(table), {"name": name})
    if not found:
        raise LookupError(name)
    return str(found[0][0])


@cache
def _content(table: type[StoredBank | StoredPolicy]) -> Select[tuple[str]]:
    columns = cast("Table", table.__table__).c
    return select(columns.content).where(columns.hash == bindparam("name"))
