"""Items near another one: what takes its place, and what says more of its theme.

1. of its area, and of its competency first
2. what does not rest before what does
3. of a level near its own, then the seed
4. no enemy of anything asked, nor of another one taken
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizzes.selection import draw

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from quizzes.catalogue import Catalogue
    from quizzes.passing import SecondSet

    Mask = NDArray[np.bool_]


def free_beside(listed: Catalogue, asked: Iterable[str], *, closed: Mask) -> Mask:
    """Return which items may be asked in a sitting that asks these already, (n,): neither they nor their enemies."""
    free = ~closed
    for item_id in asked:
        row = listed.rows[item_id]
        free[row] = False
        if row in listed.quotas.enemies:
            free[listed.quotas.enemies[row]] = False
    return free


def nearest(listed: Catalogue, item_id: str, *, free: Mask, resting: Mask, seed: int, count: int) -> tuple[str, ...]:
    """Return up to so many items near another one, the nearest first.

    Args:
        free: Items that may be asked, (n,).
        resting: Items that are taken only where nothing else is left in the competency, (n,).
    """
    quotas, own, free = listed.quotas, listed.rows[item_id], free.copy()

    def distance(row: int) -> tuple[bool, bool, int, str]:
        return (
            bool(quotas.competencies[row] != quotas.competencies[own]),
            bool(resting[row]),
            abs(int(listed.ranks[row]) - int(listed.ranks[own])),
            draw(seed, f"near {quotas.names[row]}"),
        )

    found: list[str] = []
    for row in sorted((int(one) for one in quotas.of_area(int(quotas.areas[own]))), key=distance):
        if len(found) < count and free[row]:
            found.append(quotas.names[row])
            if row in quotas.enemies:
                free[quotas.enemies[row]] = False
    return tuple(found)


def second_sets(
    listed: Catalogue,
    rule: SecondSet,
    missed: Collection[str],
    *,
    free: Mask,
    resting: Mask,
    seed: int,
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the second set of each theme of which a critical item was missed, in the order of the framework.

    Args:
        missed: Critical items, in the order in which they were asked; a theme's set stays near the first of its own.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    competencies = [one.id for area in listed.framework.areas for one in area.competencies]
    of_theme = {listed.items[listed.rows[item_id]].competency: item_id for item_id in reversed(list(missed))}
    for theme in sorted(of_theme, key=competencies.index):
        items = nearest(listed, of_theme[theme], free=free, resting=resting, seed=seed, count=rule.items)
        free = free & free_beside(listed, items, closed=~free)
        found.append((theme, items))
    return tuple(found)
