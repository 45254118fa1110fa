"""What would settle what a test could not tell: open questions that say most where the doubt is. Never reserved ones.

Where the answers of a test leave two neighbouring levels nearly as likely, the questions that would tell them apart are those with most
information at the cut between them. For what passes or fails, they are those at the ability of the cut.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from quizzes.catalogue import catalogue
from quizzes.policy import policies
from quizzes.standard import ability_of, standard_of

if TYPE_CHECKING:
    from quizzes.bank import Bank
    from quizzes.measurement import AreaMeasurement

#: In the place of a level: the cut of the examination.
PASSING = "examen"


def between(measured: AreaMeasurement) -> str | None:
    """Return the upper of the two levels that could not be told apart; None where the level is known, or nothing was measured."""
    if not measured.is_measured or not measured.is_borderline:
        return None
    chances = measured.probabilities
    likeliest = chances.index(max(chances))
    beside = [rank for rank in (likeliest - 1, likeliest + 1) if 0 <= rank < len(chances)]
    return f"L{max(likeliest, max(beside, key=chances.__getitem__))}"


def passing_ability(bank: Bank, framework_code: str, language: str) -> float | None:
    """Return where the nominal cut of a framework's examination stands, in logits; None where it has none.

    A panel's cut decides of results; for a choice of questions to train on, the nominal one is near enough.
    """
    for policy in policies().values():
        if policy.passing is not None and policy.is_for(framework_code):
            listed = catalogue(bank, framework_code, policy.pool, language)
            standard = standard_of(listed, policy.blueprint[framework_code])
            return ability_of(standard.whole, policy.passing.cut / 100)
    return None


def questions(
    bank: Bank, framework_code: str, *, ability: float, language: str, count: int, area_id: str | None = None
) -> frozenset[str]:
    """Return the open items that say most at an ability, at least so many where there are: of one area, or as many of each.

    Raises:
        UnknownFrameworkError: No such framework, or no such area.
    """
    listed = catalogue(bank, framework_code, "open", language)
    areas = listed.framework.areas
    wanted = range(len(areas)) if area_id is None else [areas.index(listed.framework.area(area_id))]
    told = listed.curves.information_at(ability)
    chosen: set[str] = set()
    for place in wanted:
        rows = listed.quotas.of_area(place).tolist()
        best = sorted(rows, key=lambda row: (-round(float(told[row]), 9), listed.items[row].id))
        chosen.update(listed.items[row].id for row in best[: math.ceil(count / len(wanted))])
    return frozenset(chosen)
