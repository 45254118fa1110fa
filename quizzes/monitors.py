"""Monitors: signs that an item or a sitting deserves a look. For a human, never an automatic sanction.

Drift of an item (CUSUM, Page 1954; for items Veerkamp and Glas 2000, Journal of Educational and Behavioral Statistics 25): answer minus
expected answer, summed in the order of time less an allowance; above a limit the item became easier (known, leaked) or harder. Where
an item is not calibrated its difficulty is only assumed, so what is watched is a change from its own average.

Exposure: the share of sittings that asked an item, against its cap (`quizzes.exposure`).

Haste (rapid guessing; Wise and Kong 2005, Applied Measurement in Education 18; thresholds as a share of the usual time, Wise and Ma
2012): answers given in under a fifth of the item's median time. Skips are not guesses.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from quizzes.exposure import TOLERANCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: What a CUSUM forgives at each answer, in score: half of what a difficulty that moved by .5 or so does.
ALLOWANCE = 0.06
#: Above it an item of `CALM` answers or fewer has drifted.
LIMIT = 9.0
#: Answers until which the limit is `LIMIT`; it then rises with their logarithm, so that busy items cry no oftener than others.
CALM = 125
#: Below so many answers nothing is said of drift.
WATCHED_FROM = 50
#: Share of the median time under which an answer is a rapid guess.
RAPID = 0.2
#: Times that a median rests on.
TIMED_FROM = 20
#: Rapid answers from which a sitting is pointed at.
HASTY_FROM = 3
#: Sittings from which an item that was never asked is pointed at.
UNUSED_FROM = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One recorded answer, as monitors see it.

    Args:
        sitting, person: Numbers.
        fingerprint: Of the item as it was asked.
        seconds: Since the answer before, or since the sitting began.
        at: When, as a number that rises.
        language: Of the test.
        told: What whoever answered agreed to tell: attribute -> group, as `quizzes.groups` has them.
        is_assured: Whether the sitting may certify.
    """

    sitting: int
    person: int
    item_id: str
    fingerprint: str
    score: float
    is_skip: bool
    seconds: float
    at: float
    language: str
    is_assured: bool
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How one item's answers left what was expected.

    Args:
        peak: Highest value of the CUSUM; above `limit` the item is pointed at.
        is_easier: Whether it became easier; harder otherwise.
        since: When what led to the peak began.
        shift: Mean of answer less expected since then.
    """

    item_id: str
    answers: int
    peak: float
    limit: float
    is_easier: bool
    since: float
    shift: float

    @property
    def is_flagged(self) -> bool:
        return self.peak > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How often one item of a test was asked.

    Args:
        share: Of sittings.
    """

    item_id: str
    policy_id: str
    sittings: int
    share: float
    cap: float

    @property
    def is_over(self) -> bool:
        return self.sittings >= UNUSED_FROM and self.share > TOLERANCE * self.cap

    @property
    def is_unused(self) -> bool:
        return self.sittings >= UNUSED_FROM and self.share == 0

    @property
    def is_flagged(self) -> bool:
        return self.is_over or self.is_unused


@dataclass(frozen=True, slots=True, kw_only=True)
class Haste:
    """Rapid answers of one sitting."""

    sitting: int
    answers: int
    rapid: int

    @property
    def is_flagged(self) -> bool:
        return self.rapid >= HASTY_FROM


def limit_of(answers: int, variance: float) -> float:
    """Return the limit of an item with so many answers.

    The run length of a CUSUM before a false alarm grows with exp(2 × allowance × limit / variance) (Siegmund 1985, Sequential
    Analysis, chapter 2): the limit rises by what keeps the chance of one over the whole history the same.

    Args:
        variance: Of answer less expected, on average.
    """
    return LIMIT + variance / (2 * ALLOWANCE) * math.log(max(answers / CALM, 1.0))


def drift(item_id: str, residuals: Array, at: Array, *, variance: float, is_calibrated: bool) -> Drift | None:
    """Return how far one item drifted; None where it has too few answers.

    Args:
        residuals: Answer less expected, in the order of time, (n,).
        at: When, (n,).
    """
    if len(residuals) < WATCHED_FROM:
        return None
    centred = residuals if is_calibrated else residuals - residuals.mean()
    easier, harder = _cusum(centred - ALLOWANCE), _cusum(-centred - ALLOWANCE)
    # Around its own average an item is first on one side, then on the other: the later of the two is what it became.
    told = max(easier, harder) if is_calibrated else max(easier, harder, key=lambda one: one[2])
    _height, start, end = told
    return Drift(
        item_id=item_id,
        answers=len(residuals),
        peak=max(easier[0], harder[0]),
        limit=limit_of(len(residuals), variance),
        is_easier=told is easier,
        since=float(at[start]),
        shift=float(residuals[start : end + 1].mean()),
    )


def _cusum(steps: Array) -> tuple[float, int, int]:
    """Return the highest value of the sum that never falls below 0, and from where to where it rose."""
    total = np.concatenate([[0.0], np.cumsum(steps)])
    lowest = np.minimum.accumulate(total)
    height = (total - lowest)[1:]
    end = int(np.argmax(height))
    start = int(np.flatnonzero(total[: end + 1] == lowest[end + 1])[-1]) if height[end] > 0 else end
    return float(height[end]), start, end


def medians(answers: Sequence[Seen]) -> dict[str, float]:
    """Return the usual time of each item that was timed often enough, in seconds."""
    times: dict[str, list[float]] = defaultdict(list)
    for one in answers:
        if not one.is_skip:
            times[one.item_id].append(one.seconds)
    return {item_id: median(own) for item_id, own in times.items() if len(own) >= TIMED_FROM}


def haste(answers: Sequence[Seen], usual: Mapping[str, float]) -> list[Haste]:
    """Return the rapid answers of each sitting that may certify."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for one in answers:
        if one.is_assured:
            own = counts[one.sitting]
            own[0] += 1
            own[1] += not one.is_skip and one.seconds < RAPID * usual.get(one.item_id, 0.0)
    return [Haste(sitting=sitting, answers=all_, rapid=rapid) for sitting, (all_, rapid) in counts.items()]
