"""The bare engine on one ability: errors, intervals, lengths of tests, levels; catsim on some of the same people.

Every bank is drawn afresh, and has people of its own, one from each of as many equal parts of the population: targets in numbers of
items depend on how good a bank is (the limit of one of five hundred moves by two or three per cent), so they are judged on the average
of several.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import _figures, _limit, _people
from benchmarks._figures import Figure
from benchmarks._limit import Items
from benchmarks._people import KNOWN, LONGEST, People, lead
from quizzes.measurement import CERTIFIED_PROBABILITY
from quizzes.study import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from benchmarks._people import Record, Size

    Array = NDArray[np.float64]

LENGTH = 32
LENGTHS = (8, 16, 32)
#: Cuts between four levels, and the cut of pass or fail.
CUTS, PASS = (-0.8, 0.0, 0.8), 0.5
#: Probabilities at which a test stops, and answers before which it never does.
SURE_OF_LEVEL, SURE_OF_PASS, FEWEST = 0.8, 0.95, 5


def one_ability(chance: np.random.Generator, size: Size) -> Iterator[Figure]:
    """Lead people through every bank, then say what came of it."""
    parts: defaultdict[str, list[Array]] = defaultdict(list)
    limits: list[dict[int, float]] = []
    times: list[float] = []
    for _bank in range(size.banks):
        items = Items.draw(chance, size.items)
        people = People.draw_evenly(chance, items, size.people)
        limit = _limit.van_trees(items, LENGTHS)
        limits.append(limit)
        for name, values in _of_bank(items, people, limit).items():
            parts[name].append(values)
        asked, estimates, took = _people.lead_catsim(items, people.first(size.catsim), lengths=LENGTHS)
        times += took
        right = np.take_along_axis(people.answers[: size.catsim], asked, axis=1)
        for n, density in enumerate(_limit.follow(items, asked, right), 1):
            if n in LENGTHS:
                parts[f"catsim {n}"].append(_limit.square_errors(density, estimates[n]) / limit[n] ** 2)
    found = {name: np.stack(values) for name, values in parts.items()}
    mean_limits = {n: statistics.fmean(limit[n] for limit in limits) for n in LENGTHS}
    yield from _errors(found, mean_limits)
    yield from _decisions(found)
    yield from _other_engine(found, size, times)


def _of_bank(items: Items, people: People, limit: dict[int, float]) -> dict[str, Array]:
    """Return what is summed over banks, (people,) each: square errors in units of the limit's, decisions over the limit's accuracy."""
    record = lead(Engine(items.a, items.b, cuts=sorted((*CUTS, PASS))), people, length=LENGTH, counting=True)
    found = {"needed": record.needed}
    found["oracle"] = _limit.oracle_counts(items, people.abilities, error=KNOWN, at_most=LONGEST)
    for n, density in enumerate(_limit.follow(items, record.asked, record.right), 1):
        last = density
        if n in LENGTHS:
            place = n - 1
            found[f"square {n}"] = _limit.square_errors(density, record.means[:, place]) / limit[n] ** 2
            found[f"claimed {n}"] = record.errors[:, place] ** 2 / limit[n] ** 2
            found[f"cover {n}"] = _limit.within(density, *record.intervals[:, place].T)
    found["bias"] = record.means[:, -1] - _limit.moments(last)[0]
    return found | _levels(record, last, limit[LENGTH]) | _passes(record, last)


def _levels(record: Record, last: Array, limit: float) -> dict[str, Array]:
    """Return how likely each decided level is by all the answers of the person, over the limit's accuracy."""
    above = record.at_least[:, :, [0, 1, 3]]  # the third of the engine's cuts is PASS
    whole = np.ones((*above.shape[:2], 1))
    known = -np.diff(np.concatenate([whole, above, 0 * whole], axis=2), axis=2)
    true = _limit.levels(last, CUTS)
    best = _limit.accuracy_at(limit, CUTS)
    people = np.arange(len(true))
    stops = _first(known.max(axis=2) >= SURE_OF_LEVEL)
    certified = (above[:, -1] >= CERTIFIED_PROBABILITY).sum(axis=1)
    below = np.cumsum(true, axis=1)[people, certified - 1]  # read only where something is certified
    return {
        "certified": np.where(certified > 0, 1.0, 0.0),
        "certified too high": np.where(certified > 0, below, 0.0),
        "limit of levels": np.full(len(true), best),
        "levels": true[people, known[:, -1].argmax(axis=1)] / best,
        "levels stopped": true[people, known[people, stops].argmax(axis=1)] / best,
        "levels items": stops + 1.0,
    }


