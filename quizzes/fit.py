"""Fit of items: whether people of each ability answer as the model expects.

For each answer, the ability of the person is what all their *other* answers say (the item's own likelihood is divided out of the
posterior), so that an item is never its own judge. From it come the expected score and its variance. People are then put into strata
of that ability and, in each, the observed mean score is compared with the expected one: a standardised residual a stratum, and the
sum of their squares, which follows a chi-square with as many degrees of freedom as strata less the parameters estimated.

Strata are those of Yen's Q1 (1981, Applied Psychological Measurement 5); keeping the item out of its own criterion is what Orlando and
Thissen's S-X2 (2000, same journal 24) does with sums of scores, which answers chosen one by one do not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quizzes import population
from quizzes.population import NODES, Columns
from quizzes.probability import chi_square_tail
from quizzes.response import SCORES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quizzes.population import Table
    from quizzes.posterior import Prior

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

STRATA = 5
#: Below so many answers there is nothing to judge.
JUDGED_FROM = 50
#: An item is pointed at when chance would do it less than once in a hundred, and the misfit is large enough to matter.
SIGNIFICANT = 0.01
LARGE = 0.06


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictions:
    """What each answer was expected to be, from the person's others.

    Args:
        ability, expected, variance: Of the person, of the score, (m,).
        residual: Score − expected, (m,).
    """

    ability: Array
    expected: Array
    variance: Array
    residual: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """People of about one ability: mean ability, answers, observed and expected mean score, standardised residual."""

    ability: float
    answers: int
    observed: float
    expected: float
    error: float
    residual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFit:
    """How one item fits.

    Args:
        chance: P(a misfit as large by chance).
        misfit: Mean distance between observed and expected score over strata, weighted by answers.
    """

    strata: tuple[Stratum, ...]
    chi_square: float
    degrees: int
    chance: float
    misfit: float

    @property
    def is_suspect(self) -> bool:
        return self.chance < SIGNIFICANT and self.misfit >= LARGE


def predict(table: Table, areas: Rows, chances: Array, prior: Prior) -> Predictions:
    """Return what each answer was expected to be.

    Args:
        areas: Area of each item, (items,).
        chances: P(score) on the nodes, (items, 3, nodes).
    """
    columns = Columns.of(table, areas)
    floor = np.maximum(chances, 1e-12)
    logs = np.log(floor[columns.item, columns.score])
    scores = np.array(SCORES)
    expected_at = np.einsum("s,isg->ig", scores, chances)
    square_at = np.einsum("s,isg->ig", scores**2, chances)
    parts = []
    for block, first, count in table.blocks():
        incidence = columns.incidence(table, block, first, count)
        coupled = population.couple(columns.likelihoods(incidence, logs), prior)
        item, score = table.item[block], table.score[block]
        rest = coupled.marginals[areas[item], table.person[block] - first] / floor[item, score]
        rest /= rest.sum(axis=1, keepdims=True)
        mean = (rest * expected_at[item]).sum(axis=1)
        variance = (rest * square_at[item]).sum(axis=1) - mean**2
        parts.append((rest @ NODES, mean, np.maximum(variance, 1e-9), scores[score] - mean))
    ability, expected, variance, residual = (np.concatenate(one) for one in zip(*parts, strict=True))
    return Predictions(ability=ability, expected=expected, variance=variance, residual=residual)


def fit_of(found: Predictions, answers: Rows, *, estimated: int) -> ItemFit | None:
    """Return the fit of one item; None where it has too few answers to be judged.

    Args:
        answers: Lines of the table that are answers to it.
        estimated: Parameters of the item that were estimated from these answers.
    """
    if len(answers) < JUDGED_FROM:
        return None
    order = answers[np.argsort(found.ability[answers], kind="stable")]
    strata = tuple(_stratum(found, rows) for rows in np.array_split(order, STRATA))
    chi_square = sum(one.residual**2 for one in strata)
    degrees = STRATA - estimated
    misfit = sum(one.answers * abs(one.observed - one.expected) for one in strata) / len(answers)
    return ItemFit(
        strata=strata,
        chi_square=chi_square,
        degrees=degrees,
        chance=chi_square_tail(chi_square, degrees),
        misfit=misfit,
    )


def _stratum(found: Predictions, rows: Rows) -> Stratum:
    expected = float(found.expected[rows].mean())
    gap = float(found.residual[rows].mean())
    error = float(np.sqrt(found.variance[rows].sum())) / len(rows)
    return Stratum(
        ability=float(found.ability[rows].mean()),
        answers=len(rows),
        observed=expected + gap,
        expected=expected,
        error=error,
        residual=gap / error,
    )
