"""Which numbers of a year may be published, so that nobody can be told apart by them.

A failure is nobody's business but the person's. A rate is therefore published of a group only where both the people who passed and
those who did not are several, and where nothing hidden can be had by subtracting what is shown from the total:

1. a group that is too small, or nearly all of which had the same outcome, joins the others
2. the others take in the smallest published group until they are safe themselves
3. where not even all together are safe, only how many took the examination is told
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

#: Fewest people of a group, and fewest of each outcome in it.
SMALLEST_GROUP, FEWEST_ALIKE = 10, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who took the examination in one year.

    Args:
        name: What they have in common; None for several groups put together.

    Raises:
        ValueError: More passed than sat.
    """

    name: str | None
    sat: int
    passed: int

    def __post_init__(self) -> None:
        if not 0 <= self.passed <= self.sat:
            msg = f"{self.name}: {self.passed} passed of {self.sat}"
            raise ValueError(msg)

    @property
    def is_safe(self) -> bool:
        """Whether its rate tells of nobody in particular."""
        return self.sat >= SMALLEST_GROUP and min(self.passed, self.sat - self.passed) >= FEWEST_ALIKE

    @property
    def percent(self) -> int:
        """Whole per cent of those who passed, rounded down."""
        return 100 * self.passed // self.sat


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRates:
    """What is published.

    Args:
        sat: How many took the examination, in all.
        groups: Those whose rate is told, the largest first; the others, put together, last.
    """

    sat: int
    groups: tuple[Group, ...]

    @property
    def total(self) -> Group | None:
        """All together; None where not even they are safe."""
        if not self.groups:
            return None
        return Group(name=None, sat=self.sat, passed=sum(group.passed for group in self.groups))


def pass_rates(groups: Sequence[Group]) -> PassRates:
    """Return what may be published of these groups, which hold everybody once."""
    shown = sorted((group for group in groups if group.is_safe), key=lambda one: (-one.sat, one.name or ""))
    hidden = [group for group in groups if not group.is_safe and group.sat]
    others = _together(hidden)
    while hidden and not others.is_safe and shown:
        hidden.append(shown.pop())
        others = _together(hidden)
    total = _together(groups)
    if not hidden:
        return PassRates(sat=total.sat, groups=tuple(shown))
    return PassRates(sat=total.sat, groups=(*shown, others) if others.is_safe else ())


def middle_days(delays: Sequence[timedelta]) -> int | None:
    """Return the median of delays, in whole days; None of fewer than the smallest group."""
    if len(delays) < SMALLEST_GROUP:
        return None
    return round(median(delay.total_seconds() for delay in delays) / 86_400)


def _together(groups: Sequence[Group]) -> Group:
    return Group(name=None, sat=sum(group.sat for group in groups), passed=sum(group.passed for group in groups))
