"""What is simulated, one study a function: each draws its people, leads them, and returns figures with their targets."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import _figures, _limit, _people
from benchmarks._figures import Figure
from benchmarks._limit import Items
from benchmarks._one_ability import LENGTH, one_ability
from benchmarks._people import People, lead, sit
from quizzes.calibration import Assumptions, Design, calibrate
from quizzes.exposure import Exposure, cap_of, draw_ineligible
from quizzes.population import Table
from quizzes.posterior import Prior
from quizzes.selection import AS_GOOD, GENTLE_START
from quizzes.study import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from benchmarks._people import Size

    Array = NDArray[np.float64]
    Chance = np.random.Generator

AREAS, CORRELATION = 5, 0.65


def slips(chance: Chance, size: Size) -> Iterator[Figure]:
    """People at 1.5 whose first answers are wrong whatever they know; how much that costs depends on the bank, so several."""
    forced = (0, 2)
    missed: dict[int, list[Array]] = {count: [] for count in forced}
    for _bank in range(size.banks):
        items = Items.draw(chance, size.items)
        people = People.of(chance, items, np.full(size.slips, 1.5))
        engine = Engine(items.a, items.b)
        for count in forced:
            record = lead(engine, people, length=LENGTH, wrong_first=count)
            missed[count].append(record.means[:, -1] - 1.5)
    for count in forced:
        value, error = _figures.mean(np.stack(missed[count]))
        words = f"bias at {LENGTH} items of people at 1.5, first {count} answers wrong"
        figure = Figure(name=f"bias_after_{count}_slips", words=words, value=value, error=error)
        yield replace(figure, at_least=-0.25) if count else figure


def product(chance: Chance, size: Size) -> Iterator[Figure]:
    """Product rules: 16 competencies by turns, gentle start, as good as the best, and items that rest."""
    for count, bound in zip((size.items, size.many), (1.17, 1.13), strict=True):
        seen, squares = zip(
            *(_crowd(chance, Items.draw(chance, count), size.product) for _bank in range(size.product_banks)),
            strict=True,
        )
        value, error = _figures.root(squares[0] if len(squares) == 1 else np.stack(squares))
        words = f"product rules, {count} items: largest share of people who saw an item"
        yield Figure(name=f"exposure_{count}", words=words, value=max(seen), at_most=0.28)
        words = f"product rules, {count} items: error at {LENGTH}, over the limit"
        yield Figure(name=f"product_rmse_{count}", words=words, value=value, error=error, at_most=bound)


def _crowd(chance: Chance, items: Items, count: int) -> tuple[float, Array]:
    """Lead people one after the other; return the largest share who saw an item, and square errors in units of the limit's."""
    people = People.draw(chance, items, count)
    engine = Engine(
        items.a, items.b, competency=chance.permutation(len(items)) % 16, gentle=GENTLE_START, as_good=AS_GOOD
    )
    names = [f"{row:05d}" for row in range(len(items))]
    cap = cap_of(LENGTH, len(items))
    asked, rested = np.zeros((2, len(items)), dtype=np.intp)
    rows = np.empty((count, LENGTH), dtype=np.intp)
    means = np.empty(count)
    for number in range(count):
        used = {
            name: Exposure(eligible=number - rest, asked=often)
            for name, rest, often in zip(names, rested.tolist(), asked.tolist(), strict=True)
        }
        drawn = draw_ineligible(names, used, sittings=number, cap=cap, seed=number) if number else frozenset()
        resting = [int(name) for name in drawn]
        *_earlier, run = sit(engine, people.answers[number], seed=number, length=LENGTH, ineligible=resting)
        rows[number], means[number] = run.asked, run.found.means[0]
        asked[run.asked] += 1
        rested[resting] += 1
    *_before, last = _limit.follow(items, rows, np.take_along_axis(people.answers, rows, axis=1))
    limit = _limit.van_trees(items, (LENGTH,))[LENGTH]
    return float(asked.max()) / count, _limit.square_errors(last, means) / limit**2


