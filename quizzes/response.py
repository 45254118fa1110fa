"""The response model: what the chance of each score is, for each ability.

An item that is right or wrong follows the three-parameter logistic model (Birnbaum 1968): right with probability
`c + (1 - c) / (1 + exp(-a (t - b)))` for a person of ability `t`. `a` is its slope, `b` its difficulty in logits, `c` its lower
asymptote: 0 where the answer is written, the chance of finding it blindly where it is chosen. With c = 0 it is the
two-parameter model.

An item with partial credit has three scores, 0, ½ and 1, and follows the graded response model (Samejima 1969) with lower
asymptotes: the chance of ½ or more is the same curve moved down by `half_step`, above the chance `half_guessing` of reaching it
blindly.

Errors of the parameters themselves are carried along: where a difficulty or a slope is known with an error, the curve is the
average over what it may be (the expected response function of Lewis 1985 and Mislevy, Wingersky and Sheehan 1994). A flatter curve
proves less, and what is claimed of a person widens accordingly.

Slips. A person may know and yet answer wrong. Beside the clean likelihood stands that of somebody who loses `SLIP` of their right
answers (the upper asymptote of Barton and Lord 1981); `quizzes.posterior` mixes both and lets the answers decide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

#: Abilities at which everything is known, in logits. A posterior narrower than a fifth of a logit is still summed exactly.
GRID: Array = np.linspace(-6.0, 6.0, 97)
STEP = float(GRID[1] - GRID[0])
#: Share of right answers that somebody who slips loses.
SLIP = 0.08
#: Distance between half and full credit until calibrated: one level, in logits.
HALF_STEP = 0.8
#: Where half credit is found blindly more often than this, it says too little and is not given.
HALF_GUESSING_LIMIT = 0.5

#: Scores in the order in which the tables hold them.
SCORES = (0.0, 0.5, 1.0)
WRONG, HALF, RIGHT = 0, 1, 2


def column(score: float) -> int:
    """Return where the tables hold a score.

    Raises:
        ValueError: It is none of 0, ½ and 1.
    """
    return SCORES.index(score)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameters:
    """Parameters of n items.

    Args:
        slope: a, positive, (n,).
        difficulty: b, in logits, (n,).
        guessing: c, in [0, 1), (n,).
        half_guessing: Chance of ½ or more by luck, in [c, 1); NaN where an item has no partial credit, (n,).
        half_step: Distance of ½ below full credit, in logits, (n,).
        difficulty_error: Standard error of b, in logits, (n,).
        slope_error: Standard error of a, (n,).

    Raises:
        ValueError: A parameter is outside its domain, or the arrays differ in length.
    """

    slope: Array
    difficulty: Array
    guessing: Array
    half_guessing: Array
    half_step: Array
    difficulty_error: Array
    slope_error: Array

    @classmethod
    def of(
        cls,
        slope: ArrayLike,
        difficulty: ArrayLike,
        guessing: ArrayLike | None = None,
        *,
        half_guessing: ArrayLike | None = None,
        half_step: ArrayLike = HALF_STEP,
        difficulty_error: ArrayLike = 0.0,
        slope_error: ArrayLike = 0.0,
    ) -> Parameters:
        """Return parameters from anything like arrays; no guessing and no partial credit unless given."""
        b = np.atleast_1d(np.asarray(difficulty, dtype=float))

        def like(values: ArrayLike) -> Array:
            return np.broadcast_to(np.asarray(values, dtype=float), b.shape)

        return cls(
            slope=like(slope),
            difficulty=b,
            guessing=like(0.0 if guessing is None else guessing),
            half_guessing=like(np.nan if half_guessing is None else half_guessing),
            half_step=like(half_step),
            difficulty_error=like(difficulty_error),
            slope_error=like(slope_error),
        )

    def __post_init__(self) -> None:
        shape = self.difficulty.shape
        if len(shape) != 1 or any(getattr(self, name).shape != shape for name in self.__slots__):
            raise ValueError("parameters are arrays of one dimension and one length")
        if not (np.isfinite(self.slope).all() and (self.slope > 0).all()):
            raise ValueError("a slope is not positive")
        if not np.isfinite(self.difficulty).all():
            raise ValueError("a difficulty is not a number")
        if not ((self.guessing >= 0) & (self.guessing < 1)).all():
            raise ValueError("a lower asymptote is outside [0, 1)")
        half = self.half_guessing[~np.isnan(self.half_guessing)]
        if not ((half >= self.guessing[~np.isnan(self.half_guessing)]) & (half < 1)).all():
            raise ValueError("the chance of half credit is outside [c, 1)")
        if not (self.half_step >= 0).all():
            raise ValueError("half credit is harder than full credit")
        if not ((self.difficulty_error >= 0) & (self.slope_error >= 0)).all():
            raise ValueError("an error is negative")

    def __len__(self) -> int:
        return len(self.difficulty)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """The model of n items on the grid of g abilities, computed once.

    Args:
        clean: log P(score), (n, 3, g) in the order of `SCORES`; an impossible score has probability 0, log −inf.
        slip: The same for somebody who slips.
        information: Fisher information, (g, n): one row an ability.
        expected: Expected score, (n, g).
    """

    clean: Array
    slip: Array
    information: Array
    expected: Array
    parameters: Parameters = field(repr=False)

    def __len__(self) -> int:
        return len(self.parameters)

    def information_at(self, ability: float) -> Array:
        """Return the information of every item at one ability, interpolated, (n,)."""
        place = min(max((ability - GRID[0]) / STEP, 0.0), len(GRID) - 1.000001)
        low = int(place)
        share = place - low
        found: Array = self.information[low] * (1 - share) + self.information[low + 1] * share
        return found


def probabilities(parameters: Parameters, abilities: Array) -> Array:
    """Return P(score) for items, scores and abilities, (n, 3, abilities)."""
    full, half, _d_full, _d_half = _above(parameters, abilities)
    return np.stack([1 - half, half - full, full], axis=1)


def curves(parameters: Parameters) -> Curves:
    """Compute the tables that sittings read."""
    full, half, d_full, d_half = _above(parameters, GRID)
    clean = np.stack([1 - half, half - full, full], axis=1)
    slipped = (1 - SLIP) * clean
    slipped[:, WRONG] += SLIP
    with np.errstate(divide="ignore"):
        return Curves(
            clean=np.log(clean),
            slip=np.log(slipped),
            information=np.ascontiguousarray(_information(full, half, d_full, d_half).T),
            expected=full + (half - full) / 2,
            parameters=parameters,
        )


def information(parameters: Parameters, abilities: Array) -> Array:
    """Return the Fisher information of items at abilities, (n, abilities)."""
    return _information(*_above(parameters, abilities))


def _information(full: Array, half: Array, d_full: Array, d_half: Array) -> Array:
    """Return the sum over scores of the squared derivative of its probability over that probability (Samejima 1969)."""
    found: Array = d_full**2 / full + d_half**2 / (1 - half)
    middle = half - full
    found += np.divide((d_half - d_full) ** 2, middle, out=np.zeros_like(middle), where=middle > 1e-12)
    return found


def _above(parameters: Parameters, abilities: Array) -> tuple[Array, Array, Array, Array]:
    """Return P(full credit), P(half credit or more), (n, abilities), and their derivatives by the ability.

    Half credit or more is full credit where there is no partial credit.
    """
    one = parameters
    has_half = ~np.isnan(one.half_guessing)
    floor = np.where(has_half, one.half_guessing, one.guessing)
    shift = np.where(has_half, one.half_step, 0.0)
    found = np.zeros((4, len(one), len(abilities)))
    for node, weight, slope_node in _nodes(parameters):
        a = (one.slope * np.exp(slope_node * one.slope_error / one.slope))[:, None]
        b = (one.difficulty + node * one.difficulty_error)[:, None]
        for place, (low, where) in enumerate(((one.guessing, b), (floor, b - shift[:, None]))):
            c = low[:, None]
            logistic = 1 / (1 + np.exp(-a * (abilities - where)))
            found[place] += weight * (c + (1 - c) * logistic)
            found[place + 2] += weight * a * (1 - c) * logistic * (1 - logistic)
    return found[0], found[1], found[2], found[3]


def _nodes(parameters: Parameters) -> list[tuple[float, float, float]]:
    """Return standard normal nodes of difficulty, their weights, and nodes of the slope's logarithm (Gauss and Hermite)."""
    difficulties = _hermite(7 if parameters.difficulty_error.any() else 1)
    slopes = _hermite(3 if parameters.slope_error.any() else 1)
    return [(b, weight * share, a) for b, weight in difficulties for a, share in slopes]


def _hermite(count: int) -> list[tuple[float, float]]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(count)
    return list(zip(nodes.tolist(), (weights / weights.sum()).tolist(), strict=True))
