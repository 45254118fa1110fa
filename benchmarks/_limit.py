"""What no engine can beat, and what answers really say: the yardstick of `benchmarks.measurement`, written apart from the engine.

*Limit.* The van Trees inequality (van Trees 1968; Gill and Levit 1995, Bernoulli 1): no estimate from n answers has a mean square error
below 1 / (1 + E[I]), where 1 is the information of a standard normal population and E[I] the Fisher information of the answers,
averaged over the population. Whoever chooses them, it is at most that of the n items that tell most at the true ability.

*Exact posterior.* People are drawn from the model, so Bayes gives what their answers say of them. The expected square error of any
estimate is then the posterior's variance and the squared distance to its mean (Rao and Blackwell): the same quantity as the square
error itself, with a tenth of the noise. Likewise for what an interval covers, and for how often a level is right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Mask = NDArray[np.bool_]

#: Abilities on which everything here is summed: five times finer than the engine's.
GRID: Array = np.linspace(-6.0, 6.0, 481)
_STEP = float(GRID[1] - GRID[0])
_FACTOR: Array = np.linspace(-4.5, 4.5, 61)


def _normal(at: Array) -> Array:
    found: Array = np.exp(-0.5 * at**2)
    return found


#: P(ability) in the population, standard normal.
POPULATION: Array = _normal(GRID) / _normal(GRID).sum()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Items:
    """Slopes, difficulties and lower asymptotes of n items, (n,) each: the truth, known to the engines too."""

    a: Array
    b: Array
    c: Array

    @classmethod
    def draw(cls, chance: np.random.Generator, count: int, *, guessing: float = 0.0) -> Items:
        """Draw a bank: slopes log-normal (0, 0.3), difficulties normal (0, 1.2)."""
        return cls(a=chance.lognormal(0, 0.3, count), b=chance.normal(0, 1.2, count), c=np.full(count, guessing))

    def __len__(self) -> int:
        return len(self.a)

    def of(self, rows: Rows) -> Items:
        """Return some of them."""
        return Items(a=self.a[rows], b=self.b[rows], c=self.c[rows])

    def rights(self, abilities: Array) -> Array:
        """Return P(right), (n, abilities)."""
        logistic = 1 / (1 + np.exp(-self.a[:, None] * (abilities - self.b[:, None])))
        found: Array = self.c[:, None] + (1 - self.c[:, None]) * logistic
        return found

    def information(self, abilities: Array) -> Array:
        """Return Fisher information, (n, abilities) (Lord 1980, 5-9)."""
        right, c = self.rights(abilities), self.c[:, None]
        found: Array = self.a[:, None] ** 2 * (1 - right) / right * ((right - c) / (1 - c)) ** 2
        return found


def _most(items: Items, abilities: Array, length: int) -> Array:
    """Return the information of the 1, 2, … `length` items that tell most at each ability, (length, abilities)."""
    told = -np.sort(-items.information(abilities), axis=0)[:length]
    return np.cumsum(told, axis=0)


def van_trees(items: Items, lengths: Sequence[int]) -> dict[int, float]:
    """Return the smallest root mean square error of each length of test, in logits."""
    told = _most(items, GRID, max(lengths)) @ POPULATION
    return {length: float(1 / math.sqrt(1 + told[length - 1])) for length in lengths}


def oracle_counts(items: Items, abilities: Array, *, error: float, at_most: int) -> Array:
    """Return how many items somebody who knew each ability would need to an error below `error`, (people,)."""
    short = 1 + _most(items, abilities, at_most) <= error**-2
    found: Array = np.minimum(short.sum(axis=0) + 1, at_most).astype(float)
    return found


def accuracy_at(error: float, cuts: Sequence[float]) -> float:
    """Return how often the likeliest level is right where every ability is known with this normal error."""
    spread = math.sqrt(1 - error**2)
    means, weights = GRID * spread, POPULATION
    edges = [-math.inf, *cuts, math.inf]
    below = np.array(
        [[0.5 * math.erfc(-(edge - mean) / error / math.sqrt(2)) for mean in means.tolist()] for edge in edges]
    )
    return float(np.diff(below, axis=0).max(axis=0) @ weights)


def follow(items: Items, asked: Rows, right: Mask) -> Iterator[Array]:
    """Yield the exact posterior of every person after each answer, (people, grid).

    Args:
        asked, right: (people, answers).
    """
    chances = items.rights(GRID)
    logs = np.log(np.stack([1 - chances, chances]))
    found = np.tile(np.log(POPULATION), (len(asked), 1))
    for place in range(asked.shape[1]):
        found += logs[right[:, place].astype(int), asked[:, place]]
        density = np.exp(found - found.max(axis=1, keepdims=True))
        yield density / density.sum(axis=1, keepdims=True)


def follow_areas(
    items: Items, area_of: Rows, asked: Rows, right: Mask, *, correlation: float, lengths: Sequence[int]
) -> Iterator[Array]:
    """Yield the exact posterior of every person in each area after some answers, (areas, people, grid).

    Any two areas correlate by `correlation`: they share one factor, given which they are independent.
    """
    chances = items.rights(GRID)
    logs = np.log(np.stack([1 - chances, chances]))
    given = _normal((GRID - math.sqrt(correlation) * _FACTOR[:, None]) / math.sqrt(1 - correlation))
    given /= given.sum(axis=1, keepdims=True)
    factor = _normal(_FACTOR)
    found = np.zeros((int(area_of.max()) + 1, len(asked), len(GRID)))
    people = np.arange(len(asked))
    for place in range(max(lengths)):
        found[area_of[asked[:, place]], people] += logs[right[:, place].astype(int), asked[:, place]]
        if place + 1 in lengths:
            shapes = np.exp(found - found.max(axis=2, keepdims=True))
            told = shapes @ given.T  # areas, people, factor
            weights = told.prod(axis=0) * factor
            density = shapes * ((weights / told) @ given)
            yield density / density.sum(axis=2, keepdims=True)


def moments(density: Array) -> tuple[Array, Array]:
    """Return means and variances of posteriors, (…, grid)."""
    means = density @ GRID
    return means, density @ GRID**2 - means**2


def square_errors(density: Array, estimates: Array) -> Array:
    """Return the expected square error of each estimate."""
    means, variances = moments(density)
    found: Array = variances + (estimates - means) ** 2
    return found


def within(density: Array, low: Array, high: Array) -> Array:
    """Return how much of each posterior, (people, grid), lies in an interval."""
    return _below(density, high) - _below(density, low)


def _below(density: Array, edge: Array) -> Array:
    cumulated = np.pad(np.cumsum(density, axis=1), ((0, 0), (1, 0)))
    place = np.clip((edge - GRID[0]) / _STEP + 0.5, 0, len(GRID) - 1e-9)
    low = place.astype(int)
    people = np.arange(len(density))
    found: Array = cumulated[people, low] + (place - low) * density[people, low]
    return found


def levels(density: Array, cuts: Sequence[float]) -> Array:
    """Return P(level) of each posterior, (people, levels)."""
    above = density @ np.clip((GRID[:, None] - np.array(cuts)) / _STEP + 0.5, 0.0, 1.0)
    whole = np.ones((len(density), 1))
    found: Array = -np.diff(np.hstack([whole, above, 0 * whole]), axis=1)
    return found
