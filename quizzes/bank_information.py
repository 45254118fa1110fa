"""Where a pool of items tells people apart, and where it hardly does: what to write next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from quizzes import response
from quizzes.scale import parameters_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from quizzes.framework import Framework
    from quizzes.items import Item
    from quizzes.scale import Scale

    Array = NDArray[np.float64]

#: A place is thin where it gives less than this share of what places give on average.
THIN = 0.6
#: From its cut to the middle of a level, in logits; the top level has no other end.
_HALF_LEVEL = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One area at one level.

    Args:
        items: Those that experts put there.
        information: Fisher information of the whole area in the middle of the level.
    """

    area_id: str
    level_id: str
    items: int
    information: float
    is_thin: bool


def information(items: Sequence[Item], framework: Framework, scale: Scale | None, at: Array) -> list[float]:
    """Return the information that items give together at abilities."""
    if not items:
        return [0.0] * len(at)
    found: list[float] = response.information(parameters_of(items, framework, scale), at).sum(axis=0).tolist()
    return found


def places(framework: Framework, items: Sequence[Item], scale: Scale | None) -> list[Place]:
    """Return each area at each level.

    Args:
        items: All those of one pool.
    """
    middles = np.array([level.cut + _HALF_LEVEL for level in framework.levels])
    rows: list[tuple[str, str, int, float]] = []
    for area in framework.areas:
        own = [item for item in items if framework.area_of(item.competency).id == area.id]
        told = information(own, framework, scale, middles)
        rows += [
            (area.id, level.id, sum(item.level == level.id for item in own), value)
            for level, value in zip(framework.levels, told, strict=True)
        ]
    usual = sum(row[3] for row in rows) / len(rows)
    return [
        Place(area_id=area, level_id=level, items=count, information=value, is_thin=not value or value < THIN * usual)
        for area, level, count, value in rows
    ]


def told_thin(found: Sequence[Place]) -> str:
    """Say in French what to write first."""
    thin = [f"{one.area_id} {one.level_id}" for one in found if one.is_thin]
    return f"À écrire d’abord : {', '.join(thin)}." if thin else "Aucun endroit n’est maigre."
