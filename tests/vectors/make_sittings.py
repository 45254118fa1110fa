"""Write the frozen sittings: `python -m tests.vectors.make_sittings`.

They must not change. If they have to, ENGINE_VERSION changes too, and the change log says so under "Formats".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from quizzes import sitting as engine
from quizzes.items import Response, right_response
from quizzes.policy import policies
from tests.banks import bank

HERE = Path(__file__).parent / "sittings"
BANK = bank()

#: Name -> (policy, seed, which answers are right, in turn).
CASES: dict[str, tuple[str, int, tuple[bool, ...]]] = {
    "all-right": ("certification", 11, (True,)),
    "all-skipped": ("positioning", 12, (False,)),
    "two-in-three": ("certification", 13, (True, True, False)),
    "practice": ("practice", 14, (True, False)),
}


def run(name: str) -> engine.SittingState:
    """Take one frozen sitting again."""
    policy, seed, pattern = CASES[name]
    # Chosen one by one whatever the scale: the small framework has no blueprint, and what is frozen is the choice and the measure.
    rules = policies()[policy].model_copy(update={"choice": "adaptive"})
    state = engine.start(BANK, framework_code="TST", policy=rules, seed=seed)
    while state.finished is None:
        item = BANK.item(state.current_item_id or "")
        is_right = pattern[len(state.answers) % len(pattern)]
        response = right_response(item) if is_right else Response.skip()
        state = engine.answer(state, item_id=item.id, response=response, bank=BANK)
    return state


def describe(state: engine.SittingState) -> dict[str, Any]:
    """Say what is frozen: who was asked what, and what it proved to four decimals."""
    measured = [*state.measurement.areas, state.measurement.overall]
    return {
        "engine_version": state.engine_version,
        "bank_hash": state.bank_hash,
        "policy": state.policy.id,
        "seed": state.seed,
        "answers": [
            {"item": one.item_id, "response": one.response.to_json(), "score": one.score} for one in state.answers
        ],
        "finished": state.finished,
        "areas": {
            one.area_id: {
                "ability": round(one.mean, 4),
                "standard_error": round(one.standard_deviation, 4),
                "certified": one.certified_level,
            }
            for one in measured
        },
    }


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for case in CASES:
        (HERE / f"{case}.json").write_text(
            json.dumps(describe(run(case)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
