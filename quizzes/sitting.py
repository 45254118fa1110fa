"""A sitting: (state, answer) -> state. Nothing here reads a clock, draws at random or remembers.

The answers, the seed, the items set aside and the bank are the truth: `replay` finds the same state from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from quizzes import forms, grading, measurement, selection, trials
from quizzes.catalogue import catalogue
from quizzes.errors import EmptyPoolError, NotOfferedError, SittingClosedError, UnexpectedItemError
from quizzes.posterior import Evidence, Posterior, posterior
from quizzes.response import column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from quizzes.bank import Bank
    from quizzes.catalogue import Catalogue
    from quizzes.items import Response
    from quizzes.measurement import Measurement
    from quizzes.policy import Policy

#: Changes whenever the same answers could prove something else; written into every sitting and certificate.
ENGINE_VERSION = "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer, with its score and why its item was asked (empty when replayed: the shell has kept it)."""

    item_id: str
    response: Response
    score: float
    trace: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More questions on one area, at the person's wish, after the sitting had ended.

    Args:
        after: Answers given before it.
        area_id: The area whose level was borderline.
    """

    after: int
    area_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingState:
    """Where a sitting stands.

    Args:
        language: Of the test: parameters are calibrated apart in each.
        seed: Decides between equally good items, draws the form, and orders the options shown.
        excluded: Items that may not be asked: reserved ones already seen.
        resting: Items asked only where nothing else is left: drawn once, for their exposure.
        form: The items of a form in order; empty when each is chosen from the answers before it.
        trials: Place, from 0, and item of what is on trial: asked, and not counted.
        extensions: What was added after the sitting had ended, in order.
        current_item_id: On screen; None when finished.
        finished: Why it ended: "confident", "maximum", "complete" (a whole form), "exhausted" or "stopped"; None while it runs.
    """

    framework_code: str
    policy: Policy
    language: str
    seed: int
    excluded: frozenset[str]
    resting: frozenset[str]
    bank_hash: str
    engine_version: str
    form: tuple[str, ...]
    trials: tuple[tuple[int, str], ...]
    extensions: tuple[Extension, ...]
    answers: tuple[Answered, ...]
    current_item_id: str | None
    finished: str | None
    measurement: Measurement
    current_trace: Mapping[str, Any] = field(default_factory=dict, compare=False)
    _evidence: Evidence = field(repr=False, compare=False)
    _closed: NDArray[np.bool_] = field(repr=False, compare=False)

    @property
    def is_form(self) -> bool:
        return bool(self.form)

    @property
    def counted(self) -> tuple[Answered, ...]:
        """The answers that measure: all but those to items on trial."""
        return tuple(one for one in self.answers if not self.is_trial(one.item_id))

    @property
    def may_certify(self) -> bool:
        """Whether it is finished and established a level that may be put on paper: on a provisional scale, only a form's may."""
        return (
            self.finished is not None
            and self.policy.pool == "reserved"
            and self.measurement.overall.certified_level is not None
            and (self.is_form or not self.measurement.provisional)
        )

    def is_trial(self, item_id: str) -> bool:
        """Tell whether an item is on trial in this sitting."""
        return any(item_id == one for _place, one in self.trials)

    @property
    def maximum_items(self) -> int:
        """How many questions there are at most, said from the first one on."""
        if self.extensions:
            return self.extensions[-1].after + self.policy.extension
        return len(self.form) or self.policy.maximum_items + len(self.trials)

    def may_extend(self, area_id: str) -> bool:
        """Tell whether more questions on an area are offered: its level is borderline, and it was not extended before."""
        return (
            self.finished in ("confident", "maximum")
            and self.policy.extension > 0
            and self.measurement.area(area_id).is_borderline
            and area_id not in {one.area_id for one in self.extensions}
        )


def start(
    bank: Bank,
    *,
    framework_code: str,
    policy: Policy,
    seed: int,
    language: str = "fr",
    excluded: frozenset[str] = frozenset(),
    resting: frozenset[str] = frozenset(),
) -> SittingState:
    """Begin a sitting.

    Raises:
        UnknownFrameworkError: The bank has no such framework.
        NotOfferedError: This test does not exist for this framework.
        EmptyPoolError: Nothing is left to ask, or too little to attest anything with.
    """
    bank.framework(framework_code)
    if not policy.is_for(framework_code):
        raise NotOfferedError(framework_code)
    state = replay(
        bank,
        framework_code=framework_code,
        policy=policy,
        seed=seed,
        language=language,
        excluded=excluded,
        resting=resting,
        answers=(),
    )
    left = sum(item.id not in excluded for item in bank.items_of(framework_code, policy.pool))
    if state.finished is not None or (policy.pool == "reserved" and left < policy.minimum_items):
        raise EmptyPoolError(framework_code)
    return state


