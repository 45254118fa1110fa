"""Person fit: did one sitting unfold as the model expects of anybody of that ability?

CUSUM of residuals in the order of the items (van Krimpen-Stoop and Meijer 2000, in Computerized Adaptive Testing: Theory and Practice;
2001 in the Journal of Educational and Behavioral Statistics 26): answer less what the other answers of the sitting let expect, summed
without falling below 0, upwards and downwards; the higher peak counts. A run of unexpected right answers makes it high, or one of
unexpected wrong answers: tiredness, interruption, help, a leaked set.

Its threshold is that of this very sitting: the same items in the same order are answered by `SIMULATED` made-up people drawn from what
the sitting says of its taker. At most one of them may go higher: one honest sitting in two hundred is pointed at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quizzes import fit, population
from quizzes.population import NODES, Columns, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quizzes.posterior import Prior

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

SIMULATED = 399
FLAGGED = 0.005
#: Below so many answers there is no run to speak of.
JUDGED_FROM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """How far one sitting went from what was expected.

    Args:
        peak: In score.
        chance: Share of honest sittings on the same items that go as far.
    """

    sitting: int
    answers: int
    peak: float
    chance: float

    @property
    def is_flagged(self) -> bool:
        return self.chance <= FLAGGED


def misfit_of(
    sitting: int, items: Rows, scores: Rows, *, areas: Rows, chances: Array, prior: Prior, seed: int
) -> Misfit | None:
    """Return how one sitting fits; None where it is too short.

    Args:
        items, scores: Rows of items and places of scores, in the order of the sitting, (m,).
        areas: Area of each item of the bank, (items,).
        chances: P(score) on the nodes, (items, 3, nodes).
        seed: Draws the made-up people: the same sitting gets the same answer.
    """
    if len(items) < JUDGED_FROM:
        return None
    own = _table(items, scores[None, :], len(areas))
    posterior = _coupled(own, areas, chances, prior)
    made_up = _simulate(posterior, items, areas, chances, np.random.default_rng(seed))
    peaks = _peaks(
        _table(items, np.concatenate([scores[None, :], made_up]), len(areas)), len(items), areas, chances, prior
    )
    higher = int((peaks[1:] >= peaks[0] - 1e-9).sum())
    return Misfit(sitting=sitting, answers=len(items), peak=float(peaks[0]), chance=(higher + 1) / (SIMULATED + 1))


def _table(items: Rows, scores: Rows, count: int) -> Table:
    people = len(scores)
    person = np.repeat(np.arange(people), len(items))
    return Table(person=person, item=np.tile(items, people), score=scores.ravel(), people=people, items=count)


def _coupled(table: Table, areas: Rows, chances: Array, prior: Prior) -> Array:
    columns = Columns.of(table, areas)
    logs = np.log(np.maximum(chances[columns.item, columns.score], 1e-12))
    block, first, count = next(table.blocks())
    found = population.couple(columns.likelihoods(columns.incidence(table, block, first, count), logs), prior)
    return found.marginals[:, 0]


def _simulate(posterior: Array, items: Rows, areas: Rows, chances: Array, chance: np.random.Generator) -> Rows:
    """Draw scores of made-up people, (SIMULATED, m): abilities area by area from the posterior."""
    nodes = np.stack([chance.choice(len(NODES), SIMULATED, p=row) for row in posterior])  # areas, people
    at = nodes[areas[items]].T  # people, items
    wrong = chances[items, 0, at]
    not_right = wrong + chances[items, 1, at]
    draws = chance.random(at.shape)
    found: Rows = (draws >= wrong).astype(np.intp) + (draws >= not_right)
    return found


def _peaks(table: Table, length: int, areas: Rows, chances: Array, prior: Prior) -> Array:
    residuals = fit.predict(table, areas, chances, prior).residual.reshape(-1, length)
    return np.maximum(_highest(residuals), _highest(-residuals))


def _highest(steps: Array) -> Array:
    """Return the highest value of each row's sum that never falls below 0."""
    total = np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
    found: Array = (total - np.minimum.accumulate(total, axis=1)).max(axis=1)
    return found
