"""A sitting: (state, answer) -> state. Nothing here reads a clock, draws at random or remembers.

The answers, the seed, the excluded items and the bank are the truth: `replay` finds the same state from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import yaml
from pydantic import Field

from quizzes import grading, measurement, selection
from quizzes.errors import EmptyPoolError, SittingClosedError, UnexpectedItemError
from quizzes.framework import Bilingual, Frozen, Words
from quizzes.items import Pool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quizzes.bank import Bank
    from quizzes.items import Response
    from quizzes.measurement import Array, Measurement

#: Changes whenever the same answers could prove something else; written into every sitting and certificate.
ENGINE_VERSION = "1"

_POLICIES = Path(__file__).parent / "content" / "policies.yaml"


class Policy(Frozen):
    """How a test runs.

    Args:
        assurance: A0 private, A1 unsupervised, A2 supervised.
        stop_probability: Stop once every area's likeliest level has this probability; None: ask the whole number.
        explained: Whether each answer is explained at once.
        retake_after_days, retakes_per_year: 0 means without limit.
        minutes: What to tell people; no clock stops them.
    """

    id: Words
    title: Bilingual
    pool: Pool
    assurance: Literal["A0", "A1", "A2"]
    minimum_items: Annotated[int, Field(ge=1)]
    maximum_items: Annotated[int, Field(ge=1)]
    stop_probability: Annotated[float, Field(gt=0.5, lt=1)] | None
    explained: bool
    retake_after_days: Annotated[int, Field(ge=0)]
    retakes_per_year: Annotated[int, Field(ge=0)]
    minutes: Annotated[int, Field(ge=1)]


@lru_cache(maxsize=1)
def policies() -> Mapping[str, Policy]:
    """Return the policies by identifier."""
    listed = [Policy.model_validate(one) for one in yaml.safe_load(_POLICIES.read_text(encoding="utf-8"))]
    return {policy.id: policy for policy in listed}


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
        seed: Decides between equally good items, and the order in which options are shown.
        excluded: Items that may not be asked: reserved ones already seen.
        current_item_id: On screen; None when finished.
        finished: Why it ended: "confident", "maximum", "exhausted" or "stopped"; None while it runs.
    """

    framework_code: str
    policy: Policy
    seed: int
    excluded: frozenset[str]
    bank_hash: str
    engine_version: str
    answers: tuple[Answered, ...]
    current_item_id: str | None
    finished: str | None
    measurement: Measurement
    current_trace: Mapping[str, Any] = field(default_factory=dict, compare=False)
    _likelihoods: Array = field(repr=False, compare=False)


def start(
    bank: Bank, *, framework_code: str, policy: Policy, seed: int, excluded: frozenset[str] = frozenset()
) -> SittingState:
    """Begin a sitting.

    Raises:
        UnknownFrameworkError: The bank has no such framework.
        EmptyPoolError: Nothing is left to ask, or too little to attest anything with.
    """
    if policy.pool == "reserved":
        left = sum(item.id not in excluded for item in bank.items_of(framework_code, policy.pool))
        if left < policy.minimum_items:
            bank.framework(framework_code)
            raise EmptyPoolError(framework_code)
    state = replay(bank, framework_code=framework_code, policy=policy, seed=seed, excluded=excluded, answers=())
    if state.finished is not None:
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
    likelihoods = state._likelihoods.copy()  # noqa: SLF001 (its own)
    answered = _weigh(bank, state, likelihoods, item_id, response, trace=state.current_trace)
    return _settle(bank, replace(state, answers=(*state.answers, answered), _likelihoods=likelihoods))


def replay(
    bank: Bank,
    *,
    framework_code: str,
    policy: Policy,
    seed: int,
    excluded: frozenset[str],
    answers: Sequence[tuple[str, Response]],
) -> SittingState:
    """Return the state that recorded answers lead to: the same as answering them one by one.

    Raises:
        UnknownFrameworkError, UnknownItemError: The bank is not the one of the sitting.
    """
    framework = bank.framework(framework_code)
    likelihoods = np.ones((len(framework.areas), len(measurement.GRID)))
    state = SittingState(
        framework_code=framework_code,
        policy=policy,
        seed=seed,
        excluded=excluded,
        bank_hash=bank.content_hash,
        engine_version=ENGINE_VERSION,
        answers=(),
        current_item_id=None,
        finished=None,
        measurement=measurement.measure(framework, measurement.posterior(likelihoods), [0] * len(framework.areas)),
        _likelihoods=likelihoods,
    )
    weighed = tuple(_weigh(bank, state, likelihoods, item_id, response, trace={}) for item_id, response in answers)
    return _settle(bank, replace(state, answers=weighed))


def stop(state: SittingState) -> SittingState:
    """End a sitting at the person's wish; what was measured so far stands."""
    if state.finished is not None:
        return state
    return replace(state, current_item_id=None, current_trace={}, finished="stopped")


def _weigh(
    bank: Bank, state: SittingState, likelihoods: Array, item_id: str, response: Response, *, trace: Mapping[str, Any]
) -> Answered:
    """Grade one answer and multiply its likelihood into its area's row, in place."""
    item = bank.item(item_id)
    score = grading.grade(item, response).score
    listed = selection.catalogue(bank, state.framework_code, item.pool)
    row = listed.rows[item_id]
    area = listed.areas[row]
    likelihoods[area] *= listed.right[row] if score == 1 else listed.wrong[row]
    likelihoods[area] /= likelihoods[area].max()  # only its shape counts, and forty factors must not underflow
    return Answered(item_id=item_id, response=response, score=score, trace=trace)


def _settle(bank: Bank, state: SittingState) -> SittingState:
    """Measure, then end the sitting or choose its next item."""
    framework = bank.framework(state.framework_code)
    listed = selection.catalogue(bank, state.framework_code, state.policy.pool)
    counts = [0] * len(framework.areas)
    for answered in state.answers:
        counts[listed.areas[listed.rows[answered.item_id]]] += 1
    found = measurement.posterior(state._likelihoods)  # noqa: SLF001 (its own)
    measured = measurement.measure(framework, found, counts)
    state = replace(state, measurement=measured, current_item_id=None, current_trace={})
    if len(state.answers) >= state.policy.maximum_items:
        return replace(state, finished="maximum")
    if _is_confident(state):
        return replace(state, finished="confident")
    choice = selection.choose(
        listed,
        asked=[answered.item_id for answered in state.answers],
        excluded=state.excluded,
        marginals=found.marginals,
        deviations=[area.standard_deviation for area in measured.areas],
        seed=state.seed,
    )
    if choice is None:
        return replace(state, finished="exhausted")
    return replace(state, current_item_id=choice.item_id, current_trace=choice.trace)


def _is_confident(state: SittingState) -> bool:
    wanted = state.policy.stop_probability
    if wanted is None or len(state.answers) < state.policy.minimum_items:
        return False
    return all(max(area.probabilities) >= wanted for area in state.measurement.areas)