def areas(chance: Chance, size: Size) -> Iterator[Figure]:
    """Five areas of a hundred items: coupled against five separate tests of as many items, the same people and answers."""
    area_of = np.repeat(np.arange(AREAS), size.items // AREAS)
    items = Items.draw(chance, len(area_of))
    people = People.draw_areas(chance, items, area_of, size.areas, correlation=CORRELATION)
    lengths = (20, 30, 40)
    alone = _alone(items, people, area_of, [length // AREAS for length in lengths])
    for assumed in (CORRELATION, 0.5):
        engine = Engine(items.a, items.b, area=area_of, prior=Prior.alike(AREAS, correlation=assumed))
        coupled = _coupled(engine, items, people, area_of, lengths)
        for place, (length, bound) in enumerate(zip(lengths, (0.90, 0.92, 0.935), strict=True)):
            squares, cover = coupled[place]
            value, error = _figures.ratio_of_roots(squares, alone[place])
            figure = Figure(
                name=f"areas_{length}",
                words=f"areas at {length} items: error over that of separate tests",
                value=value,
                error=error,
            )
            covers = Figure(
                name=f"areas_cover_{length}",
                words="… what 95 % intervals cover",
                value=_figures.mean(cover)[0],
                error=_figures.mean(cover)[1],
            )
            if assumed == CORRELATION:
                yield replace(figure, at_most=bound)
                yield replace(covers, at_least=0.935, at_most=0.965)
            else:
                words = f"{figure.words}, assuming {assumed:g}"
                yield replace(figure, name=f"{figure.name}_assuming_half", words=words)
                yield replace(covers, name=f"{covers.name}_assuming_half")


def _alone(items: Items, people: People, area_of: NDArray[np.intp], lengths: list[int]) -> list[Array]:
    """Return each person's mean square error over the areas, at each length of separate tests."""
    squares = [np.zeros(len(people)) for _length in lengths]
    for area in range(AREAS):
        rows = np.flatnonzero(area_of == area)
        own = items.of(rows)
        some = People(abilities=people.abilities[:, area], answers=people.answers[:, rows])
        record = lead(Engine(own.a, own.b), some, length=max(lengths))
        for count, density in enumerate(_limit.follow(own, record.asked, record.right), 1):
            if count in lengths:
                squares[lengths.index(count)] += _limit.square_errors(density, record.means[:, count - 1]) / AREAS
    return squares


def _coupled(
    engine: Engine,
    items: Items,
    people: People,
    area_of: NDArray[np.intp],
    lengths: tuple[int, ...],
) -> list[tuple[Array, Array]]:
    """Return each person's mean square error over the areas, and what their intervals cover, at each length."""
    count = len(people)
    asked = np.empty((count, max(lengths)), dtype=np.intp)
    means = np.empty((len(lengths), AREAS, count))
    edges = np.empty((len(lengths), AREAS, count, 2))
    for number in range(count):
        for place, run in enumerate(sit(engine, people.answers[number], seed=number, length=max(lengths)), 1):
            if place in lengths:
                at = lengths.index(place)
                means[at, :, number] = run.found.means
                edges[at, :, number] = [run.interval(area, share=0.95) for area in range(AREAS)]
        asked[number] = run.asked
    right = np.take_along_axis(people.answers, asked, axis=1)
    exact = _limit.follow_areas(items, area_of, asked, right, correlation=CORRELATION, lengths=lengths)
    found = []
    for at, density in enumerate(exact):
        squares = _limit.square_errors(density, means[at]).mean(axis=0)
        cover = np.mean([_limit.within(density[area], *edges[at, area].T) for area in range(AREAS)], axis=0)
        found.append((squares, cover))
    return found


def guessing(chance: Chance, size: Size) -> Iterator[Figure]:
    """Banks of which every item is guessed one time in four, scored as such."""
    parts: list[tuple[Array, Array, Array]] = []
    for _bank in range(size.banks):
        items = Items.draw(chance, size.items, guessing=0.25)
        people = People.draw(chance, items, size.guessing)
        record = lead(Engine(items.a, items.b, items.c), people, length=LENGTH)
        *_before, last = _limit.follow(items, record.asked, record.right)
        squares = _limit.square_errors(last, record.means[:, -1])
        written = replace(items, c=np.zeros(len(items)))
        limit, own = (_limit.van_trees(one, (LENGTH,))[LENGTH] for one in (written, items))
        parts.append((squares / limit**2, squares / own**2, record.means[:, -1] - _limit.moments(last)[0]))
    over_written, over_own, missed = (np.stack(one) for one in zip(*parts, strict=True))
    value, error = _figures.root(over_written)
    words = f"one in four guessed: error at {LENGTH}, over the limit of written answers"
    yield Figure(name="guessing_rmse", words=words, value=value, error=error, at_most=1.36)
    value, error = _figures.root(over_own)
    yield Figure(name="guessing_rmse_own", words="… over the limit of such banks", value=value, error=error)
    value, error = _figures.mean(missed)
    words = "… bias, logits; a tenth of the error at most"
    yield Figure(name="guessing_bias", words=words, value=value, error=error, at_least=-0.03, at_most=0.03)


def calibration(chance: Chance, size: Size) -> Iterator[Figure]:
    """2000 people answer 30 of 60 items drawn at random, a thousand answers an item; the population is given."""
    count, asked, people_count = 60, 30, 2000
    errors, times = [], []
    for _sample in range(size.samples):
        items = Items.draw(chance, count)
        people = People.draw(chance, items, people_count)
        item = np.argsort(chance.random((people_count, count)), axis=1)[:, :asked].ravel()
        person = np.repeat(np.arange(people_count), asked)
        score = 2 * people.answers[person, item].astype(np.intp)
        table = Table.of(person, item, score, people=people_count, items=count)
        began = time.process_time()
        found = calibrate(table, Design.plain(count), Assumptions(mean=0.0, spread=1.0, residual=None))
        times.append(time.process_time() - began)
        errors.append(found.difficulty - items.b)
        middle = np.abs(items.b) < 2
        errors[-1] = np.stack([errors[-1], np.where(middle, errors[-1], np.nan), found.slope - items.a])
    every = np.concatenate(errors, axis=1)
    value, error = _figures.root(every[0] ** 2)
    yield Figure(
        name="calibration_rmse_b",
        words="calibration, 1000 answers an item: error of difficulties, logits",
        value=value,
        error=error,
        at_most=0.16,
    )
    value, error = _figures.root(every[1][~np.isnan(every[1])] ** 2)
    words = "… of those within two logits of the population's mean"
    yield Figure(name="calibration_rmse_b_middle", words=words, value=value, error=error, at_most=0.12)
    value, error = _figures.root(every[2] ** 2)
    yield Figure(name="calibration_rmse_a", words="… error of slopes", value=value, error=error)
    words = "… processor seconds of the slowest sample"
    yield Figure(name="calibration_seconds", words=words, value=max(times), at_most=0.5, is_time=True)


def speed(chance: Chance, size: Size) -> Iterator[Figure]:
    """One step, from an answer to the next item, on a large bank; catsim's on the same bank."""
    items = Items.draw(chance, size.most)
    people = People.draw(chance, items, size.timed)
    times = _people.time_steps(Engine(items.a, items.b), people, length=LENGTH)
    theirs = statistics.median(_people.lead_catsim(items, people.first(2), lengths=(LENGTH,))[2])
    area_of = np.arange(len(items)) % AREAS
    coupled = Engine(items.a, items.b, area=area_of, prior=Prior.alike(AREAS, correlation=CORRELATION))
    several = _people.time_steps(coupled, people, length=LENGTH)
    middle, most, coupled_most = statistics.median(times), _p95(times), _p95(several)
    words = f"one step, one ability, {len(items)} items: p50, ms"
    yield Figure(name="step_ms_p50", words=words, value=middle, at_most=0.15, is_time=True)
    yield Figure(name="step_ms_p95", words="… p95, ms", value=most, at_most=0.5, is_time=True)
    yield Figure(name="catsim_over_ours_step", words="… catsim's p50 over ours", value=theirs / middle, is_time=True)
    words = f"one step, {AREAS} coupled areas, {len(items)} items: p50, ms"
    yield Figure(name="coupled_ms_p50", words=words, value=statistics.median(several), is_time=True)
    yield Figure(name="coupled_ms_p95", words="… p95, ms", value=coupled_most, at_most=2, is_time=True)


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


#: Every study, in the order in which it is told; each draws from a chance of its own, so that one more changes none of the others.
STUDIES: tuple[Callable[[Chance, Size], Iterator[Figure]], ...] = (
    one_ability,
    slips,
    product,
    areas,
    guessing,
    calibration,
    speed,
)
