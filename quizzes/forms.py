"""Forms: a whole test drawn for one person under a blueprint, when items are not chosen one by one.

Each area gives the number of items that the blueprint says, its competencies by turns, its levels by turns within each; what rests is
left aside where enough else is there. Two people seldom get the same form, and the same seed always gives the same one.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from quizzes.catalogue import Catalogue


def draw(
    listed: Catalogue, blueprint: Mapping[str, int], *, closed: NDArray[np.bool_], resting: NDArray[np.bool_], seed: int
) -> tuple[int, ...]:
    """Return the rows of one form, in the order in which they are asked; fewer than wanted where an area has fewer left.

    Args:
        closed: Items that may not be asked.
        resting: Items that are taken only where their competency has nothing else left: balance of the content comes first.
    """
    chance = random.Random(f"{seed}:form")  # noqa: S311 (a rotation, not a secret)
    closed, by_area = closed.copy(), []
    for number, area in enumerate(listed.framework.areas):
        rows = _of_area(listed, number, blueprint.get(area.id, 0), closed=closed, resting=resting, chance=chance)
        for row in rows:
            if row in listed.quotas.enemies:
                closed[listed.quotas.enemies[row]] = True
        by_area.append(rows)
    return _ordered(listed, by_area)


def _of_area(
    listed: Catalogue,
    area: int,
    wanted: int,
    *,
    closed: NDArray[np.bool_],
    resting: NDArray[np.bool_],
    chance: random.Random,
) -> list[int]:
    quotas = listed.quotas
    left = [int(row) for row in quotas.of_area(area) if not closed[row]]
    draws = {row: chance.random() for row in left}
    chosen: list[int] = []
    while left and len(chosen) < wanted:
        uses = {row: sum(quotas.competencies[one] == quotas.competencies[row] for one in chosen) for row in left}
        levels = {row: sum(listed.ranks[one] == listed.ranks[row] for one in chosen) for row in left}
        row = min(left, key=lambda one: (uses[one], bool(resting[one]), levels[one], draws[one]))
        chosen.append(row)
        banned = {row, *quotas.enemies.get(row, ())}
        left = [one for one in left if one not in banned]
    return chosen


def _ordered(listed: Catalogue, by_area: list[list[int]]) -> tuple[int, ...]:
    """Let areas take turns, the easier items of each first, two long ones apart where there is a choice."""
    queues = [sorted(rows, key=lambda row: (int(listed.ranks[row]), row)) for rows in by_area]
    order: list[int] = []
    while any(queues):
        fullest = sorted((queue for queue in queues if queue), key=len, reverse=True)
        last_long = bool(order) and bool(listed.quotas.long[order[-1]])
        queue = next((one for one in fullest if not (last_long and listed.quotas.long[one[0]])), fullest[0])
        order.append(queue.pop(0))
    return tuple(order)
