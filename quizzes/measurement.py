"""Abilities, their errors, and levels: an exact posterior on a grid, the areas of a framework coupled by one factor.

Response model. An item of difficulty b that can be guessed with probability c is answered right by a person of ability t
with probability c + (1 - c) / (1 + exp(b - t)): the three-parameter logistic model (Birnbaum 1968) with slope 1 until items
are calibrated. c is one over the number of possible answers; 0 where the answer is written.

Prior. The ability in area k is t_k = SPREAD * (sqrt(R) g + sqrt(1 - R) e_k), with g and e_k standard normal and independent:
each area has the spread of the population, any two correlate by R. R = .5 until it can be estimated: assuming too much costs
far more than too little. Given g the areas are independent, so the posterior is a sum over a grid of g of products over
grids of t_k: exact up to the grids, without iteration.
"""

from __future__ import annotations

import itertools
import math
import operator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from quizzes.framework import Framework

    Array = NDArray[np.float64]

#: Standard deviation of abilities in the population, in logits; generous, since a too narrow prior misplaces the extremes.
SPREAD = 1.4
#: Correlation of abilities between areas.
CORRELATION = 0.5
#: What is certified was reached with at least this probability.
CERTIFIED_PROBABILITY = 0.9

GRID: Array = np.linspace(-6.0, 6.0, 97)
_SQUARES: Array = GRID**2
_FACTOR: Array = np.linspace(-4.0, 4.0, 33)


def _normal(values: Array) -> Array:
    weights: Array = np.exp(-0.5 * values**2)
    return weights


