"""Calibration: the parameters of items and of the population, from answers.

Marginal maximum likelihood by EM (Bock and Aitkin 1981, Psychometrika 46), with priors on the items (Mislevy 1986, Psychometrika 51):

1. E: given parameters, what each person's answers say of each of their areas; summed over people, how many of each ability gave each
   score of each item
2. M: for each item, the difficulty and slope that these counts and the prior make likeliest, by Fisher scoring
3. the prior itself: means and residual spread of the experts' levels, where they are not given (an empirical Bayes step)
4. the population: mean and spread of abilities, and the correlation between areas that makes all answers likeliest

Difficulties are normal around the mean of their expert level; slopes are log-normal around 1, and 1 exactly below `SLOPES_FROM`
answers. The chance of a right answer by luck is held at what the format gives, and so is the distance between half and full credit.
Where the means of levels are given, they place the scale; where they are estimated, anchors or a given population have to.

Errors of the estimates come from the information that each answer was expected to bring, given what the person's other answers say of
their ability, with the prior's: they know that abilities are uncertain, not that items share the population's error. What it brought
(the cross-products of Louis 1982; Mislevy and Sheehan 1989) is much the same where the model is right; where a slope is held at 1 it
would claim the smallest errors of the items that tell people apart worst, and tests would then choose just these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from quizzes import population
from quizzes.population import NODES, Columns, Table
from quizzes.posterior import Prior
from quizzes.response import HALF_STEP
from quizzes.scale import CORRELATION, EXPERT_ERROR, SLOPES_FROM, SPREAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Mask = NDArray[np.bool_]

#: Spread of the logarithm of slopes, before any answer.
SLOPE_SPREAD = 0.3
#: Longest move of a difficulty or of a slope's logarithm in one step.
_LONGEST = 0.5
_TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """What is known of n items before any answer.

    Args:
        guessing, half_guessing: Chances by luck, (n,); NaN where an item has no partial credit.
        areas: From 0, (n,).
        levels: Expert level of each item, from 0, (n,).
        held: Items whose parameters are not estimated, (n,).
        held_difficulty, held_slope: Their parameters, (n,); not read elsewhere.

    Raises:
        ValueError: The arrays differ in length, or the slope of an anchor is not positive.
    """

    guessing: Array
    half_guessing: Array
    areas: Rows
    levels: Rows
    held: Mask
    held_difficulty: Array
    held_slope: Array

    @classmethod
    def plain(cls, count: int) -> Design:
        """Return n items of one area and level that nobody guesses, none held."""
        zeros, none = np.zeros(count), np.zeros(count, dtype=np.intp)
        return cls(
            guessing=zeros,
            half_guessing=np.full(count, np.nan),
            areas=none,
            levels=none,
            held=np.zeros(count, dtype=bool),
            held_difficulty=zeros,
            held_slope=np.ones(count),
        )

    def __post_init__(self) -> None:
        if len({getattr(self, name).shape for name in self.__slots__}) != 1:
            raise ValueError("a design has one value of each an item")
        if not (self.held_slope[self.held] > 0).all():
            raise ValueError("the slope of an anchor is not positive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What is taken as given; None is estimated.

    Args:
        level_means: Mean difficulty of each expert level, in logits.
        residual: Spread of difficulties around the mean of their level, in logits.
        mean, spread: Of abilities in the population, in logits.
        correlation: Between areas.
        slope_spread: Of the logarithm of slopes.

    Raises:
        ValueError: Nothing places the scale: both the levels and the population's mean are to be estimated.
    """

    level_means: tuple[float, ...] | None = None
    residual: float | None = EXPERT_ERROR
    mean: float | None = None
    spread: float | None = None
    correlation: float | None = None
    slope_spread: float = SLOPE_SPREAD
    anchored: bool = False

    def __post_init__(self) -> None:
        if self.level_means is None and self.mean is None and not self.anchored:
            raise ValueError("nothing places the scale: give the means of levels, the population's mean, or anchors")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """What answers have taught.

    Args:
        answers: Of each item, (n,).
        slope, difficulty, slope_error, difficulty_error: Estimates and their standard errors, (n,); errors of anchors are 0.
        correlation, correlation_error: Between areas; None where there is one area.
        level_means, residual: Of the prior of difficulties.
        rounds: How many EM took; `converged`, whether it then stood still.
        log_likelihood: Of all answers, at the estimates.
    """

    answers: Rows
    slope: Array
    difficulty: Array
    slope_error: Array
    difficulty_error: Array
    mean: float
    spread: float
    correlation: float | None
    correlation_error: float | None
    level_means: Array
    residual: float
    rounds: int
    converged: bool
    log_likelihood: float

    def prior(self, areas: int) -> Prior:
        """Return the population."""
        return Prior.alike(areas, mean=self.mean, spread=self.spread, correlation=self.correlation or 0.0)


