"""How much content there is: by competency, level, type and pool."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quizzes.bank import Bank
    from quizzes.items import Item
    from quizzes.paths import Module

TYPES = ("single_choice", "multiple_choice", "short_text", "ordering", "matching", "simulation")
POOLS = ("open", "reserved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What one competency, or one framework, has.

    Args:
        by_pool, by_level, by_type: Counts of its items.
        modules: Competencies with a lesson; `plain`: in plain French too.
    """

    title: str
    items: int
    situations: int
    by_pool: Mapping[str, int]
    by_level: Mapping[str, int]
    by_type: Mapping[str, int]
    modules: int
    plain: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkCoverage:
    """A framework's levels, its whole, and each competency by identifier."""

    levels: Sequence[str]
    whole: Coverage
    competencies: Mapping[str, Coverage]


def coverage(bank: Bank, modules: Sequence[Module]) -> dict[str, FrameworkCoverage]:
    """Count the content of each framework."""
    items, found = list(bank.items.values()), {}
    for code, framework in bank.frameworks.items():
        competencies = [one for area in framework.areas for one in area.competencies]
        own = [item for item in items if framework.has_competency(item.competency)]
        lessons = [module for module in modules if framework.has_competency(module.competency)]
        found[code] = FrameworkCoverage(
            levels=[level.id for level in framework.levels],
            whole=_count(framework.title.fr, own, lessons),
            competencies={
                one.id: _count(
                    one.title.fr,
                    [item for item in own if item.competency == one.id],
                    [module for module in lessons if module.competency == one.id],
                )
                for one in competencies
            },
        )
    return found


def _count(title: str, items: Sequence[Item], modules: Sequence[Module]) -> Coverage:
    return Coverage(
        title=title,
        items=len(items),
        situations=sum(item.situation for item in items),
        by_pool=Counter(item.pool for item in items),
        by_level=Counter(item.level for item in items),
        by_type=Counter(item.type for item in items),
        modules=len({module.competency for module in modules if module.variant == "standard"}),
        plain=len({module.competency for module in modules if module.variant == "plain"}),
    )


def summary(found: Mapping[str, FrameworkCoverage]) -> dict[str, object]:
    """Return the counts as plain data, one object for each framework."""
    return {
        "frameworks": {
            code: {
                "items": one.whole.items,
                **{pool: one.whole.by_pool.get(pool, 0) for pool in POOLS},
                **{kind: one.whole.by_type.get(kind, 0) for kind in TYPES},
                "situations": one.whole.situations,
                "modules": one.whole.modules,
                "plain": one.whole.plain,
            }
            for code, one in found.items()
        }
    }
