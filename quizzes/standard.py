"""The scale of the cut: where per cents stand on the scale of ability, and what one form asks for at that place.

Forms are drawn one a person, and none is exactly as hard as another: the same per cent of points does not prove the same on each. So the
cut is a per cent of the *whole reserved pool*, its areas weighing as the blueprint says; it stands at one ability, and a form asks for
the points that this ability gives on its own questions (true-score equating: Lord 1980, chapter 13; Kolen and Brennan 2014, chapter 6).
The population is nowhere in it: what is asked of a person does not depend on how able others are taken to be.

A panel's signed cut takes the place of the nominal one. It is placed by what the panel said, a score on the items that it judged, on the
scale in use today; by the ability that was signed where some of these items are no longer in the bank.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from quizzes.cutscore import ability_at
from quizzes.response import GRID, STEP, curves
from quizzes.scale import parameters_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from quizzes.bank import Bank
    from quizzes.catalogue import Catalogue

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCut:
    """What a panel set and signed.

    Args:
        items: Those that were judged.
        score: Points that somebody just good enough gets on them.
        ability: The same on the scale of that day, in logits.
    """

    items: tuple[str, ...]
    score: float
    ability: float


def panel_cut(record: Mapping[str, Any]) -> PanelCut:
    """Return the cut of a signed record (`quizzes.cutscore_report.record_of`)."""
    cut = record["cut"]
    return PanelCut(items=tuple(record["items"]), score=cut["score"], ability=cut["ability"])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standard:
    """Expected shares of the points of the whole reserved pool, on the grid of abilities.

    Args:
        whole: Under the blueprint, for somebody equally able in every area, (g,).
        areas: Of each area's own items; NaN where it has none, (areas, g).
        weights: What each area weighs under the blueprint; they sum to 1, (areas,).
    """

    whole: Array
    areas: Array
    weights: Array


def standard_of(listed: Catalogue, blueprint: Mapping[str, int]) -> Standard:
    """Return the scale of the cut of a reserved pool."""
    quotas, expected = listed.quotas, listed.curves.expected
    areas = np.full((len(listed.framework.areas), len(GRID)), np.nan)
    for place in range(len(areas)):
        rows = quotas.of_area(place)
        if len(rows):
            areas[place] = expected[rows].mean(axis=0)
    weights = np.array([blueprint.get(area.id, 0) for area in listed.framework.areas], dtype=float)
    weights /= weights.sum()
    whole: Array = weights[weights > 0] @ areas[weights > 0]
    return Standard(whole=whole, areas=areas, weights=weights)


def ability_of(shares: Array, share: float) -> float:
    """Return the ability that gives a share of points; the end of the grid for a share that it does not hold."""
    return float(np.interp(share, shares, GRID))


def share_at(shares: Array, ability: float) -> float:
    """Return the share of points that an ability gives."""
    return float(np.interp(ability, GRID, shares))


def cut_ability(standard: Standard, *, cut: float, panel: PanelCut | None, bank: Bank, listed: Catalogue) -> float:
    """Return where the cut stands, in logits.

    Args:
        cut: Nominal, in per cent of the whole reserved pool.
        panel: What takes its place.
        listed: The reserved pool, in the language of the test.
    """
    if panel is None:
        return ability_of(standard.whole, cut / 100)
    found = None
    if all(item_id in bank.items for item_id in panel.items):
        items = [bank.items[item_id] for item_id in panel.items]
        found = ability_at(curves(parameters_of(items, listed.framework, listed.scale)), panel.score)
    return panel.ability if found is None else found


def expected_at(listed: Catalogue, item_ids: Sequence[str], ability: float) -> list[float]:
    """Return the points that an ability gives on each item."""
    return [float(np.interp(ability, GRID, listed.curves.expected[listed.rows[item_id]])) for item_id in item_ids]


def scaled(listed: Catalogue, standard: Standard, item_ids: Sequence[str], points: float) -> float:
    """Return, in per cent of the whole reserved pool, what points on some of its items come to.

    It is what the ability that gives these points on these items gives on the whole. No point is 0 and every point is 100; between
    either and what the grid of abilities holds, it is the straight line.
    """
    on_these = listed.curves.expected[[listed.rows[item_id] for item_id in item_ids]].sum(axis=0)
    places = np.concatenate([[0.0], on_these, [float(len(item_ids))]])
    return float(np.interp(points, places, np.concatenate([[0.0], standard.whole * 100, [100.0]])))


def chance_below(marginal: Array, ability: float) -> float:
    """Return the probability of an ability below this one; a grid point on or near it is shared by both sides."""
    above = np.clip((GRID - ability) / STEP + 0.5, 0.0, 1.0)
    return float(1 - marginal @ above)