def calibrate(
    table: Table, design: Design, given: Assumptions, *, tolerance: float = 0.003, rounds: int = 150
) -> Calibration:
    """Return the parameters that the answers make likeliest.

    Args:
        tolerance: EM ends when no difficulty moves by more, in logits.
        rounds: The most it takes.

    Raises:
        ValueError: The table and the design differ in their number of items.
    """
    if table.items != len(design.guessing):
        raise ValueError("the table and the design are not of the same items")
    work = _Work(table, design, given)
    moved, done = np.inf, 0
    while done < rounds and moved > tolerance:
        moved = work.turn(with_correlation=done % 8 == 3)
        done += 1
    work.stretch()
    work.sum_up(with_correlation=True)
    return work.result(rounds=done, converged=moved <= tolerance)


class _Work:
    """The state of one calibration."""

    def __init__(self, table: Table, design: Design, given: Assumptions) -> None:
        self.table, self.design, self.given = table, design, given
        self.columns = Columns.of(table, design.areas)
        self.area_count = len(self.columns.areas)
        self.sloped = (table.counts >= SLOPES_FROM) & ~design.held
        self.free = ~design.held & (table.counts > 0)
        levels = int(design.levels.max()) + 1
        self.level_means = np.zeros(levels) if given.level_means is None else np.array(given.level_means)
        self.residual = EXPERT_ERROR if given.residual is None else given.residual
        self.b: Array = np.where(design.held, design.held_difficulty, self.level_means[design.levels])
        self.log_a: Array = np.log(np.where(design.held, design.held_slope, 1.0))
        self.mean = given.mean or 0.0
        self.spread = given.spread or SPREAD
        start = CORRELATION if given.correlation is None else given.correlation
        self.correlation = start if self.area_count > 1 else 0.0
        self.correlation_error = float("nan")
        self.log_likelihood = -np.inf

    @property
    def prior(self) -> Prior:
        return Prior.alike(self.area_count, mean=self.mean, spread=self.spread, correlation=self.correlation)

    def turn(self, *, with_correlation: bool) -> float:
        """Take one round of EM; return the longest move of a difficulty."""
        before = self.b.copy()
        counts, first, second = self.sum_up(with_correlation=with_correlation)
        for _step in range(2):
            self._improve(counts)
        self._learn_levels(counts)
        if self.given.mean is None:
            self.mean = first
        if self.given.spread is None:
            self.spread = float(np.sqrt(second - 2 * self.mean * first + self.mean**2))
        return float(np.abs(self.b - before).max())

    def sum_up(self, *, with_correlation: bool) -> tuple[Array, float, float]:
        """Return counts of score by item and ability, (n, 3, nodes), and the first two moments of abilities."""
        log_chances = self._log_chances()
        sums = np.zeros((len(self.columns.item), len(NODES)))
        first = second = total = 0.0
        seeks = with_correlation and self.area_count > 1 and self.given.correlation is None
        profile = np.zeros(len(population.CORRELATIONS))
        for block, start, count in self.table.blocks():
            incidence = self.columns.incidence(self.table, block, start, count)
            likelihoods = self.columns.likelihoods(incidence, log_chances)
            found = population.couple(likelihoods, self.prior)
            for area, columns in enumerate(self.columns.areas):
                sums[columns] += incidence[:, columns].T @ found.marginals[area]
            density = found.marginals.sum(axis=(0, 1))
            first, second = first + float(density @ NODES), second + float(density @ NODES**2)
            total += float(found.log_likelihood.sum())
            if seeks:
                profile += population.profile(likelihoods, mean=self.mean, spread=self.spread)
        if seeks:
            self.correlation, self.correlation_error = population.peak(profile)
        self.log_likelihood = total
        counts = np.zeros((self.table.items, 3, len(NODES)))
        counts[self.columns.item, self.columns.score] = sums
        share = self.table.people * self.area_count
        return counts, first / share, second / share

    def _log_chances(self) -> Array:
        chances = _chances(self.design, self.b, np.exp(self.log_a))[0]
        return np.log(np.maximum(chances[self.columns.item, self.columns.score], _TINY))

    def _improve(self, counts: Array) -> None:
        """Take one step of Fisher scoring for every item."""
        chances, by_b, by_a = _chances(self.design, self.b, np.exp(self.log_a))
        weights = counts / np.maximum(chances, _TINY)
        pull, hold = self._prior_pull()
        slope_hold = self.given.slope_spread**-2
        gradient = np.stack(
            [(weights * by_b).sum((1, 2)) - pull, (weights * by_a).sum((1, 2)) - slope_hold * self.log_a]
        )
        seen = counts.sum(axis=1)[:, None, :] / np.maximum(chances, _TINY)
        bb, ba, aa = ((seen * one).sum((1, 2)) for one in (by_b**2, by_b * by_a, by_a**2))
        bb, aa = bb + hold, aa + slope_hold
        ba = np.where(self.sloped, ba, 0.0)
        determinant = bb * aa - ba**2
        step_b = (aa * gradient[0] - ba * gradient[1]) / determinant
        step_a = (bb * gradient[1] - ba * gradient[0]) / determinant
        step_b = np.where(self.sloped, step_b, gradient[0] / bb)
        self.b = self.b + np.where(self.free, np.clip(step_b, -_LONGEST, _LONGEST), 0.0)
        self.log_a = self.log_a + np.where(self.sloped, np.clip(step_a, -_LONGEST, _LONGEST), 0.0)

    def _prior_pull(self) -> tuple[Array, float]:
        hold = self.residual**-2
        return (self.b - self.level_means[self.design.levels]) * hold, hold

    def _learn_levels(self, counts: Array) -> None:
        """Move the means and the residual spread of levels to where the items are, allowing for the items' own errors."""
        if not self.free.any():
            return
        levels, b = self.design.levels[self.free], self.b[self.free]
        if self.given.level_means is None:
            sizes = np.bincount(levels, minlength=len(self.level_means))
            sums = np.bincount(levels, weights=b, minlength=len(self.level_means))
            self.level_means = np.divide(sums, sizes, out=self.level_means.copy(), where=sizes > 0)
        if self.given.residual is None:
            chances, by_b, _by_a = _chances(self.design, self.b, np.exp(self.log_a))
            seen = counts.sum(axis=1)[:, None, :] / np.maximum(chances, _TINY)
            errors = 1 / ((seen * by_b**2).sum((1, 2)) + self.residual**-2)
            square = (b - self.level_means[levels]) ** 2 + errors[self.free]
            self.residual = max(float(np.sqrt(square.mean())), 0.1)

    def stretch(self) -> None:
        """Give the scale its unit back.

        Likeliest difficulties are drawn towards their level, all of them together, and where nothing else holds the unit the whole
        scale shrinks with them (by a twentieth for ninety items). The likelihood does not change when difficulties and abilities are
        stretched and slopes divided by the same factor; so the factor is the one that the prior makes likeliest once the width of
        each difficulty's posterior, which stretches too, is counted (Laplace's approximation of the integral over difficulties).
        """
        holds = self.design.held.any() or (self.free & ~self.sloped).any() or self.given.spread is not None
        if holds or self.given.mean is not None:
            return
        b, means = self.b[self.free], self.level_means[self.design.levels[self.free]]
        logs, weight, residual = self.log_a[self.free], self.given.slope_spread**-2, self.residual**-2
        stretch = 0.0
        for _step in range(8):
            wide = np.exp(stretch) * b
            gradient = (wide * (wide - means)).sum() * residual - len(b) - (logs - stretch).sum() * weight
            stretch -= float(gradient / ((wide * (2 * wide - means)).sum() * residual + len(b) * weight))
        factor = float(np.exp(stretch))
        self.b = np.where(self.free, self.b * factor, self.b)
        self.log_a = np.where(self.free, self.log_a - stretch, self.log_a)
        self.mean, self.spread = self.mean * factor, self.spread * factor

    def _errors(self) -> tuple[Array, Array]:
        """Return standard errors of difficulties and slopes, from expected information."""
        chances, by_b, by_a = _chances(self.design, self.b, np.exp(self.log_a))
        at = (self.columns.item, self.columns.score)
        floor = np.maximum(chances[at], _TINY)
        sums = np.zeros((3, self.table.items))
        for block, start, count in self.table.blocks():
            incidence = self.columns.incidence(self.table, block, start, count)
            found = population.couple(self.columns.likelihoods(incidence, np.log(floor)), self.prior)
            item = self.table.item[block]
            others = found.marginals[self.design.areas[item], self.table.person[block] - start]
            others = others / floor[self.columns.of_answer[block]]
            others /= others.sum(axis=1, keepdims=True)
            likely, by = (
                np.maximum(_mean(others, chances, item), _TINY),
                [_mean(others, one, item) for one in (by_b, by_a)],
            )
            for place, (one, other) in enumerate(((0, 0), (0, 1), (1, 1))):
                product = (by[one] * by[other] / likely).sum(axis=1)
                sums[place] += np.bincount(item, weights=product, minlength=self.table.items)
        bb, ba, aa = sums
        bb, aa = bb + self.residual**-2, aa + self.given.slope_spread**-2
        alone = np.sqrt(1 / bb)
        determinant = bb * aa - ba**2
        error_b = np.where(self.sloped, np.sqrt(aa / determinant), alone)
        error_a = np.where(self.sloped, np.sqrt(bb / determinant) * np.exp(self.log_a), 0.0)
        return np.where(self.design.held, 0.0, error_b), error_a

    def result(self, *, rounds: int, converged: bool) -> Calibration:
        errors = self._errors()
        several = self.area_count > 1
        return Calibration(
            answers=self.table.counts,
            slope=np.exp(self.log_a),
            difficulty=self.b,
            difficulty_error=errors[0],
            slope_error=errors[1],
            mean=self.mean,
            spread=self.spread,
            correlation=self.correlation if several else None,
            correlation_error=self.correlation_error if several else None,
            level_means=self.level_means,
            residual=self.residual,
            rounds=rounds,
            converged=converged,
            log_likelihood=self.log_likelihood,
        )


