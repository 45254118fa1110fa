"""Paths and lessons, in one language, with a person's progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import NotFoundError
from app.learning.services import updates
from quizzes.paths import path_minutes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.learning.models import FinishedModule
    from app.resources import Resources
    from quizzes.paths import LearningPath, Module


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCard:
    """A module and where this person is with it.

    Args:
        has_plain: Whether it can be read in plain French.
        has_news: Whether something that it teaches changed after this person finished it.
    """

    module: Module
    is_finished: bool
    has_plain: bool
    has_news: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PathCard:
    """A path, its modules in order, and how far this person is.

    Args:
        minutes: Computed from words, questions and simulations.
    """

    path: LearningPath
    modules: Sequence[ModuleCard]
    minutes: int

    @property
    def finished_count(self) -> int:
        return sum(card.is_finished for card in self.modules)


def list_paths(
    loaded: Resources, *, finished: Mapping[str, FinishedModule], language: str, profile: str | None
) -> list[PathCard]:
    """Return the paths for one profile, or all, in one language."""
    by_id = {one.id: one for one in loaded.modules if one.language == language and one.variant == "standard"}
    plain = {one.id for one in loaded.modules if one.language == language and one.variant == "plain"}

    def card(module: Module) -> ModuleCard:
        row = finished.get(module.id)
        return ModuleCard(
            module=module,
            is_finished=row is not None,
            has_plain=module.id in plain,
            has_news=bool(updates.news(module, row, facts=loaded.facts)),
        )

    found = []
    for path in loaded.paths:
        if profile is not None and path.profiles and profile not in path.profiles:
            continue
        modules = [by_id[module_id] for module_id in path.modules if module_id in by_id]
        minutes = path_minutes(modules, loaded.bank)
        found.append(PathCard(path=path, modules=[card(module) for module in modules], minutes=minutes))
    return found


def profiles_of(paths: Sequence[LearningPath]) -> list[str]:
    """Return the profiles that some path is for, in a steady order."""
    return sorted({profile for path in paths for profile in path.profiles}, key=_PROFILES.index)


_PROFILES = ("citizen", "user", "patient", "helper", "professional", "decision_maker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A module as it is read.

    Args:
        has_plain: Whether it also exists in plain words in this language.
        plain_language: The language of its plain version, if any.
    """

    module: Module
    has_plain: bool
    plain_language: str | None

    @property
    def is_plain(self) -> bool:
        return self.module.variant == "plain"


def find_lesson(modules: Sequence[Module], *, module_id: str, language: str, plain: bool) -> Lesson:
    """Return a lesson in one language, in plain words where they are asked for and exist.

    Raises:
        NotFoundError: No such module.
    """
    own = [one for one in modules if one.id == module_id]
    standard = next((one for one in own if (one.language, one.variant) == (language, "standard")), None)
    if standard is None:
        raise NotFoundError
    simple = next((one for one in own if (one.language, one.variant) == (language, "plain")), None)
    return Lesson(
        module=simple if plain and simple is not None else standard,
        has_plain=simple is not None,
        plain_language=next((one.language for one in own if one.variant == "plain"), None),
    )
