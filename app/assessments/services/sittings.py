"""Begin, answer, end and find a sitting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import Integer, bindparam, insert, select, update

from app import audit
from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import banks, exposures, replays, retakes
from app.errors import NotFoundError, RetakeTooSoonError, StaleQuestionError
from quizzes import sitting as engine
from quizzes.additions import to_plain
from quizzes.errors import EmptyPoolError, NotOfferedError, SittingClosedError, UnexpectedItemError, UnknownEngineError
from quizzes.items import parse_response
from quizzes.policy import policies

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from quizzes.bank import Bank
    from quizzes.policy import Policy
    from quizzes.sitting import SittingState


#: A sitting under supervision is held by whoever supervises it (`examining`): nobody has it alone.
SUPERVISED = tuple(policy.id for policy in policies().values() if policy.is_supervised)
_ALONE = Sitting.policy_id.not_in(SUPERVISED)
# Built once: these run at every question, where building a statement costs as much as running it.
_OWN = select(Sitting).where(
    Sitting.reference == bindparam("reference"), Sitting.person_id == bindparam("person_id", type_=Integer), _ALONE
)
_OWN_HELD = _OWN.with_for_update()
# Those that need no row to be mapped are of tables rather than of classes, which the mapper would look at each time.
_RECORDED, _SITTINGS = cast("Table", RecordedAnswer.__table__), cast("Table", Sitting.__table__)
_ANSWERS = (
    select(_RECORDED.c.item_id, _RECORDED.c.response)
    .where(_RECORDED.c.sitting_id == bindparam("sitting_id", type_=Integer))
    .order_by(_RECORDED.c.position)
)
_RECORD = insert(_RECORDED)
_REMEMBER = (
    update(_SITTINGS)
    .where(_SITTINGS.c.id == bindparam("sitting_id"))
    .values({name: bindparam(name) for name in ("current_item_id", "ability", "standard_error")})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSitting:
    """A row together with the state that its answers prove."""

    row: Sitting
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
) -> Sitting:
    """Begin a sitting, whoever is or is not there.

    Args:
        person_ids: All rows of the person: retakes and items seen are counted over them.
        preferred: Items to ask first, where the rest of the pool is asked only where these do not do; empty: none is preferred.
        uncounted: Sittings that are no try.

    Raises:
        RetakeTooSoonError, NotOfferedError, EmptyPoolError: See `start`.
    """
    if retakes.next_allowed(
        db, person_ids=person_ids, framework_code=framework_code, policy=policy, now=now, uncounted=uncounted
    ):
        raise RetakeTooSoonError
    excluded = retakes.seen_items(db, person_ids=person_ids, framework_code=framework_code, policy=policy)
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


def get_own(db: Session, *, reference: str, person_id: int | None, bank: Bank) -> OpenSitting:
    """Return a sitting of this person with its state, replayed from the answers.

    Raises:
        NotFoundError: No such sitting, or not theirs, or sat under supervision.
    """
    return _open(db, _row(db, reference=reference, person_id=person_id, lock=False), bank=bank)


def hold_own(db: Session, *, reference: str, person_id: int | None, bank: Bank) -> OpenSitting:
    """Return a sitting of this person as `get_own` does, its row locked until the transaction ends: for an answer.

    Raises:
        NotFoundError: No such sitting, or not theirs.
    """
    return _open(db, _row(db, reference=reference, person_id=person_id, lock=True), bank=bank)


def get_any(db: Session, *, reference: str, bank: Bank) -> OpenSitting:
    """Return a sitting, whoever's it is, for whoever runs the service.

    Raises:
        NotFoundError: No such sitting.
    """
    row = db.scalar(select(Sitting).where(Sitting.reference == reference))
    if row is None:
        raise NotFoundError
    return _open(db, row, bank=bank)


def open_row(db: Session, row: Sitting, *, bank: Bank) -> OpenSitting:
    """Return a row, however it was found, with its state."""
    return _open(db, row, bank=bank)


def submit_answer(
    db: Session, held: OpenSitting, *, item_id: str, response: Mapping[str, object], now: datetime
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
        "sitting_id": row.id,
        "position": len(before.answers),
        "item_id": item_id,
        "response": given.to_json(),
        "score": latest.score,
        "trace": dict(latest.trace),
        "answered_at": now,
    }
    db.execute(_RECORD, [recorded])
    db.expire(row, ["answers"])
    return go_on(db, held, state, now=now)


def go_on(db: Session, held: OpenSitting, state: SittingState, *, now: datetime) -> OpenSitting:
    """Write down the state that follows: what is on screen, what happened besides, the end; return it."""
    row = held.row
    if len(state.additions) != len(row.extensions):
        row.extensions = [to_plain(one) for one in state.additions]
    replays.keep(row, state)
    if state.current_item_id is not None:
        exposures.count_asked(db, policy_id=row.policy_id, item_id=state.current_item_id)
    _remember(db, row, state, now=now)
    return OpenSitting(row=row, state=state, bank=held.bank)


def extend(
    db: Session, *, reference: str, person_id: int | None, area_id: str, bank: Bank, now: datetime
) -> OpenSitting:
    """Add questions on one area whose level is borderline; the same answers go on counting.

    Raises:
        NotFoundError: No such sitting for this person, or no such area.
        SittingClosedError: More questions on this area are not offered.
    """
    row = _row(db, reference=reference, person_id=person_id, lock=True)
    before = _open(db, row, bank=bank)
    if area_id not in {area.area_id for area in before.state.measurement.areas}:
        raise NotFoundError
    state = engine.extend(before.state, area_id=area_id, bank=before.bank)
    row.finished_at, row.finish_reason = None, None
    return go_on(db, before, state, now=now)


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
    row = _row(db, reference=reference, person_id=person_id, lock=True)
    before = _open(db, row, bank=bank)
    if before.state.finished is not None:
        return before
    state = engine.stop(before.state)
    row.finish_reason = state.finished
    _remember(db, row, state, now=now)
    return OpenSitting(row=row, state=state, bank=before.bank)


def _row(db: Session, *, reference: str, person_id: int | None, lock: bool) -> Sitting:
    row = db.scalar(_OWN_HELD if lock else _OWN, {"reference": reference, "person_id": person_id})
    if row is None:
        raise NotFoundError
    return row


def _open(db: Session, row: Sitting, *, bank: Bank) -> OpenSitting:
    if row.engine_version != engine.ENGINE_VERSION:
        raise UnknownEngineError(row.engine_version)
    own = banks.bank_of(db, bank_hash=row.bank_hash, current=bank)
    answers = [(item_id, response) for item_id, response in db.execute(_ANSWERS, {"sitting_id": row.id})]
    state = replays.state_of(row, answers, bank=own)
    if row.finish_reason == "stopped":
        state = engine.stop(state)
    return OpenSitting(row=row, state=state, bank=own)


def _remember(db: Session, row: Sitting, state: SittingState, *, now: datetime) -> None:
    """Copy the estimate as a cache and close the row when the state is finished."""
    estimate = {
        "current_item_id": state.current_item_id,
        "ability": state.measurement.overall.mean,
        "standard_error": state.measurement.overall.standard_deviation,
    }
    db.execute(_REMEMBER, {"sitting_id": row.id, **estimate})
    db.expire(row, estimate.keys())
    if state.finished is not None and row.finished_at is None:
        row.finished_at, row.finish_reason = now, state.finished
        audit.record(
            db,
            action=audit.Action.SITTING_FINISHED,
            actor_id=row.person_id,
            subject_id=row.id,
            detail={"reason": state.finished, "answers": len(state.answers)},
            now=now,
        )
