"""The time of a candidate: kept by the server alone. A clock changed on the candidate's machine changes nothing."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from app.examination.models import Accommodation

if TYPE_CHECKING:
    from datetime import datetime

    from app.examination.models import Candidate, ExamSession


def minutes_of(candidate: Candidate, *, session: ExamSession) -> int:
    """Return the minutes that a candidate has: the test's and a second set's, a third more where arranged, and what was added."""
    minutes = session.minutes + candidate.set_minutes
    if Accommodation.THIRD_TIME in candidate.accommodations:
        minutes = math.ceil(minutes * 4 / 3)
    return minutes + candidate.extra_minutes


def deadline_of(candidate: Candidate, *, session: ExamSession) -> datetime | None:
    """Return the moment at which the time is over; None while no clock runs: before the beginning, and while paused."""
    if candidate.started_at is None or candidate.paused_at is not None:
        return None
    allowed = timedelta(minutes=minutes_of(candidate, session=session), seconds=candidate.paused_seconds)
    return candidate.started_at + allowed
