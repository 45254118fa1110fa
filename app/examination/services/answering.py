"""The candidate's side: begin, see the question, answer it, raise a hand. Who may is whose browser was authorised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from app.assessments.models import Sitting
from app.assessments.services import examining
from app.assessments.services.examining import Closing
from app.assessments.services.rows import SittingRow
from app.database import affected
from app.errors import ExamPausedError, MovedOnError, NotFoundError
from app.examination.models import Arrival, Candidate, ExamSession, FocusLoss, Hand, SessionState
from app.examination.services import acts, clock, identities, owed, results
from certificates.dates import day_in_paris
from quizzes import upkeep
from quizzes.policy import policies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.assessments.services.sittings import OpenSitting
    from quizzes.bank import Bank
    from quizzes.facts import Fact

#: Leaving the page is noted; a page that flickers must not fill the table.
_SECONDS_BETWEEN_LOSSES = 5


#: The short test at a renewal.
UPDATE = "update"
#: How far back it looks for somebody of whom no examination is known here: the length of a certification.
LOOKED_BACK = timedelta(days=3 * 365)


class Stage(StrEnum):
    """What a candidate's browser shows."""

    WAITING = "waiting"
    READY = "ready"
    ANSWERING = "answering"
    PAUSED = "paused"
    FINISHED = "finished"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A candidate in front of a machine.

    Args:
        deadline: None while no clock runs.
    """

    candidate: Candidate
    session: ExamSession
    arrival: Arrival
    stage: Stage
    deadline: datetime | None


def place_of(db: Session, *, web_session_id: int | None, lock: bool = False) -> Place:
    """Return where the candidate of a browser stands: one query.

    Args:
        lock: Hold the candidate's row until the transaction ends; it is held before the sitting's, by everybody.

    Raises:
        NotFoundError: No candidate arrived in this browser.
    """
    wanted = (
        select(Arrival, Candidate, ExamSession)
        .join(Candidate, Candidate.id == Arrival.candidate_id)
        .join(ExamSession, ExamSession.id == Candidate.session_id)
        .where(Arrival.web_session_id == web_session_id)
        .order_by(Arrival.id.desc())
        .limit(1)
    )
    found = db.execute(wanted.with_for_update(of=Candidate) if lock else wanted).one_or_none()
    if web_session_id is None or found is None:
        raise NotFoundError
    arrival, candidate, session = found
    return Place(
        candidate=candidate,
        session=session,
        arrival=arrival,
        stage=_stage(candidate, arrival, session),
        deadline=clock.deadline_of(candidate, session=session),
    )


def _stage(candidate: Candidate, arrival: Arrival, session: ExamSession) -> Stage:
    if candidate.finished_at is not None or SessionState(session.state) not in (
        SessionState.OPEN,
        SessionState.RUNNING,
    ):
        return Stage.FINISHED
    if candidate.arrival_id != arrival.id:
        is_former = candidate.arrival_id is not None and candidate.arrival_id > arrival.id
        return Stage.ELSEWHERE if is_former else Stage.WAITING
    if candidate.paused_at is not None:
        return Stage.PAUSED
    return Stage.READY if candidate.started_at is None else Stage.ANSWERING


def begin(
    db: Session,
    *,
    place: Place,
    bank: Bank,
    seed: int,
    reference: str,
    now: datetime,
    facts: Sequence[Fact],
) -> None:
    """Begin the sitting of an authorised candidate; a double click begins nothing twice.

    Args:
        facts: What the content rests on: an update test asks first about those that have changed.

    Raises:
        MovedOnError: The candidate is not authorised here any more.
        RetakeTooSoonError, SittingOpenError, EmptyPoolError: See `examining.start`.
    """
    candidate = place.candidate
    if candidate.started_at is not None:
        return
    if place.stage is not Stage.READY or candidate.person_id is None:
        raise MovedOnError
    row = _sitting_for(db, place=place, bank=bank, facts=facts, seed=seed, reference=reference, now=now)
    begun = (
        update(Candidate)
        .where(Candidate.id == candidate.id, Candidate.started_at.is_(None))
        .values(started_at=now, sitting_id=row.id, person_id=row.person_id, language=row.language)
    )
    if not affected(db, begun):
        raise MovedOnError
    db.refresh(candidate)


def _sitting_for(
    db: Session, *, place: Place, bank: Bank, facts: Sequence[Fact], seed: int, reference: str, now: datetime
) -> SittingRow:
    """Return a new sitting, or the one of which a second set is still to be sat."""
    candidate, session = place.candidate, place.session
    if candidate.continues_id is not None:
        return owed.take_over(db, candidate=candidate, bank=bank, now=now)
    everyone = identities.person_ids(db, identity_hmac=candidate.identity_hmac, person_id=candidate.person_id)
    begun = examining.start(
        db,
        person_id=candidate.person_id or 0,
        person_ids=everyone,
        framework_code=session.framework_code,
        policy=policies()[session.policy_id],
        language=candidate.language,
        bank=bank,
        seed=seed,
        reference=reference,
        preferred=_on_changes(db, session=session, everyone=everyone, bank=bank, facts=facts, now=now),
        now=now,
        uncounted=acts.undecided(db, person_ids=everyone),
    )
    return SittingRow.of(begun)


def _on_changes(
    db: Session, *, session: ExamSession, everyone: frozenset[int], bank: Bank, facts: Sequence[Fact], now: datetime
) -> frozenset[str]:
    """Return the items on what has changed since this person last showed what they know; of an update test only."""
    if session.policy_id != UPDATE:
        return frozenset()
    last = results.last_shown(db, person_ids=everyone, framework_code=session.framework_code)
    since = last if last is not None else now - LOOKED_BACK
    pool = bank.items_of(session.framework_code, policies()[session.policy_id].pool)
    return upkeep.items_on_changes(pool, facts, since=day_in_paris(since))


def opened(db: Session, *, place: Place, bank: Bank) -> OpenSitting:
    """Return the sitting of a candidate who answers, unlocked.

    Raises:
        NotFoundError: It has not begun.
    """
    if place.candidate.sitting_id is None:
        raise NotFoundError
    return examining.read(db, sitting_id=place.candidate.sitting_id, bank=bank)


def is_over(place: Place, *, now: datetime) -> bool:
    """Tell whether a candidate's time is over, the network's part included, and the sitting still to be closed."""
    is_open = place.candidate.finished_at is None and place.candidate.sitting_id is not None
    return is_open and place.deadline is not None and now > place.deadline + clock.GRACE


def close_if_over(db: Session, *, place: Place, bank: Bank, now: datetime) -> bool:
    """Close the sitting of a candidate whose time is over; tell whether it was.

    Where a second set opens then, its minutes begin with this call, however late it comes.

    Args:
        place: Held (`place_of` with `lock`).
    """
    if not is_over(place, now=now) or place.deadline is None:
        return False
    for column, value in clock.resumed(place.candidate, session=place.session, now=now).items():
        setattr(place.candidate, column, value)  # a break that nobody ended: its bound was passed long ago
    held = examining.hold(db, sitting_id=place.candidate.sitting_id or 0, bank=bank)
    after = examining.close(db, held, reason=Closing.TIME, actor_id=None, now=now)
    if after.state.finished is None:
        place.candidate.paused_seconds += round((now - place.deadline).total_seconds())
    _follow(place, after, now=now, reason=Closing.TIME.value)
    db.flush()
    return True


def submit(
    db: Session,
    *,
    place: Place,
    held: OpenSitting,
    item_id: str,
    response: Mapping[str, object],
    now: datetime,
) -> OpenSitting:
    """Record an answer of the authorised browser, and note the end of the sitting if it was the last.

    Raises:
        ExamPausedError: The candidate is paused, or answers on another machine now; nothing is recorded.
        TimeOverError: It comes after the time; nothing is recorded.
        StaleQuestionError, MalformedResponseError: See `examining.submit_answer`.
    """
    if place.stage not in (Stage.ANSWERING, Stage.FINISHED):
        raise ExamPausedError
    deadline = place.deadline + clock.GRACE if place.deadline is not None else None
    after = examining.submit_answer(db, held, item_id=item_id, response=response, deadline=deadline, now=now)
    _follow(place, after, now=now, reason="complete")
    return after


def hold(db: Session, *, place: Place, bank: Bank) -> OpenSitting:
    """Return the sitting of a candidate, its row locked: for an answer.

    Raises:
        NotFoundError: It has not begun.
    """
    if place.candidate.sitting_id is None:
        raise NotFoundError
    return examining.hold(db, sitting_id=place.candidate.sitting_id, bank=bank)


def _follow(place: Place, after: OpenSitting, *, now: datetime, reason: str) -> None:
    """Copy what the sitting says onto the candidate: the minutes of a second set, and the end."""
    candidate = place.candidate
    more = examining.minutes_of(after) - after.state.policy.minutes
    if more != candidate.set_minutes:
        candidate.set_minutes = more
    if after.state.finished is not None and candidate.finished_at is None:
        candidate.finished_at, candidate.finish_reason = now, reason


def raise_hand(db: Session, *, place: Place, item_id: str, note: str, now: datetime) -> None:
    """Raise a hand about the question on screen; raising it twice changes nothing.

    Raises:
        ExamPausedError: The candidate does not answer now.
        MovedOnError: That question is not on screen any more.
    """
    if place.stage is not Stage.ANSWERING:
        raise ExamPausedError
    if item_id != on_screen(db, place=place):
        raise MovedOnError
    waiting = db.scalar(select(Hand).where(Hand.candidate_id == place.candidate.id, Hand.answered_at.is_(None)))
    if waiting is not None:
        waiting.item_id, waiting.note = item_id, note
        return
    db.add(Hand(candidate_id=place.candidate.id, item_id=item_id, note=note, raised_at=now))
    db.flush()


def is_hand_up(db: Session, *, candidate_id: int) -> bool:
    """Tell whether a candidate's hand is up."""
    up = select(Hand.id).where(Hand.candidate_id == candidate_id, Hand.answered_at.is_(None))
    return db.scalar(up) is not None


def note_absence(db: Session, *, place: Place, now: datetime) -> None:
    """Note that the page was left while answering: seen by the invigilator, punished by nothing."""
    if place.stage is not Stage.ANSWERING:
        return
    last = db.scalar(select(func.max(FocusLoss.at)).where(FocusLoss.candidate_id == place.candidate.id))
    if last is None or (now - last).total_seconds() >= _SECONDS_BETWEEN_LOSSES:
        db.add(FocusLoss(candidate_id=place.candidate.id, at=now))
        db.flush()


def on_screen(db: Session, *, place: Place) -> str:
    """Return the question that a candidate's page shows, and when it was put there; empty when none is."""
    if place.stage is not Stage.ANSWERING:
        return ""
    return db.scalar(select(Sitting.current_item_id).where(Sitting.id == place.candidate.sitting_id)) or ""
