"""What one step of a sitting costs: the processor time from an answer to the next item.

A step is `quizzes.sitting.answer`: grade, multiply the likelihood, measure every area and the whole, choose. Made-up banks of 500,
2000 and 5000 items on the citizens' framework; made-up people with abilities drawn from the prior; timed at the 14th to 18th answer.
What is done once a bank (tabulating its curves) is reported apart. `replay` is what a web request pays before the step, since
nothing but answers is stored.

Baseline, same run, same people, 500 items: the same step in plain Python (`_plain.py`). Its choices and figures are compared with
the engine's at every timed step; a difference ends the run with an error.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import quizzes
from benchmarks import _plain
from quizzes import selection, sitting
from quizzes.bank import load_bank, make_bank
from quizzes.items import ITEM, Response, right_response
from quizzes.measurement import CORRELATION, SPREAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizzes.bank import Bank
    from quizzes.framework import Framework
    from quizzes.items import Item
    from quizzes.sitting import SittingState

SIZES = (500, 2000, 5000)
BASELINE_SIZE = 500
PEOPLE = 150
BASELINE_PEOPLE = 16
#: Answers that are timed, counted from 1.
TIMED = range(14, 19)
POOL = "reserved"
TYPES = ("single_choice", "multiple_choice", "short_text", "ordering", "matching")


@dataclass(slots=True)
class Timings:
    """Processor time in milliseconds."""

    steps: list[float] = field(default_factory=list)
    replays: list[float] = field(default_factory=list)
    baseline: list[float] = field(default_factory=list)
    tabulated: float = 0.0


def _words(text: str) -> dict[str, str]:
    return {"fr": text, "en": text}


def _particular(kind: str) -> dict[str, Any]:
    """Return the fields of one item type, of the usual size."""
    letters = "abcde"
    if kind == "short_text":
        return {"accepted": {"fr": ["quinze"], "en": ["fifteen"]}}
    if kind == "ordering":
        return {"steps": [{"id": one, "text": _words(one)} for one in letters[:4]]}
    if kind == "matching":
        return {"pairs": [{"id": one, "left": _words(one), "right": _words(one)} for one in letters[:4]]}
    right = 1 if kind == "single_choice" else 2
    options = [
        {"id": one, "text": _words(one), "correct": place < right, "feedback": _words("?")}
        for place, one in enumerate(letters[: 3 + right])
    ]
    return {"options": options} | ({"choose": 2} if kind == "multiple_choice" else {})


def _item(framework: Framework, number: int) -> Item:
    """Return the made-up item of this number: competencies, levels and types all take turns."""
    competencies = [one.id for area in framework.areas for one in area.competencies]
    turn, place = divmod(number, len(competencies))
    kind = TYPES[(turn + place) % len(TYPES)]
    return ITEM.validate_python(
        {
            "id": f"{competencies[place]}-{turn + 1:02d}",
            "competency": competencies[place],
            "level": framework.levels[(turn + place // len(framework.levels)) % len(framework.levels)].id,
            "pool": POOL,
            "type": kind,
            "stem": _words("?"),
            "explanation": _words("!"),
            "ground": "given",
            "confidence": "given",
            "source_url": "https://source.exemple/",
            "checked_on": "2026-01-01",
            "review_on": "2027-01-01",
            **_particular(kind),
        }
    )


def _abilities(chance: random.Random, area_count: int) -> list[float]:
    """Draw one person from the prior of the response model."""
    factor = chance.gauss(0, 1)
    return [
        SPREAD * (math.sqrt(CORRELATION) * factor + math.sqrt(1 - CORRELATION) * chance.gauss(0, 1))
        for _ in range(area_count)
    ]


def _respond(
    item: Item, listed: selection.Catalogue, plain: _plain.PlainItem, abilities: list[float], draw: float
) -> Response:
    ability = abilities[int(listed.areas[listed.rows[item.id]])]
    right = plain.guessing + (1 - plain.guessing) / (1 + math.exp(plain.difficulty - ability))
    return right_response(item) if draw < right else Response.skip()


def _plain_items(framework: Framework, listed: selection.Catalogue) -> dict[str, _plain.PlainItem]:
    return {
        item.id: _plain.PlainItem(
            id=item.id,
            area=int(listed.areas[row]),
            competency=item.competency,
            rank=int(listed.ranks[row]),
            type=item.type,
            difficulty=framework.level(item.level).difficulty,
            guessing=item.guessing,
        )
        for row, item in enumerate(listed.items)
    }


def _time_bank(framework: Framework, size: int) -> Timings:
    """Take made-up people through a sitting on a bank of this size."""
    bank = make_bank([framework], [_item(framework, number) for number in range(size)])
    policy = sitting.policies()["certification"]
    timings = Timings()
    began = time.process_time_ns()
    listed = selection.catalogue(bank, framework.code, POOL)
    timings.tabulated = (time.process_time_ns() - began) / 1e6
    plain = _plain_items(framework, listed)
    for seed in range(PEOPLE):
        chance = random.Random(seed)  # noqa: S311 (made-up people, not a secret)
        abilities = _abilities(chance, len(framework.areas))
        state = sitting.start(bank, framework_code=framework.code, policy=policy, seed=seed)
        for count in range(1, TIMED.stop):
            item = bank.item(str(state.current_item_id))
            response = _respond(item, listed, plain[item.id], abilities, chance.random())
            began = time.process_time_ns()
            state = sitting.answer(state, item_id=item.id, response=response, bank=bank)
            took = (time.process_time_ns() - began) / 1e6
            if count in TIMED:
                timings.steps.append(took)
                if size == BASELINE_SIZE and seed < BASELINE_PEOPLE:
                    timings.baseline.append(_time_plain(framework, plain, state))
        timings.replays.append(_time_replay(bank, state))
    return timings


def _time_replay(bank: Bank, state: SittingState) -> float:
    answers = [(answered.item_id, answered.response) for answered in state.answers]
    began = time.process_time_ns()
    again = sitting.replay(
        bank,
        framework_code=state.framework_code,
        policy=state.policy,
        seed=state.seed,
        excluded=state.excluded,
        answers=answers,
    )
    took = (time.process_time_ns() - began) / 1e6
    if again.current_item_id != state.current_item_id:
        raise RuntimeError(f"replayed to {again.current_item_id}, answered to {state.current_item_id}")
    return took


def _time_plain(framework: Framework, plain: Mapping[str, _plain.PlainItem], state: SittingState) -> float:
    answers = [(answered.item_id, answered.score == 1) for answered in state.answers]
    cuts = [level.cut for level in framework.levels]
    began = time.process_time_ns()
    found = _plain.step(plain, answers, area_count=len(framework.areas), cuts=cuts, seed=state.seed)
    took = (time.process_time_ns() - began) / 1e6
    measured = (*state.measurement.areas, state.measurement.overall)
    engine = [x for one in measured for x in (one.mean, one.standard_deviation, *one.at_least)]
    naive = [
        x
        for mean, deviation, above in zip(found.means, found.deviations, found.at_least, strict=True)
        for x in (mean, deviation, *above)
    ]
    if found.item_id != state.current_item_id or not all(map(_same, engine, naive)):
        raise RuntimeError(f"baseline chose {found.item_id}, engine {state.current_item_id}: they must agree")
    return took


def _same(left: float, right: float) -> bool:
    return math.isclose(left, right, abs_tol=1e-9)


def measure() -> dict[str, float | int]:
    """Return every figure; times are processor milliseconds."""
    framework = load_bank((Path(quizzes.__file__).parent / "content",)).framework("CIT")
    figures: dict[str, float | int] = {}
    for size in SIZES:
        timings = _time_bank(framework, size)
        figures[f"step_ms_p50_{size}"] = round(statistics.median(timings.steps), 4)
        figures[f"step_ms_p95_{size}"] = round(statistics.quantiles(timings.steps, n=20)[-1], 4)
        figures[f"replay_ms_p50_{size}"] = round(statistics.median(timings.replays), 4)
        figures[f"tabulate_ms_{size}"] = round(timings.tabulated, 2)
        if timings.baseline:
            baseline = statistics.median(timings.baseline)
            figures[f"baseline_ms_p50_{size}"] = round(baseline, 3)
            figures[f"ratio_{size}"] = round(baseline / statistics.median(timings.steps), 1)
            figures["compared_steps"] = len(timings.baseline)
    figures["timed_steps"] = PEOPLE * len(TIMED)
    return figures


def main() -> int:
    """Print what a step costs."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.selection", description="Cost of one step of a sitting."
    )
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    wants_json = parser.parse_args().json
    figures = measure()
    if wants_json:
        print(json.dumps(figures))
        return 0
    print(f"One step of a sitting (estimate and choose), answers {TIMED[0]} to {TIMED[-1]}, processor time in ms")
    print("  items     p50     p95   replay of 18   curves, once a bank")
    for size in SIZES:
        print(
            f"  {size:5d}  {figures[f'step_ms_p50_{size}']:6.3f}  {figures[f'step_ms_p95_{size}']:6.3f}"
            f"  {figures[f'replay_ms_p50_{size}']:13.3f}  {figures[f'tabulate_ms_{size}']:20.1f}"
        )
    print(
        f"Baseline, the same step in plain Python on {BASELINE_SIZE} items: {figures[f'baseline_ms_p50_{BASELINE_SIZE}']:.1f} ms,"
        f" {figures[f'ratio_{BASELINE_SIZE}']:.0f} times as long; the same item and figures at"
        f" {figures['compared_steps']} steps of {figures['compared_steps']}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
