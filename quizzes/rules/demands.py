"""The figures that content is held to. Changing one is a decision: `docs/authoring.md` says each to authors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What one framework needs.

    Args:
        competencies: How many it has; each has a module.
        open_items, reserved_items: At least, for each competency.
        levels: Each competency has items at each of them.
        plain: Whether each module also exists in plain French.
        simple_levels: Levels whose wording has to be easy to read.
    """

    competencies: int
    open_items: int
    reserved_items: int
    levels: tuple[str, ...]
    plain: bool = False
    simple_levels: tuple[str, ...] = ()


AMOUNTS: Mapping[str, Amounts] = {
    "CIT": Amounts(
        competencies=19,
        open_items=6,
        reserved_items=8,
        levels=("L1", "L2", "L3", "L4"),
        plain=True,
        simple_levels=("L1", "L2"),
    ),
    "PRO": Amounts(competencies=17, open_items=6, reserved_items=9, levels=("L1", "L2", "L3", "L4")),
    "DEC": Amounts(competencies=13, open_items=3, reserved_items=2, levels=("L2", "L3", "L4")),
    "ACC": Amounts(competencies=5, open_items=5, reserved_items=3, levels=("L1", "L2", "L3"), simple_levels=("L1",)),
}

#: Of the items of a framework.
MOST_SINGLE_CHOICE = 0.4
LEAST_SIMULATIONS = 0.3
LEAST_SITUATIONS = 1 / 3

#: Of the single choices of a framework: above it, the right option can be guessed by its length, or by its place in the file.
MOST_LONGEST_RIGHT = 0.4
MOST_IN_ONE_PLACE = 0.4
#: Fewer than this many single choices say nothing of a habit.
ENOUGH_FOR_A_HABIT = 10

#: Words of a lesson's body.
WORDS = (600, 900)
PLAIN_WORDS = (300, 450)
#: Of a plain lesson, on average.
PLAIN_SENTENCE_WORDS = 12.0

#: Kandel and Moles (1958): 100 is easiest; from 60 on, texts are said to be ordinary or easier.
LEAST_READABLE = 60.0
#: Of a stem of a simple level, on average.
MOST_SENTENCE_WORDS = 15.0

PRACTICE_ITEMS = 3
LEAST_SOURCES = 2
#: From the day on which it was checked.
LONGEST_BEFORE_REVIEW_DAYS = 366

#: Of the words that count: above it, an open and a reserved stem ask the same thing.
TWINS = 0.7
