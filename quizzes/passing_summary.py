"""What pass rules do to made-up people: who passes and should not, who fails and should not, and by which rule.

The truth of a person is what their abilities give on the whole reserved pool under the blueprint, in per cent: the scale on which the cut
is said. They should pass where this reaches the cut and no area is below its minimum.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from quizzes import standard
from quizzes.catalogue import catalogue
from quizzes.outcome import Standing, Verdict
from quizzes.simulation_summary import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from quizzes.bank import Bank
    from quizzes.outcome import Outcome
    from quizzes.simulator import Simulation

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

#: Ends of the bands of true per cent.
BANDS = (0, 50, 60, 65, 70, 75, 80, 85, 90, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """People whose true per cent lies here, as shares of them.

    Args:
        low, high: Ends in per cent; the lower one is inside.
        deserving: Should pass: none of their areas is truly below its minimum, and the band is at the cut or above.
        passed: Do.
        deserving_passed, deserving_by_areas, deserving_by_themes: Of those who should pass, the share that does, that fails by an
            area, by a theme; None where nobody should.
        by_points, by_areas, by_themes: Fail by this rule, whatever the others say.
        by_areas_only, by_themes_only: Fail by this rule alone.
        by_plain_areas: Would fail if an area failed as soon as its points are below its minimum.
        second_sets: Were asked a second set.
    """

    low: int
    high: int
    people: int
    deserving: float
    passed: float
    deserving_passed: float | None
    deserving_by_areas: float | None
    deserving_by_themes: float | None
    by_points: float
    by_areas: float
    by_themes: float
    by_areas_only: float
    by_themes_only: float
    by_plain_areas: float
    second_sets: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PassSummary:
    """Everything, as shares of all people.

    Args:
        cut: In per cent of the whole reserved pool; `cut_ability` is where it stands, in logits.
        above: Truly at the cut or above, whatever their areas.
        passed_below, failed_above: Pass truly below the cut; fail truly at it or above.
        deserving, passed: Should pass, areas included; do.
        false_pass, false_fail: Do and should not; should and do not.
        required: What forms ask for, in per cent: the smallest and the largest.
        covered, width: Of the interval that a person is told: the share that holds the true total, and how wide it is on average, in
            per cent of the pool.
        bands: Those in which there is somebody.
    """

    cut: float
    cut_ability: float
    above: float
    passed_below: float
    failed_above: float
    deserving: float
    passed: float
    false_pass: float
    false_fail: float
    required: tuple[float, float]
    covered: float
    width: float
    bands: tuple[Band, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain data, figures rounded to four decimals."""
        rounded: dict[str, Any] = plain(asdict(self))
        return rounded


def summarise_passes(found: Simulation, bank: Bank) -> PassSummary | None:
    """Return the figures; None where the test has no pass rules."""
    judged = [one.judged for one in found.outcomes if one.judged is not None]
    passing = found.policy.passing
    if passing is None:
        return None
    listed = catalogue(bank, found.framework_code, found.policy.pool, found.language)
    scale = standard.standard_of(listed, found.policy.blueprint[found.framework_code])
    areas, whole = _true(found, scale)
    minimums = np.array([passing.minimums.get(area.id, 0.0) for area in listed.framework.areas])
    deserving = (whole >= passing.cut) & (areas >= minimums).all(axis=1)
    passed = np.array([one.verdict is Verdict.PASSED for one in judged])
    required = [one.required for one in judged if one.required is not None]
    low, high = np.array([one.interval for one in judged], dtype=float).T  # everybody answers everything
    return PassSummary(
        cut=passing.cut,
        cut_ability=standard.ability_of(scale.whole, passing.cut / 100),
        above=float((whole >= passing.cut).mean()),
        passed_below=float((passed & (whole < passing.cut)).mean()),
        failed_above=float((~passed & (whole >= passing.cut)).mean()),
        deserving=float(deserving.mean()),
        passed=float(passed.mean()),
        false_pass=float((passed & ~deserving).mean()),
        false_fail=float((~passed & deserving).mean()),
        required=(min(required), max(required)),
        covered=float(((low <= whole) & (whole <= high)).mean()),
        width=float((high - low).mean()),
        bands=_bands(judged, whole, deserving),
    )


def _true(found: Simulation, scale: standard.Standard) -> tuple[Array, Array]:
    """Return the true per cents of each person: of each area, (people, areas), and of the whole, (people,)."""
    abilities = np.array([one.abilities for one in found.outcomes])
    areas = 100 * np.array(
        [[standard.share_at(shares, at) for shares, at in zip(scale.areas, row, strict=True)] for row in abilities]
    )
    whole: Array = areas @ scale.weights
    return areas, whole


def _bands(judged: Sequence[Outcome], whole: Array, deserving: Mask) -> tuple[Band, ...]:
    by_points = np.array([one.points < one.available * (one.required or 0) / 100 - 1e-9 for one in judged])
    by_areas = np.array([bool(one.failed_areas) for one in judged])
    by_themes = np.array([bool(one.lost_themes) for one in judged])
    columns = {
        "deserving": deserving,
        "passed": np.array([one.verdict is Verdict.PASSED for one in judged]),
        "by_points": by_points,
        "by_areas": by_areas,
        "by_themes": by_themes,
        "by_areas_only": by_areas & ~by_points & ~by_themes,
        "by_themes_only": by_themes & ~by_points & ~by_areas,
        "by_plain_areas": np.array([_fails_plainly(one) for one in judged]),
        "second_sets": np.array([any(theme.asked for theme in one.themes) for one in judged]),
    }
    found = []
    for low, high in itertools.pairwise(BANDS):
        own = (whole >= low) & (whole < high)
        if own.any():
            shares: dict[str, Any] = {name: float(column[own].mean()) for name, column in columns.items()}
            for name in ("passed", "by_areas", "by_themes"):
                among = columns[name][own & deserving]
                shares[f"deserving_{name}"] = float(among.mean()) if len(among) else None
            found.append(Band(low=low, high=high, people=int(own.sum()), **shares))
    return tuple(found)


def _fails_plainly(one: Outcome) -> bool:
    return any(
        area.minimum is not None
        and area.standing is not Standing.UNMEASURED
        and 100 * area.points < area.minimum * area.available
        for area in one.areas
    )
