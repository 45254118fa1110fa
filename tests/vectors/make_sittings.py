"""Write the frozen sittings: `python -m tests.vectors.make_sittings`.

Those of each version of the engine that is kept stand in a folder of its name. They must not change. If they have to, `ENGINE_VERSION`
changes too, the former ones stay, and the change log says so under "Formats".
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizzes import sitting as engine
from quizzes.additions import to_plain
from quizzes.bank import make_bank
from quizzes.engine_versions import ENGINE_VERSION, ENGINES
from quizzes.items import Response, right_response
from quizzes.judging import judge
from quizzes.policy import policies
from quizzes.scale import Scale
from tests import exams
from tests.banks import bank

if TYPE_CHECKING:
    from collections.abc import Callable

    from quizzes.bank import Bank
    from quizzes.policy import Policy

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

#: What a scale says of an item of each level. Slopes differ, so that what tells most is not what is nearest.
SURE = {
    f"L{rank}": {"answers": 250, "difficulty": place, "difficulty_error": 0.15, "slope": slope, "slope_error": 0.1}
    for rank, place, slope in ((1, -1.3, 0.9), (2, -0.4, 1.3), (3, 0.5, 1.1), (4, 1.1, 1.5))
}


def calibrated(left: Callable[[str], bool] = lambda _item_id: False) -> Bank:
    """Return the bank of the examination with a scale.

    Args:
        left: Which items stand where experts put them.
    """
    items = list(exams.BANK.items.values())
    lines = {item.id: SURE[item.level] for item in items if not left(item.id)}
    data = {"framework": "PRO", "language": "fr", "made_on": date(2026, 11, 25), "people": 900, "items": lines}
    return make_bank(list(exams.BANK.frameworks.values()), items, [Scale.model_validate(data)])


WHOLE, IN_PART = calibrated(), calibrated(lambda item_id: item_id.endswith(("-11", "-12")))
#: Certification by its own policy as it is shipped: name -> (bank, policy, seed, which answers are right, in turn).
CERTIFIED: dict[str, tuple[Bank, str, int, tuple[bool, ...]]] = {
    "certification-form": (exams.BANK, "certification", 31, (True, True, False)),
    "certification-adaptive-passed": (WHOLE, "certification", 32, (True,)),
    "certification-adaptive-failed": (WHOLE, "certification", 33, (False,)),
    # Its level is known from the 20th on; that nothing is to be attested, only at the end.
    "certification-adaptive-decided": (WHOLE, "certification", 40, (True, False, False, False, False)),
    "certification-adaptive-between": (WHOLE, "certification", 34, (True, False)),
    "certification-adaptive-trials": (IN_PART, "certification", 35, (True, True, True, False)),
    "update": (exams.BANK, "update", 36, (True, True, True, True, False)),
}


def begin(bank: Bank, framework_code: str, policy: Policy, *, seed: int, version: str) -> engine.SittingState:
    """Begin a sitting as an engine of this version began it."""
    return engine.replay(
        bank, framework_code=framework_code, policy=policy, seed=seed, answers=(), engine_version=version
    )


def run_certified(name: str, version: str = ENGINE_VERSION) -> engine.SittingState:
    """Take one frozen certification again."""
    own, policy, seed, pattern = CERTIFIED[name]
    state = begin(own, "PRO", policies()[policy], seed=seed, version=version)
    while state.finished is None:
        state = exams.answered(state, right=pattern[len(state.answers) % len(pattern)], bank=own)
    return state


def describe_certified(state: engine.SittingState) -> dict[str, Any]:
    """Say what is frozen of a certification: that of any sitting, how it was chosen, why it stopped and what may go on paper."""
    overall = state.measurement.overall
    return {
        **describe(state),
        "form": list(state.form),
        "trials": [list(one) for one in state.trials],
        "reasons": [one.trace.get("reason") for one in state.answers],
        "provisional": state.measurement.provisional,
        "may_certify": state.may_certify,
        "levels": [round(one, 4) for one in overall.probabilities],
        "at_least": [round(one, 4) for one in overall.at_least],
    }


def run_examined(name: str, version: str = ENGINE_VERSION) -> engine.SittingState:
    """Take one frozen examination again."""
    seed, pattern, happens = EXAMINED[name]
    state = begin(exams.BANK, "PRO", exams.EXAMINATION, seed=seed, version=version)
    left = dict(happens)
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
    # The range came with version 3; the files of version 2 stand as they were written.
    told = (
        {}
        if state.engine_version == "2"
        else {"interval": found.interval and [round(one, 4) for one in found.interval]}
    )
    return {
        **describe(state),
        "additions": [to_plain(one) for one in state.additions],
        "outcome": {
            "verdict": found.verdict.value,
            "points": found.points,
            "available": found.available,
            "required": round(found.required or 0, 4),
            "scaled": round(found.scaled or 0, 4),
            **told,
            "areas": {one.area_id: [round(one.below or 0, 4), one.standing.value] for one in found.areas},
            "themes": {one.competency_id: [one.asked, one.lost, one.is_held] for one in found.themes},
        },
    }


def run(name: str, version: str = ENGINE_VERSION) -> engine.SittingState:
    """Take one frozen sitting again."""
    policy, seed, pattern = CASES[name]
    # Chosen one by one whatever the scale: the small framework has no blueprint, and what is frozen is the choice and the measure.
    rules = policies()[policy].model_copy(update={"choice": "adaptive"})
    state = begin(BANK, "TST", rules, seed=seed, version=version)
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
    for version in ENGINES:
        (HERE / version).mkdir(parents=True, exist_ok=True)
        found = {case: describe(run(case, version)) for case in CASES}
        found |= {case: describe_examined(run_examined(case, version)) for case in EXAMINED}
        found |= {case: describe_certified(run_certified(case, version)) for case in CERTIFIED}
        for case, described in found.items():
            text = json.dumps(described, indent=1, ensure_ascii=False) + "\n"
            (HERE / version / f"{case}.json").write_text(text, encoding="utf-8")
