"""A figure, its target, its sampling error, and what is said of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

#: In the quick form a figure misses its target where it does so by more than so many sampling errors.
CLEARLY = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure.

    Args:
        name: Stable, for machines.
        words: What it is, for people.
        error: Standard error over the people drawn; None where it has none (times, maxima).
        at_least, at_most: The target; a figure without either is shown, not judged.
        is_time: Whether it is a time of this machine, which its load can spoil.
    """

    name: str
    words: str
    value: float
    error: float | None = None
    at_least: float = -math.inf
    at_most: float = math.inf
    is_time: bool = False

    @property
    def is_judged(self) -> bool:
        return math.isfinite(self.at_least) or math.isfinite(self.at_most)

    @property
    def is_met(self) -> bool:
        return self.at_least <= self.value <= self.at_most

    @property
    def is_clearly_missed(self) -> bool:
        """Whether chance does not explain the miss; a time is never said to be clearly missed."""
        slack = CLEARLY * (self.error or 0.0)
        return not self.is_time and not self.at_least - slack <= self.value <= self.at_most + slack

    def fails(self, *, is_strict: bool) -> bool:
        """Tell whether the run fails for it: strictly, any target missed; else, one clearly missed."""
        return self.is_judged and (not self.is_met if is_strict else self.is_clearly_missed)

    @property
    def target(self) -> str:
        low, high = (f"{one:g}" for one in (self.at_least, self.at_most))
        if not self.is_judged:
            return ""
        if math.isinf(self.at_least):
            return f"at most {high}"
        return f"at least {low}" if math.isinf(self.at_most) else f"{low} to {high}"

    def line(self) -> str:
        """Say it in one line."""
        error = "" if self.error is None else f"± {self.error:.4f}"
        verdict = "" if not self.is_judged else "pass" if self.is_met else "FAIL"
        return f"  {self.words:66} {self.value:8.4f} {error:9} {self.target:18} {verdict}".rstrip()

    def plain(self) -> dict[str, float | bool | None]:
        """Return it for JSON."""
        low, high = (one if math.isfinite(one) else None for one in (self.at_least, self.at_most))
        return {
            "value": round(self.value, 5),
            "error": None if self.error is None else round(self.error, 5),
            "at_least": low,
            "at_most": high,
            "passed": self.is_met if self.is_judged else None,
        }


def mean(values: Array) -> tuple[float, float]:
    """Return a mean and its standard error.

    Args:
        values: (people,), or (banks, people) where each bank has people of its own: then banks are what was drawn at random.
    """
    drawn = values.reshape(len(values), -1).mean(axis=1)
    return float(values.mean()), float(drawn.std(ddof=1) / math.sqrt(len(drawn)))


def root(squares: Array) -> tuple[float, float]:
    """Return the root of a mean of squares, and its standard error (delta method)."""
    value, error = mean(squares)
    return math.sqrt(value), error / (2 * math.sqrt(value))


def ratio(over: Array, under: Array) -> tuple[float, float]:
    """Return the ratio of two means over the same people, and its standard error (delta method)."""
    found = float(over.mean() / under.mean())
    return found, found * mean(over / over.mean() - under / under.mean())[1]


def ratio_of_roots(over: Array, under: Array) -> tuple[float, float]:
    """Return the ratio of the roots of two means of squares over the same people, and its standard error."""
    square, error = ratio(over, under)
    return math.sqrt(square), error / (2 * math.sqrt(square))
