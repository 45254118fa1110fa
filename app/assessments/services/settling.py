"""Practice on what a test could not tell: the open questions that say most where the doubt is (`quizzes.settling`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.assessments.services import sittings
from app.errors import NotFoundError
from quizzes import settling
from quizzes.errors import UnknownFrameworkError
from quizzes.policy import policies

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.assessments.models import Sitting
    from quizzes.bank import Bank
    from quizzes.framework import Area, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What could not be told apart.

    Args:
        area: None: of the whole.
        at: A level, or `quizzes.settling.PASSING`: what to put in an address.
        lower, upper: The two levels; `lower` None is "pas encore". Both None where the doubt is about passing.
        asked: The open items that say most about it.
    """

    framework_code: str
    area: Area | None
    at: str
    lower: Level | None
    upper: Level | None
    asked: frozenset[str]


def doubt(bank: Bank, framework_code: str, *, area_id: str | None, at: str, language: str) -> Doubt:
    """Return what somebody wants settled, from the words of an address.

    Raises:
        NotFoundError: No such framework, area or level; or nothing is passed in this framework.
    """
    try:
        framework = bank.framework(framework_code)
        area = framework.area(area_id) if area_id else None
    except UnknownFrameworkError as error:
        raise NotFoundError from error
    ranks = {level.id: rank for rank, level in enumerate(framework.levels)}
    upper = framework.levels[ranks[at]] if at in ranks else None
    ability = upper.cut if upper else None
    if at == settling.PASSING:
        ability = settling.passing_ability(bank, framework_code, language)
    if ability is None:
        raise NotFoundError
    asked = settling.questions(
        bank,
        framework_code,
        ability=ability,
        language=language,
        count=policies()["practice"].maximum_items,
        area_id=area_id or None,
    )
    lower = framework.levels[ranks[at] - 1] if upper and ranks[at] else None
    return Doubt(framework_code=framework_code, area=area, at=at, lower=lower, upper=upper, asked=asked)


def is_on(row: Sitting, about: Doubt, *, bank: Bank) -> bool:
    """Tell whether a practice asks these very questions."""
    return set(row.excluded) == _others(about, bank)


def start(
    db: Session,
    *,
    person_id: int,
    about: Doubt,
    bank: Bank,
    language: str,
    seed: int,
    reference: str,
    now: datetime,
) -> Sitting:
    """Begin to practise on a doubt, or return the practice that is open on these very questions.

    Another practice that is open ends there: there is one at a time, and nothing is counted in it.

    Raises:
        EmptyPoolError: No open question is left on it.
    """
    already = sittings.find_open(db, person_id=person_id, framework_code=about.framework_code, policy_id="practice")
    if already is not None and is_on(already, about, bank=bank):
        return already
    if already is not None:
        sittings.stop(db, reference=already.reference, person_id=person_id, bank=bank, now=now)
    return sittings.begin(
        db,
        person_id=person_id,
        person_ids=(person_id,),
        framework_code=about.framework_code,
        policy=policies()["practice"],
        language=language,
        bank=bank,
        seed=seed,
        reference=reference,
        now=now,
        left_out=frozenset(_others(about, bank)),
    )


def _others(about: Doubt, bank: Bank) -> set[str]:
    return {item.id for item in bank.items_of(about.framework_code, "open")} - about.asked
