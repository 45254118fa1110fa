"""Items on trial: new items of a calibrated pool, asked among the others, whose answers do not count for the person.

A pool is never finished: items are added, and edited. Where the calibrated ones can serve a whole test, only they measure; a few of the
others are asked besides, so that answers come to place them. Nobody's level rests on an item on trial, and the pages say that there are some.

1. a test is served by calibrated items alone where those left to the person hold its blueprint and every competency that is left
2. items on trial are drawn by the seed, none that rests, none beside its enemy
3. they are asked at places drawn by the seed: after the gentle start, before the test may end
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from quizzes.catalogue import Catalogue

    Mask = NDArray[np.bool_]


def is_served(listed: Catalogue, blueprint: Mapping[str, int], *, closed: Mask) -> bool:
    """Tell whether calibrated items alone can serve a whole test.

    Args:
        closed: Items that may not be asked, (n,).
    """
    free, sure = ~closed, ~closed & listed.calibrated
    if bool((free == sure).all()):
        return bool(sure.any())
    quotas = listed.quotas
    if set(quotas.competencies[free].tolist()) != set(quotas.competencies[sure].tolist()):
        return False
    counts = np.bincount(quotas.areas[sure], minlength=len(listed.framework.areas))
    return all(counts[number] >= blueprint.get(area.id, 0) for number, area in enumerate(listed.framework.areas))


def draw(
    listed: Catalogue, wanted: int, *, closed: Mask, resting: Mask, seed: int, before: int
) -> tuple[tuple[int, str], ...]:
    """Return the items on trial, each with the place at which it is asked, counted from 0; fewer than wanted where there are fewer.

    Args:
        closed: Items that may not be asked, (n,).
        resting: Items that are left alone for their exposure, (n,).
        before: The place by which all of them were asked.
    """
    chance = random.Random(f"{seed}:trials")  # noqa: S311 (a rotation, not a secret)
    left = _shuffled(np.flatnonzero(~listed.calibrated & ~closed & ~resting).tolist(), chance)
    chosen: list[int] = []
    for row in left:
        if len(chosen) < wanted and row not in beside(listed, chosen):
            chosen.append(row)
    first = len(listed.quotas.gentle)
    places = sorted(_shuffled(list(range(first, max(before, first + len(chosen)))), chance)[: len(chosen)])
    return tuple((place, listed.items[row].id) for place, row in zip(places, chosen, strict=True))


def beside(listed: Catalogue, rows: list[int]) -> set[int]:
    """Return the rows that may not be asked in the same sitting as these."""
    return {int(enemy) for row in rows for enemy in listed.quotas.enemies.get(row, ())}


def _shuffled(values: list[int], chance: random.Random) -> list[int]:
    """Put in an order drawn with `random` alone, the one function whose numbers Python promises never to change."""
    draws = {value: chance.random() for value in values}
    return sorted(values, key=draws.__getitem__)