_FACTOR_WEIGHTS: Array = _normal(_FACTOR) / _normal(_FACTOR).sum()
_LOG_FACTOR_WEIGHTS: Array = np.log(_FACTOR_WEIGHTS)
_CONDITIONAL: Array = _normal(
    (GRID[None, :] / SPREAD - math.sqrt(CORRELATION) * _FACTOR[:, None]) / math.sqrt(1 - CORRELATION)
)
_CONDITIONAL /= _CONDITIONAL.sum(axis=1, keepdims=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMeasurement:
    """What is known of one area, or of the whole.

    Args:
        area_id: The area's identifier, or "overall".
        mean: Posterior mean of the ability, in logits.
        standard_deviation: Its error, in logits.
        probabilities: P(level = k); index 0 is "pas encore", below the first cut.
        at_least: P(level >= k) for k = 1, 2, …
        certified_level: Highest level reached with probability .9 or more; None if none.
        likeliest_level: Level of highest probability; None is "pas encore".
        lowest_level, highest_level: Ends of the central 90 % range; None is "pas encore".
        answer_count: Answers that bear on it directly.
    """

    area_id: str
    mean: float
    standard_deviation: float
    probabilities: tuple[float, ...]
    at_least: tuple[float, ...]
    certified_level: str | None
    likeliest_level: str | None
    lowest_level: str | None
    highest_level: str | None
    answer_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What a sitting has proved so far.

    Args:
        overall: The mean of the areas' abilities, on the same cuts.
        provisional: The scale rests on experts' levels, not yet on answers.
    """

    areas: tuple[AreaMeasurement, ...]
    overall: AreaMeasurement
    provisional: bool

    def area(self, area_id: str) -> AreaMeasurement:
        return next(area for area in self.areas if area.area_id == area_id)


def probability_right(difficulty: Array, guessing: Array) -> Array:
    """Return P(right) of items (rows) on the grid of abilities (columns)."""
    curve: Array = guessing[:, None] + (1 - guessing[:, None]) / (1 + np.exp(difficulty[:, None] - GRID[None, :]))
    return curve


def information(difficulty: Array, guessing: Array) -> Array:
    """Return the Fisher information of items (rows) on the grid (columns), slope 1 (Lord 1980, equation 5-4)."""
    right = probability_right(difficulty, guessing)
    found: Array = (1 - right) / right * ((right - guessing[:, None]) / (1 - guessing[:, None])) ** 2
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posterior:
    """What answers say of the factor and of each area, on their grids.

    Args:
        factor: Weight of each point of the factor.
        marginals: One row an area.
        means, variances: Moments of each area (columns) given the factor (rows).
    """

    factor: Array
    marginals: Array
    means: Array
    variances: Array


def posterior(likelihoods: Array) -> Posterior:
    """Couple the areas.

    Args:
        likelihoods: One row an area, each scaled freely.
    """
    evidence = _CONDITIONAL @ likelihoods.T  # factor x area
    means = _CONDITIONAL @ (likelihoods * GRID).T / evidence
    variances = _CONDITIONAL @ (likelihoods * _SQUARES).T / evidence - means**2
    log_factor = _LOG_FACTOR_WEIGHTS + np.log(evidence).sum(axis=1)
    factor = np.exp(log_factor - log_factor.max())
    factor /= factor.sum()
    marginals = likelihoods * ((factor[:, None] / evidence).T @ _CONDITIONAL)
    marginals /= marginals.sum(axis=1, keepdims=True)
    return Posterior(factor=factor, marginals=marginals, means=means, variances=variances)


def measure(framework: Framework, found: Posterior, counts: Sequence[int]) -> Measurement:
    """Say what answers prove.

    Args:
        counts: Answers in each area.
    """
    levels = [level.id for level in framework.levels]
    cuts = tuple(level.cut for level in framework.levels)
    means = found.marginals @ GRID
    deviations = np.sqrt(found.marginals @ _SQUARES - means**2)
    above = found.marginals @ _shares(cuts)
    areas = tuple(
        _describe(area.id, mean, deviation, row, levels=levels, count=count)
        for area, mean, deviation, row, count in zip(
            framework.areas, means.tolist(), deviations.tolist(), above.tolist(), counts, strict=True
        )
    )
    mean, deviation, whole = _whole(found, cuts)
    overall = _describe("overall", mean, deviation, whole, levels=levels, count=sum(counts))
    return Measurement(areas=areas, overall=overall, provisional=True)


@lru_cache(maxsize=16)
def _shares(cuts: tuple[float, ...]) -> Array:
    """Return how much of each grid point (rows) lies at or above each cut; one on or near a cut is shared by both sides."""
    shares: Array = np.clip((GRID[:, None] - np.array(cuts)) / (GRID[1] - GRID[0]) + 0.5, 0.0, 1.0)
    return shares


def _whole(found: Posterior, cuts: tuple[float, ...]) -> tuple[float, float, list[float]]:
    """Return mean, error and P(>= cut) of the mean of the areas' abilities.

    Given the factor the areas are independent, so their mean has known moments; its distribution is taken as normal there
    and mixed over the factor. Five areas are enough for that to differ from the exact one by less than .005.
    """
    centre = found.means.mean(axis=1)
    spread = np.sqrt(found.variances.sum(axis=1)) / found.means.shape[1]
    mean = float(found.factor @ centre)
    deviation = math.sqrt(float(found.factor @ (spread**2 + centre**2)) - mean**2)
    standard = ((np.array(cuts)[:, None] - centre) / (spread * math.sqrt(2))).tolist()
    weights = (found.factor / 2).tolist()
    above = [sum(map(operator.mul, weights, map(math.erfc, row))) for row in standard]
    return mean, deviation, above


def _describe(
    area_id: str, mean: float, deviation: float, above: list[float], *, levels: list[str], count: int
) -> AreaMeasurement:
    at_least = tuple(min(1.0, max(0.0, one)) for one in above)
    edges = (1.0, *at_least, 0.0)
    probabilities = tuple(upper - lower for upper, lower in itertools.pairwise(edges))
    names: list[str | None] = [None, *levels]
    certified = sum(one >= CERTIFIED_PROBABILITY for one in at_least)
    return AreaMeasurement(
        area_id=area_id,
        mean=mean,
        standard_deviation=deviation,
        probabilities=probabilities,
        at_least=at_least,
        certified_level=names[certified],
        likeliest_level=names[max(range(len(probabilities)), key=probabilities.__getitem__)],
        lowest_level=names[sum(one >= 0.95 for one in at_least)],
        highest_level=names[sum(one >= 0.05 for one in at_least)],
        answer_count=count,
    )
