"""All content with the place of each of its parts, so that a finding can name file and line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizzes.bank import gather
from quizzes.errors import Fault
from quizzes.facts import gather_facts
from quizzes.paths import gather_modules, gather_paths
from quizzes.recommendations import gather_report
from quizzes.scale import gather_scales

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from quizzes.bank import PlacedItem
    from quizzes.facts import PlacedFact
    from quizzes.framework import Framework
    from quizzes.paths import PlacedModule, PlacedPath
    from quizzes.scale import PlacedScale

ILLUSTRATIONS = "modules/illustrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What the content directories hold.

    Args:
        scales: Every scale file, the newest of each framework and language last.
        illustrations: File name -> what it holds.
        today: The day on which it is read: what is due for review depends on it.
        faults: What loading refused.
    """

    frameworks: Mapping[str, Framework]
    items: Mapping[str, PlacedItem]
    facts: Mapping[str, PlacedFact]
    modules: Sequence[PlacedModule]
    paths: Sequence[PlacedPath]
    scales: Sequence[PlacedScale]
    illustrations: Mapping[str, bytes]
    today: date
    faults: Sequence[Fault]

    def items_of(self, framework_code: str) -> list[PlacedItem]:
        """Return the items of one framework, in the order of the files."""
        return [one for one in self.items.values() if one.item.competency.startswith(f"{framework_code}-")]

    def framework_fault(self, framework_code: str, message: str, remedy: str) -> Fault:
        """Return a fault that concerns a framework as a whole."""
        return Fault(file=f"frameworks/{framework_code}.yaml", line=1, message=message, remedy=remedy)


def read_corpus(directories: Sequence[Path], *, today: date) -> Corpus:
    """Read everything; what is wrong is kept, nothing is raised."""
    gathered = gather(directories)
    faults = list(gathered.faults)
    facts = gather_facts(directories, faults)
    modules = gather_modules(directories, faults)
    paths = gather_paths(directories, faults, known={one.module.id for one in modules})
    gather_report(directories, faults)
    scales = gather_scales(directories, faults)
    return Corpus(
        frameworks=gathered.frameworks,
        items=gathered.items,
        facts=facts,
        modules=modules,
        paths=paths,
        scales=scales,
        illustrations=read_illustrations(directories),
        today=today,
        faults=faults,
    )


def read_illustrations(directories: Sequence[Path]) -> dict[str, bytes]:
    """Return the drawings of lessons by file name; a later directory wins."""
    return {
        path.name: path.read_bytes() for root in directories for path in sorted((root / ILLUSTRATIONS).glob("*.svg"))
    }
