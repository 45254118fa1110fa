"""What comes next in a sitting: the next item, or the end.

Chosen from the answers before it (`quizzes.selection`), read from a form, or put there by what happened on the way (`quizzes.additions`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quizzes import nearby, selection
from quizzes.additions import TIME, Replacement, SecondSets, closing, script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizzes.catalogue import Catalogue
    from quizzes.posterior import Posterior
    from quizzes.sitting import SittingState


def go_on(listed: Catalogue, state: SittingState, found: Posterior, asked: list[int]) -> SittingState:
    """End a sitting just measured, or choose its next item."""
    if state.is_form:
        return _turn_page(listed, state)
    if closed := closing(state.additions):
        return replace(state, finished=closed)
    place = len(state.answers)
    came = next((one for one in reversed(state.additions) if isinstance(one, Replacement)), None)
    if came is not None and came.after == place:
        return replace(state, current_item_id=came.item_id, current_trace=_traced(came))
    tried = next((item_id for own, item_id in state.trials if own == place), None)
    if tried is not None:
        return replace(state, current_item_id=tried, current_trace={"reason": "trial", "place": place + 1})
    if place >= state.maximum_items:
        return replace(state, finished="maximum")
    return _choose(listed, state, found, asked)


def _choose(listed: Catalogue, state: SittingState, found: Posterior, asked: list[int]) -> SittingState:
    """Choose the next item from the answers before it, or end where they say enough."""
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
        closed=state._closed,  # noqa: SLF001 (the sitting's)
        resting=listed.mask(state.resting),
        found=found,
        seed=state.seed,
        only_area=area,
    )
    if choice is None:
        return replace(state, finished="exhausted")
    return replace(state, current_item_id=listed.items[choice.row].id, current_trace=choice.trace)


def _turn_page(listed: Catalogue, state: SittingState) -> SittingState:
    """Ask the next item of the form; after its last, or once its time is over, open second sets where they are due, or end."""
    place, closed = len(state.answers), closing(state.additions)
    if place >= len(state.script) and closed in (None, TIME) and (opened := due(listed, state)):
        state = replace(state, additions=(*state.additions, opened))
    asked = state.script
    if place >= len(asked):
        return replace(state, finished=closed or "complete")
    came = next((one for one in state.additions if isinstance(one, Replacement) and one.item_id == asked[place]), None)
    if came is not None:
        return replace(state, current_item_id=came.item_id, current_trace=_traced(came))
    reason = "form" if asked[place] in state.form else "second-set"
    return replace(state, current_item_id=asked[place], current_trace={"reason": reason, "place": place + 1})


def _traced(came: Replacement) -> Mapping[str, Any]:
    return {"reason": "replacement", "place": came.after + 1, "replaced": came.replaced}


def due(listed: Catalogue, state: SittingState) -> SecondSets | None:
    """Return the second sets that missed critical items open; None where none was missed, or where they were opened before."""
    rule = state.policy.passing.second_set if state.policy.passing else None
    missed = [one.item_id for one in state.answers if one.score < 1 and listed.items[listed.rows[one.item_id]].critical]
    if rule is None or not missed or any(isinstance(one, SecondSets) for one in state.additions):
        return None
    free = nearby.free_beside(listed, script(state.form, state.additions), closed=state._closed)  # noqa: SLF001 (the sitting's)
    resting = listed.mask(state.resting)
    sets = nearby.second_sets(listed, rule, missed, free=free, resting=resting, seed=state.seed)
    return SecondSets(after=len(state.answers), sets=sets)


def _is_enough(listed: Catalogue, state: SittingState, asked: list[int]) -> bool:
    """Tell whether the policy's purpose is served and the content it demands was asked."""
    wanted = state.policy.stop
    if wanted is None or len(asked) < state.policy.minimum_items or min(state.measurement.counts) < wanted.per_area:
        return False
    if wanted.every_competency:
        competencies = listed.quotas.competencies
        free = ~state._closed  # noqa: SLF001 (the sitting's)
        if set(competencies[free].tolist()) - set(competencies[asked].tolist()):
            return False
    return wanted.is_known(state.measurement)
