"""What a person says to have finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.errors import NotFoundError
from app.learning.models import FinishedModule
from app.learning.services import acts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from quizzes.paths import Module


def finished_by(db: Session, *, person_id: int | None) -> dict[str, FinishedModule]:
    """Return what a person has finished, by module; nobody has finished nothing, and the database is not asked."""
    if person_id is None:
        return {}
    rows = db.scalars(select(FinishedModule).where(FinishedModule.person_id == person_id).order_by(FinishedModule.id))
    return {row.module_id: row for row in rows}


def get_finished(db: Session, *, person_id: int | None, module_id: str) -> FinishedModule:
    """Return this person's row of a module.

    Raises:
        NotFoundError: They have not finished it.
    """
    row = finished_by(db, person_id=person_id).get(module_id)
    if row is None:
        raise NotFoundError
    return row


def finish(
    db: Session, *, person_id: int, module_id: str, modules: Sequence[Module], is_account: bool, now: datetime
) -> None:
    """Write down that a person has finished a module; saying it twice changes nothing.

    An account is asked thirty days later whether the lesson's real act was done.

    Raises:
        NotFoundError: No such module.
    """
    if all(module.id != module_id for module in modules):
        raise NotFoundError
    if module_id in finished_by(db, person_id=person_id):
        return
    db.add(FinishedModule(person_id=person_id, module_id=module_id, finished_at=now))
    if is_account:
        acts.promise(db, person_id=person_id, module_id=module_id, finished_at=now)
