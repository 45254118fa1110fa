"""Begin, answer, end and find a sitting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from app import audit
from app.assessments.models import Sitting
from app.assessments.services import banks, exposures, replays, retakes, rows, rules
from app.assessments.services.rows import SUPERVISED, SittingRow
from app.errors import NotFoundError, RetakeTooSoonError, StaleQuestionError
from app.statements import Transaction
from quizzes import sitting as engine
from quizzes.additions import to_plain
from quizzes.errors import EmptyPoolError, NotOfferedError, SittingClosedError, UnexpectedItemError
from quizzes.items import parse_response

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.reader import Reader
    from quizzes.bank import Bank
    from quizzes.policy import Policy
    from quizzes.sitting import SittingState


_ALONE = Sitting.policy_id.not_in(SUPERVISED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSitting:
    """A row together with the state that its answers prove."""

    row: SittingRow
    state: SittingState
    bank: Bank


def start(
    db: Session,
    *,
    person_id: int,
    framework_code: str,
    policy: Policy,
    language: str,
    bank: Bank,
    seed: int,
    reference: str,
    now: datetime,
) -> Sitting:
    """Begin a sitting, or return the one that is open: a double click begins nothing twice.

    Raises:
        RetakeTooSoonError: The policy's pause is not over, or the year's number is used up.
        NotOfferedError: This test does not exist for this framework, or is sat under supervision only.
        EmptyPoolError: Too little is left to ask this person.
    """
    if policy.is_supervised:
        raise NotOfferedError(framework_code)
    already = find_open(db, person_id=person_id, framework_code=framework_code, policy_id=policy.id)
    if already is not None:
        return already
    return begin(
        db,
        person_id=person_id,
        person_ids=(person_id,),
        framework_code=framework_code,
        policy=policy,
        language=language,
        bank=bank,
        seed=seed,
        reference=reference,
        now=now,
    )


def begin(
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
    left_out: frozenset[str] = frozenset(),
) -> Sitting:
    """Begin a sitting, whoever is or is not there.

    Args:
        person_ids: All rows of the person: retakes and items seen are counted over them.
        preferred: Items to ask first, where the rest of the pool is asked only where these do not do; empty: none is preferred.
        uncounted: Sittings that are no try.
        left_out: Items that are not asked in it, besides those that the person has seen.

    Raises:
        RetakeTooSoonError, NotOfferedError, EmptyPoolError: See `start`.
    """
    if retakes.next_allowed(
        db, person_ids=person_ids, framework_code=framework_code, policy=policy, now=now, uncounted=uncounted
    ):
        raise RetakeTooSoonError
    excluded = left_out | retakes.seen_items(db, person_ids=person_ids, framework_code=framework_code, policy=policy)
    drawn = exposures.draw_resting(db, bank=bank, framework_code=framework_code, policy=policy, seed=seed)
    others = {item.id for item in bank.items_of(framework_code, policy.pool)} - preferred if preferred else set()
    resting = drawn | others
    state = engine.start(
        bank,
        framework_code=framework_code,
        policy=policy,
        seed=seed,
        language=language,
        excluded=excluded,
        resting=resting,
    )
    exposures.count_sitting(db, framework_code=framework_code, policy_id=policy.id, resting=drawn)
    exposures.count_asked(db, policy_id=policy.id, item_id=str(state.current_item_id))
    banks.store(db, bank=bank, now=now)
    row = Sitting(
        reference=reference,
        person_id=person_id,
        framework_code=framework_code,
        policy_id=policy.id,
        policy_hash=rules.store(db, policy=policy, now=now),
        language=language,
        seed=seed,
        excluded=sorted(excluded),
        resting=sorted(resting),
        extensions=[],
        bank_hash=bank.content_hash,
        engine_version=state.engine_version,
        started_at=now,
        current_item_id=state.current_item_id,
    )
    db.add(row)
    db.flush()
    audit.record(db, action=audit.Action.SITTING_STARTED, actor_id=person_id, subject_id=row.id, now=now)
    return row


def find_open(db: Session, *, person_id: int, framework_code: str, policy_id: str) -> Sitting | None:
    """Return the unfinished sitting of this test, if any."""
    return db.scalar(
        select(Sitting).where(
            Sitting.person_id == person_id,
            Sitting.framework_code == framework_code,
            Sitting.policy_id == policy_id,
            Sitting.finished_at.is_(None),
        )
    )


def list_own(db: Session, *, person_id: int) -> list[Sitting]:
    """Return the sittings that a person took alone, newest first."""
    own = select(Sitting).where(Sitting.person_id == person_id, _ALONE)
    return list(db.scalars(own.order_by(Sitting.started_at.desc())))


def list_open(db: Session, *, person_id: int) -> list[Sitting]:
    """Return what a person has begun alone and not finished, newest first."""
    own = select(Sitting).where(Sitting.person_id == person_id, Sitting.finished_at.is_(None), _ALONE)
    return list(db.scalars(own.order_by(Sitting.started_at.desc())))


def see_own(reader: Reader, *, reference: str, person_id: int | None, bank: Bank) -> OpenSitting | None:
    """Return a sitting of this person as `get_own` does, by the short way: for the question on screen.

    None: no such sitting, or not theirs, or on a bank or under a policy that this process does not serve any more.
    """
    found = rows.see_own(reader, reference=reference, person_id=person_id)
    if found is None or found[0].bank_hash != bank.content_hash:
        return None
    row, state = found[0], replays.settled(*found)
    if state is None:
        policy = rules.known(row)
        if policy is None:
            return None
        # An answer recorded since the row was read is among them: as if the page had come a moment later.
        state = replays.state_of(row, rows.see_answers(reader, sitting_id=row.id), bank=bank, policy=policy)
    return _opened(row, state, bank=bank)


def get_own(db: Session, *, reference: str, person_id: int | None, bank: Bank) -> OpenSitting:
    """Return a sitting of this person with its state, replayed from the answers.

    Raises:
        NotFoundError: No such sitting, or not theirs, or sat under supervision.
    """
    return _own(db, reference=reference, person_id=person_id, lock=False, bank=bank)


def hold_own(db: Session | Transaction, *, reference: str, person_id: int | None, bank: Bank) -> OpenSitting:
    """Return a sitting of this person as `get_own` does, its row locked until the transaction ends: for an answer.

    Raises:
        NotFoundError: No such sitting, or not theirs.
    """
    return _own(db, reference=reference, person_id=person_id, lock=True, bank=bank)


def get_any(db: Session, *, reference: str, bank: Bank) -> OpenSitting:
    """Return a sitting, whoever's it is, for whoever runs the service.

    Raises:
        NotFoundError: No such sitting.
    """
    row = db.scalar(select(Sitting).where(Sitting.reference == reference))
    if row is None:
        raise NotFoundError
    return open_row(db, row, bank=bank)


def open_row(db: Session, row: Sitting, *, bank: Bank) -> OpenSitting:
    """Return a row, however it was found, with its state."""
    return _open(db, SittingRow.of(row), None, bank=bank)


def submit_answer(
    db: Session | Transaction, held: OpenSitting, *, item_id: str, response: Mapping[str, object], now: datetime
) -> OpenSitting:
    """Record one answer in a sitting that is held, and return the state that follows.

    The same answer sent twice (a double click, a reload) is recorded once and raises nothing.

    Raises:
        StaleQuestionError: The answer is for a question that left the screen; nothing is recorded.
        MalformedResponseError: The response does not fit the item; nothing is recorded.
    """
    row, before = held.row, held.state
    if item_id not in held.bank.items:
        raise StaleQuestionError
    given = parse_response(held.bank.item(item_id), response)
    if before.answers and before.answers[-1].item_id == item_id and before.answers[-1].response == given:
        return held
    try:
        state = engine.answer(before, item_id=item_id, response=given, bank=held.bank)
    except (UnexpectedItemError, SittingClosedError) as error:
        raise StaleQuestionError from error
    latest = state.answers[-1]
    recorded = {
        "position": len(before.answers),
        "item_id": item_id,
        "response": given.to_json(),
        "score": latest.score,
        "trace": dict(latest.trace),
        "answered_at": now,
    }
    rows.record(db, sitting_id=row.id, answer=recorded)
    return go_on(db, held, state, now=now)


def go_on(db: Session | Transaction, held: OpenSitting, state: SittingState, *, now: datetime) -> OpenSitting:
    """Write down the state that follows: what is on screen, what happened besides, the end; return it.

    Who holds a short transaction calls `settle` once it is committed.
    """
    if state.current_item_id is not None:
        exposures.count_asked(db, policy_id=held.row.policy_id, item_id=state.current_item_id)
    row = _remember(db, held.row, state, now=now)
    if not isinstance(db, Transaction):
        replays.keep(row, state)
    return OpenSitting(row=row, state=state, bank=held.bank)


def settle(written: OpenSitting) -> None:
    """Keep what was committed at hand: the next question asks for it."""
    replays.settle(written.row, written.state)


def extend(
    db: Session, *, reference: str, person_id: int | None, area_id: str, bank: Bank, now: datetime
) -> OpenSitting:
    """Add questions on one area whose level is borderline; the same answers go on counting.

    Raises:
        NotFoundError: No such sitting for this person, or no such area.
        SittingClosedError: More questions on this area are not offered.
    """
    before = _own(db, reference=reference, person_id=person_id, lock=True, bank=bank)
    if area_id not in {area.area_id for area in before.state.measurement.areas}:
        raise NotFoundError
    state = engine.extend(before.state, area_id=area_id, bank=before.bank)
    return go_on(db, replace(before, row=before.row._replace(finished_at=None)), state, now=now)


def longest(
    db: Session, *, person_id: int | None, framework_code: str, policy: Policy, bank: Bank, language: str
) -> int | None:
    """Return how many questions a new sitting would have at most; None where this person cannot begin one."""
    seen: frozenset[str] = frozenset()
    if person_id is not None:
        seen = retakes.seen_items(db, person_ids=(person_id,), framework_code=framework_code, policy=policy)
    try:
        state = engine.start(
            bank, framework_code=framework_code, policy=policy, seed=0, language=language, excluded=seen
        )
    except (EmptyPoolError, NotOfferedError):
        return None
    return state.maximum_items


def stop(db: Session, *, reference: str, person_id: int | None, bank: Bank, now: datetime) -> OpenSitting:
    """End a sitting early at the person's wish; the result says what was measured so far.

    Raises:
        NotFoundError: No such sitting for this person.
    """
    before = _own(db, reference=reference, person_id=person_id, lock=True, bank=bank)
    if before.state.finished is not None:
        return before
    state = engine.stop(before.state)
    return OpenSitting(row=_remember(db, before.row, state, now=now), state=state, bank=before.bank)


def _own(db: Session | Transaction, *, reference: str, person_id: int | None, lock: bool, bank: Bank) -> OpenSitting:
    found = rows.find_own(db, reference=reference, person_id=person_id, lock=lock)
    if found is None:
        raise NotFoundError
    return _open(db, *found, bank=bank)


def _open(db: Session | Transaction, row: SittingRow, answered: int | None, *, bank: Bank) -> OpenSitting:
    """Return a row with its state.

    Args:
        answered: How many answers it has, where that is known.
    """
    own = banks.bank_of(db, bank_hash=row.bank_hash, current=bank)
    state = None if answered is None else replays.settled(row, answered)
    if state is None:
        answers = rows.answers_of(db, sitting_id=row.id)
        state = replays.state_of(row, answers, bank=own, policy=rules.policy_of(db, row))
    return _opened(row, state, bank=own)


def _opened(row: SittingRow, state: SittingState, *, bank: Bank) -> OpenSitting:
    return OpenSitting(row=row, state=engine.stop(state) if row.finish_reason == "stopped" else state, bank=bank)


def _remember(db: Session | Transaction, row: SittingRow, state: SittingState, *, now: datetime) -> SittingRow:
    """Copy what the state says into the row, the estimate as a cache, and close it when the state is finished."""
    after = rows.rewrite(
        db,
        row,
        extensions=[to_plain(one) for one in state.additions],
        finished_at=None if state.finished is None else row.finished_at or now,
        finish_reason=state.finished,
        current_item_id=state.current_item_id,
        ability=state.measurement.mean,
        standard_error=state.measurement.standard_deviation,
    )
    if after.finished_at is not None and row.finished_at is None:
        audit.record(
            db,
            action=audit.Action.SITTING_FINISHED,
            actor_id=row.person_id,
            subject_id=row.id,
            detail={"reason": state.finished, "answers": len(state.answers)},
            now=now,
        )
    return after
