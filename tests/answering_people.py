"""Made-up people who answer as the response model says: for calibration, fit and monitors. Written apart from the engine on purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from quizzes.calibration import Design
from quizzes.population import Table


@dataclass
class Truth:
    """What an estimate is compared with."""

    table: Table
    design: Design
    slope: np.ndarray
    difficulty: np.ndarray
    abilities: np.ndarray


def draw_scores(chance, *, slope, difficulty, guessing, half_guessing, abilities):
    """Draw one place of a score for each item and ability, (n,) each."""

    def above(floor, distance):
        return floor + (1 - floor) / (1 + np.exp(-distance))

    has_half = ~np.isnan(half_guessing)
    full = above(guessing, slope * (abilities - difficulty))
    half = above(np.where(has_half, half_guessing, guessing), slope * (abilities - difficulty + 0.8 * has_half))
    draws = chance.random(len(slope))
    return (draws < full).astype(int) + (draws < half).astype(int)


def answer(
    seed,
    *,
    people=400,
    per_area=20,
    asked=10,
    areas=1,
    mean=0.0,
    spread=1.0,
    correlation=0.5,
    levels=(0.0,),
    residual=1.2,
    guessing=(0.0,),
    partial=False,
):
    """Let people answer `asked` items of each area, drawn at random."""
    chance = np.random.default_rng(seed)
    count = areas * per_area
    level = np.arange(count) % len(levels)
    difficulty = np.array(levels)[level] + chance.normal(0, residual, count)
    slope = chance.lognormal(0, 0.3, count)
    floors = chance.choice(guessing, count)
    halves = np.where((np.arange(count) % 3 == 0) & partial, np.minimum(floors + 0.2, 0.45), np.nan)
    factor = chance.normal(size=(people, 1))
    own = chance.normal(size=(people, areas))
    abilities = mean + spread * (np.sqrt(correlation) * factor + np.sqrt(1 - correlation) * own)
    order = np.argsort(chance.random((people, areas, per_area)), axis=2)[:, :, :asked]
    item = (order + (np.arange(areas) * per_area)[:, None]).reshape(people, -1).ravel()
    person = np.repeat(np.arange(people), areas * asked)
    score = draw_scores(
        chance,
        slope=slope[item],
        difficulty=difficulty[item],
        guessing=floors[item],
        half_guessing=halves[item],
        abilities=abilities[person, item // per_area],
    )
    design = replace(
        Design.plain(count),
        guessing=floors,
        half_guessing=halves,
        areas=np.arange(count) // per_area,
        levels=level,
    )
    return Truth(
        table=Table.of(person, item, score, people=people, items=count),
        design=design,
        slope=slope,
        difficulty=difficulty,
        abilities=abilities,
    )