def answer(state: SittingState, *, item_id: str, response: Response, bank: Bank) -> SittingState:
    """Return the state after one more answer.

    Raises:
        SittingClosedError: The sitting is finished.
        UnexpectedItemError: The answer is not for the item on screen.
    """
    if state.finished is not None:
        raise SittingClosedError
    if item_id != state.current_item_id:
        raise UnexpectedItemError(item_id)
    listed = _catalogue(bank, state)
    evidence = state._evidence.copy()  # noqa: SLF001 (its own)
    score = grading.grade(bank.item(item_id), response).score
    if not state.is_trial(item_id):
        row = listed.rows[item_id]
        evidence.add(listed.curves, row, int(listed.quotas.areas[row]), column(score))
    answered = Answered(item_id=item_id, response=response, score=score, trace=state.current_trace)
    return _settle(listed, replace(state, answers=(*state.answers, answered), _evidence=evidence))


def replay(
    bank: Bank,
    *,
    framework_code: str,
    policy: Policy,
    seed: int,
    answers: Sequence[tuple[str, Response]],
    language: str = "fr",
    excluded: frozenset[str] = frozenset(),
    resting: frozenset[str] = frozenset(),
    extensions: Sequence[Extension] = (),
) -> SittingState:
    """Return the state that recorded answers lead to: the same as answering them one by one.

    Raises:
        UnknownFrameworkError, UnknownItemError: The bank is not the one of the sitting.
    """
    listed = catalogue(bank, framework_code, policy.pool, language)
    given = tuple(
        Answered(item_id=item_id, response=response, score=grading.grade(bank.item(item_id), response).score)
        for item_id, response in answers
    )
    drawn = _draw(listed, policy, excluded=excluded, resting=resting, seed=seed)
    on_trial = {item_id for _place, item_id in drawn.trials}
    counted = [one for one in given if one.item_id not in on_trial]
    rows = np.array([listed.rows[one.item_id] for one in counted], dtype=np.intp)
    columns = np.array([column(one.score) for one in counted], dtype=np.intp)
    areas = listed.quotas.areas[rows]
    evidence = Evidence.of(listed.curves, rows, areas, columns, count=len(listed.framework.areas))
    asked: list[int] = rows.tolist()
    found, measured = _measure(listed, evidence, asked)
    state = SittingState(
        framework_code=framework_code,
        policy=policy,
        language=language,
        seed=seed,
        excluded=excluded,
        resting=resting,
        bank_hash=bank.content_hash,
        engine_version=ENGINE_VERSION,
        form=drawn.form,
        trials=drawn.trials,
        extensions=tuple(extensions),
        answers=given,
        current_item_id=None,
        finished=None,
        measurement=measured,
        _evidence=evidence,
        _closed=drawn.closed,
    )
    return _go_on(listed, state, found, asked)


def extend(state: SittingState, *, area_id: str, bank: Bank) -> SittingState:
    """Return the state with more questions on one area.

    Raises:
        SittingClosedError: The sitting runs still, or its level in this area is not borderline, or was extended before.
        UnknownFrameworkError: The framework has no such area.
    """
    bank.framework(state.framework_code).area(area_id)
    if not state.may_extend(area_id):
        raise SittingClosedError
    more = Extension(after=len(state.answers), area_id=area_id)
    return _settle(_catalogue(bank, state), replace(state, extensions=(*state.extensions, more), finished=None))


def stop(state: SittingState) -> SittingState:
    """End a sitting at the person's wish; what was measured so far stands."""
    if state.finished is not None:
        return state
    return replace(state, current_item_id=None, current_trace={}, finished="stopped")


def _catalogue(bank: Bank, state: SittingState) -> Catalogue:
    return catalogue(bank, state.framework_code, state.policy.pool, state.language)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drawn:
    """What is decided before the first item: the form, or what only calibrated items leave open and what is on trial beside them."""

    form: tuple[str, ...] = ()
    trials: tuple[tuple[int, str], ...] = ()
    closed: NDArray[np.bool_]


