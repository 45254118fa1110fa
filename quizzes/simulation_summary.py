"""What a simulation shows, in figures: errors, lengths, exposure, levels right and wrong, passes and fails at each cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from quizzes.measurement import CERTIFIED_PROBABILITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from quizzes.framework import Framework
    from quizzes.simulator import Outcome, Simulation

    Array = NDArray[np.float64]

#: Half-width of the intervals whose coverage is counted, in standard errors, and what it should be.
WIDTH, NOMINAL = 1.96, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How near estimates are to the truth, in logits.

    Args:
        rmse, bias: Of estimates; negative when they are too low.
        claimed: Root mean square of the standard errors that the engine says.
        coverage: Share of 95 % intervals that hold the truth.
    """

    rmse: float
    bias: float
    claimed: float
    coverage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCut:
    """What happens at one cut, as shares of all people.

    Args:
        above: Truly at or above it.
        passed: Said to be, with nine chances in ten.
        false_pass, false_fail: Said to be and is not; is and is not said to be.
        likely_false_pass, likely_false_fail: The same if it were said with one chance in two.
    """

    name: str
    cut: float
    above: float
    passed: float
    false_pass: float
    false_fail: float
    likely_false_pass: float
    likely_false_fail: float

    @property
    def wrong_among_passed(self) -> float | None:
        """Share of those who pass and should not have."""
        return self.false_pass / self.passed if self.passed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByLevel:
    """People whose true overall level is this one; "L0" is below the first cut.

    Args:
        likely_right, likely_one_off: Of the likeliest level.
        certified, certified_right, too_high: Shares of them with a certified level, with exactly theirs, with one above theirs.
    """

    level: str
    people: int
    length: float
    accuracy: Accuracy
    likely_right: float
    likely_one_off: float
    certified: float
    certified_right: float
    too_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Everything, as plain figures.

    Args:
        lengths: Mean, fifth and ninety-fifth percentiles, longest.
        too_high: Of those who are certified a level overall, the share that gets one above the true one.
        areas_too_high: The same over areas.
        exposures: Share of sittings that asked each item of the pool, the most used first.
        overlap: Share of items that two people have in common, on average (Way 1998).
    """

    people: int
    overall: Accuracy
    areas: Mapping[str, Accuracy]
    lengths: tuple[float, float, float, float]
    reasons: Mapping[str, float]
    likely_right: float
    likely_one_off: float
    certified: float
    certified_right: float
    too_high: float | None
    areas_too_high: float | None
    exposures: Sequence[tuple[str, float]]
    cap: float
    unused: int
    overlap: float
    cuts: Sequence[AtCut]
    levels: Sequence[ByLevel]

    def to_json(self) -> dict[str, Any]:
        """Return plain data, figures rounded to four decimals, exposures left to their largest."""
        data = asdict(self)
        data["exposure"] = {
            "maximum": self.exposures[0][1],
            "cap": self.cap,
            "unused": self.unused,
            "overlap": self.overlap,
        }
        for name in ("exposures", "cap", "unused", "overlap"):
            del data[name]
        rounded: dict[str, Any] = plain(data)
        return rounded


def plain(value: Any) -> Any:  # noqa: ANN401 (plain data)
    """Return plain data with its figures rounded to four decimals."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def summarise(found: Simulation, framework: Framework, *, extra_cut: float | None = None) -> Summary:
    """Return the figures.

    Args:
        extra_cut: One more cut to look at, in logits: one that a panel proposes.
    """
    outcomes = found.outcomes
    cuts = [(level.id, level.cut) for level in framework.levels]
    true = np.array([one.whole for one in outcomes])
    levels = np.array([[_level(value, cuts) for value in (one.whole, *one.abilities)] for one in outcomes])
    likely = _places([one.measurement.overall.likeliest_level for one in outcomes])
    certified = _places([one.measurement.overall.certified_level for one in outcomes])
    areas = np.array([_places([area.certified_level for area in one.measurement.areas]) for one in outcomes])
    lengths = np.array([len(one.item_ids) for one in outcomes], dtype=float)
    uses = Counter(item_id for one in outcomes for item_id in one.item_ids)
    shares = sorted(
        ((item.id, uses[item.id] / len(outcomes)) for item in found.pool), key=lambda one: (-one[1], one[0])
    )
    estimates = _estimates(outcomes)
    return Summary(
        people=len(outcomes),
        overall=accuracy(true, *estimates),
        areas={
            area.id: accuracy(
                np.array([one.abilities[place] for one in outcomes]),
                np.array([one.measurement.areas[place].mean for one in outcomes]),
                np.array([one.measurement.areas[place].standard_deviation for one in outcomes]),
            )
            for place, area in enumerate(framework.areas)
        },
        lengths=(float(lengths.mean()), *np.percentile(lengths, [5, 95]).tolist(), float(lengths.max())),
        reasons={name: count / len(outcomes) for name, count in Counter(one.reason for one in outcomes).most_common()},
        likely_right=float((likely == levels[:, 0]).mean()),
        likely_one_off=float((np.abs(likely - levels[:, 0]) == 1).mean()),
        certified=float((certified > 0).mean()),
        certified_right=float(((certified > 0) & (certified == levels[:, 0])).mean()),
        too_high=_share(certified > levels[:, 0], certified > 0),
        areas_too_high=_share(areas > levels[:, 1:], areas > 0),
        exposures=shares,
        cap=found.cap,
        unused=sum(share == 0 for _item, share in shares),
        overlap=sum(share**2 for _item, share in shares) * len(outcomes) / max(float(lengths.sum()), 1.0),
        cuts=_at_cuts(true, estimates, cuts, extra_cut, outcomes),
        levels=_by_level(levels[:, 0], true, estimates, lengths=lengths, likely=likely, certified=certified),
    )


