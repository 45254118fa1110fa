"""Scales of the shipped content, made up: every reserved item of a framework calibrated where its level stands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from quizzes.bank import Bank, make_bank
from quizzes.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Callable


def calibrated(bank: Bank, framework_code: str, *, left: Callable[[str], bool] = lambda _item_id: False) -> Bank:
    """Return a bank with a French scale of one framework's reserved items.

    Args:
        left: Which items stand where experts put them.
    """
    framework = bank.framework(framework_code)
    lines = {
        item.id: {
            "answers": 400,
            "difficulty": framework.level(item.level).difficulty,
            "difficulty_error": 0.15,
            "slope": 1.2,
            "slope_error": 0.1,
        }
        for item in bank.items_of(framework_code, "reserved")
        if not left(item.id)
    }
    scale = {"framework": framework_code, "language": "fr", "made_on": date(2026, 11, 25), "people": 3000}
    return make_bank(
        list(bank.frameworks.values()), list(bank.items.values()), [Scale.model_validate({**scale, "items": lines})]
    )