def _draw(listed: Catalogue, policy: Policy, *, excluded: frozenset[str], resting: frozenset[str], seed: int) -> _Drawn:
    closed, rested = listed.mask(excluded), listed.mask(resting)
    blueprint = policy.blueprint.get(listed.framework.code)
    if blueprint is None or policy.choice == "adaptive":
        return _Drawn(closed=closed)
    if policy.choice == "form" or not trials.is_served(listed, blueprint, closed=closed):
        rows = forms.draw(listed, blueprint, closed=closed, resting=rested, seed=seed)
        return _Drawn(form=tuple(listed.items[row].id for row in rows), closed=closed)
    tried = trials.draw(listed, policy.trials, closed=closed, resting=rested, seed=seed, before=policy.minimum_items)
    beside = trials.beside(listed, [listed.rows[item_id] for _place, item_id in tried])
    closed = closed | ~listed.calibrated
    closed[sorted(beside)] = True
    return _Drawn(trials=tried, closed=closed)


def _measure(listed: Catalogue, evidence: Evidence, asked: list[int]) -> tuple[Posterior, Measurement]:
    """Say what answers prove; the scale is provisional where one of their items is not calibrated, or nothing was answered.

    Args:
        asked: Rows of the items whose answers count.
    """
    found = posterior(evidence, listed.prior)
    counts = np.bincount(listed.quotas.areas[asked], minlength=len(listed.framework.areas))
    provisional = not (asked and bool(listed.calibrated[asked].all()))
    return found, measurement.measure(listed.framework, found, counts.tolist(), provisional=provisional)


def _settle(listed: Catalogue, state: SittingState) -> SittingState:
    """Measure, then end the sitting or choose its next item."""
    asked = [listed.rows[one.item_id] for one in state.counted]
    found, measured = _measure(listed, state._evidence, asked)  # noqa: SLF001 (its own)
    return _go_on(listed, replace(state, measurement=measured, current_item_id=None, current_trace={}), found, asked)


def _go_on(listed: Catalogue, state: SittingState, found: Posterior, asked: list[int]) -> SittingState:
    """End a sitting just measured, or choose its next item."""
    if state.is_form:
        return _turn_page(state)
    place = len(state.answers)
    tried = next((item_id for own, item_id in state.trials if own == place), None)
    if tried is not None:
        return replace(state, current_item_id=tried, current_trace={"reason": "trial", "place": place + 1})
    if place >= state.maximum_items:
        return replace(state, finished="maximum")
    area = None
    if state.extensions:
        area = [one.id for one in listed.framework.areas].index(state.extensions[-1].area_id)
        is_enough = not state.measurement.areas[area].is_borderline
    else:
        is_enough = _is_enough(listed, state, asked)
    if is_enough:
        return replace(state, finished="confident")
    choice = selection.choose(
        listed.curves,
        listed.quotas,
        asked=asked,
        closed=state._closed,  # noqa: SLF001 (its own)
        resting=listed.mask(state.resting),
        found=found,
        seed=state.seed,
        only_area=area,
    )
    if choice is None:
        return replace(state, finished="exhausted")
    return replace(state, current_item_id=listed.items[choice.row].id, current_trace=choice.trace)


def _turn_page(state: SittingState) -> SittingState:
    """Ask the next item of the form, or end with its last."""
    place = len(state.answers)
    if place >= len(state.form):
        return replace(state, finished="complete")
    return replace(state, current_item_id=state.form[place], current_trace={"reason": "form", "place": place + 1})


def _is_enough(listed: Catalogue, state: SittingState, asked: list[int]) -> bool:
    """Tell whether the policy's purpose is served and the content it demands was asked."""
    wanted = state.policy.stop
    fewest = min(area.answer_count for area in state.measurement.areas)
    if wanted is None or len(asked) < state.policy.minimum_items or fewest < wanted.per_area:
        return False
    if wanted.every_competency:
        competencies = listed.quotas.competencies
        free = ~state._closed  # noqa: SLF001 (its own)
        if set(competencies[free].tolist()) - set(competencies[asked].tolist()):
            return False
    return wanted.is_known(state.measurement)
