"""When a test may be taken again. The rule's numbers are data of the policy.

Both rules count over the rows that the caller gives: alone, those of one account, since nothing ties two accounts to one person; under supervision,
all those of the verified person (`examination.services.identities`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from app.assessments.models import RecordedAnswer, Sitting
from quizzes.additions import CALLED_OFF, not_asked_again
from quizzes.policy import policies

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from quizzes.policy import Policy

A_YEAR = timedelta(days=365)


def next_allowed(
    db: Session,
    *,
    person_ids: Collection[int],
    framework_code: str,
    policy: Policy,
    now: datetime,
    besides: Collection[datetime] = (),
    uncounted: Collection[int] = (),
) -> datetime | None:
    """Return the first moment a new sitting may begin; None when it may begin now.

    Args:
        besides: When the person began this test under rows that are gone.
        uncounted: Sittings that are no try, for whoever judged them: too little was left of them to decide anything.

    Two limits: a pause after the last sitting, and a number of sittings in any 365 days. A sitting that was called off is not counted.
    """
    if policy.retake_after_days == 0 and policy.retakes_per_year == 0:
        return None
    counted = select(Sitting.started_at).where(
        Sitting.person_id.in_(person_ids),
        Sitting.framework_code == framework_code,
        Sitting.policy_id == policy.id,
        or_(Sitting.finish_reason.is_(None), Sitting.finish_reason != CALLED_OFF),
        Sitting.started_at > now - A_YEAR,
        Sitting.id.not_in(uncounted),
    )
    starts = sorted([*db.scalars(counted), *besides])
    if not starts:
        return None
    moments = [starts[-1] + timedelta(days=policy.retake_after_days)]
    if policy.retakes_per_year and len(starts) >= policy.retakes_per_year:
        moments.append(starts[-policy.retakes_per_year] + A_YEAR)
    moment = max(moments)
    return moment if moment > now else None


def seen_items(db: Session, *, person_ids: Collection[int], framework_code: str, policy: Policy) -> frozenset[str]:
    """Return the reserved items that this person has been shown, in whichever test: they are not asked again.

    The item on screen when a sitting was left or closed counts as seen, though it was never answered, and so does one that was replaced.
    """
    if policy.pool != "reserved":
        return frozenset()
    reserved = [other.id for other in policies().values() if other.pool == "reserved"]
    mine = (
        Sitting.person_id.in_(person_ids),
        Sitting.framework_code == framework_code,
        Sitting.policy_id.in_(reserved),
    )
    answered = db.scalars(
        select(RecordedAnswer.item_id).join(Sitting, Sitting.id == RecordedAnswer.sitting_id).where(*mine)
    )
    shown = db.scalars(select(Sitting.current_item_id).where(*mine, Sitting.current_item_id.is_not(None)))
    left = not_asked_again(
        one for extensions in db.scalars(select(Sitting.extensions).where(*mine)) for one in extensions
    )
    return frozenset([*answered, *(item for item in shown if item is not None)]) | left
