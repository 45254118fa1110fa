"""Made-up people, and how engines lead them: what each would answer is drawn first, so that every engine meets the same answers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from catsim.estimation import NumericalSearchEstimator
from catsim.item_bank import ItemBank
from catsim.selection import MaxInfoSelector

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from benchmarks._limit import Items
    from quizzes.study import Engine, Run

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]
    Mask = NDArray[np.bool_]

#: The error to which items are counted, in logits, and where counting ends.
KNOWN, LONGEST = 0.3, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much each study draws.

    Args:
        banks, people, catsim: Banks, people of each in the study of one ability, and those of them whom catsim leads too.
        slips, guessing: People of each bank in those studies.
        product, product_banks: People of each bank, and banks, in that study.
        areas: People of that study, on one bank.
        samples: Calibrations.
        timed: People whose steps are timed.
        items, many, most: Items of the usual bank, of the larger one of the product, and of the one where steps are timed.
    """

    banks: int
    people: int
    catsim: int
    slips: int
    guessing: int
    product: int
    product_banks: int
    areas: int
    samples: int
    timed: int
    items: int = 500
    many: int = 2000
    most: int = 5000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Who answers.

    Args:
        abilities: (people,), or (people, areas).
        answers: Whether each would answer each item right, (people, items).
    """

    abilities: Array
    answers: Mask

    @classmethod
    def of(cls, chance: np.random.Generator, items: Items, abilities: Array) -> People:
        """Draw the answers of people of these abilities, (people,)."""
        return cls(abilities=abilities, answers=chance.random((len(abilities), len(items))) < items.rights(abilities).T)

    @classmethod
    def draw(cls, chance: np.random.Generator, items: Items, count: int) -> People:
        """Draw people from a standard normal population."""
        return cls.of(chance, items, chance.normal(size=count))

    @classmethod
    def draw_evenly(cls, chance: np.random.Generator, items: Items, count: int) -> People:
        """Draw people from a standard normal population, one from each of `count` equally likely parts of it, in any order."""
        shares = (chance.permutation(count) + chance.random(count)) / count
        return cls.of(chance, items, np.array([NormalDist().inv_cdf(share) for share in shares.tolist()]))

    @classmethod
    def draw_areas(
        cls, chance: np.random.Generator, items: Items, area_of: Rows, count: int, *, correlation: float
    ) -> People:
        """Draw people whose abilities are standard normal in each area, any two correlated by `correlation`."""
        areas = int(area_of.max()) + 1
        common, own = chance.normal(size=(count, 1)), chance.normal(size=(count, areas))
        abilities = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
        rights = np.stack([items.rights(abilities[:, area])[row] for row, area in enumerate(area_of)], axis=1)
        return cls(abilities=abilities, answers=chance.random(rights.shape) < rights)

    def first(self, count: int) -> People:
        """Return the first of them."""
        return People(abilities=self.abilities[:count], answers=self.answers[:count])

    def __len__(self) -> int:
        return len(self.abilities)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Record:
    """What became of people under one engine.

    Args:
        asked, right: Items in order, and whether they were answered right, (people, length).
        means, errors: Estimates after each answer, (people, length).
        intervals: 95 % ones, (people, length, 2).
        at_least: P(ability >= cut), (people, length, cuts).
        needed: Answers until the error was below `KNOWN`, (people,); `LONGEST` where it never was.
    """

    asked: Rows
    right: Mask
    means: Array
    errors: Array
    intervals: Array
    at_least: Array
    needed: Array


def lead(engine: Engine, people: People, *, length: int, wrong_first: int = 0, counting: bool = False) -> Record:
    """Lead everybody through a test of fixed length.

    Args:
        wrong_first: How many first answers are wrong whatever people know.
        counting: Go on, for the count of items only, until the error is below `KNOWN`.
    """
    runs: list[Run] = []
    steps: list[list[tuple[float, float, tuple[float, float], tuple[float, ...]]]] = []
    needed: list[int] = []
    for number in range(len(people)):
        run = engine.start(seed=number)
        answers = people.answers[number]
        told = []
        first = LONGEST
        for place in range(LONGEST if counting else length):
            if place >= length and first < LONGEST:
                break
            _step(run, answers, is_wrong=place < wrong_first)
            estimate = run.estimate()
            if estimate.standard_error < KNOWN:
                first = min(first, place + 1)
            if place < length:
                told.append((estimate.mean, estimate.standard_error, run.interval(share=0.95), estimate.at_least))
        runs.append(run)
        steps.append(told)
        needed.append(first)
    asked = np.array([run.asked[:length] for run in runs], dtype=np.intp)
    right = np.take_along_axis(people.answers, asked, axis=1)
    right[:, :wrong_first] = False
    means, errors, intervals, at_least = (np.array([[one[k] for one in told] for told in steps]) for k in range(4))
    return Record(
        asked=asked,
        right=right,
        means=means,
        errors=errors,
        intervals=intervals,
        at_least=at_least,
        needed=np.array(needed, dtype=float),
    )


def _step(run: Run, answers: Mask, *, is_wrong: bool = False) -> None:
    row = run.next()
    if row is None:
        raise RuntimeError("the bank is used up")
    run.answer(row, 0.0 if is_wrong else float(answers[row]))


def sit(engine: Engine, answers: Mask, *, seed: int, length: int, ineligible: Collection[int] = ()) -> Iterator[Run]:
    """Lead one person, (items,) answers; yield after each answer."""
    run = engine.start(seed=seed, ineligible=ineligible)
    for _place in range(length):
        _step(run, answers)
        yield run


def time_steps(engine: Engine, people: People, *, length: int) -> list[float]:
    """Return the processor time of each step, from an answer to the next item, in milliseconds; the first person warms up."""
    found: list[float] = []
    for number in range(len(people)):
        run = engine.start(seed=number)
        row = run.next()
        for _place in range(length):
            if row is None:
                raise RuntimeError("the bank is used up")
            score = float(people.answers[number, row])
            began = time.process_time_ns()
            run.answer(row, score)
            row = run.next()
            took = (time.process_time_ns() - began) / 1e6
            if number:
                found.append(took)
    return found


def lead_catsim(items: Items, people: People, *, lengths: Sequence[int]) -> tuple[Rows, dict[int, Array], list[float]]:
    """Lead everybody through catsim: most information at the most likely ability (bounded search).

    Returns:
        Items asked, (people, longest); estimates at each of `lengths`; processor milliseconds of each step.
    """
    bank = ItemBank(np.column_stack([items.a, items.b, items.c, np.ones(len(items))]), validate=False)
    selector = MaxInfoSelector()
    asked = np.empty((len(people), max(lengths)), dtype=np.intp)
    found = {length: np.empty(len(people)) for length in lengths}
    times: list[float] = []
    for number in range(len(people)):
        estimator = NumericalSearchEstimator()
        rows: list[int] = []
        right: list[bool] = []
        ability = 0.0
        row = selector.select(item_bank=bank, administered_items=rows, est_theta=ability)
        for place in range(max(lengths)):
            if row is None:
                raise RuntimeError("the bank is used up")
            rows.append(int(row))
            right.append(bool(people.answers[number, row]))
            began = time.process_time_ns()
            ability = float(
                estimator.estimate(item_bank=bank, administered_items=rows, response_vector=right, est_theta=ability)
            )
            row = selector.select(item_bank=bank, administered_items=rows, est_theta=ability)
            times.append((time.process_time_ns() - began) / 1e6)
            if place + 1 in found:
                found[place + 1][number] = ability
        asked[number] = rows
    return asked, found, times
