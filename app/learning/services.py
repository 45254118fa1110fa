"""Paths and modules with a person's progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.errors import NotFoundError
from app.learning.models import FinishedModule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import CertificateFate
    from quizzes.paths import LearningPath, Module


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCard:
    """A module and whether this person has finished it."""

    module: Module
    is_finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCard:
    """A path, its modules in order, and how far this person is."""

    path: LearningPath
    modules: Sequence[ModuleCard]

    @property
    def finished_count(self) -> int:
        return sum(card.is_finished for card in self.modules)

    @property
    def minutes(self) -> int:
        return sum(card.module.minutes for card in self.modules)

    @property
    def next_module(self) -> Module | None:
        return next((card.module for card in self.modules if not card.is_finished), None)


def list_paths(
    db: Session, *, paths: Sequence[LearningPath], modules: Sequence[Module], person_id: int | None, language: str
) -> list[PathCard]:
    """Return every path in one language with this person's progress."""
    finished = _finished(db, person_id=person_id)
    by_id = {module.id: module for module in modules if module.language == language}
    return [
        PathCard(
            path=path,
            modules=[
                ModuleCard(module=by_id[module_id], is_finished=module_id in finished)
                for module_id in path.modules
                if module_id in by_id
            ],
        )
        for path in paths
    ]


def find_module(modules: Sequence[Module], *, module_id: str, language: str) -> Module:
    """Return one module in one language.

    Raises:
        NotFoundError: No such module.
    """
    for module in modules:
        if module.id == module_id and module.language == language:
            return module
    raise NotFoundError


def is_finished(db: Session, *, person_id: int | None, module_id: str) -> bool:
    """Tell whether this person has finished a module."""
    return module_id in _finished(db, person_id=person_id)


def finish(db: Session, *, person_id: int, module_id: str, modules: Sequence[Module], now: datetime) -> None:
    """Write down that a person has finished a module; saying it twice changes nothing.

    Raises:
        NotFoundError: No such module.
    """
    if all(module.id != module_id for module in modules):
        raise NotFoundError
    if not is_finished(db, person_id=person_id, module_id=module_id):
        db.add(FinishedModule(person_id=person_id, module_id=module_id, finished_at=now))


def _finished(db: Session, *, person_id: int | None) -> frozenset[str]:
    if person_id is None:
        return frozenset()
    return frozenset(db.scalars(select(FinishedModule.module_id).where(FinishedModule.person_id == person_id)))


def export_person(db: Session, *, person_id: int) -> dict[str, object]:
    """Return the modules that a person has finished."""
    rows = db.scalars(select(FinishedModule).where(FinishedModule.person_id == person_id).order_by(FinishedModule.id))
    return {"finished_modules": [{"module": row.module_id, "at": row.finished_at.isoformat()} for row in rows]}


def erase_person(db: Session, *, person_id: int, fate: CertificateFate, now: datetime) -> None:  # noqa: ARG001 (one signature for every room)
    """Delete a person's progress."""
    db.execute(delete(FinishedModule).where(FinishedModule.person_id == person_id))


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:
    """Give a guest's progress to an account, once per module."""
    own = _finished(db, person_id=to_id)
    for row in db.scalars(select(FinishedModule).where(FinishedModule.person_id == from_id)).all():
        if row.module_id in own:
            db.delete(row)
        else:
            row.person_id = to_id