def _mean(weights: Array, of_items: Array, item: Rows) -> Array:
    """Return the mean of each score's row over abilities, (m, 3): weights of m answers, (m, nodes), rows of items, (n, 3, nodes)."""
    found = np.empty((len(item), 3))
    for score in range(3):
        found[:, score] = np.einsum("mg,mg->m", weights, of_items[item, score])
    return found


def _chances(design: Design, b: Array, a: Array) -> tuple[Array, Array, Array]:
    """Return P(score), (n, 3, nodes), and its derivatives by the difficulty and by the logarithm of the slope."""
    has_half = ~np.isnan(design.half_guessing)
    floor = np.where(has_half, design.half_guessing, design.guessing)
    shift = np.where(has_half, HALF_STEP, 0.0)
    steep = a[:, None]
    parts = []
    for low, where in ((design.guessing, b), (floor, b - shift)):
        distance = steep * (NODES - where[:, None])
        logistic = 1 / (1 + np.exp(-distance))
        rise = (1 - low[:, None]) * logistic * (1 - logistic)
        parts.append((low[:, None] + (1 - low[:, None]) * logistic, -steep * rise, distance * rise))
    full, half = parts
    chances, by_b, by_a = (np.stack([-h, h - f, f], axis=1) for f, h in zip(full, half, strict=True))
    chances[:, 0] += 1.0
    return chances, by_b, by_a


def chances(design: Design, found: Calibration) -> Array:
    """Return P(score) of calibrated items on the nodes, (n, 3, nodes)."""
    return _chances(design, found.difficulty, found.slope)[0]


def holding(design: Design, *, held: Mask, difficulty: Array, slope: Array) -> Design:
    """Return the design with anchors."""
    return replace(design, held=held, held_difficulty=difficulty, held_slope=slope)
