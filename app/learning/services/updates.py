"""À jour au…: what has changed in a lesson after a person finished it, until they say to have read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizzes.upkeep import changed_since

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.learning.models import FinishedModule
    from quizzes.facts import Fact
    from quizzes.paths import Module


def news(module: Module, row: FinishedModule | None, *, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return the facts of a lesson that changed after the day on which this person knew them."""
    if row is None or not module.facts:
        return ()
    known_on = row.update_read_at or row.finished_at
    return changed_since(module.facts, {fact.id: fact for fact in facts}, known_on.date())


def mark_read(db: Session, *, row: FinishedModule, now: datetime) -> None:
    """Write down that a person has read what is new."""
    row.update_read_at = now
    db.flush()
