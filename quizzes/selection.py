"""Which item next: the most informative one, under quotas.

1. areas take turns: only those with the fewest answers, among those with something left to ask
2. of these, the area whose ability is least known; the seed decides between equals
3. each competency once before any twice; enemies never meet
4. no two long items in a row, where there is a choice
5. most information at the ability; the first items are chosen for somebody less able, so that nobody begins with a blow
6. among items within five per cent of the best, another type than the last, then the seed

An item that rests (see `quizzes.exposure`) is asked only where nothing else is left. Only the first items look easier: what answers
prove never depends on how their items were chosen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from quizzes.posterior import Posterior
    from quizzes.response import Curves

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Mask = NDArray[np.bool_]

#: Items whose information is within this share of the best are as good as it.
AS_GOOD = 0.95
#: The first items of a sitting are chosen for somebody this much less able, in logits.
GENTLE_START: tuple[float, ...] = (1.0, 0.6, 0.3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quotas:
    """What the rules need to know of n items.

    Args:
        names: Identifiers, in the order of the rows.
        areas, competencies, types: Numbers, (n,).
        long: Which take long, (n,).
        enemies: Row -> rows that may not be asked with it.
        gentle: Drop of ability for the first items, in logits.
        as_good: Share of the best information from which items are as good.
    """

    names: Sequence[str]
    areas: Rows
    competencies: Rows
    types: Rows
    long: Mask
    enemies: Mapping[int, Rows] = field(default_factory=dict)
    gentle: tuple[float, ...] = GENTLE_START
    as_good: float = AS_GOOD
    competency_count: int = field(init=False, repr=False)
    _by_area: tuple[Rows, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        count = int(self.areas.max()) + 1 if len(self.areas) else 0
        competencies = int(self.competencies.max()) + 1 if len(self.competencies) else 0
        object.__setattr__(self, "competency_count", competencies)
        object.__setattr__(self, "_by_area", tuple(np.flatnonzero(self.areas == area) for area in range(count)))

    def of_area(self, area: int) -> Rows:
        return self._by_area[area] if area < len(self._by_area) else np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The next item, and why.

    Args:
        row: Its place in the bank.
        trace: Plain data, kept with the answer: what was eligible, what decided.
    """

    row: int
    trace: Mapping[str, Any]


def choose(
    curves: Curves,
    quotas: Quotas,
    *,
    asked: Sequence[int],
    closed: Mask,
    resting: Mask,
    found: Posterior,
    seed: int,
    only_area: int | None = None,
) -> Choice | None:
    """Return the next item; None when nothing is left to ask.

    Args:
        asked: Rows already answered, in order.
        closed: Items that may not be asked, (n,).
        resting: Items that are asked only where nothing else is left, (n,).
        found: What the answers say so far.
        seed: Decides between equals.
        only_area: The one area to ask in; None: they take turns.
    """
    free, rows = ~closed, np.array(asked, dtype=np.intp)
    free[rows] = False
    for row in asked:
        if row in quotas.enemies:
            free[quotas.enemies[row]] = False
    if only_area is not None:
        free &= quotas.areas == only_area
    area = _area(quotas, free, rows, found.deviations, seed)
    if area is None:
        return None
    candidates = quotas.of_area(area)
    candidates = candidates[free[candidates]]
    considered, resting_used = _narrow(quotas, candidates, rows, resting)
    position = len(asked)
    ability = float(found.means[area]) - (quotas.gentle[position] if position < len(quotas.gentle) else 0.0)
    information = curves.information_at(ability)
    worth = information[considered]
    best = float(worth.max())
    as_good = np.flatnonzero(worth >= quotas.as_good * best)
    chosen = int(considered[as_good[0]]) if len(as_good) == 1 else _pick(quotas, considered[as_good], asked, seed)
    return Choice(
        row=chosen,
        trace={
            "area": area,
            "eligible": len(candidates),
            "considered": len(considered),
            "as_good": len(as_good),
            "ability": round(ability, 4),
            "information": round(float(information[chosen]), 4),
            "best_information": round(best, 4),
            "reason": "gentle-start" if position < len(quotas.gentle) else "information",
            "rested": resting_used,
        },
    )


def _area(quotas: Quotas, free: Mask, asked: Rows, deviations: Array, seed: int) -> int | None:
    counts = np.bincount(quotas.areas[asked], minlength=len(deviations)).tolist()
    open_items = np.bincount(quotas.areas[free], minlength=len(deviations)).tolist()
    left = [area for area in range(len(deviations)) if open_items[area]]
    if len(left) < 2:
        return left[0] if left else None
    fewest = min(counts[area] for area in left)
    return min(
        (area for area in left if counts[area] == fewest),
        key=lambda area: (-round(float(deviations[area]), 6), draw(seed, f"area {area}")),
    )


def _narrow(quotas: Quotas, candidates: Rows, asked: Rows, resting: Mask) -> tuple[Rows, bool]:
    """Apply the rules that leave something; tell whether an item that rests had to be taken back."""
    awake = candidates[~resting[candidates]]
    took_back = not len(awake)
    considered = candidates if took_back else awake
    if len(asked):
        uses = np.bincount(quotas.competencies[asked], minlength=quotas.competency_count)
        used = uses[quotas.competencies[considered]]
        considered = considered[used == used.min()]
        if quotas.long[asked[-1]]:
            short = considered[~quotas.long[considered]]
            considered = short if len(short) else considered
    return considered, took_back


def _pick(quotas: Quotas, rows: Rows, asked: Sequence[int], seed: int) -> int:
    last_type = int(quotas.types[asked[-1]]) if asked else None
    return min(
        (int(row) for row in rows),
        key=lambda row: (int(quotas.types[row]) == last_type, draw(seed, quotas.names[row])),
    )


def draw(seed: int, name: str) -> str:
    """Order equals by the seed: the same on every machine and for ever, unlike `hash`."""
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
