"""Differential functioning: does an item treat two groups of equal ability alike?

Mantel and Haenszel (1959), as Holland and Thayer (1988) use it for items: people are matched in strata of the ability that their other
answers show; the odds of a right answer in both groups are compared within strata and put together.

- log-odds on the delta scale of ETS: −2.35 ln(α); negative: harder for the focal group
- chi-square with the continuity correction, one degree of freedom
- standard error of ln(α) of Robins, Breslow and Greenland (1986, Biometrics 42)
- classes of ETS (Zieky 1993): A, below 1 or not significant at .05; C, 1.5 or more and significantly above 1 at .05; B between

Right or not is compared: half a score is not right. Any grouping will do; `quizzes.groups` says which are made. Groups
differ in ability, which is allowed for; they also differ in what they were taught, which is not a fault of the item. With 200 in each group a difference of half a logit is found two times in five only; and of many comparisons some are flagged by chance alone, which
`expected_by_chance` counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quizzes.probability import chi_square_tail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

#: Answers of each group below which nothing is compared.
COMPARED_FROM = 100
STRATA = 8
_DELTA = -2.35
#: Errors from 0 beyond which chance brings one value in twenty.
_SURELY = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How one item differs between a reference and a focal group.

    Args:
        delta, error: On the delta scale; negative: harder for the focal group.
        chance: P(a difference as large by chance).
        ets: "A", "B" or "C".
    """

    item_id: str
    reference: int
    focal: int
    delta: float
    error: float
    chi_square: float
    chance: float
    ets: str

    @property
    def is_flagged(self) -> bool:
        return self.ets != "A"


def expected_by_chance(differences: Iterable[Difference]) -> float:
    """Return how many of these would be flagged if every item treated its groups alike: by their errors, supposed normal."""
    return sum(chi_square_tail(max(1 / one.error, _SURELY) ** 2, 1) for one in differences)


def compare(item_id: str, ability: Array, right: Mask, focal: Mask) -> Difference | None:
    """Compare one item between groups; None where a group has too few answers, or nobody or everybody is right.

    Args:
        ability: Of each person, from their other answers, (n,).
        right, focal: Whether the answer is right, whether the person is of the focal group, (n,).
    """
    if min(int(focal.sum()), int((~focal).sum())) < COMPARED_FROM:
        return None
    a, b, c, d = _tables(ability, right, focal)
    total = a + b + c + d
    with_both = ((a + b) > 0) & ((c + d) > 0) & (total > 1)
    a, b, c, d, total = (one[with_both] for one in (a, b, c, d, total))
    across, along = a * d / total, b * c / total
    variance = ((a + b) * (c + d) * (a + c) * (b + d) / (total**2 * np.maximum(total - 1, 1))).sum()
    if not (across.sum() > 0 and along.sum() > 0 and variance > 0):
        return None
    alpha = math.log(across.sum() / along.sum())
    distance = abs(float((a - (a + b) * (a + c) / total).sum()))
    chi_square = max(distance - 0.5, 0.0) ** 2 / float(variance)
    delta, error = _DELTA * alpha, -_DELTA * _error(a, b, c, d, total, across, along)
    chance = chi_square_tail(chi_square, 1)
    return Difference(
        item_id=item_id,
        reference=int((~focal).sum()),
        focal=int(focal.sum()),
        delta=delta,
        error=error,
        chi_square=chi_square,
        chance=chance,
        ets=_class(delta, error, chance),
    )


def _tables(ability: Array, right: Mask, focal: Mask) -> tuple[Array, Array, Array, Array]:
    """Return right and wrong answers of the reference group, then of the focal group, (strata,) each."""
    edges = np.quantile(ability, np.linspace(0, 1, STRATA + 1)[1:-1])
    stratum = np.searchsorted(edges, ability)

    def count(which: Mask) -> Array:
        return np.bincount(stratum[which], minlength=STRATA).astype(float)

    return count(~focal & right), count(~focal & ~right), count(focal & right), count(focal & ~right)


def _error(*parts: Array) -> float:
    a, b, c, d, total, across, along = parts
    same, other = (a + d) / total, (b + c) / total
    ours, theirs = float(across.sum()), float(along.sum())
    squared = (
        float((same * across).sum()) / (2 * ours**2)
        + float((same * along + other * across).sum()) / (2 * ours * theirs)
        + float((other * along).sum()) / (2 * theirs**2)
    )
    return math.sqrt(squared)


def _class(delta: float, error: float, chance: float) -> str:
    size = abs(delta)
    if chance >= 0.05 or size < 1:
        return "A"
    return "C" if size >= 1.5 and size - 1 > 1.645 * error else "B"
