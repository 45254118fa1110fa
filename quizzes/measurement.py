"""From a posterior to levels: what answers prove of each area and of the whole, in probabilities.

What is certified is the highest level reached with nine chances in ten, never the likeliest one: the likeliest is too high for about
one person in six. Below four chances in five, the likeliest level is said to be borderline.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from quizzes.response import GRID, STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from quizzes.framework import Framework
    from quizzes.posterior import Posterior

    Array = NDArray[np.float64]

#: What is certified was reached with at least this probability.
CERTIFIED_PROBABILITY = 0.9
#: Below this probability, the likeliest level is borderline: it could not be told apart from a neighbour.
BORDERLINE_BELOW = 0.8
#: Answers without which an area has no level, whatever the population's is: a prior proves nothing of anybody.
ANSWERS_FOR_AREA = 3
#: Answers that each area needs before the whole has a level.
ANSWERS_FOR_WHOLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMeasurement:
    """What is known of one area, or of the whole.

    Args:
        area_id: The area's identifier, or "overall".
        mean: Posterior mean of the ability, in logits.
        standard_deviation: Its error, in logits.
        probabilities: P(level = k); index 0 is "pas encore", below the first cut.
        at_least: P(level >= k) for k = 1, 2, …
        levels: Their identifiers; the first, None, is "pas encore".
        answer_count: Answers that bear on it directly.
        is_measured: Whether they are enough to speak of a level at all.
    """

    area_id: str
    mean: float
    standard_deviation: float
    probabilities: tuple[float, ...]
    at_least: tuple[float, ...]
    levels: tuple[str | None, ...] = field(repr=False)
    answer_count: int
    is_measured: bool

    @property
    def certified_level(self) -> str | None:
        """Highest level reached with probability .9 or more; None if none, or if too few answers bear on it."""
        return self._reached(CERTIFIED_PROBABILITY) if self.is_measured else None

    @property
    def likeliest_level(self) -> str | None:
        """Level of highest probability; None is "pas encore"."""
        return self.levels[self.probabilities.index(max(self.probabilities))]

    @property
    def lowest_level(self) -> str | None:
        """Lower end of the central 90 % range; None is "pas encore"."""
        return self._reached(0.95)

    @property
    def highest_level(self) -> str | None:
        """Upper end of the central 90 % range; None is "pas encore"."""
        return self._reached(0.05)

    def _reached(self, probability: float) -> str | None:
        return self.levels[sum(one >= probability for one in self.at_least)]

    @property
    def is_borderline(self) -> bool:
        """Whether the likeliest level could not be told apart from a neighbour."""
        return max(self.probabilities) < BORDERLINE_BELOW


@dataclass(frozen=True, kw_only=True, eq=False)
class Measurement:
    """What a sitting has proved so far. Levels are worked out when first asked, which most answers do not.

    Args:
        mean, standard_deviation: Of the mean of the areas' abilities, in logits.
        provisional: The scale rests on experts' levels, not yet on answers.
        slipping: Probability that the person slips: knows, and yet answers wrong now and then.
        counts: Answers that bear on each area.
    """

    mean: float
    standard_deviation: float
    provisional: bool
    slipping: float
    counts: tuple[int, ...]
    _framework: Framework = field(repr=False)
    _found: Posterior = field(repr=False)

    def __eq__(self, other: object) -> bool:
        """Tell whether both say the same, levels included."""
        return isinstance(other, Measurement) and self._said == other._said

    __hash__ = None  # type: ignore[assignment]  # nobody needs it

    @cached_property
    def areas(self) -> tuple[AreaMeasurement, ...]:
        """What is known of each area."""
        found = self._found
        above = np.clip(found.marginals @ _shares(self._cuts), 0.0, 1.0)
        return tuple(
            self._describe(area.id, mean, deviation, row, count=count, is_measured=count >= ANSWERS_FOR_AREA)
            for area, mean, deviation, row, count in zip(
                self._framework.areas,
                found.means.tolist(),
                found.deviations.tolist(),
                above.tolist(),
                self.counts,
                strict=True,
            )
        )

    @cached_property
    def overall(self) -> AreaMeasurement:
        """The mean of the areas' abilities, on the same cuts."""
        return self._describe(
            "overall",
            self.mean,
            self.standard_deviation,
            _whole(self._found, self._cuts),
            count=sum(self.counts),
            is_measured=min(self.counts) >= ANSWERS_FOR_WHOLE,
        )

    def area(self, area_id: str) -> AreaMeasurement:
        return next(area for area in self.areas if area.area_id == area_id)

    @property
    def _cuts(self) -> tuple[float, ...]:
        return tuple(level.cut for level in self._framework.levels)

    @property
    def _said(self) -> tuple[object, ...]:
        return self.areas, self.mean, self.standard_deviation, self.provisional, self.slipping, self.counts

    def _describe(
        self, area_id: str, mean: float, deviation: float, above: list[float], *, count: int, is_measured: bool
    ) -> AreaMeasurement:
        at_least = tuple(above)
        edges = (1.0, *at_least, 0.0)
        return AreaMeasurement(
            area_id=area_id,
            mean=mean,
            standard_deviation=deviation,
            probabilities=tuple(map(operator.sub, edges, edges[1:])),
            at_least=at_least,
            levels=(None, *(level.id for level in self._framework.levels)),
            answer_count=count,
            is_measured=is_measured,
        )


def measure(framework: Framework, found: Posterior, counts: Sequence[int], *, provisional: bool) -> Measurement:
    """Say what answers prove.

    Args:
        counts: Answers in each area.
        provisional: Whether the scale still rests on experts' levels.
    """
    return Measurement(
        mean=found.whole_mean,
        standard_deviation=found.whole_deviation,
        provisional=provisional,
        slipping=found.slipping,
        counts=tuple(counts),
        _framework=framework,
        _found=found,
    )


@lru_cache(maxsize=16)
def _shares(cuts: tuple[float, ...]) -> Array:
    """Return how much of each grid point (rows) lies at or above each cut; one on or near a cut is shared by both sides."""
    shares: Array = np.clip((GRID[:, None] - np.array(cuts)) / STEP + 0.5, 0.0, 1.0)
    return shares


def _whole(found: Posterior, cuts: tuple[float, ...]) -> list[float]:
    """Return P(>= cut) of the mean of the areas' abilities.

    Given the factor the areas are independent, so their mean has known moments; its distribution is taken as normal there
    and mixed over the factor. Five areas are enough for that to differ from the exact one by less than .005.
    """
    standard = ((np.array(cuts)[:, None] - found.whole_means) / (found.whole_deviations * math.sqrt(2))).tolist()
    weights = (found.weights / 2).tolist()
    return [min(1.0, max(0.0, sum(map(operator.mul, weights, map(math.erfc, row))))) for row in standard]
