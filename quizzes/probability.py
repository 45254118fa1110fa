"""Tails of two distributions that tests of hypotheses need."""

from __future__ import annotations

import math


def chi_square_tail(value: float, degrees: int) -> float:
    """Return P(chi-square of whole degrees of freedom > value), exactly (Abramowitz and Stegun 1964, 26.4.4 and 26.4.5).

    Raises:
        ValueError: There is no degree of freedom.
    """
    if degrees < 1:
        raise ValueError("a chi-square has a degree of freedom at least")
    if value <= 0:
        return 1.0
    half = value / 2
    if degrees % 2:
        found, term = math.erfc(math.sqrt(half)), math.exp(-half) * math.sqrt(half) / math.gamma(1.5)
        places = range(3, degrees + 1, 2)
    else:
        found, term = math.exp(-half), math.exp(-half) * half
        places = range(4, degrees + 1, 2)
    for place in places:
        found += term
        term *= half / (place / 2)
    return min(found, 1.0)


def normal_tails(z: float) -> float:
    """Return P(|standard normal| > |z|)."""
    return math.erfc(abs(z) / math.sqrt(2))
