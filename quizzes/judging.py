"""Judging: a finished sitting and the questions neutralised -> an outcome.

A test that has pass rules (`Policy.passing`) is passed when all of this is true, after neutralisation:

1. the points reach what the cut asks of these very questions (`quizzes.standard`)
2. no area is below its minimum with the certainty of the rules; an area with fewer than three questions left fails nobody
3. no critical theme is lost: of a missed critical question, the second set lost no more points than it may

What a question counts. Neutralised: nothing, for nobody, and it is not among the points available. Left without an answer: missed. Replaced:
nothing, the one that came counts. Of a second set: its theme only. A critical question that is neutralised opens no theme, and its second
set then decides nothing; a second set of which no question is left, or for which none was left to ask, is held.

What may be left. With fewer questions than `Passing.fewest`, all neutralised among others, nothing is decided, and it is nobody's failure.

Areas are judged by the answers as they are, without the mixture that allows for slips (`quizzes.posterior`): what neutralising a missed
question, or answering right instead of wrong, can do to a person is then never a harm. Levels keep the mixture, as everywhere else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from quizzes import sitting, standard, true_score
from quizzes.additions import VOID, swapped
from quizzes.catalogue import catalogue
from quizzes.measurement import ANSWERS_FOR_AREA
from quizzes.outcome import AreaOutcome, Outcome, Standing, ThemeOutcome, Verdict
from quizzes.posterior import Evidence, posterior
from quizzes.response import column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quizzes.bank import Bank
    from quizzes.catalogue import Catalogue
    from quizzes.measurement import Measurement
    from quizzes.passing import Passing
    from quizzes.policy import Policy
    from quizzes.response import Curves
    from quizzes.sitting import SittingState
    from quizzes.standard import PanelCut, Standard

#: Points are halves; what they are compared with is a sum of curves.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Judged:
    """What a sitting is judged on.

    Args:
        counted: Questions that count, second sets left out: of a form its own, else those that were answered.
        scores: Of the questions that were answered, second sets included.
    """

    state: SittingState
    listed: Catalogue
    neutralised: frozenset[str]
    counted: tuple[str, ...]
    scores: Mapping[str, float]

    def points(self, item_ids: Sequence[str]) -> float:
        return float(sum(self.scores.get(item_id, 0.0) for item_id in item_ids))

    def of_area(self, place: int) -> list[str]:
        areas = self.listed.quotas.areas
        return [item_id for item_id in self.counted if areas[self.listed.rows[item_id]] == place]


def judge(
    state: SittingState, *, bank: Bank, neutralised: frozenset[str] = frozenset(), panel: PanelCut | None = None
) -> Outcome:
    """Judge a finished sitting.

    Args:
        neutralised: Items that count for nobody; those that this sitting did not ask change nothing.
        panel: The signed cut, where there is one.

    Raises:
        ValueError: The sitting runs still.
    """
    if state.finished is None:
        raise ValueError("the sitting runs still")
    listed = catalogue(bank, state.framework_code, state.policy.pool, state.language, state.engine_version)
    asked = swapped(state.form, state.additions) or tuple(one.item_id for one in state.counted)
    scores = {one.item_id: one.score for one in state.answers}
    one = _Judged(
        state=state,
        listed=listed,
        neutralised=neutralised,
        counted=tuple(item_id for item_id in asked if item_id not in neutralised),
        scores=scores,
    )
    everything = {*asked, *scores, *(item_id for items in state.second_sets.values() for item_id in items)}
    measured = _measured(one)
    passing = state.policy.passing
    found = Outcome(
        verdict=Verdict.UNDECIDED,
        points=one.points(one.counted),
        available=len(one.counted),
        percent=100 * one.points(one.counted) / len(one.counted) if one.counted else None,
        required=None,
        scaled=None,
        interval=None,
        cut=None,
        areas=tuple(_levels_only(one, place, measured) for place in range(len(listed.framework.areas))),
        themes=(),
        neutralised=len(everything & neutralised),
        unanswered=sum(item_id not in scores for item_id in one.counted),
        measurement=measured,
        is_cut_nominal=False,
        provisional=measured.provisional,
    )
    if passing is None:
        return replace(found, verdict=_verdict_of_levels(found, state))
    return _passed_or_not(found, one, passing, bank=bank, panel=panel)


def _measured(one: _Judged) -> Measurement:
    """Say what the answers that count prove: those of the sitting's own measure, without the neutralised ones.

    What a form asked and nobody answered is missed here too: whoever is ahead gains nothing by leaving.
    """
    scores = {given.item_id: given.score for given in one.state.counted if given.item_id not in one.neutralised}
    if one.state.is_form:
        scores |= {item_id: 0.0 for item_id in one.counted if item_id not in one.scores}
    rows = [one.listed.rows[item_id] for item_id in scores]
    _found, measured = sitting.measure(one.listed, _evidence(one.listed, one.listed.curves, scores), rows)
    return measured


def _evidence(listed: Catalogue, curves: Curves, scores: Mapping[str, float]) -> Evidence:
    rows = np.array([listed.rows[item_id] for item_id in scores], dtype=np.intp)
    columns = np.array([column(score) for score in scores.values()], dtype=np.intp)
    return Evidence.of(curves, rows, listed.quotas.areas[rows], columns, count=len(listed.framework.areas))


def _levels_only(one: _Judged, place: int, measured: Measurement) -> AreaOutcome:
    own = one.of_area(place)
    return AreaOutcome(
        area_id=one.listed.framework.areas[place].id,
        points=one.points(own),
        available=len(own),
        expected=None,
        minimum=None,
        below=None,
        standing=Standing.FREE if len(own) >= ANSWERS_FOR_AREA else Standing.UNMEASURED,
        level=measured.areas[place].certified_level,
    )


def _verdict_of_levels(found: Outcome, state: SittingState) -> Verdict:
    measured = found.measurement
    if state.finished in VOID:
        return Verdict.ANNULLED
    if found.available < state.policy.minimum_items:
        return Verdict.UNDECIDED if found.neutralised else Verdict.NOT_ESTABLISHED
    if measured.overall.certified_level is not None and (state.is_form or not measured.provisional):
        return Verdict.ESTABLISHED
    return Verdict.NOT_ESTABLISHED


def _passed_or_not(found: Outcome, one: _Judged, passing: Passing, *, bank: Bank, panel: PanelCut | None) -> Outcome:
    """Apply pass rules to what was counted."""
    listed, blueprint = one.listed, one.state.policy.blueprint[one.state.framework_code]
    scale = standard.standard_of(listed, blueprint)
    ability = standard.cut_ability(scale, cut=passing.cut, panel=panel, bank=bank, listed=listed)
    expected = dict(zip(one.counted, standard.expected_at(listed, one.counted, ability), strict=True))
    areas, themes = _areas(found, one, passing, scale, expected), _themes(one, one.state.policy)
    required = sum(expected.values())
    if one.state.finished in VOID:
        verdict = Verdict.ANNULLED
    elif found.available < passing.fewest:
        verdict = Verdict.UNDECIDED
    elif (
        found.points + _SLACK >= required
        and all(area.standing is not Standing.FAILED for area in areas)
        and all(theme.is_held for theme in themes)
    ):
        verdict = Verdict.PASSED
    else:
        verdict = Verdict.FAILED
    return replace(
        found,
        verdict=verdict,
        required=100 * required / found.available if found.available else None,
        scaled=standard.scaled(listed, scale, one.counted, found.points) if found.available else None,
        interval=_interval(found, one, scale),
        cut=100 * standard.share_at(scale.whole, ability),
        areas=areas,
        themes=themes,
        is_cut_nominal=panel is None,
        provisional=panel is None or found.provisional,
    )


def _interval(found: Outcome, one: _Judged, scale: Standard) -> tuple[float, float] | None:
    """Return between which totals the person stands; None where a question was left: what is missing says nothing of what is known."""
    if not found.available or found.unanswered:
        return None
    return true_score.interval(one.listed, scale, one.counted, found.points)


def _areas(
    found: Outcome, one: _Judged, passing: Passing, scale: Standard, expected: Mapping[str, float]
) -> tuple[AreaOutcome, ...]:
    listed = one.listed
    plain = replace(listed.curves, slip=listed.curves.clean)  # both parts of the mixture alike: none of it
    scores = {item_id: one.scores.get(item_id, 0.0) for item_id in one.counted}
    judged = posterior(_evidence(listed, plain, scores), listed.prior)
    areas = []
    for place, area in enumerate(found.areas):
        minimum = passing.minimums.get(area.area_id)
        below = None
        if minimum is not None:
            below = standard.chance_below(
                judged.marginals[place], standard.ability_of(scale.areas[place], minimum / 100)
            )
        areas.append(
            replace(
                area,
                expected=sum(expected[item_id] for item_id in one.of_area(place)),
                minimum=minimum,
                below=below,
                standing=_standing(area, below, passing.certainty),
            )
        )
    return tuple(areas)


def _standing(area: AreaOutcome, below: float | None, certainty: float) -> Standing:
    if area.available < ANSWERS_FOR_AREA:
        return Standing.UNMEASURED
    if below is None:
        return Standing.FREE
    if below >= certainty:
        return Standing.FAILED
    return Standing.SECURED if 1 - below >= certainty else Standing.BETWEEN


def _themes(one: _Judged, policy: Policy) -> tuple[ThemeOutcome, ...]:
    """Say how the second set went of each theme of which a critical question that counts was missed."""
    rule = policy.passing.second_set if policy.passing else None
    if rule is None:
        return ()
    items = {item_id: one.listed.items[one.listed.rows[item_id]] for item_id in one.counted if item_id in one.scores}
    missed = Counter(item.competency for name, item in items.items() if item.critical and one.scores[name] < 1)
    found = []
    for area in one.listed.framework.areas:
        for competency in area.competencies:
            if competency.id in missed:
                own = [
                    item_id
                    for item_id in one.state.second_sets.get(competency.id, ())
                    if item_id not in one.neutralised
                ]
                lost = len(own) - one.points(own)
                found.append(
                    ThemeOutcome(competency_id=competency.id, asked=len(own), lost=lost, is_held=lost <= rule.may_lose)
                )
    return tuple(found)
