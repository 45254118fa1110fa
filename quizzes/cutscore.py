"""A cut from a panel: the modified Angoff method, as expected score and as ability.

The cut of a judge is the score that they expect of somebody just good enough: the sum of their ratings. The panel's cut is the mean of
its judges' (Angoff 1971; Brandon 2004, Applied Measurement in Education 17, for the modified form). On the ability scale it is where
the expected score of the same items under the response model, their test characteristic curve, equals it.

Standard error. With J judges whose cuts have the standard deviation s (divisor J − 1), it is s / √J (Hambleton and Pitoniak 2006,
in Educational Measurement, 4th edition, chapter 12): what another panel of such judges would have said. It takes the items as given. In logits
it is divided by the slope of the curve at the cut (delta method).

Agreement. ICC(2,1), the share of the variance of single ratings that lies between items when judges are a sample and their severity
counts, and ICC(2,k), the same of the panel's mean (Shrout and Fleiss 1979, Psychological Bulletin 86).

Coherence of one judge (van der Linden 1982, Journal of Educational Measurement 19): mean distance between their ratings and the chances
that the model gives at their own cut. Above `INCOHERENT` they rated other difficulties than those of the items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quizzes.response import GRID, curves
from quizzes.scale import parameters_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quizzes.framework import Framework
    from quizzes.panel import Judged
    from quizzes.response import Curves
    from quizzes.scale import Scale

    Array = NDArray[np.float64]

INCOHERENT = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundResult:
    """One round.

    Args:
        judge_means, item_means: Mean ratings, in the order of the panel.
        score, score_error: The cut as expected score, out of the number of items, and its standard error over judges.
        ability, ability_error: The same on the ability scale, in logits; None where the items cannot tell (the score is
            no more than luck gives, or all of it).
        judge_abilities: Each judge's own cut, in logits; None likewise.
        spread: Standard deviation of judges' cuts, in score.
        single_agreement, mean_agreement: ICC(2,1) and ICC(2,k).
        coherence: Of each judge; None where their cut has no ability.
    """

    judge_means: tuple[float, ...]
    item_means: tuple[float, ...]
    score: float
    score_error: float
    ability: float | None
    ability_error: float | None
    judge_abilities: tuple[float | None, ...]
    spread: float
    single_agreement: float
    mean_agreement: float
    coherence: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one round moved.

    Args:
        changed: Share of ratings that differ from the round before.
        moved: Mean distance that ratings moved.
        score, spread: Change of the cut and of its spread, in score.
    """

    changed: float
    moved: float
    score: float
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CutScore:
    """What a panel set: the last round counts."""

    rounds: tuple[RoundResult, ...]
    changes: tuple[Change, ...]

    @property
    def final(self) -> RoundResult:
        return self.rounds[-1]


def cut_of(judged: Judged, framework: Framework, scale: Scale | None) -> CutScore:
    """Return what a panel set, on the scale in use."""
    items = curves(parameters_of(judged.items, framework, scale))
    rounds = tuple(_round(ratings, items) for ratings in judged.ratings)
    pairs = zip(judged.ratings[:-1], judged.ratings[1:], rounds[:-1], rounds[1:], strict=True)
    return CutScore(
        rounds=rounds,
        changes=tuple(
            Change(
                changed=float((after != before).mean()),
                moved=float(np.abs(after - before).mean()),
                score=later.score - earlier.score,
                spread=later.spread - earlier.spread,
            )
            for before, after, earlier, later in pairs
        ),
    )


def ability_at(items: Curves, score: float) -> float | None:
    """Return the ability at which items give this expected score together; None outside what the grid of abilities holds."""
    total = items.expected.sum(axis=0)
    if not total[0] < score < total[-1]:
        return None
    return float(np.interp(score, total, GRID))


def agreement(ratings: Array) -> tuple[float, float]:
    """Return ICC(2,1) and ICC(2,k) of ratings, (judges, items); 0 where items are all rated alike."""
    judges, items = ratings.shape
    whole = ratings.mean()
    between_items = judges * ((ratings.mean(axis=0) - whole) ** 2).sum() / (items - 1)
    between_judges = items * ((ratings.mean(axis=1) - whole) ** 2).sum() / (judges - 1)
    rest = ratings - ratings.mean(axis=0) - ratings.mean(axis=1)[:, None] + whole
    residual = (rest**2).sum() / ((judges - 1) * (items - 1))
    single = between_items + (judges - 1) * residual + judges * (between_judges - residual) / items
    mean = between_items + (between_judges - residual) / items
    gain = between_items - residual
    return float(gain / single) if single > 1e-12 else 0.0, float(gain / mean) if mean > 1e-12 else 0.0


def _round(ratings: Array, items: Curves) -> RoundResult:
    judges, count = ratings.shape
    scores = ratings.sum(axis=1)
    score, spread = float(scores.mean()), float(scores.std(ddof=1))
    error = spread / judges**0.5
    ability = ability_at(items, score)
    own = tuple(ability_at(items, float(one)) for one in scores)
    single, mean = agreement(ratings)
    return RoundResult(
        judge_means=tuple((scores / count).tolist()),
        item_means=tuple(ratings.mean(axis=0).tolist()),
        score=score,
        score_error=error,
        ability=ability,
        ability_error=None if ability is None else error / _slope(items, ability),
        judge_abilities=own,
        spread=spread,
        single_agreement=single,
        mean_agreement=mean,
        coherence=tuple(
            None if at is None else float(np.abs(given - _expected(items, at)).mean())
            for given, at in zip(ratings, own, strict=True)
        ),
    )


def _expected(items: Curves, ability: float) -> Array:
    return np.array([np.interp(ability, GRID, row) for row in items.expected])


def _slope(items: Curves, ability: float) -> float:
    return float(np.interp(ability, GRID, np.gradient(items.expected.sum(axis=0), GRID)))
