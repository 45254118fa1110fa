"""From a bank and recorded answers to a new scale: which answers count, which items are held, what is written where.

One taker is one sitting: the ability of a person may have changed by the next one. Of several answers of a person to one item only the
first counts, since the item may have been explained after it; answers to a text of an item that was edited since are left aside. A
calibrated item can be held where it is (an anchor), so that the meaning of abilities does not move from one scale to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import yaml

from quizzes import calibration
from quizzes.calibration import Assumptions, Calibration, Design
from quizzes.errors import ScaleExistsError, TooFewPeopleError
from quizzes.fingerprint import fingerprint
from quizzes.population import CORRELATIONS, Table
from quizzes.response import HALF, column
from quizzes.scale import ItemScale, Scale

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from quizzes.bank import Bank
    from quizzes.framework import Framework
    from quizzes.items import Item

#: People under whom nothing is estimated: the errors of difficulties would be as large as those of experts.
MINIMUM_PEOPLE = 100
#: Skipped or not, a sitting of fewer answers says next to nothing of its taker.
MINIMUM_ANSWERS = 2
#: Mean move of items, in logits, from which two scales do not have one zero: an eighth of a level.
LARGE_SHIFT = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One recorded answer.

    Args:
        person: Who answered, as a number.
        sitting: In which sitting, as a number; later sittings have larger numbers.
        fingerprint: Of the item as it was asked.
    """

    person: int
    sitting: int
    item_id: str
    score: float
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gathered:
    """Answers ready for calibration.

    Args:
        items: Those that somebody answered, in the order of the table's rows.
        people: Distinct persons, fewer than the table's takers where some sat twice.
        edited: Item -> answers left aside, since they were given to another text of it.
    """

    framework: Framework
    items: tuple[Item, ...]
    table: Table
    design: Design
    people: int
    edited: Mapping[str, int]


def gather(
    bank: Bank, framework_code: str, lines: Iterable[Line], *, language: str, held: Scale | None = None
) -> Gathered:
    """Return the answers that count, as a table.

    Args:
        language: In which they were given.
        held: A scale whose calibrated items keep their parameters.

    Raises:
        UnknownFrameworkError: The bank has no such framework.
        TooFewPeopleError: Fewer than `MINIMUM_PEOPLE` answered.
    """
    framework = bank.framework(framework_code)
    lines = tuple(lines)
    edited = _edited(bank, framework_code, lines, language)
    kept = _kept(bank, framework_code, [one for one in lines if (one.item_id, one.fingerprint) not in edited])
    people = {line.person for line in kept}
    if len(people) < MINIMUM_PEOPLE:
        raise TooFewPeopleError(len(people), MINIMUM_PEOPLE)
    item_ids = sorted({line.item_id for line in kept})
    item_rows = {item_id: row for row, item_id in enumerate(item_ids)}
    takers = {sitting: row for row, sitting in enumerate(sorted({line.sitting for line in kept}))}
    table = Table.of(
        np.array([takers[line.sitting] for line in kept], dtype=np.intp),
        np.array([item_rows[line.item_id] for line in kept], dtype=np.intp),
        np.array([column(line.score) for line in kept], dtype=np.intp),
        people=len(takers),
        items=len(item_ids),
    )
    items = tuple(bank.item(item_id) for item_id in item_ids)
    counted: dict[str, int] = {}
    for (item_id, _text), count in sorted(edited.items()):
        counted[item_id] = counted.get(item_id, 0) + count
    return Gathered(
        framework=framework,
        items=items,
        table=table,
        design=design_of(framework, items, held=held),
        people=len(people),
        edited=counted,
    )


def _edited(bank: Bank, framework_code: str, lines: Iterable[Line], language: str) -> dict[tuple[str, str], int]:
    """Return how many answers were given to each former text of items that the bank still has."""
    now = {
        item.id: fingerprint(item, language)
        for item in bank.items.values()
        if item.competency.startswith(f"{framework_code}-")
    }
    found: dict[tuple[str, str], int] = {}
    for line in lines:
        if now.get(line.item_id, line.fingerprint) != line.fingerprint:
            place = (line.item_id, line.fingerprint)
            found[place] = found.get(place, 0) + 1
    return found


def _kept(bank: Bank, framework_code: str, lines: Iterable[Line]) -> list[Line]:
    """Keep first answers to items that the bank still has, with a score that they can still give, of sittings that say something."""
    seen: set[tuple[int, str]] = set()
    found: dict[int, list[Line]] = {}
    for line in sorted(lines, key=lambda one: one.sitting):
        item = bank.items.get(line.item_id)
        if item is None or item.competency.partition("-")[0] != framework_code:
            continue
        if (line.person, line.item_id) in seen or (column(line.score) == HALF and item.half_guessing is None):
            continue
        seen.add((line.person, line.item_id))
        found.setdefault(line.sitting, []).append(line)
    return [line for own in found.values() if len(own) >= MINIMUM_ANSWERS for line in own]


