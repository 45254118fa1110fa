"""A calibrated scale: what answers have taught of the items of one framework in one language, dated, never overwritten.

A scale is a file `scales/<framework>-<language>-<date>.yaml` beside the content; the newest one is in use. A line counts as long as its
item is the one that was answered: it carries the item's fingerprint, and the line of an item that was edited since is set aside. Items
without a line that counts, and frameworks without a scale, stand on the level that experts gave them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from quizzes import source
from quizzes.fingerprint import fingerprint
from quizzes.framework import Frozen, Words
from quizzes.posterior import Prior
from quizzes.response import Parameters

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from pathlib import Path

    from quizzes.errors import Fault
    from quizzes.framework import Framework
    from quizzes.items import Item
    from quizzes.source import Source

#: Answers from which an item counts as calibrated, in its language.
CALIBRATED_FROM = 200
#: Answers below which every slope is 1: a slope estimated from fewer claims too small an error.
SLOPES_FROM = 100
#: Spread of abilities in the population until estimated, in logits; generous, since a too narrow one misplaces the extremes.
SPREAD = 1.4
#: Correlation of abilities between areas until estimated: assuming too much costs far more than too little.
CORRELATION = 0.5
#: Error of a difficulty that only experts have placed, in logits: their levels correlate by about .7 with what answers say.
EXPERT_ERROR = 0.85


class ItemScale(Frozen):
    """What answers have taught of one item.

    Args:
        answers: How many the estimates rest on.
        difficulty_error, slope_error: Standard errors of the estimates.
        guessing: None: the chance of finding it blindly.
        fingerprint: Of the item that was answered, in the language of the scale; None, in a file: not known, so that the line is set
            aside.
    """

    answers: Annotated[int, Field(ge=1)]
    difficulty: float
    difficulty_error: Annotated[float, Field(ge=0)]
    slope: Annotated[float, Field(gt=0)] = 1.0
    slope_error: Annotated[float, Field(ge=0)] = 0.0
    guessing: Annotated[float, Field(ge=0, lt=1)] | None = None
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Scale(Frozen):
    """Parameters of one framework's items, and of the population that answered them.

    Args:
        correlation: Between areas, as estimated; None: not estimated yet.
    """

    framework: Words
    language: Literal["fr", "en"]
    made_on: date
    people: Annotated[int, Field(ge=1)]
    mean: float = 0.0
    spread: Annotated[float, Field(gt=0)] = SPREAD
    correlation: Annotated[float, Field(ge=0, lt=1)] | None = None
    items: dict[str, ItemScale]

    @model_validator(mode="after")
    def _check(self) -> Self:
        early = [name for name, one in self.items.items() if one.answers < SLOPES_FROM and one.slope != 1.0]
        if early:
            raise ValueError(f"{early[0]} : la pente vaut 1 avant {SLOPES_FROM} réponses")
        return self

    def is_calibrated(self, item_id: str) -> bool:
        """Tell whether an item rests on enough answers to certify with."""
        return item_id in self.items and self.items[item_id].answers >= CALIBRATED_FROM


def parameters_of(items: Sequence[Item], framework: Framework, scale: Scale | None) -> Parameters:
    """Return the parameters of items, in order, with their errors."""
    lines = [scale.items.get(item.id) if scale else None for item in items]
    expert = [framework.level(item.level).difficulty for item in items]
    halves = [item.half_guessing for item in items]
    return Parameters.of(
        [line.slope if line else 1.0 for line in lines],
        [line.difficulty if line else place for line, place in zip(lines, expert, strict=True)],
        [
            line.guessing if line and line.guessing is not None else item.guessing
            for line, item in zip(lines, items, strict=True)
        ],
        half_guessing=[np.nan if half is None else half for half in halves],
        difficulty_error=[line.difficulty_error if line else EXPERT_ERROR for line in lines],
        slope_error=[line.slope_error if line else 0.0 for line in lines],
    )


def prior_of(framework: Framework, scale: Scale | None) -> Prior:
    """Return the population that a framework's abilities are drawn from."""
    if scale is None:
        return Prior.alike(len(framework.areas), spread=SPREAD, correlation=CORRELATION)
    correlation = CORRELATION if scale.correlation is None else scale.correlation
    return Prior.alike(len(framework.areas), mean=scale.mean, spread=scale.spread, correlation=correlation)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedScale:
    """A scale and its file, so that what is said of it can name its line."""

    scale: Scale
    file: Source

    @property
    def name(self) -> tuple[str, str]:
        """Framework and language: of one name the newest is in use."""
        return self.scale.framework, self.scale.language

    def fault(self, location: Sequence[int | str], message: str, remedy: str) -> Fault:
        """Return a fault at one of its fields."""
        return self.file.fault(location, message, remedy)


def gather_scales(directories: Sequence[Path], faults: list[Fault]) -> tuple[PlacedScale, ...]:
    """Read every scale file; the newest of each framework and language comes last."""
    found: list[PlacedScale] = []
    for file in source.read_all(directories, "scales/*.yaml", faults):
        try:
            found.append(PlacedScale(scale=Scale.model_validate(file.data), file=file))
        except ValidationError as error:
            faults.extend(file.faults_of(error))
    return tuple(sorted(found, key=lambda one: (*one.name, one.scale.made_on)))


def load_scales(
    directories: Sequence[Path], faults: list[Fault], *, frameworks: Container[str], items: Mapping[str, Item]
) -> tuple[Scale, ...]:
    """Return the scale in use of each framework and language, with the lines that count.

    What is left out (`flask content check` names it): older scales, those of frameworks that are not there, and the lines that
    `counts` refuses.
    """
    newest = {one.name: one.scale for one in gather_scales(directories, faults) if one.scale.framework in frameworks}
    return tuple(in_use(scale, items) for scale in newest.values())


def in_use(scale: Scale, items: Mapping[str, Item]) -> Scale:
    """Return a scale with the lines that count among these items."""
    kept = {name: line for name, line in scale.items.items() if counts(line, items.get(name), scale.language)}
    return scale.model_copy(update={"items": kept})


def counts(line: ItemScale, item: Item | None, language: str) -> bool:
    """Tell whether a line is of this item as it is asked and graded now."""
    return item is not None and line.fingerprint == fingerprint(item, language)
