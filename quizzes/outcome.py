"""The outcome of a supervised sitting: what was proved, what failed, what is secured, once questions may have been neutralised.

How it is decided: `quizzes.judging`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from quizzes.measurement import Measurement


#: In per cent: points are halves, what they are compared with is a sum of curves.
_SLACK = 1e-6


class Verdict(StrEnum):
    """What a sitting came to.

    PASSED, FAILED: of a test that has pass rules (`Policy.passing`).
    ESTABLISHED, NOT_ESTABLISHED: of a test that says levels; a level "at least" is established overall, or none.
    UNDECIDED: too few questions count after neutralisation. Nobody has failed: it is to be sat again, and is not counted as a try.
    ANNULLED: the sitting was annulled or called off; it proves nothing.
    """

    PASSED = "passed"
    FAILED = "failed"
    ESTABLISHED = "established"
    NOT_ESTABLISHED = "not-established"
    UNDECIDED = "undecided"
    ANNULLED = "annulled"


class Standing(StrEnum):
    """How an area stands to its minimum.

    SECURED: it reaches it with the certainty of the rules (.8). FAILED: it misses it with that certainty; only this fails anybody.
    BETWEEN: neither is sure enough. UNMEASURED: fewer than three of its questions count; it fails nobody. FREE: it has no minimum.
    """

    SECURED = "secured"
    BETWEEN = "between"
    FAILED = "failed"
    UNMEASURED = "unmeasured"
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaOutcome:
    """One area.

    Args:
        points, available: Got, and to be got, after neutralisation; a question without an answer is lost.
        expected: Points that somebody at the cut gets on these very questions; None for a test that says levels.
        minimum: In per cent of the whole reserved pool of the area; None: it has none.
        below: Probability that the ability in the area gives less than the minimum; None where it has none.
        level: Certified "at least", with nine chances in ten; None where none is.
    """

    area_id: str
    points: float
    available: int
    expected: float | None
    minimum: float | None
    below: float | None
    standing: Standing
    level: str | None

    @property
    def margin(self) -> float:
        """Points above what the cut asks of these questions, or below none lost where there is no cut."""
        return self.points - (self.available if self.expected is None else self.expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeOutcome:
    """One critical theme, of which a critical question was missed.

    Args:
        competency_id: The theme is the competency of the question.
        asked: Questions of the second set that count, after neutralisation. 0: none was left, and the theme is held.
        lost: Points lost on them; one that was left unanswered loses one.
        is_held: Whether the second set was good enough. A theme that is not held fails the examination.
    """

    competency_id: str
    asked: int
    lost: float
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that decides, and that the person is told.

    Args:
        points, available: Got, and to be got, after neutralisation, without the second sets; a question without an answer is lost.
        percent: Of the points available; None where none is.
        required: Per cent that these very questions asked for: what somebody exactly at the cut gets on them. It moves a little with
            the difficulty of the form; `percent` is to be compared with it. None for a test that says levels.
        scaled: The percent on the scale of the cut: what the same ability gets on the whole reserved pool under the blueprint. To be
            compared with `cut`: the two comparisons agree, and this one is alike for all. None for a test that says levels.
        interval: Between which totals, on the scale of `scaled`, the person truly stands, nine times in ten (`quizzes.true_score`).
            It is told, and decides nothing. None where `scaled` is, and where a question was left without an answer.
        cut: In per cent of the whole reserved pool, e.g. 75.0. None for a test that says levels.
        areas: In the order of the framework.
        themes: Critical themes of which a question was missed, in the order of the framework.
        neutralised: Questions of this sitting that were neutralised, second sets included.
        unanswered: Questions that count and were left without an answer.
        measurement: What the answers that count prove, levels "at least"; without those neutralised and those of second sets.
        is_cut_nominal: No panel has signed the cut.
        provisional: The cut is nominal, or a question that counts stands where experts put it.
    """

    verdict: Verdict
    points: float
    available: int
    percent: float | None
    required: float | None
    scaled: float | None
    interval: tuple[float, float] | None
    cut: float | None
    areas: tuple[AreaOutcome, ...]
    themes: tuple[ThemeOutcome, ...]
    neutralised: int
    unanswered: int
    measurement: Measurement
    is_cut_nominal: bool
    provisional: bool

    @property
    def level(self) -> str | None:
        """The level established overall, "at least"; None where none is, and of what proves nothing."""
        return (
            None if self.verdict in (Verdict.UNDECIDED, Verdict.ANNULLED) else self.measurement.overall.certified_level
        )

    @property
    def failed_areas(self) -> tuple[AreaOutcome, ...]:
        """Areas that fail, the surest first."""
        failed = [one for one in self.areas if one.standing is Standing.FAILED]
        return tuple(sorted(failed, key=lambda one: (-(one.below or 0), one.area_id)))

    @property
    def lost_themes(self) -> tuple[ThemeOutcome, ...]:
        """Critical themes that fail."""
        return tuple(one for one in self.themes if not one.is_held)

    @property
    def secured(self) -> tuple[AreaOutcome, ...]:
        """What is secured: areas at their minimum with certainty or, of a test that says levels, those with a level."""
        return tuple(
            one
            for one in self.areas
            if one.standing is Standing.SECURED or (one.standing is Standing.FREE and one.level is not None)
        )

    @property
    def to_work_on(self) -> tuple[AreaOutcome, ...]:
        """What to work on: areas that are not secured and, after a failure, those short of the cut; those most below first.

        After a failure by the points alone there is always one.
        """
        short = [one for one in self.areas if self._is_to_work_on(one)]
        return tuple(sorted(short, key=lambda one: (-(one.below or 0), one.margin, one.area_id)))

    def _is_to_work_on(self, one: AreaOutcome) -> bool:
        if one.standing is Standing.UNMEASURED:
            return False
        if one.standing in (Standing.FAILED, Standing.BETWEEN):
            return True
        if one.expected is None:
            return one.level is None
        return self.verdict is Verdict.FAILED and one.margin < 0

    def hangs_on(self, themes: Collection[str]) -> bool:
        """Tell whether nothing but these critical themes fails: with them held, the examination would be passed."""
        lost = {one.competency_id for one in self.lost_themes}
        if self.verdict is not Verdict.FAILED or not lost or lost - set(themes) or self.failed_areas:
            return False
        return self.percent is not None and self.required is not None and self.percent >= self.required - _SLACK
