"""A sitting: (state, answer) -> state. Nothing here reads a clock, draws at random or remembers.

The answers, the seed, the items set aside, what was added on the way (`quizzes.additions`) and the bank are the truth: `replay` finds the
same state from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from quizzes import course, drawing, grading, measurement, nearby
from quizzes.additions import ENDED, TIME, VOID, Addition, Closure, Extension, Replacement, SecondSets, closing, script
from quizzes.additions import second_sets as second_sets_of
from quizzes.catalogue import catalogue
from quizzes.engine_versions import ENGINE_VERSION
from quizzes.errors import (
    EmptyPoolError,
    NoReplacementError,
    NotOfferedError,
    SittingClosedError,
    UnexpectedItemError,
)
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

#: Why a sitting ended that nobody cut short.
WHOLE = ("confident", "maximum", "complete", "exhausted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer, with its score and why its item was asked (empty when replayed: the shell has kept it)."""

    item_id: str
    response: Response
    score: float
    trace: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingState:
    """Where a sitting stands.

    Args:
        language: Of the test: parameters are calibrated apart in each.
        seed: Decides between equally good items, draws the form, and orders the options shown.
        excluded: Items that may not be asked: reserved ones already seen.
        resting: Items asked only where nothing else is left: drawn once, for their exposure.
        form: The items of a form in the order in which it was drawn; empty when each is chosen from the answers before it.
        trials: Place, from 0, and item of what is on trial: asked, and not counted.
        additions: What happened besides answers, in order.
        current_item_id: On screen; None when finished.
        finished: Why it ended: "confident", "maximum", "complete" (a whole form), "exhausted", "stopped", or the reason of a closure
            ("time", "ended", "annulled", "called-off"); None while it runs.
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
    additions: tuple[Addition, ...]
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
    def script(self) -> tuple[str, ...]:
        """Everything that a form asks, as it stands: with what replaced a question, second sets, and without what a closing cut off."""
        return script(self.form, self.additions)

    @property
    def second_sets(self) -> Mapping[str, tuple[str, ...]]:
        """The second sets that missed critical items opened, by theme; empty while none is open."""
        return second_sets_of(self.additions)

    @property
    def unanswered_themes(self) -> tuple[str, ...]:
        """Themes whose second set, opened, has a question without an answer."""
        given = {one.item_id for one in self.answers}
        return tuple(theme for theme, items in self.second_sets.items() if set(items) - given)

    @property
    def extensions(self) -> tuple[Extension, ...]:
        return tuple(one for one in self.additions if isinstance(one, Extension))

    @property
    def counted(self) -> tuple[Answered, ...]:
        """The answers that measure: all but those to items on trial, and to second sets, which decide of their theme only."""
        return _counted(self.answers, self.trials, self.additions)

    @property
    def may_certify(self) -> bool:
        """Whether it went to its end and established a level that the person may have put on paper: on a provisional scale, only a form's may.

        Stopped before, it proves too little of the content, however well it went so far.
        What was sat under supervision is judged first (`quizzes.outcome`): nobody has it put on paper alone.
        """
        return (
            self.finished in WHOLE
            and len(self.counted) >= self.policy.minimum_items
            and self.policy.pool == "reserved"
            and not self.policy.is_supervised
            and self.measurement.overall.certified_level is not None
            and (self.is_form or not self.measurement.provisional)
        )

    def is_trial(self, item_id: str) -> bool:
        """Tell whether an item is on trial in this sitting."""
        return any(item_id == one for _place, one in self.trials)

    @property
    def maximum_items(self) -> int:
        """How many questions there are at most, said from the first one on; second sets come besides, once they are open."""
        if self.extensions:
            return self.extensions[-1].after + self.policy.extension
        return len(self.script) or self.policy.maximum_items + len(self.trials)

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
    is_short = left < policy.minimum_items or 0 < len(state.form) < policy.minimum_items
    if state.finished is not None or (policy.pool == "reserved" and is_short):
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
    answered = Answered(item_id=item_id, response=response, score=score, trace=state.current_trace)
    answers = (*state.answers, answered)
    if _counted(answers[-1:], state.trials, state.additions):
        row = listed.rows[item_id]
        evidence.add(listed.curves, row, int(listed.quotas.areas[row]), column(score))
    return _settle(listed, state, answers=answers, _evidence=evidence)


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
    additions: Sequence[Addition] = (),
    engine_version: str = ENGINE_VERSION,
) -> SittingState:
    """Return the state that recorded answers lead to: the same as answering them one by one.

    Args:
        engine_version: Of the engine that the sitting began with.

    Raises:
        UnknownFrameworkError, UnknownItemError: The bank is not the one of the sitting.
        UnknownEngineError: The engine is kept no more.
    """
    listed = catalogue(bank, framework_code, policy.pool, language, engine_version)
    given = tuple(
        Answered(item_id=item_id, response=response, score=grading.grade(bank.item(item_id), response).score)
        for item_id, response in answers
    )
    drawn = drawing.draw(listed, policy, excluded=excluded, resting=resting, seed=seed)
    counted = _counted(given, drawn.trials, tuple(additions))
    rows = np.array([listed.rows[one.item_id] for one in counted], dtype=np.intp)
    columns = np.array([column(one.score) for one in counted], dtype=np.intp)
    areas = listed.quotas.areas[rows]
    evidence = Evidence.of(listed.curves, rows, areas, columns, count=len(listed.framework.areas))
    asked: list[int] = rows.tolist()
    found, measured = measure(listed, evidence, asked)
    state = SittingState(
        framework_code=framework_code,
        policy=policy,
        language=language,
        seed=seed,
        excluded=excluded,
        resting=resting,
        bank_hash=bank.content_hash,
        engine_version=engine_version,
        form=drawn.form,
        trials=drawn.trials,
        additions=tuple(additions),
        answers=given,
        current_item_id=None,
        finished=None,
        measurement=measured,
        _evidence=evidence,
        _closed=drawn.closed | listed.mask({one.replaced for one in additions if isinstance(one, Replacement)}),
    )
    return course.go_on(listed, state, found, asked)


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
    return _settle(_catalogue(bank, state), replace(state, additions=(*state.additions, more), finished=None))


def replace_current(state: SittingState, *, bank: Bank) -> SittingState:
    """Return the state in which the item on screen gave way to another one of its competency, else of its area.

    Raises:
        SittingClosedError: The sitting is finished.
        NoReplacementError: Nothing else is left in its area.
    """
    if state.current_item_id is None:
        raise SittingClosedError
    listed = _catalogue(bank, state)
    item_id = state.current_item_id
    asked = {*state.script, *(one.item_id for one in state.answers), *(one for _place, one in state.trials), item_id}
    found = nearby.nearest(
        listed,
        item_id,
        free=nearby.free_beside(listed, asked, closed=state._closed),  # noqa: SLF001 (its own)
        resting=listed.mask(state.resting),
        seed=state.seed,
        count=1,
    )
    if not found:
        raise NoReplacementError(item_id)
    one = Replacement(after=len(state.answers), replaced=item_id, item_id=found[0])
    closed = state._closed | listed.mask([item_id])  # noqa: SLF001 (its own)
    return _settle(listed, replace(state, additions=(*state.additions, one), _closed=closed))


def close(state: SittingState, *, reason: str, bank: Bank) -> SittingState:
    """Return the state closed by the clock ("time") or by somebody ("ended", "annulled", "called-off").

    What was answered stands. After "time", second sets open where they are due, and the sitting goes on; after "ended" they are due all
    the same, and left unanswered. What is finished stays as it is, but that it can still be annulled or called off.
    """
    if state.finished in VOID or (state.finished is not None and reason not in VOID):
        return state
    listed, additions = _catalogue(bank, state), list(state.additions)
    if reason == ENDED and (due := course.due(listed, state)):
        additions.append(due)
    additions.append(Closure(after=len(state.answers), reason=reason, left=state.current_item_id))
    return _settle(listed, replace(state, additions=tuple(additions), finished=None))


def reopen(state: SittingState, *, bank: Bank) -> SittingState:
    """Return a sitting that somebody ended, with what is left of its second sets on screen; the rest stays as it ended.

    It is then as if the clock had ended the rest: the same as closing it for "time" at that moment.

    Raises:
        SittingClosedError: Nobody ended it, or no second set has a question without an answer.
    """
    last = state.additions[-1] if state.additions else None
    if not isinstance(last, Closure) or last.reason != ENDED or not state.unanswered_themes:
        raise SittingClosedError
    kept = list(state.additions[:-1])
    if not any(last.left in items for items in state.second_sets.values()) and closing(kept) is None:
        place = next(place for place, one in enumerate(kept) if isinstance(one, SecondSets))
        kept.insert(place, replace(last, reason=TIME))  # what was on screen was seen
    return _settle(_catalogue(bank, state), replace(state, additions=tuple(kept), finished=None))


def stop(state: SittingState) -> SittingState:
    """End a sitting at the person's wish; what was measured so far stands."""
    if state.finished is not None:
        return state
    return replace(state, current_item_id=None, current_trace={}, finished="stopped")


