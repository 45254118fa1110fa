"""Between which totals somebody stands, given the points on one form: a form asks a part of the questions, once.

The points on a form, for each ability, have a distribution (Lord and Wingersky 1984; with half points Hanson 1994, in Kolen and Brennan
2014, chapter 7): the interval holds every ability for which the points that were got, or fewer, and these or more, are both likely
enough (Neyman 1937; Clopper and Pearson 1934 for one share). It is told on the scale of the cut (`quizzes.standard`). Like the cut, it
leaves the population out: what is said of a person does not depend on how able others are taken to be. So it is a statement about all
people of one ability, not about those who have got as many points.

Where items stand on what experts said of them, their curves are flatter by the error of that (`quizzes.response`), and the interval is
wider by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from quizzes.catalogue import Catalogue
    from quizzes.response import Curves
    from quizzes.standard import Standard

    Array = NDArray[np.float64]

#: Share of people whose interval holds their true total, at least: nine in ten.
SHARE = 0.9


def points_at(curves: Curves, rows: Sequence[int]) -> Array:
    """Return P(so many half points on these items) on the grid of abilities, (2 n + 1, g)."""
    chances = np.exp(curves.clean[list(rows)])  # n, scores, g
    found = np.zeros((2 * len(rows) + 1, chances.shape[2]))
    found[0] = 1.0
    for wrong, half, right in chances:
        more = found * wrong
        more[1:] += found[:-1] * half
        more[2:] += found[:-2] * right
        found = more
    return found


def interval(
    listed: Catalogue, standard: Standard, item_ids: Sequence[str], points: float, *, share: float = SHARE
) -> tuple[float, float]:
    """Return the totals, in per cent of the whole reserved pool, between which somebody with these points on these items stands.

    It begins at 0 where no point was got, or where the least able on the grid would get so many often enough, and ends at 100 likewise.

    Args:
        share: Of people of any one ability, who do not slip, on a form balanced as the blueprint says, so many have an interval that
            holds their true total, at least; on average over what the difficulties may be.

    Raises:
        ValueError: There are no items, or so many points cannot be got on them.
    """
    count = round(2 * points)
    if not item_ids or not 0 <= count <= 2 * len(item_ids) or count != 2 * points:
        raise ValueError("so many points cannot be got on these items")
    chances = points_at(listed.curves, [listed.rows[item_id] for item_id in item_ids])
    at_least, at_most = chances[count:].sum(axis=0), chances[: count + 1].sum(axis=0)
    tail, whole = (1 - share) / 2, standard.whole * 100
    low = 0.0 if at_least[0] >= tail else float(np.interp(tail, at_least, whole))
    high = 100.0 if at_most[-1] >= tail else float(np.interp(tail, at_most[::-1], whole[::-1]))
    return low, high
