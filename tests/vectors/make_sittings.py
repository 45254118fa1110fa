"""Write the frozen sittings: `python -m tests.vectors.make_sittings`.

They must not change. If they have to, ENGINE_VERSION changes too, and the change log says so under "Formats".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from quizzes import sitting as engine
from quizzes.additions import to_plain
from quizzes.items import Response, right_response
from quizzes.judging import judge
from quizzes.policy import policies
from tests import exams
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

#: The same of the professional examination, and what happens before an answer: a question replaced, time over.
EXAMINED: dict[str, tuple[int, tuple[bool, ...], dict[int, str]]] = {
    "examination": (25, (True,) * 6 + (False,), {}),
    "examination-replaced": (26, (True, True, False), {5: "replace", 6: "replace", 41: "replace"}),
    "examination-time": (23, (True, False), {36: "time"}),
}


def run_examined(name: str) -> engine.SittingState:
    """Take one frozen examination again."""
    seed, pattern, happens = EXAMINED[name]
    state, left = exams.begin(seed=seed), dict(happens)
    while state.finished is None:
        what = left.pop(len(state.answers), None)
        if what == "replace":
            state = engine.replace_current(state, bank=exams.BANK)
        elif what == "time":
            state = engine.close(state, reason="time", bank=exams.BANK)
        else:
            state = exams.answered(state, right=pattern[len(state.answers) % len(pattern)])
    return state


def describe_examined(state: engine.SittingState) -> dict[str, Any]:
    """Say what is frozen of an examination: that of any sitting, what happened besides, and the outcome."""
    found = judge(state, bank=exams.BANK)
    return {
        **describe(state),
        "additions": [to_plain(one) for one in state.additions],
        "outcome": {
            "verdict": found.verdict.value,
            "points": found.points,
            "available": found.available,
            "required": round(found.required or 0, 4),
            "scaled": round(found.scaled or 0, 4),
            "areas": {one.area_id: [round(one.below or 0, 4), one.standing.value] for one in found.areas},
            "themes": {one.competency_id: [one.asked, one.lost, one.is_held] for one in found.themes},
        },
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
    found = {case: describe(run(case)) for case in CASES} | {
        case: describe_examined(run_examined(case)) for case in EXAMINED
    }
    for case, described in found.items():
        text = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
        (HERE / f"{case}.json").write_text(text, encoding="utf-8")
