"""The supervised examination: begin, hold, replace a question, close, judge. Who may do so is the business of the room above.

A sitting under supervision is no page of this room: whoever supervises it holds it by its number. Everything here counts over a verified
person, who may have several rows (an account, a former one, a guest's): `person_ids` are all of them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from app import audit
from app.accounts.models import Person
from app.assessments.models import Sitting
from app.assessments.services import sittings
from app.assessments.services.rows import SUPERVISED
from app.errors import (
    NotFoundError,
    SittingNotFinishedError,
    SittingOpenError,
    StaleQuestionError,
    TimeOverError,
)
from quizzes import additions, judging
from quizzes import sitting as engine
from quizzes.errors import NotOfferedError
from quizzes.items import parse_response

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from app.assessments.services.sittings import OpenSitting
    from quizzes.bank import Bank
    from quizzes.outcome import Outcome
    from quizzes.policy import Policy
    from quizzes.standard import PanelCut


_SUPERVISED = select(Sitting).where(Sitting.policy_id.in_(SUPERVISED))


class Closing(StrEnum):
    """Why a sitting is closed by somebody else than its answers.

    TIME: the time is over. What was answered counts, the rest is missed. Where a critical question was missed, its second set opens
        now, with its own minutes: the sitting then goes on, and is closed a second time when those are over.
    ENDED: the person gives up, or the invigilator ends the sitting. What was answered counts, the rest is missed, second sets included.
    ANNULLED: it proves nothing; it counts as a try. Possible after the end too (a jury).
    CALLED_OFF: it proves nothing and is not counted as a try: nothing that the person did (power cut, fire alarm, a jury's decision).
        The questions shown stay shown. Possible after the end too.
    """

    TIME = additions.TIME
    ENDED = additions.ENDED
    ANNULLED = additions.ANNULLED
    CALLED_OFF = additions.CALLED_OFF


def start(
    db: Session,
    *,
    person_id: int,
    person_ids: Collection[int],
    framework_code: str,
    policy: Policy,
    language: str,
    bank: Bank,
    seed: int,
    reference: str,
    now: datetime,
    preferred: frozenset[str] = frozenset(),
    uncounted: Collection[int] = (),
) -> Sitting:
    """Begin a sitting under supervision. Fees are nobody's business here: a first try and a third are begun alike.

    Args:
        person_id: The row that the sitting belongs to.
        person_ids: All rows of the same verified person, `person_id` among them or not.
        preferred: Reserved items to ask first, within what the blueprint asks: for the update test, those that rest on facts which
            have changed (`quizzes.upkeep.items_on_changes`).
        uncounted: Sittings that came to nothing for want of questions that count: they are no try.

    Raises:
        NotOfferedError: The test is not supervised, or does not exist for this framework.
        SittingOpenError: A supervised sitting of this person is open, whichever test; it is returned to nobody: ask `hold`.
        RetakeTooSoonError: The pause is not over, or the year's number is used up: see `retakes.next_allowed`.
        EmptyPoolError: Too little that this person has not seen is left.
    """
    if not policy.is_supervised:
        raise NotOfferedError(framework_code)
    rows = sorted({person_id, *person_ids})
    # Held until the transaction ends: two desks that begin at once for one person, under two of their rows, come one after the other.
    db.execute(select(Person.id).where(Person.id.in_(rows)).order_by(Person.id).with_for_update())
    still_open = select(Sitting.id).where(
        Sitting.person_id.in_(rows), Sitting.policy_id.in_(SUPERVISED), Sitting.finished_at.is_(None)
    )
    if db.scalar(still_open.limit(1)) is not None:
        raise SittingOpenError
    return sittings.begin(
        db,
        person_id=person_id,
        person_ids=rows,
        framework_code=framework_code,
        policy=policy,
        language=language,
        bank=bank,
        seed=seed,
        reference=reference,
        now=now,
        preferred=preferred,
        uncounted=uncounted,
    )


def hold(db: Session, *, sitting_id: int, bank: Bank) -> OpenSitting:
    """Return a supervised sitting with its state, its row locked until the transaction ends.

    Raises:
        NotFoundError: No such sitting, or not a supervised one.
    """
    return sittings.open_row(db, _row(db, _SUPERVISED.with_for_update(), sitting_id), bank=bank)


def read(db: Session, *, sitting_id: int, bank: Bank) -> OpenSitting:
    """Return a supervised sitting with its state, unlocked.

    Raises:
        NotFoundError: No such sitting, or not a supervised one.
    """
    return sittings.open_row(db, _row(db, _SUPERVISED, sitting_id), bank=bank)


def submit_answer(
    db: Session,
    held: OpenSitting,
    *,
    item_id: str,
    response: Mapping[str, object],
    deadline: datetime | None,
    now: datetime,
) -> OpenSitting:
    """Record one answer in a sitting that `hold` returned, and return the state that follows.

    The same answer sent twice is recorded once and raises nothing, after the deadline too.

    Args:
        response: In the item's own identifiers (`shown.canonical(...)`), or `{"skipped": True}`.
        deadline: The last moment at which an answer is taken; None: no clock runs. Whoever supervises keeps it.

    Raises:
        TimeOverError: It comes after the deadline: nothing is recorded, and nothing that was is lost.
        StaleQuestionError: The answer is for a question that left the screen; nothing is recorded.
        MalformedResponseError: The response does not fit the item; nothing is recorded.
    """
    if deadline is not None and now > deadline and not _is_repeated(held, item_id, response):
        raise TimeOverError
    return sittings.submit_answer(db, held, item_id=item_id, response=response, now=now)


def replace_current(
    db: Session, held: OpenSitting, *, item_id: str, actor_id: int | None, now: datetime
) -> OpenSitting:
    """Let the question on screen give way to another of its competency, else of its area.

    The one that left is not scored and never asked to this person again. Recorded: a replay finds the same.

    Args:
        item_id: The question that is to leave, as whoever replaces it saw it: two people who act at once replace it once.
        actor_id: Who decided it; for the audit trail.

    Raises:
        StaleQuestionError: That question is not on screen any more, or the sitting is over; nothing changes.
        NoReplacementError: Nothing else is left in its area; the question stays.
    """
    if held.state.current_item_id != item_id:
        raise StaleQuestionError
    state = engine.replace_current(held.state, bank=held.bank)
    detail = {"replaced": item_id, "by": state.current_item_id, "answers": len(state.answers)}
    after = sittings.go_on(db, held, state, now=now)
    audit.record(
        db,
        action=audit.Action.SITTING_ITEM_REPLACED,
        actor_id=actor_id,
        subject_id=held.row.id,
        detail=detail,
        now=now,
    )
    return after


def close(db: Session, held: OpenSitting, *, reason: Closing, actor_id: int | None, now: datetime) -> OpenSitting:
    """Close a sitting; what was answered is kept. See `Closing` for what each reason does.

    After TIME, look at `state.finished`: None means that a second set is on screen, and `minutes_of` has grown.
    Closing what is closed changes nothing, but that ANNULLED and CALLED_OFF are said of a finished sitting too.

    Args:
        actor_id: Who decided it; None: the clock.
    """
    state = engine.close(held.state, reason=reason.value, bank=held.bank)
    if state is held.state:
        return held
    after = sittings.go_on(db, held, state, now=now)
    audit.record(
        db,
        action=audit.Action.SITTING_CLOSED,
        actor_id=actor_id,
        subject_id=held.row.id,
        detail={"reason": reason.value, "answers": len(state.answers)},
        now=now,
    )
    return after


def restore(db: Session, held: OpenSitting, *, actor_id: int | None, now: datetime) -> OpenSitting:
    """Let a sitting that was annulled or called off count again, as it had ended; one that counts is left alone."""
    row = db.get_one(Sitting, held.row.id)
    kept = [one for one in row.extensions if one.get("closed") not in additions.VOID]
    if len(kept) == len(row.extensions):
        return held
    row.extensions = kept
    opened = sittings.open_row(db, row, bank=held.bank)
    if opened.state.finished is None:  # it was annulled while it ran: what was answered counts
        opened = close(db, opened, reason=Closing.ENDED, actor_id=actor_id, now=now)
    row.finish_reason = opened.state.finished
    action = audit.Action.SITTING_RESTORED
    audit.record(db, action=action, actor_id=actor_id, subject_id=row.id, detail={"reason": row.finish_reason}, now=now)
    return sittings.go_on(db, opened, opened.state, now=now)


def reopen(db: Session, held: OpenSitting, *, actor_id: int | None, now: datetime) -> OpenSitting:
    """Put what is left of the second sets on screen again, of a sitting that somebody ended; the rest stays as it ended.

    Raises:
        SittingClosedError: Nobody ended it, or no second set has a question left.
    """
    state = engine.reopen(held.state, bank=held.bank)
    action = audit.Action.SITTING_REOPENED
    audit.record(db, action=action, actor_id=actor_id, subject_id=held.row.id, now=now)
    return sittings.go_on(db, held, state, now=now)


def minutes_of(opened: OpenSitting) -> int:
    """Return the minutes that a sitting may take as it stands: the policy's, and those of the second set once it is open."""
    passing, sets = opened.state.policy.passing, opened.state.second_sets
    own = passing.second_set.minutes if passing and passing.second_set else 0
    return opened.state.policy.minutes + own * sum(bool(items) for items in sets.values())


def outcome(opened: OpenSitting, *, neutralised: frozenset[str], panel: PanelCut | None = None) -> Outcome:
    """Judge a finished sitting.

    Args:
        neutralised: Questions that count for nobody; those that this sitting did not ask change nothing.
        panel: The signed cut of a panel, where there is one (`quizzes.standard.panel_cut` reads it from the record that
            `certification.services.cut_records.established` returns for the boundary "pass"); None: the nominal cut, provisional.

    Raises:
        SittingNotFinishedError: The sitting still has a question on screen.
    """
    if opened.state.finished is None:
        raise SittingNotFinishedError
    return judging.judge(opened.state, bank=opened.bank, neutralised=neutralised, panel=panel)


def _row(db: Session, statement: Select[Sitting], sitting_id: int) -> Sitting:
    row = db.scalar(statement.where(Sitting.id == sitting_id))
    if row is None:
        raise NotFoundError
    return row


def _is_repeated(held: OpenSitting, item_id: str, response: Mapping[str, object]) -> bool:
    """Tell whether this very answer is the last one recorded."""
    last = held.state.answers[-1] if held.state.answers else None
    return (
        last is not None
        and last.item_id == item_id
        and last.response == parse_response(held.bank.item(item_id), response)
    )
