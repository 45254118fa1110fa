"""A sitting: (state, answer) -> state. Nothing here reads a clock, draws at random or remembers.

The answers, the seed, the items set aside and the bank are the truth: `replay` finds the same state from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from quizzes import forms, grading, measurement, selection
from quizzes.catalogue import catalogue
from quizzes.errors import EmptyPoolError, SittingClosedError, UnexpectedItemError
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
    extensions: tuple[Extension, ...]
    answers: tuple[Answered, ...]
    current_item_id: str | None
    finished: str | None
    measurement: Measurement
    current_trace: Mapping[str, Any] = field(default_factory=dict, compare=False)
    _evidence: Evidence = field(repr=False, compare=False)

    @property
    def is_form(self) -> bool:
        return bool(self.form)

    @property
    def maximum_items(self) -> int:
        """How many questions there are at most, said from the first one on."""
        if self.extensions:
            return self.extensions[-1].after + self.policy.extension
        return len(self.form) or self.policy.maximum_items

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
        EmptyPoolError: Nothing is left to ask, or too little to attest anything with.
    """
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
    rows = np.array([listed.rows[one.item_id] for one in given], dtype=np.intp)
    columns = np.array([column(one.score) for one in given], dtype=np.intp)
    areas = listed.quotas.areas[rows]
    evidence = Evidence.of(listed.curves, rows, areas, columns, count=len(listed.framework.areas))
    counts = _counts(listed, rows)
    found, measured = _measure(listed, evidence, counts)
    state = SittingState(
        framework_code=framework_code,
        policy=policy,
        language=language,
        seed=seed,
        excluded=excluded,
        resting=resting,
        bank_hash=bank.content_hash,
        engine_version=ENGINE_VERSION,
        form=_form(listed, policy, excluded=excluded, resting=resting, seed=seed),
        extensions=tuple(extensions),
        answers=given,
        current_item_id=None,
        finished=None,
        measurement=measured,
        _evidence=evidence,
    )
    return _go_on(listed, state, found, counts)


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


def _form(
    listed: Catalogue, policy: Policy, *, excluded: frozenset[str], resting: frozenset[str], seed: int
) -> tuple[str, ...]:
    """Draw the form, where the policy wants one for this pool as it stands."""
    blueprint = policy.blueprint.get(listed.framework.code)
    wants = policy.choice == "form" or (policy.choice == "calibrated" and not listed.calibrated)
    if blueprint is None or not wants:
        return ()
    rows = forms.draw(listed, blueprint, closed=listed.mask(excluded), resting=listed.mask(resting), seed=seed)
    return tuple(listed.items[row].id for row in rows)


def _measure(listed: Catalogue, evidence: Evidence, counts: list[int]) -> tuple[Posterior, Measurement]:
    found = posterior(evidence, listed.prior)
    return found, measurement.measure(listed.framework, found, counts, provisional=not listed.calibrated)


def _counts(listed: Catalogue, rows: Sequence[int] | NDArray[np.intp]) -> list[int]:
    """Count the answers of each area."""
    counted: list[int] = np.bincount(listed.quotas.areas[rows], minlength=len(listed.framework.areas)).tolist()
    return counted


def _settle(listed: Catalogue, state: SittingState) -> SittingState:
    """Measure, then end the sitting or choose its next item."""
    counts = _counts(listed, [listed.rows[one.item_id] for one in state.answers])
    found, measured = _measure(listed, state._evidence, counts)  # noqa: SLF001 (its own)
    return _go_on(listed, replace(state, measurement=measured, current_item_id=None, current_trace={}), found, counts)


def _go_on(listed: Catalogue, state: SittingState, found: Posterior, counts: list[int]) -> SittingState:
    """End a sitting just measured, or choose its next item."""
    if state.is_form:
        return _turn_page(state)
    asked = [listed.rows[one.item_id] for one in state.answers]
    if len(asked) >= state.maximum_items:
        return replace(state, finished="maximum")
    area = None
    if state.extensions:
        area = [one.id for one in listed.framework.areas].index(state.extensions[-1].area_id)
        is_enough = not state.measurement.areas[area].is_borderline
    else:
        is_enough = _is_enough(listed, state, asked, counts)
    if is_enough:
        return replace(state, finished="confident")
    choice = selection.choose(
        listed.curves,
        listed.quotas,
        asked=asked,
        closed=listed.mask(state.excluded),
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


def _is_enough(listed: Catalogue, state: SittingState, asked: list[int], counts: list[int]) -> bool:
    """Tell whether the policy's purpose is served and the content it demands was asked."""
    wanted = state.policy.stop
    if wanted is None or len(asked) < state.policy.minimum_items or min(counts) < wanted.per_area:
        return False
    if wanted.every_competency:
        competencies = listed.quotas.competencies
        free = ~listed.mask(state.excluded)
        if set(competencies[free].tolist()) - set(competencies[asked].tolist()):
            return False
    return wanted.is_known(state.measurement)