def _catalogue(bank: Bank, state: SittingState) -> Catalogue:
    return catalogue(bank, state.framework_code, state.policy.pool, state.language, state.engine_version)


def measure(listed: Catalogue, evidence: Evidence, asked: list[int]) -> tuple[Posterior, Measurement]:
    """Say what answers prove; the scale is provisional where one of their items is not calibrated, or nothing was answered.

    Args:
        asked: Rows of the items whose answers count.
    """
    found, rows = posterior(evidence, listed.prior), np.array(asked, dtype=np.intp)
    counts = np.bincount(listed.quotas.areas[rows], minlength=len(listed.framework.areas))
    provisional = not (asked and bool(listed.calibrated[rows].all()))
    return found, measurement.measure(listed.framework, found, counts.tolist(), provisional=provisional)


def _settle(listed: Catalogue, state: SittingState, **changes: Any) -> SittingState:  # noqa: ANN401 (fields of a state)
    """Measure, then end the sitting or choose its next item.

    Args:
        changes: What became of the state, of `answers` and `_evidence`.
    """
    given, evidence = changes.get("answers", state.answers), changes.get("_evidence", state._evidence)  # noqa: SLF001 (its own)
    asked = [listed.rows[one.item_id] for one in _counted(given, state.trials, state.additions)]
    found, measured = measure(listed, evidence, asked)
    changes |= {"measurement": measured, "current_item_id": None, "current_trace": {}}
    return course.go_on(listed, replace(state, **changes), found, asked)


def _counted(
    answers: tuple[Answered, ...], tried: tuple[tuple[int, str], ...], additions: tuple[Addition, ...]
) -> tuple[Answered, ...]:
    """Return the answers that measure; see `SittingState.counted`."""
    beside = {item_id for _place, item_id in tried}
    beside |= {item_id for items in second_sets_of(additions).values() for item_id in items}
    return tuple(one for one in answers if one.item_id not in beside) if beside else answers
