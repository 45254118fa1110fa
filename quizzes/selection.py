"""Which item next: the most informative one, under a balance of areas and competencies.

1. areas take turns: only those with the fewest answers, among those with something left to ask
2. of these, the area whose ability is least known; the seed decides between equals
3. each competency once before any twice
4. the first item of an area is one of the easiest: nobody begins with a blow
5. most expected information at the posterior; within five per cent of it, another type than the last, then the seed
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from quizzes.measurement import information, probability_right

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from quizzes.bank import Bank
    from quizzes.items import Item

    Array = NDArray[np.float64]

#: Items whose information is within this share of the best are as good as it.
AS_GOOD = 0.95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """The items of one framework and pool, with their curves on the grid.

    Args:
        areas: For each item, the index of its area.
        right, wrong: P(right) and P(wrong), one row an item.
        information: Fisher information, one row an item.
        by_area: For each area, the rows of its items.
    """

    items: tuple[Item, ...]
    rows: Mapping[str, int]
    areas: NDArray[np.intp]
    competencies: NDArray[np.intp]
    ranks: NDArray[np.intp]
    right: Array
    wrong: Array
    information: Array
    by_area: tuple[NDArray[np.intp], ...]


@lru_cache(maxsize=16)
def catalogue(bank: Bank, framework_code: str, pool: str) -> Catalogue:
    """Return the curves of one framework and pool, computed once per bank."""
    framework, items = bank.framework(framework_code), bank.items_of(framework_code, pool)
    area_ids = [area.id for area in framework.areas]
    level_ids = [level.id for level in framework.levels]
    competency_ids = [one.id for area in framework.areas for one in area.competencies]
    difficulty = np.array([framework.level(item.level).difficulty for item in items])
    guessing = np.array([item.guessing for item in items])
    areas = np.array([area_ids.index(framework.area_of(item.competency).id) for item in items], dtype=np.intp)
    right = probability_right(difficulty, guessing)
    return Catalogue(
        items=items,
        rows={item.id: row for row, item in enumerate(items)},
        areas=areas,
        competencies=np.array([competency_ids.index(item.competency) for item in items], dtype=np.intp),
        ranks=np.array([level_ids.index(item.level) for item in items], dtype=np.intp),
        right=right,
        wrong=1 - right,
        information=information(difficulty, guessing),
        by_area=tuple(np.flatnonzero(areas == index) for index in range(len(area_ids))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The next item, and why.

    Args:
        trace: Plain data, kept with the answer: what was eligible, what decided.
    """

    item_id: str
    trace: Mapping[str, Any]


def choose(
    listed: Catalogue,
    *,
    asked: Sequence[str],
    excluded: Collection[str],
    marginals: Array,
    deviations: Sequence[float],
    seed: int,
) -> Choice | None:
    """Return the next item; None when nothing is left to ask.

    Args:
        asked: Items already answered, in order.
        excluded: Items that may not be asked.
        marginals: Posterior of each area on the grid.
        deviations: Error of each area's ability.
    """
    asked_rows = np.array([listed.rows[item_id] for item_id in asked], dtype=np.intp)
    free = np.ones(len(listed.items), dtype=bool)
    free[asked_rows] = False
    banned = [*excluded, *(enemy for item_id in asked for enemy in listed.items[listed.rows[item_id]].enemies)]
    free[[listed.rows[item_id] for item_id in banned if item_id in listed.rows]] = False
    area = _area(listed, free, asked_rows, deviations, seed)
    if area is None:
        return None
    candidates = listed.by_area[area]
    candidates = candidates[free[candidates]]
    eligible = len(candidates)
    uses = np.bincount(listed.competencies[asked_rows], minlength=int(listed.competencies.max()) + 1)
    used = uses[listed.competencies[candidates]]
    candidates = candidates[used == used.min()]
    is_first = not np.any(listed.areas[asked_rows] == area)
    if is_first:
        ranks = listed.ranks[candidates]
        candidates = candidates[ranks == ranks.min()]
    worth = listed.information[candidates] @ marginals[area]
    as_good = np.flatnonzero(worth >= AS_GOOD * worth.max())
    last_type = listed.items[int(asked_rows[-1])].type if len(asked_rows) else None
    best = min(
        as_good,
        key=lambda place: (
            listed.items[int(candidates[place])].type == last_type,
            _draw(seed, listed.items[int(candidates[place])].id),
        ),
    )
    chosen = listed.items[int(candidates[best])]
    return Choice(
        item_id=chosen.id,
        trace={
            "area": area,
            "eligible": eligible,
            "considered": len(candidates),
            "as_good": len(as_good),
            "information": round(float(worth[best]), 4),
            "best_information": round(float(worth.max()), 4),
            "reason": "first-of-area" if is_first else "information",
        },
    )


def _area(
    listed: Catalogue, free: NDArray[np.bool_], asked_rows: NDArray[np.intp], deviations: Sequence[float], seed: int
) -> int | None:
    counts = np.bincount(listed.areas[asked_rows], minlength=len(listed.by_area))
    left = [area for area, rows in enumerate(listed.by_area) if bool(free[rows].any())]
    if not left:
        return None
    fewest = min(counts[area] for area in left)
    return min(
        (area for area in left if counts[area] == fewest),
        key=lambda area: (-round(deviations[area], 6), _draw(seed, f"area {area}")),
    )


def _draw(seed: int, name: str) -> str:
    """Order equals by the seed: the same on every machine and for ever, unlike `hash`."""
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
