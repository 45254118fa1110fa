"""The baseline of `selection`: the step of a sitting, written as one would without numpy.

Same response model, same prior, same rules as `quizzes/measurement.py` and `quizzes/selection.py`; loops over lists, everything
found again from the answers at each step. The prior is tabulated once, as there: leaving that out would flatter the ratio.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizzes.measurement import CORRELATION, SPREAD
from quizzes.selection import AS_GOOD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GRID = [-6 + 0.125 * place for place in range(97)]
FACTOR = [-4 + 0.25 * place for place in range(33)]


def _scaled(values: list[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values]


FACTOR_PRIOR = _scaled([math.exp(-(factor**2) / 2) for factor in FACTOR])
PRIOR = [
    _scaled(
        [math.exp(-((at / SPREAD - math.sqrt(CORRELATION) * factor) ** 2) / (2 * (1 - CORRELATION))) for at in GRID]
    )
    for factor in FACTOR
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainItem:
    """What the step needs of an item.

    Args:
        difficulty: In logits.
        rank: Index of its level, the easiest first.
    """

    id: str
    area: int
    competency: str
    rank: int
    type: str
    difficulty: float
    guessing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainStep:
    """The next item, and what is known: of each area, then of the whole.

    Args:
        means, deviations: In logits.
        at_least: For each, P(ability >= cut).
    """

    item_id: str
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    at_least: tuple[tuple[float, ...], ...]


def _right(item: PlainItem, ability: float) -> float:
    return item.guessing + (1 - item.guessing) / (1 + math.exp(item.difficulty - ability))


def _information(item: PlainItem, ability: float) -> float:
    right = _right(item, ability)
    return (1 - right) / right * ((right - item.guessing) / (1 - item.guessing)) ** 2


def step(
    items: Mapping[str, PlainItem],
    answers: Sequence[tuple[str, bool]],
    *,
    area_count: int,
    cuts: Sequence[float],
    seed: int,
) -> PlainStep:
    """Estimate abilities from all answers so far, and choose the next item."""
    likelihoods = [[1.0] * len(GRID) for _ in range(area_count)]
    for item_id, is_right in answers:
        item = items[item_id]
        row = likelihoods[item.area]
        for place, ability in enumerate(GRID):
            right = _right(item, ability)
            row[place] *= right if is_right else 1 - right
    evidence = [
        [sum(weight * one for weight, one in zip(prior, row, strict=True)) for row in likelihoods] for prior in PRIOR
    ]
    factor = _scaled([weight * math.prod(row) for weight, row in zip(FACTOR_PRIOR, evidence, strict=True)])
    marginals = []
    for area, row in enumerate(likelihoods):
        shares = [weight / found[area] for weight, found in zip(factor, evidence, strict=True)]
        mixed = [
            one * sum(share * prior[place] for share, prior in zip(shares, PRIOR, strict=True))
            for place, one in enumerate(row)
        ]
        marginals.append(_scaled(mixed))
    told = [_moments(marginal) for marginal in marginals]
    above = [_above(marginal, cuts) for marginal in marginals]
    whole = _whole(factor, evidence, likelihoods, cuts)
    deviations = [deviation for _mean, deviation in told]
    return PlainStep(
        item_id=_choose(items, answers, marginals, deviations, seed),
        means=(*(mean for mean, _deviation in told), whole[0]),
        deviations=(*deviations, whole[1]),
        at_least=(*above, whole[2]),
    )


def _moments(weights: Sequence[float]) -> tuple[float, float]:
    mean = sum(weight * ability for weight, ability in zip(weights, GRID, strict=True))
    square = sum(weight * ability**2 for weight, ability in zip(weights, GRID, strict=True))
    return mean, math.sqrt(square - mean**2)


def _above(weights: Sequence[float], cuts: Sequence[float]) -> tuple[float, ...]:
    step_width = GRID[1] - GRID[0]
    return tuple(
        sum(
            weight * min(1.0, max(0.0, (ability - cut) / step_width + 0.5))
            for weight, ability in zip(weights, GRID, strict=True)
        )
        for cut in cuts
    )


def _whole(
    factor: Sequence[float],
    evidence: Sequence[Sequence[float]],
    likelihoods: Sequence[Sequence[float]],
    cuts: Sequence[float],
) -> tuple[float, float, tuple[float, ...]]:
    mean = square = 0.0
    above = [0.0] * len(cuts)
    for weight, prior, found in zip(factor, PRIOR, evidence, strict=True):
        told = [
            _moments([share * one / total for share, one in zip(prior, row, strict=True)])
            for row, total in zip(likelihoods, found, strict=True)
        ]
        centre = sum(one for one, _deviation in told) / len(told)
        spread = math.sqrt(sum(deviation**2 for _mean, deviation in told)) / len(told)
        mean += weight * centre
        square += weight * (spread**2 + centre**2)
        for place, cut in enumerate(cuts):
            above[place] += weight * 0.5 * math.erfc((cut - centre) / (spread * math.sqrt(2)))
    return mean, math.sqrt(square - mean**2), tuple(above)


def _choose(
    items: Mapping[str, PlainItem],
    answers: Sequence[tuple[str, bool]],
    marginals: Sequence[Sequence[float]],
    deviations: Sequence[float],
    seed: int,
) -> str:
    asked = [items[item_id] for item_id, _is_right in answers]
    seen = {item.id for item in asked}
    left = [item for item in items.values() if item.id not in seen]
    counts = [sum(item.area == area for item in asked) for area in range(len(marginals))]
    open_areas = {item.area for item in left}
    fewest = min(counts[area] for area in open_areas)
    area = min(
        (area for area in open_areas if counts[area] == fewest),
        key=lambda area: (-round(deviations[area], 6), _draw(seed, f"area {area}")),
    )
    candidates = [item for item in left if item.area == area]
    uses = {item.competency: 0 for item in candidates}
    for item in asked:
        if item.competency in uses:
            uses[item.competency] += 1
    least = min(uses.values())
    candidates = [item for item in candidates if uses[item.competency] == least]
    if counts[area] == 0:
        easiest = min(item.rank for item in candidates)
        candidates = [item for item in candidates if item.rank == easiest]
    worth = [
        sum(weight * _information(item, ability) for weight, ability in zip(marginals[area], GRID, strict=True))
        for item in candidates
    ]
    best = max(worth)
    last_type = asked[-1].type if asked else None
    as_good = [item for item, one in zip(candidates, worth, strict=True) if one >= AS_GOOD * best]
    return min(as_good, key=lambda item: (item.type == last_type, _draw(seed, item.id))).id


def _draw(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