def _passes(record: Record, last: Array) -> dict[str, Array]:
    """Return how likely each decision to pass or fail is by all the answers of the person."""
    passes = record.at_least[:, :, 2]
    true = 1 - _limit.levels(last, (PASS,))[:, 0]
    stops = _first(np.maximum(passes, 1 - passes) >= SURE_OF_PASS)
    fixed, stopped = (
        np.where(one >= 0.5, true, 1 - true) for one in (passes[:, -1], passes[np.arange(len(true)), stops])
    )
    return {"pass": fixed, "pass lost": stopped - fixed, "pass items": stops + 1.0}


def _first(enough: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the place of the first true in each row from the fifth answer on; the last place where there is none."""
    ended = enough.copy()
    ended[:, : FEWEST - 1] = False
    ended[:, -1] = True
    found: NDArray[np.intp] = ended.argmax(axis=1)
    return found


def _errors(found: dict[str, Array], limits: dict[int, float]) -> Iterator[Figure]:
    for n, bound in zip(LENGTHS, (1.09, 1.055, 1.04), strict=True):
        value, error = _figures.root(found[f"square {n}"])
        words = f"error at {n} items, over the limit ({limits[n]:.4f})"
        yield Figure(name=f"rmse_{n}", words=words, value=value, error=error, at_most=bound)
    for n in LENGTHS:
        value, error = _figures.mean(found[f"cover {n}"])
        words = f"what 95 % intervals cover at {n} items"
        yield Figure(name=f"cover_{n}", words=words, value=value, error=error, at_least=0.935, at_most=0.97)
    for n in LENGTHS:
        value, error = _figures.ratio_of_roots(found[f"claimed {n}"], found[f"square {n}"])
        words = f"error claimed over true error at {n} items"
        yield Figure(name=f"claimed_{n}", words=words, value=value, error=error, at_least=0.97, at_most=1.06)
    value, error = _figures.mean(found["bias"])
    yield Figure(name="bias_32", words=f"bias at {LENGTH} items, logits", value=value, error=error)
    value, error = _figures.ratio(found["needed"], found["oracle"])
    words = f"items to an error of {KNOWN:g}, over an oracle's {found['oracle'].mean():.2f}"
    yield Figure(name="items_to_known", words=words, value=value, error=error, at_most=1.17)


def _decisions(found: dict[str, Array]) -> Iterator[Figure]:
    best = float(found["limit of levels"].mean())
    value, error = _figures.mean(found["levels"])
    words = f"four levels at {LENGTH} items: accuracy over the limit's {best:.3f}"
    yield Figure(name="levels_32", words=words, value=value, error=error, at_least=0.985)
    value, error = _figures.mean(found["levels stopped"])
    words = f"… stopped when one has {SURE_OF_LEVEL:g}, from {FEWEST} items on, over the limit's at {LENGTH}"
    yield Figure(name="levels_stopped", words=words, value=value, error=error, at_least=0.98)
    value, error = _figures.mean(found["levels items"])
    yield Figure(name="levels_items", words="… in so many items on average", value=value, error=error, at_most=18)
    value, error = _figures.ratio(found["certified too high"], found["certified"])
    words = f"… certified at {CERTIFIED_PROBABILITY:g} or more, {LENGTH} items: share that is too high"
    at_most = round(1 - CERTIFIED_PROBABILITY, 6)
    yield Figure(name="certified_too_high", words=words, value=value, error=error, at_most=at_most)
    value, error = _figures.mean(found["pass"])
    words = f"pass or fail at {LENGTH} items: accuracy"
    yield Figure(name="pass_32", words=words, value=value, error=error)
    value, error = _figures.mean(found["pass lost"])
    words = f"… stopped at {SURE_OF_PASS:g} from {FEWEST} items on: lost, same people"
    yield Figure(name="pass_stopped", words=words, value=value, error=error, at_least=-0.005)
    value, error = _figures.mean(found["pass items"])
    yield Figure(name="pass_items", words="… in so many items on average", value=value, error=error, at_most=13)


def _other_engine(found: dict[str, Array], size: Size, times: list[float]) -> Iterator[Figure]:
    count = size.banks * size.catsim
    for n in LENGTHS:
        theirs, ours = found[f"catsim {n}"], found[f"square {n}"][:, : size.catsim]
        value, error = _figures.root(theirs)
        words = f"catsim, {count} of these people: error at {n} items, over the limit"
        yield Figure(name=f"catsim_rmse_{n}", words=words, value=value, error=error)
        value, error = _figures.ratio_of_roots(theirs, ours)
        yield Figure(name=f"catsim_over_ours_{n}", words="… over ours on them", value=value, error=error)
    words = f"catsim: one step on {size.items} items, p50, ms"
    yield Figure(name="catsim_step_ms_p50", words=words, value=statistics.median(times), is_time=True)