def design_of(framework: Framework, items: tuple[Item, ...], *, held: Scale | None = None) -> Design:
    """Return what is known of items before any answer."""
    level_ids = [level.id for level in framework.levels]
    area_ids = [area.id for area in framework.areas]
    anchors = [held.items[item.id] if held is not None and held.is_calibrated(item.id) else None for item in items]
    halves = [item.half_guessing for item in items]
    return Design(
        guessing=np.array([_guessing(item, anchor) for item, anchor in zip(items, anchors, strict=True)]),
        half_guessing=np.array([np.nan if half is None else half for half in halves]),
        areas=np.array([area_ids.index(framework.area_of(item.competency).id) for item in items], dtype=np.intp),
        levels=np.array([level_ids.index(item.level) for item in items], dtype=np.intp),
        held=np.array([anchor is not None for anchor in anchors]),
        held_difficulty=np.array([anchor.difficulty if anchor else 0.0 for anchor in anchors]),
        held_slope=np.array([anchor.slope if anchor else 1.0 for anchor in anchors]),
    )


def _guessing(item: Item, anchor: ItemScale | None) -> float:
    return item.guessing if anchor is None or anchor.guessing is None else anchor.guessing


def estimate(gathered: Gathered) -> Calibration:
    """Calibrate on the experts' levels: their means place the scale, and items stand around them as experts err (`EXPERT_ERROR`)."""
    means = tuple(level.difficulty for level in gathered.framework.levels)
    return calibration.calibrate(gathered.table, gathered.design, Assumptions(level_means=means))


def scale_of(
    gathered: Gathered, found: Calibration, *, language: str, made_on: date, held: Scale | None = None
) -> Scale:
    """Return the scale to write.

    The correlation between areas is rounded down, never up: assuming too much of it does harm. One at the high end of what is tried
    is none: the answers did not bound it. A held item keeps its line, and so does one that would have been held, had these answers held
    one to it: the scale is the same.
    """
    lines = {} if held is None else {name: line for name, line in held.items.items() if held.is_calibrated(name)}
    for row, item in enumerate(gathered.items):
        if gathered.design.held[row]:
            continue
        lines[item.id] = ItemScale(
            answers=int(found.answers[row]),
            difficulty=round(float(found.difficulty[row]), 4),
            difficulty_error=round(float(found.difficulty_error[row]), 4),
            slope=round(float(found.slope[row]), 4),
            slope_error=round(float(found.slope_error[row]), 4),
            fingerprint=fingerprint(item, language),
        )
    return Scale.model_validate(
        {
            "framework": gathered.framework.code,
            "language": language,
            "made_on": made_on,
            "people": gathered.people,
            "mean": round(found.mean, 4),
            "spread": round(found.spread, 4),
            "correlation": _known_correlation(found),
            "items": lines,
        }
    )


def _known_correlation(found: Calibration) -> float | None:
    highest = round(float(CORRELATIONS[-1]), 6)
    if found.correlation is None or round(found.correlation, 6) >= highest:
        return None
    return int(found.correlation * 100) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far the items that two scales calibrate moved from one to the other, in logits.

    Args:
        items: How many they are.
        mean: Of the moves: where it is not near 0 the zero itself has moved, and the cuts with it.
        spread: Standard deviation of the moves.
    """

    items: int
    mean: float
    spread: float

    @property
    def is_large(self) -> bool:
        return abs(self.mean) >= LARGE_SHIFT


def shift(before: Scale, after: Scale) -> Shift | None:
    """Return how far items moved from one scale to the next; None where both calibrate none in common."""
    common = [name for name in after.items if before.is_calibrated(name) and after.is_calibrated(name)]
    if not common:
        return None
    moves = np.array([after.items[name].difficulty - before.items[name].difficulty for name in common])
    return Shift(items=len(common), mean=float(moves.mean()), spread=float(moves.std()))


def write(scale: Scale, directory: Path) -> Path:
    """Write a scale into a content directory, under its framework, language and date, and return its path.

    Raises:
        ScaleExistsError: That file exists.
        OSError: The directory cannot be written.
    """
    path = directory / "scales" / f"{scale.framework}-{scale.language}-{scale.made_on.isoformat()}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(scale.model_dump(exclude_none=True), sort_keys=False, allow_unicode=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ScaleExistsError(path.name) from error
    return path
