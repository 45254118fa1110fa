"""The engine on arrays alone, without content or database: for studies, benchmarks and second opinions.

>>> import numpy as np
>>> chance = np.random.default_rng(1)
>>> engine = Engine(a=chance.lognormal(0, 0.3, 500), b=chance.normal(0, 1.2, 500), cuts=(-0.8, 0.0, 0.8))
>>> run = engine.start(seed=1)
>>> while run.count < 32:
...     item = run.next()
...     run.answer(item, score=1.0 if engine.curves.parameters.difficulty[item] < 0.5 else 0.0)
>>> estimate = run.estimate()
>>> 0 < estimate.mean < 1 and estimate.standard_error < 0.35
True
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quizzes.posterior import Evidence, Prior, posterior
from quizzes.response import GRID, STEP, Parameters, column, curves
from quizzes.selection import Quotas, choose

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import ArrayLike, NDArray

    from quizzes.posterior import Posterior

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What is known of one ability.

    Args:
        mean, standard_error: Posterior moments, in the unit of the prior.
        interval: Central 90 % interval.
        at_least: P(ability >= cut) for each cut.
        levels: P(level), one more than there are cuts.
        slipping: Probability that the person slips.
    """

    mean: float
    standard_error: float
    interval: tuple[float, float]
    at_least: tuple[float, ...]
    levels: tuple[float, ...]
    slipping: float


class Engine:
    """A bank of n items, and how people are led through it.

    Args:
        a, b, c: Slopes, difficulties and lower asymptotes, (n,); c is 0 where not given.
        area: Area of each item, numbered from 0, (n,); one area where not given.
        competency: Competency of each item, for the quotas, (n,).
        prior: The population; standard normal, areas correlated by .5, where not given.
        cuts: Rising cuts between levels.
        gentle: Drop of ability for the first items, in logits; none by default.
        as_good: Share of the best information from which items are as good; 1 takes the best.

    Raises:
        ValueError: A parameter is outside its domain, the arrays differ in length, or the cuts do not rise.
    """

    def __init__(
        self,
        a: ArrayLike,
        b: ArrayLike,
        c: ArrayLike | None = None,
        area: ArrayLike | None = None,
        *,
        competency: ArrayLike | None = None,
        prior: Prior | None = None,
        cuts: Sequence[float] = (),
        gentle: tuple[float, ...] = (),
        as_good: float = 1.0,
    ) -> None:
        self.curves = curves(Parameters.of(a, b, c))
        count = len(self.curves)
        if not count:
            raise ValueError("a bank holds an item at least")
        self._areas = np.zeros(count, dtype=np.intp) if area is None else _whole(area)
        competencies = self._areas if competency is None else _whole(competency)
        if self._areas.shape != (count,) or competencies.shape != (count,) or self._areas.min() < 0:
            raise ValueError("areas and competencies are numbers from 0, one an item")
        self.prior = prior or Prior.alike(int(self._areas.max()) + 1)
        if len(self.prior.means) <= int(self._areas.max()):
            raise ValueError("the prior has fewer areas than the bank")
        self.cuts = tuple(float(cut) for cut in cuts)
        if list(self.cuts) != sorted(set(self.cuts)):
            raise ValueError("cuts rise")
        self._quotas = Quotas(
            names=[str(row) for row in range(count)],
            areas=self._areas,
            competencies=competencies,
            types=np.zeros(count, dtype=np.intp),
            long=np.zeros(count, dtype=bool),
            gentle=gentle,
            as_good=as_good,
        )

    def start(self, *, seed: int = 0, ineligible: Collection[int] = ()) -> Run:
        """Begin with one person; rows in `ineligible` are asked only where nothing else is left.

        Raises:
            ValueError: One of them is no row of the bank.
        """
        return Run(self, seed=seed, ineligible=ineligible)


class Run:
    """One person answering."""

    def __init__(self, engine: Engine, *, seed: int, ineligible: Collection[int]) -> None:
        self._engine, self._seed = engine, seed
        self._evidence = Evidence(len(engine.prior.means))
        self._closed = np.zeros(len(engine.curves), dtype=bool)
        self._resting = np.zeros(len(engine.curves), dtype=bool)
        for item in ineligible:
            self._resting[_row(item, len(engine.curves))] = True
        self.asked: list[int] = []
        self.found: Posterior = posterior(self._evidence, engine.prior)

    @property
    def count(self) -> int:
        return len(self.asked)

    def next(self) -> int | None:
        """Return the row of the next item; None when the bank is used up."""
        engine = self._engine
        choice = choose(
            engine.curves,
            engine._quotas,  # noqa: SLF001 (the two are one thing)
            asked=self.asked,
            closed=self._closed,
            resting=self._resting,
            found=self.found,
            seed=self._seed,
        )
        return None if choice is None else choice.row

    def answer(self, item: int, score: float) -> None:
        """Record one answer, of any item not answered yet.

        Raises:
            ValueError: The bank has no such row, the item was answered already, or the score is none of its own.
        """
        engine = self._engine
        item = _row(item, len(engine.curves))
        if item in self.asked:
            raise ValueError("an item is answered once")
        self._evidence.add(engine.curves, item, int(engine._areas[item]), column(score))  # noqa: SLF001 (its own study)
        self.asked.append(item)
        self.found = posterior(self._evidence, engine.prior)

    def estimate(self, area: int = 0) -> Estimate:
        """Return what the answers say of one area."""
        found, cuts = self.found, np.array(self._engine.cuts)
        density = found.marginals[area]
        above = density @ np.clip((GRID[:, None] - cuts) / STEP + 0.5, 0.0, 1.0)
        edges = (1.0, *above.tolist(), 0.0)
        return Estimate(
            mean=float(found.means[area]),
            standard_error=float(found.deviations[area]),
            interval=self.interval(area),
            at_least=tuple(above.tolist()),
            levels=tuple(edges[place] - edges[place + 1] for place in range(len(edges) - 1)),
            slipping=found.slipping,
        )

    def interval(self, area: int = 0, *, share: float = 0.9) -> tuple[float, float]:
        """Return the central interval that holds this share of what is known of one area, in the unit of the prior."""
        cumulated = np.cumsum(self.found.marginals[area])
        low, high = np.interp(((1 - share) / 2, (1 + share) / 2), cumulated, GRID + STEP / 2)
        return float(low), float(high)

    def overall(self) -> tuple[float, float]:
        """Return mean and standard error of the mean of the areas' abilities."""
        mean, deviation = self.found.whole_mean, self.found.whole_deviation
        return mean, deviation if math.isfinite(deviation) else 0.0


def _row(item: int, count: int) -> int:
    """Return a row that the bank has: arrays would take −1 for their last."""
    if not 0 <= item < count:
        raise ValueError(f"the bank has no row {item}")
    return int(item)


def _whole(numbers: ArrayLike) -> NDArray[np.intp]:
    """Return numbers as whole ones: half an area would be taken for the one below."""
    found = np.asarray(numbers)
    if not (found == np.floor(found)).all():
        raise ValueError("areas and competencies are numbers from 0, one an item")
    whole: NDArray[np.intp] = found.astype(np.intp)
    return whole
