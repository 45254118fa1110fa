"""What one step of a sitting costs: the processor time from an answer to the next item.

A step is `quizzes.sitting.answer`: grade, add the likelihood, measure every area and the whole, choose. Made-up banks of 500,
2000 and 5000 items on the citizens' framework; made-up people with abilities drawn from the prior; timed at the 14th to 18th answer.
What is done once a bank (tabulating its curves) is reported apart. `replay` is what a web request pays before the step, since
nothing but answers is stored.

Baseline, same run, 500 items: the step of another engine, catsim (bounded search of the most likely ability, most information), on as many
items, one ability and no quotas: less work than ours.
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

import numpy as np
from catsim.estimation import NumericalSearchEstimator
from catsim.item_bank import ItemBank
from catsim.selection import MaxInfoSelector

import quizzes
from quizzes import sitting
from quizzes.bank import load_bank, make_bank
from quizzes.catalogue import catalogue
from quizzes.items import ITEM, Response, right_response
from quizzes.policy import policies
from quizzes.scale import CORRELATION, SPREAD

if TYPE_CHECKING:
    from quizzes.bank import Bank
    from quizzes.catalogue import Catalogue
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


def _respond(item: Item, listed: Catalogue, abilities: list[float], draw: float) -> Response:
    row = listed.rows[item.id]
    ability = abilities[int(listed.quotas.areas[row])]
    guessing, difficulty = (
        float(listed.curves.parameters.guessing[row]),
        float(listed.curves.parameters.difficulty[row]),
    )
    right = guessing + (1 - guessing) / (1 + math.exp(difficulty - ability))
    return right_response(item) if draw < right else Response.skip()


def _time_bank(framework: Framework, size: int) -> Timings:
    """Take made-up people through a sitting on a bank of this size."""
    bank = make_bank([framework], [_item(framework, number) for number in range(size)])
    policy = policies()["certification"].model_copy(update={"choice": "adaptive", "stop": None})
    timings = Timings()
    began = time.process_time_ns()
    listed = catalogue(bank, framework.code, POOL, "fr")
    timings.tabulated = (time.process_time_ns() - began) / 1e6
    other = _OtherEngine(listed) if size == BASELINE_SIZE else None
    for seed in range(PEOPLE):
        chance = random.Random(seed)  # noqa: S311 (made-up people, not a secret)
        abilities = _abilities(chance, len(framework.areas))
        state = sitting.start(bank, framework_code=framework.code, policy=policy, seed=seed)
        for count in range(1, TIMED.stop):
            item = bank.item(str(state.current_item_id))
            response = _respond(item, listed, abilities, chance.random())
            began = time.process_time_ns()
            state = sitting.answer(state, item_id=item.id, response=response, bank=bank)
            took = (time.process_time_ns() - began) / 1e6
            if count in TIMED:
                timings.steps.append(took)
                if other is not None and seed < BASELINE_PEOPLE:
                    timings.baseline.append(other.time_step(state))
        timings.replays.append(_time_replay(bank, state))
    return timings


class _OtherEngine:
    """The same answers given to catsim."""

    def __init__(self, listed: Catalogue) -> None:
        found = listed.curves.parameters
        self._rows = listed.rows
        self._bank = ItemBank(np.column_stack([found.slope, found.difficulty, found.guessing, np.ones(len(found))]))
        self._estimator, self._selector = NumericalSearchEstimator(), MaxInfoSelector()

    def time_step(self, state: SittingState) -> float:
        asked = [self._rows[one.item_id] for one in state.answers]
        right = [one.score == 1 for one in state.answers]
        began = time.process_time_ns()
        ability = self._estimator.estimate(
            item_bank=self._bank, administered_items=asked, response_vector=right, est_theta=0.0
        )
        self._selector.select(item_bank=self._bank, administered_items=asked, est_theta=ability)
        return (time.process_time_ns() - began) / 1e6


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
        f"Baseline, a step of catsim on {BASELINE_SIZE} items and one ability: {figures[f'baseline_ms_p50_{BASELINE_SIZE}']:.2f} ms,"
        f" {figures[f'ratio_{BASELINE_SIZE}']:.1f} times as long"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
