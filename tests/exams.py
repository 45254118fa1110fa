"""A small bank on which the professional examination can be sat, and people who sit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quizzes import sitting as engine
from quizzes.bank import make_bank
from quizzes.framework import Framework
from quizzes.items import Response, right_response
from quizzes.policy import policies
from tests.banks import WRITTEN, framework_data, item

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from quizzes.bank import Bank
    from quizzes.policy import Policy
    from quizzes.sitting import SittingState

EXAMINATION, UPDATE = policies()["examination"], policies()["update"]
#: Competencies of which the first four items are critical, one of each level.
THEMES = ("PRO-1.1", "PRO-2.1")


def exam_bank(per_competency: int = 12, **changes: Mapping[str, Any]) -> Bank:
    """Five areas of two competencies, that many reserved items in each.

    Args:
        changes: Competency, its dot written `_`, -> fields of its items.
    """
    items = []
    for area in range(1, 6):
        for one in (1, 2):
            competency = f"PRO-{area}.{one}"
            for place in range(per_competency):
                given = {"critical": competency in THEMES and place < 4, **changes.get(f"PRO_{area}_{one}", {})}
                kind = WRITTEN[(place + area) % len(WRITTEN)]
                items.append(
                    item(
                        place + 1, kind=kind, competency=competency, pool="reserved", level=f"L{place % 4 + 1}", **given
                    )
                )
    return make_bank([Framework.model_validate(framework_data("PRO", area_count=5))], items)


BANK = exam_bank()


def begin(policy: Policy = EXAMINATION, *, bank: Bank = BANK, seed: int = 1, **options: Any) -> SittingState:
    return engine.start(bank, framework_code="PRO", policy=policy, seed=seed, **options)


def answered(state: SittingState, *, right: bool = True, bank: Bank = BANK) -> SittingState:
    """Answer what is on screen."""
    item_id = state.current_item_id or ""
    response = right_response(bank.item(item_id)) if right else Response.skip()
    return engine.answer(state, item_id=item_id, response=response, bank=bank)


def sit(
    state: SittingState, right: Callable[[str], bool] = lambda _item_id: True, *, count: int = 99, bank: Bank = BANK
) -> SittingState:
    """Answer until the end, or so many times."""
    while state.current_item_id is not None and count:
        state, count = answered(state, right=right(state.current_item_id), bank=bank), count - 1
    return state


def critical_of(state: SittingState, theme: str = "PRO-1.1", *, bank: Bank = BANK) -> list[str]:
    """Return the critical questions of a theme on a form."""
    return [item_id for item_id in state.form if bank.item(item_id).critical and item_id.startswith(theme)]


def replayed(state: SittingState, *, bank: Bank = BANK) -> SittingState:
    """Find the same sitting from what is recorded of it."""
    return engine.replay(
        bank,
        framework_code=state.framework_code,
        policy=state.policy,
        seed=state.seed,
        language=state.language,
        excluded=state.excluded,
        resting=state.resting,
        answers=[(one.item_id, one.response) for one in state.answers],
        additions=state.additions,
        engine_version=state.engine_version,
    )