def _estimates(outcomes: Sequence[Outcome]) -> tuple[Array, Array]:
    overall = [one.measurement.overall for one in outcomes]
    return np.array([one.mean for one in overall]), np.array([one.standard_deviation for one in overall])


def accuracy(true: Array, means: Array, errors: Array) -> Accuracy:
    """Compare estimates with the truth, (n,) each."""
    off = means - true
    return Accuracy(
        rmse=float(np.sqrt((off**2).mean())),
        bias=float(off.mean()),
        claimed=float(np.sqrt((errors**2).mean())),
        coverage=float((np.abs(off) <= WIDTH * errors).mean()),
    )


def _level(ability: float, cuts: Sequence[tuple[str, float]]) -> int:
    return sum(ability >= cut for _name, cut in cuts)


def _places(levels: Sequence[str | None]) -> NDArray[np.intp]:
    return np.array([int(level[1:]) if level else 0 for level in levels], dtype=np.intp)


def _share(which: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
    return float(which[among].mean()) if among.any() else None


def _at_cuts(
    true: Array,
    estimates: tuple[Array, Array],
    cuts: Sequence[tuple[str, float]],
    extra: float | None,
    outcomes: Sequence[Outcome],
) -> list[AtCut]:
    """Look at each cut of the framework, and at one more, whose probability is taken from the normal of the estimate."""
    found = [
        _at_cut(name, cut, true, np.array([one.measurement.overall.at_least[place] for one in outcomes]))
        for place, (name, cut) in enumerate(cuts)
    ]
    if extra is not None:
        normal = NormalDist()
        means, errors = estimates
        chances = np.array([normal.cdf((m - extra) / e) for m, e in zip(means.tolist(), errors.tolist(), strict=True)])
        found.append(_at_cut("seuil étudié", extra, true, chances))
    return found


def _at_cut(name: str, cut: float, true: Array, chances: Array) -> AtCut:
    above, passed, likely = true >= cut, chances >= CERTIFIED_PROBABILITY, chances >= 0.5
    return AtCut(
        name=name,
        cut=cut,
        above=float(above.mean()),
        passed=float(passed.mean()),
        false_pass=float((passed & ~above).mean()),
        false_fail=float((~passed & above).mean()),
        likely_false_pass=float((likely & ~above).mean()),
        likely_false_fail=float((~likely & above).mean()),
    )


def _by_level(
    levels: NDArray[np.intp],
    true: Array,
    estimates: tuple[Array, Array],
    *,
    lengths: Array,
    likely: NDArray[np.intp],
    certified: NDArray[np.intp],
) -> list[ByLevel]:
    found = []
    for level in np.unique(levels).tolist():
        own = levels == level
        found.append(
            ByLevel(
                level=f"L{level}",
                people=int(own.sum()),
                length=float(lengths[own].mean()),
                accuracy=accuracy(true[own], estimates[0][own], estimates[1][own]),
                likely_right=float((likely[own] == level).mean()),
                likely_one_off=float((np.abs(likely[own] - level) == 1).mean()),
                certified=float((certified[own] > 0).mean()),
                certified_right=float(((certified[own] == level) & (certified[own] > 0)).mean()),
                too_high=float((certified[own] > level).mean()),
            )
        )
    return found
