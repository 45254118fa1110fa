"""Partial credit: which answers are half right, and how often one is by luck.

Half credit is for nearly all of it: one choice wrong, most steps in order, half of the pairs. It is given only where luck reaches it
rarely enough for it to mean something; the response model knows how often (`quizzes.response`).
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from quizzes.response import HALF_GUESSING_LIMIT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


def nearly_chosen(chosen: Collection[str], right: Collection[str]) -> bool:
    """Tell whether all choices but one are right."""
    return len(set(chosen) & set(right)) >= len(right) - 1


def nearly_ordered(order: Sequence[str], right: Sequence[str]) -> bool:
    """Tell whether two pairs of steps in three come in their right order (Kendall 1938)."""
    rank = {step: place for place, step in enumerate(right)}
    pairs = [(rank[first], rank[second]) for first, second in combinations(order, 2)]
    return sum(first < second for first, second in pairs) * 3 >= len(pairs) * 2


def nearly_paired(pairs: Mapping[str, str]) -> bool:
    """Tell whether half of the pairs are right; a right pair has one name for both sides."""
    return sum(left == right for left, right in pairs.items()) * 2 >= len(pairs)


def choice_luck(choose: int, count: int) -> float | None:
    """Return the chance that `choose` blind choices among `count` are nearly right or right; None where that is too often."""
    near = choose * (count - choose) + 1
    return _kept(near / math.comb(count, choose))


@lru_cache(maxsize=32)
def order_luck(count: int) -> float | None:
    """Return the chance that a blind order of `count` steps is nearly right or right; None where that is too often."""
    right = [str(place) for place in range(count)]
    orders = list(permutations(right))
    return _kept(sum(nearly_ordered(order, right) for order in orders) / len(orders))


@lru_cache(maxsize=32)
def pair_luck(lefts: int, rights: int) -> float | None:
    """Return the chance that blind pairs are nearly right or right; None where that is too often."""
    names = [str(place) for place in range(rights)]
    ways = list(permutations(names, lefts))
    near = sum(nearly_paired(dict(zip(names, way, strict=False))) for way in ways)
    return _kept(near / len(ways)) if near > 1 else None  # where nothing is nearly right, only all of it is right


def _kept(luck: float) -> float | None:
    return luck if luck <= HALF_GUESSING_LIMIT else None
