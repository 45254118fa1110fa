"""Which groups of people the monitors compare, and what they may say of them.

The language of the test is always known. Age band, sex and first language are known of people who agreed to tell them, for this and
for nothing else. Nothing is said of a group of fewer than `COMPARED_FROM` people, not even how many they are; nor can it be worked out
from what is said, since a small group takes no part in any comparison.

One person counts once for an item, by their first answer: the item may have been explained after it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quizzes.differential import COMPARED_FROM, Difference, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Rows = NDArray[np.intp]

LANGUAGE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What tells groups of people apart.

    Args:
        groups: In the order in which they are shown.
        reference: The group that the others are compared with; None: each is compared with all the others together.
    """

    id: str
    groups: tuple[str, ...]
    reference: str | None = None


#: What people may agree to tell. Bands of fifteen years, as INSEE has them for who is at ease with digital tools; nobody under fifteen.
ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(id="age_band", groups=("15-29", "30-44", "45-59", "60-74", "75+")),
    Attribute(id="sex", groups=("female", "male"), reference="male"),
    Attribute(id="first_language", groups=("fr", "other"), reference="fr"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One item, one group against its reference."""

    attribute: str
    group: str
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSize:
    """How many people of one group answered.

    Args:
        people: None where they are fewer than `COMPARED_FROM`.
    """

    attribute: str
    group: str
    people: int | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouped:
    """Answers to be compared; everything has one line an answer, in the order in which they were given.

    Args:
        items: Names of the rows of `item`.
        told: Attribute -> group of whoever answered, where it is known.
        ability: Of whoever answered, from their other answers.
        ability_without: The same, from their other answers to items that are not in these rows; the lines of those rows say nothing.
    """

    items: Sequence[str]
    item: Rows
    person: Rows
    told: Sequence[Mapping[str, str]]
    ability: Array
    ability_without: Callable[[Sequence[int]], Array]
    right: Mask


def attributes(language: str) -> tuple[Attribute, ...]:
    """Return everything that groups are told apart by.

    Args:
        language: Of the test: the reference.
    """
    others = tuple(code for code in ("fr", "en") if code != language)
    return (Attribute(id=LANGUAGE, groups=(language, *others), reference=language), *ATTRIBUTES)


def sizes(language: str, people: Mapping[int, Mapping[str, str]]) -> list[GroupSize]:
    """Return how many people are in each group.

    Args:
        people: Each person with what is known of them.
    """
    counts = Counter((name, group) for told in people.values() for name, group in told.items())
    return [
        GroupSize(attribute=attribute.id, group=group, people=count if count >= COMPARED_FROM else None)
        for attribute in attributes(language)
        for group in attribute.groups
        for count in [counts[attribute.id, group]]
    ]


def comparisons(language: str, answers: Grouped) -> Iterator[Comparison]:
    """Compare every item between every two groups that are large enough, twice.

    An item that is much harder for a group also lowers what its people's ability looks like, and makes every other item look easier for
    them. So the items of class C of a first pass are left out of the ability by which the others are compared in the second (Holland and
    Thayer 1988, "purification").
    """
    first = first_answers(answers.person, answers.item)
    for attribute in attributes(language):
        of_line = np.array([told.get(attribute.id, "") for told in answers.told])
        for group in attribute.groups:
            found = _of_group(answers, attribute, group, first=first, of_line=of_line, ability=answers.ability)
            unfair = [row for row, one in found.items() if one.ets == "C"]
            if unfair:
                without = answers.ability_without(unfair)
                again = _of_group(answers, attribute, group, first=first, of_line=of_line, ability=without)
                found = {**again, **{row: found[row] for row in unfair}}
            for row in sorted(found):
                yield Comparison(attribute=attribute.id, group=group, difference=found[row])


def _of_group(
    answers: Grouped, attribute: Attribute, group: str, *, first: Rows, of_line: NDArray[np.str_], ability: Array
) -> dict[int, Difference]:
    """Return how each item, by its row, differs between a group and its reference; nothing of items too few answered."""
    found: dict[int, Difference] = {}
    for row, item_id in enumerate(answers.items):
        lines = first[answers.item[first] == row]
        lines = lines[_taking_part(attribute, group, of_line[lines])]
        difference = compare(item_id, ability[lines], answers.right[lines], of_line[lines] == group)
        if difference is not None:
            found[row] = difference
    return found


def first_answers(person: Rows, item: Rows) -> Rows:
    """Return the lines of the first answer of each person to each item, of lines in the order of time."""
    pairs = np.stack([person, item])
    _pairs, lines = np.unique(pairs, axis=1, return_index=True)
    return np.sort(lines)


def _taking_part(attribute: Attribute, group: str, of_line: NDArray[np.str_]) -> Mask:
    """Return the lines that are compared: those of the group and of its reference, where both are large enough."""
    large = [name for name in attribute.groups if np.count_nonzero(of_line == name) >= COMPARED_FROM]
    if attribute.reference is None:
        others = [name for name in large if name != group]
    else:
        others = [name for name in large if name == attribute.reference != group]
    return np.isin(of_line, [group, *others] if group in large and others else [])
