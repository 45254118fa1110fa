"""The time of a candidate: kept by the server alone. A clock changed on the candidate's machine changes nothing."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.examination.models import Accommodation

if TYPE_CHECKING:
    from datetime import datetime

    from app.examination.models import Candidate, ExamSession


#: What a network may add to an answer sent in time.
GRACE = timedelta(seconds=5)


def minutes_of(candidate: Candidate, *, session: ExamSession) -> int:
    """Return the minutes that a candidate has: the test's and a second set's, a third more where arranged, and what was added."""
    minutes = _own_minutes(candidate, session) + candidate.set_minutes
    if Accommodation.THIRD_TIME in candidate.accommodations:
        minutes = math.ceil(minutes * 4 / 3)
    return minutes + candidate.extra_minutes


def _own_minutes(candidate: Candidate, session: ExamSession) -> int:
    """Return the minutes of the test itself: none where only a second set of another session is sat."""
    return session.minutes if candidate.continues_id is None else 0


def break_allowance(candidate: Candidate, *, session: ExamSession) -> timedelta:
    """Return what arranged breaks may take in all: a third of the test's own time; nothing where none is arranged."""
    if Accommodation.BREAKS not in candidate.accommodations:
        return timedelta()
    own = _own_minutes(candidate, session) or candidate.set_minutes
    return timedelta(minutes=math.ceil(own / 3))


def break_left(candidate: Candidate, *, session: ExamSession, now: datetime) -> timedelta:
    """Return what is left of a candidate's breaks, the running one counted until now."""
    left = break_allowance(candidate, session=session) - timedelta(seconds=candidate.break_seconds)
    if candidate.break_began_at is not None:
        left -= now - candidate.break_began_at
    return max(left, timedelta())


def break_end(candidate: Candidate, *, session: ExamSession) -> datetime | None:
    """Return when a running break is used up, and the time of the test runs again by itself; None where no break runs."""
    if candidate.break_began_at is None:
        return None
    return candidate.break_began_at + break_left(candidate, session=session, now=candidate.break_began_at)


def resumed(candidate: Candidate, *, session: ExamSession, now: datetime) -> dict[str, Any]:
    """Return what a paused candidate's columns hold once the time runs again: a pause costs nothing, a break nothing within its bound."""
    if candidate.paused_at is None:
        return {}
    used_up = break_end(candidate, session=session)
    until = now if used_up is None else min(now, used_up)
    seconds = round((until - candidate.paused_at).total_seconds())
    found = {"paused_at": None, "paused_seconds": candidate.paused_seconds + seconds}
    if used_up is None:
        return found
    return {**found, "break_began_at": None, "break_seconds": candidate.break_seconds + seconds}


def deadline_of(candidate: Candidate, *, session: ExamSession) -> datetime | None:
    """Return the moment at which the time is over; None while no clock runs: before the beginning, and while paused.

    During a break it is the moment at which it would be over if nobody ended the break.
    """
    if candidate.started_at is None:
        return None
    used_up = break_end(candidate, session=session)
    if candidate.paused_at is not None and used_up is None:
        return None
    allowed = timedelta(minutes=minutes_of(candidate, session=session), seconds=candidate.paused_seconds)
    if used_up is not None and candidate.break_began_at is not None:
        allowed += used_up - candidate.break_began_at
    return candidate.started_at + allowed
