"""From answers to abilities: an exact posterior on a grid, the areas coupled by one factor, clean and slip mixed.

Prior. The ability in area k is `mean_k + spread_k (l_k g + sqrt(1 - l_k²) e_k)`, with g and the e_k standard normal and independent.
Two areas correlate by l_k l_m; with one loading for all, by its square. Given g the areas are independent, so the posterior is a sum
over a grid of g of products over grids of abilities: exact up to the grids, without iteration.

Mixture. With probability `Prior.slipping` the person slips (see `quizzes.response`). Both likelihoods are kept, one sum of logarithms an
area; what they weigh in the posterior follows from the answers (Bayes).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from quizzes.response import GRID, WRONG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quizzes.response import Curves

    Array = NDArray[np.float64]

#: How many people slip, before any answer.
SLIPPING = 0.05
_FACTOR: Array = np.linspace(-4.0, 4.0, 33)
_POWERS: Array = np.stack([np.ones_like(GRID), GRID, GRID**2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """The population, for each area.

    Args:
        means: In logits.
        spreads: Standard deviations, in logits; positive.
        loadings: What each area shares with the factor, in [0, 1); two areas correlate by the product of theirs.
        slipping: How many people slip, before any answer, in (0, 1).

    Raises:
        ValueError: A value is outside its domain, or the tuples differ in length.
    """

    means: tuple[float, ...]
    spreads: tuple[float, ...]
    loadings: tuple[float, ...]
    slipping: float = SLIPPING

    @classmethod
    def alike(cls, areas: int, *, mean: float = 0.0, spread: float = 1.0, correlation: float = 0.5) -> Prior:
        """Return areas with one mean and spread, any two of which correlate by `correlation`."""
        if not 0 <= correlation < 1:
            raise ValueError("a correlation is outside [0, 1)")
        loading = math.sqrt(correlation) if areas > 1 else 0.0
        return cls(means=(mean,) * areas, spreads=(spread,) * areas, loadings=(loading,) * areas)

    def __post_init__(self) -> None:
        if not 0 < len(self.means) == len(self.spreads) == len(self.loadings):
            raise ValueError("a prior needs one mean, spread and loading an area")
        if not all(spread > 0 for spread in self.spreads):
            raise ValueError("a spread is not positive")
        if not all(0 <= loading < 1 for loading in self.loadings):
            raise ValueError("a loading is outside [0, 1)")
        if not 0 < self.slipping < 1:
            raise ValueError("the share of people who slip is outside (0, 1)")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posterior:
    """What answers say of each area and of their mean.

    Args:
        marginals: P(ability) of each area on the grid, (areas, g).
        means, deviations: Moments of each area, (areas,).
        slipping: Probability that the person slips.
        weights: P(component, factor), (2 f,).
        whole_means, whole_deviations: Moments of the mean of the areas' abilities given each component and factor, (2 f,).
    """

    marginals: Array
    means: Array
    deviations: Array
    slipping: float
    weights: Array
    whole_means: Array
    whole_deviations: Array

    @property
    def whole_mean(self) -> float:
        """Posterior mean of the mean of the areas' abilities, in logits."""
        return float(self.weights @ self.whole_means)

    @property
    def whole_deviation(self) -> float:
        """Its posterior standard deviation, in logits."""
        second = float(self.weights @ (self.whole_deviations**2 + self.whole_means**2))
        return math.sqrt(max(second - self.whole_mean**2, 0.0))


class Evidence:
    """The log-likelihood of the answers so far: for each component (clean, slip) and area, a row on the grid, (2, areas, g).

    The order of the answers is nowhere in it.
    """

    __slots__ = ("rows",)

    def __init__(self, areas: int) -> None:
        self.rows: Array = np.zeros((2, areas, len(GRID)))

    def copy(self) -> Evidence:
        """Return the same evidence, to be added to apart."""
        other = Evidence.__new__(Evidence)
        other.rows = self.rows.copy()
        return other

    def add(self, curves: Curves, item: int, area: int, score: int) -> None:
        """Add one answer, in place.

        Args:
            item: Row of the item in `curves`.
            score: Place of the score in `quizzes.response.SCORES`.

        Raises:
            ValueError: The item has no such score.
        """
        clean = curves.clean[item, score]
        if clean[0] == -np.inf and score != WRONG:
            raise ValueError("the item has no partial credit")
        self.rows[0, area] += clean
        self.rows[1, area] += curves.slip[item, score]

    @classmethod
    def of(
        cls, curves: Curves, items: NDArray[np.intp], areas: NDArray[np.intp], scores: NDArray[np.intp], *, count: int
    ) -> Evidence:
        """Return the evidence of many answers at once, (n,) each, over `count` areas."""
        found = cls(count)
        for component, table in enumerate((curves.clean, curves.slip)):
            np.add.at(found.rows[component], areas, table[items, scores])
        return found


@lru_cache(maxsize=64)
def _tables(prior: Prior) -> tuple[Array, Array, Array]:
    """Return P(ability | factor) of each area, (areas, f, g), and logarithms of the weights of factor, (f,), and components, (2,)."""
    factor = _FACTOR if any(prior.loadings) else np.zeros(1)
    weights = np.exp(-0.5 * factor**2)
    means, spreads, loadings = (np.array(one)[:, None, None] for one in (prior.means, prior.spreads, prior.loadings))
    standard = (GRID - means - spreads * loadings * factor[:, None]) / (spreads * np.sqrt(1 - loadings**2))
    conditional = np.exp(-0.5 * standard**2)
    conditional /= conditional.sum(axis=2, keepdims=True)
    if len(set(zip(prior.means, prior.spreads, prior.loadings, strict=True))) == 1:
        # One table that all areas read, where they are alike: a fifth of the memory to go through at each answer.
        conditional = np.broadcast_to(conditional[0], conditional.shape)
    return conditional, np.log(weights / weights.sum()), np.log([1 - prior.slipping, prior.slipping])


def posterior(evidence: Evidence, prior: Prior) -> Posterior:
    """Return what the evidence says, for a person drawn from the population."""
    conditional, log_factor, log_components = _tables(prior)
    rows = evidence.rows
    tops = rows.max(axis=2)  # only shapes count within a row; the tops come back as weights of the components
    likelihoods = np.exp(rows - tops[:, :, None]).transpose(1, 0, 2)  # areas, components, g
    moments = (likelihoods[:, :, None, :] * _POWERS).reshape(len(conditional), 6, -1) @ conditional.transpose(0, 2, 1)
    moments = moments.reshape(len(conditional), 2, 3, -1)  # areas, components, powers, f
    chances = moments[:, :, 0]
    log_weights = np.log(chances).sum(axis=0) + log_factor + (tops.sum(axis=1) + log_components)[:, None]
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()  # components, f
    shares = (weights / chances) @ conditional  # areas, components, g
    marginals = (likelihoods * shares).sum(axis=1)
    marginals /= marginals.sum(axis=1, keepdims=True)
    means = marginals @ GRID
    deviations = np.sqrt(np.maximum(marginals @ _POWERS[2] - means**2, 0))
    firsts = moments[:, :, 1] / chances
    variances = np.maximum(moments[:, :, 2] / chances - firsts**2, 0)
    return Posterior(
        marginals=marginals,
        means=means,
        deviations=deviations,
        slipping=float(weights[1].sum()),
        weights=weights.ravel(),
        whole_means=(firsts.sum(axis=0) / len(conditional)).ravel(),
        whole_deviations=(np.sqrt(variances.sum(axis=0)) / len(conditional)).ravel(),
    )
