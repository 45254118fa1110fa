"""Many people at once: what their answers say of them, and of the population they come from.

The model is that of `quizzes.posterior` without its slips: areas coupled by one factor, so that a person's posterior is a sum over the
factor of products over areas (the dimension reduction of Gibbons and Hedeker 1992, Psychometrika 57). Here the sum is taken for a
block of people with a few matrix products.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quizzes.posterior import Prior
from quizzes.response import GRID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

#: Abilities at which many people are summed: every second point of the sittings' grid, a quarter of a logit apart.
NODES: Array = np.ascontiguousarray(GRID[::2])
#: Correlations between areas among which the best is looked for.
CORRELATIONS: Array = np.arange(0.0, 0.96, 0.05)
#: People in one block: bounds the memory, whatever the number of people.
BLOCK = 4096
_FACTOR: Array = np.linspace(-3.5, 3.5, 15)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Answers of many people, one line an answer, in the order of the people.

    Args:
        person: Rows from 0, rising, (m,).
        item: Rows from 0, (m,).
        score: Places of the score in `quizzes.response.SCORES`, (m,).
        people, items: How many there are.

    Raises:
        ValueError: The arrays differ in length, a row is out of bounds, or people are not in order.
    """

    person: Rows
    item: Rows
    score: Rows
    people: int
    items: int

    @classmethod
    def of(cls, person: Rows, item: Rows, score: Rows, *, people: int, items: int) -> Table:
        """Return the table of answers in any order."""
        order = np.argsort(person, kind="stable")
        return cls(person=person[order], item=item[order], score=score[order], people=people, items=items)

    def __post_init__(self) -> None:
        if not len(self.person) == len(self.item) == len(self.score):
            raise ValueError("a table has one person, item and score an answer")
        if not len(self.person):
            raise ValueError("a table has an answer at least")
        if (np.diff(self.person) < 0).any():
            raise ValueError("people are not in order")
        for rows, count in ((self.person, self.people), (self.item, self.items), (self.score, 3)):
            if rows.min() < 0 or rows.max() >= count:
                raise ValueError("a row is out of bounds")

    def __len__(self) -> int:
        return len(self.person)

    @property
    def counts(self) -> Rows:
        """Answers of each item, (items,)."""
        return np.bincount(self.item, minlength=self.items)

    def blocks(self) -> Iterator[tuple[slice, int, int]]:
        """Yield the answers of at most `BLOCK` people, with the first of them and how many they are."""
        for first in range(0, self.people, BLOCK):
            last = min(first + BLOCK, self.people)
            low, high = np.searchsorted(self.person, [first, last])
            yield slice(int(low), int(high)), first, last - first


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """Pairs of item and score that somebody gave, area by area: the columns of every matrix here.

    Args:
        item, score: (columns,).
        of_answer: Column of each answer, (m,).
        areas: The columns of each area.
    """

    item: Rows
    score: Rows
    of_answer: Rows
    areas: tuple[slice, ...]

    @classmethod
    def of(cls, table: Table, areas: Rows) -> Columns:
        """Return the columns of a table, whose items lie in `areas`, (items,)."""
        names, of_answer = np.unique(
            (areas[table.item] * table.items + table.item) * 3 + table.score, return_inverse=True
        )
        item, score = (names // 3) % table.items, names % 3
        edges = np.searchsorted(areas[item], np.arange(int(areas.max()) + 2))
        return cls(
            item=item.astype(np.intp),
            score=score.astype(np.intp),
            of_answer=of_answer.astype(np.intp),
            areas=tuple(slice(int(low), int(high)) for low, high in itertools.pairwise(edges)),
        )

    def incidence(self, table: Table, block: slice, first: int, count: int) -> Array:
        """Return who gave what, (people of the block, columns)."""
        found = np.zeros((count, len(self.item)))
        found[table.person[block] - first, self.of_answer[block]] = 1.0
        return found

    def likelihoods(self, incidence: Array, log_chances: Array) -> Array:
        """Return the log-likelihood of each area and person on the nodes, (areas, people, nodes).

        Args:
            log_chances: log P(score) of each column, (columns, nodes).
        """
        return np.stack([incidence[:, area] @ log_chances[area] for area in self.areas])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coupled:
    """The posterior of a block of people.

    Args:
        marginals: P(ability), (areas, people, nodes).
        log_likelihood: log P(answers) of each person, (people,).
    """

    marginals: Array
    log_likelihood: Array


def conditionals(prior: Prior) -> tuple[Array, Array]:
    """Return P(ability | factor) of each area, (areas, factor, nodes), and the logarithm of the factor's weights."""
    factor = _FACTOR if any(prior.loadings) else np.zeros(1)
    weights = np.exp(-0.5 * factor**2)
    means, spreads, loadings = (np.array(one)[:, None, None] for one in (prior.means, prior.spreads, prior.loadings))
    standard = (NODES - means - spreads * loadings * factor[:, None]) / (spreads * np.sqrt(1 - loadings**2))
    found = np.exp(-0.5 * standard**2) + 1e-300  # a narrow area at the end of a wide factor: never nothing
    found /= found.sum(axis=2, keepdims=True)
    return found, np.log(weights / weights.sum())


def couple(likelihoods: Array, prior: Prior) -> Coupled:
    """Return what likelihoods of people, (areas, people, nodes), say of each of them, drawn from the population."""
    conditional, log_factor = conditionals(prior)
    tops, shapes, chances, log_weights = _weigh(likelihoods, conditional, log_factor)
    best = log_weights.max(axis=1, keepdims=True)
    weights = np.exp(log_weights - best)
    total = weights.sum(axis=1, keepdims=True)
    marginals = shapes * (((weights / total) / chances) @ conditional)
    marginals /= marginals.sum(axis=2, keepdims=True)
    return Coupled(marginals=marginals, log_likelihood=(np.log(total) + best)[:, 0] + tops.sum(axis=0))


def _weigh(likelihoods: Array, conditional: Array, log_factor: Array) -> tuple[Array, Array, Array, Array]:
    tops = likelihoods.max(axis=2)
    shapes = np.exp(likelihoods - tops[:, :, None])
    chances = shapes @ conditional.transpose(0, 2, 1)  # areas, people, factor
    return tops, shapes, chances, np.log(chances).sum(axis=0) + log_factor


def profile(likelihoods: Array, *, mean: float, spread: float) -> Array:
    """Return the log-likelihood of all people at each of `CORRELATIONS`, (correlations,)."""
    tops = likelihoods.max(axis=2)
    shapes = np.exp(likelihoods - tops[:, :, None])
    found = np.empty(len(CORRELATIONS))
    for place, correlation in enumerate(CORRELATIONS.tolist()):
        prior = Prior.alike(len(likelihoods), mean=mean, spread=spread, correlation=correlation)
        conditional, log_factor = conditionals(prior)
        log_weights = np.log(shapes @ conditional.transpose(0, 2, 1)).sum(axis=0) + log_factor
        best = log_weights.max(axis=1)
        found[place] = (np.log(np.exp(log_weights - best[:, None]).sum(axis=1)) + best).sum() + tops.sum()
    return found


def peak(log_likelihoods: Array) -> tuple[float, float]:
    """Return the correlation at which a profile is highest, and its standard error from the curvature there.

    A parabola goes through the three highest neighbours; at an end of the range, the end itself is returned, without an error (NaN).
    """
    place = int(np.argmax(log_likelihoods))
    if place in (0, len(CORRELATIONS) - 1):
        return float(CORRELATIONS[place]), float("nan")
    below, at, above = log_likelihoods[place - 1 : place + 2].tolist()
    step = float(CORRELATIONS[1] - CORRELATIONS[0])
    curvature = (above - 2 * at + below) / step**2
    shift = -(above - below) / (2 * step * curvature)
    return float(CORRELATIONS[place]) + shift, float((-curvature) ** -0.5)
