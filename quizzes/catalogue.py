"""The items of one framework, pool and language, with everything that measuring and choosing read, computed once per bank."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from quizzes import response, scale
from quizzes.engine_versions import ENGINE_VERSION, engine_of
from quizzes.selection import Quotas

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from quizzes.bank import Bank
    from quizzes.framework import Framework
    from quizzes.items import Item
    from quizzes.posterior import Prior
    from quizzes.response import Curves
    from quizzes.scale import Scale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """What a sitting may ask.

    Args:
        scale: The calibrated one in use, if any.
        rows: Place of each item.
        ranks: Level of each item, counted from 0, (n,).
        calibrated: Which items rest on enough answers to certify with, (n,).
    """

    framework: Framework
    scale: Scale | None
    items: tuple[Item, ...]
    rows: Mapping[str, int]
    ranks: NDArray[np.intp]
    curves: Curves
    quotas: Quotas
    prior: Prior
    calibrated: NDArray[np.bool_]

    def mask(self, item_ids: Collection[str]) -> NDArray[np.bool_]:
        """Return which rows are among identifiers; those of other pools are passed over."""
        found = np.zeros(len(self.items), dtype=bool)
        found[[self.rows[item_id] for item_id in item_ids if item_id in self.rows]] = True
        return found


def catalogue(
    bank: Bank, framework_code: str, pool: str, language: str, engine_version: str = ENGINE_VERSION
) -> Catalogue:
    """Return one framework and pool, as calibrated in one language and as an engine reads it.

    Raises:
        UnknownFrameworkError: The bank has no such framework.
        UnknownEngineError: No such engine is kept.
    """
    return _catalogue(bank, framework_code, pool, language, engine_version)


@lru_cache(maxsize=64)
def _catalogue(bank: Bank, framework_code: str, pool: str, language: str, engine_version: str) -> Catalogue:
    engine = engine_of(engine_version)
    if engine_version != ENGINE_VERSION:
        found = _catalogue(bank, framework_code, pool, language, ENGINE_VERSION)
        quotas, prior = replace(found.quotas, gentle=engine.gentle), replace(found.prior, slipping=engine.slipping)
        return replace(found, quotas=quotas, prior=prior)
    framework, items = bank.framework(framework_code), bank.items_of(framework_code, pool)
    own = bank.scales.get((framework_code, language))
    area_ids = [area.id for area in framework.areas]
    level_ids = [level.id for level in framework.levels]
    competency_ids = [one.id for area in framework.areas for one in area.competencies]
    types = sorted({item.type for item in items})
    rows = {item.id: row for row, item in enumerate(items)}
    quotas = Quotas(
        names=[item.id for item in items],
        areas=np.array([area_ids.index(framework.area_of(item.competency).id) for item in items], dtype=np.intp),
        competencies=np.array([competency_ids.index(item.competency) for item in items], dtype=np.intp),
        types=np.array([types.index(item.type) for item in items], dtype=np.intp),
        long=np.array([item.is_long for item in items], dtype=bool),
        enemies=_enemies(items, rows),
    )
    return Catalogue(
        framework=framework,
        scale=own,
        items=items,
        rows=rows,
        ranks=np.array([level_ids.index(item.level) for item in items], dtype=np.intp),
        curves=response.curves(scale.parameters_of(items, framework, own)),
        quotas=quotas,
        prior=scale.prior_of(framework, own),
        calibrated=np.array([own is not None and own.is_calibrated(item.id) for item in items], dtype=bool),
    )


def _enemies(items: tuple[Item, ...], rows: Mapping[str, int]) -> dict[int, NDArray[np.intp]]:
    """Return who may not meet whom: a declaration counts both ways."""
    found: dict[int, set[int]] = {}
    for item in items:
        for other in item.enemies:
            if other in rows:
                found.setdefault(rows[item.id], set()).add(rows[other])
                found.setdefault(rows[other], set()).add(rows[item.id])
    return {row: np.array(sorted(others), dtype=np.intp) for row, others in found.items()}
