"""A sitting told step by step, from its answers alone, and checked against what was stored: the answer to an appeal.

1. the engine that measured it is the one that replays it
2. each answer gets the score that was recorded
3. each item is the one that the engine asks after the answers before it
4. what happened besides (a question replaced, a second set, the closing) is what was recorded
5. it ends for the reason that was recorded, or the same item is on screen
6. the ability and its error are those of the row, to six decimals
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app import audit
from app.assessments.models import Sitting
from app.assessments.services import banks, rules
from app.errors import NotFoundError
from quizzes import grading
from quizzes import sitting as engine
from quizzes.additions import from_plain, to_plain
from quizzes.engine_versions import ENGINE_VERSION, ENGINES
from quizzes.items import parse_response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from quizzes.additions import Addition
    from quizzes.bank import Bank
    from quizzes.items import Item, Response
    from quizzes.measurement import AreaMeasurement
    from quizzes.policy import Policy
    from quizzes.sitting import SittingState

#: Beyond this difference, in logits, the replay and the row do not agree.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One answer, and what was known after it.

    Args:
        trace: Why the item was asked, as kept at the time.
        given, right: In words; None for a reserved item unless keys were asked for: a right answer tells the key.
        score: As recorded.
        before: What happened besides, after the answer before this one.
        areas, overall: What is known after the answer.
    """

    position: int
    item: Item
    trace: Mapping[str, Any]
    is_skip: bool
    given: Sequence[str] | None
    right: Sequence[str] | None
    score: float
    answered_at: datetime
    before: Sequence[Addition]
    areas: Sequence[AreaMeasurement]
    overall: AreaMeasurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A sitting replayed.

    Args:
        last: What happened besides, after the last answer.
        disagreements: French; empty where the replay and the row agree.
    """

    row: Sitting
    state: SittingState
    steps: Sequence[Step]
    last: Sequence[Addition]
    disagreements: Sequence[str]


def replay(db: Session, *, reference: str, bank: Bank, language: str = "fr") -> Replay:
    """Replay a sitting; nothing of the key of a reserved item is in the answer.

    Raises:
        NotFoundError: No such sitting.
    """
    return _replay(db, _row(db, reference), bank=bank, language=language, with_keys=False)


def replay_with_keys(db: Session, *, reference: str, bank: Bank, now: datetime, language: str = "fr") -> Replay:
    """Replay a sitting with what was answered and what is right, reserved items too; the audit trail keeps that it was asked.

    Raises:
        NotFoundError: No such sitting.
    """
    row = _row(db, reference)
    audit.record(db, action=audit.Action.SITTING_KEYS_READ, actor_id=None, subject_id=row.id, now=now)
    return _replay(db, row, bank=bank, language=language, with_keys=True)


def _row(db: Session, reference: str) -> Sitting:
    row = db.scalar(select(Sitting).where(Sitting.reference == reference))
    if row is None or (row.policy_hash is None and rules.known(row) is None):
        raise NotFoundError
    return row


def _replay(db: Session, row: Sitting, *, bank: Bank, language: str, with_keys: bool) -> Replay:
    own = banks.bank_of(db, bank_hash=row.bank_hash, current=bank)
    answers = [(one.item_id, parse_response(own.item(one.item_id), one.response)) for one in row.answers]
    policy = rules.policy_of(db, row)
    states = [_state(row, own, policy, answers[:count]) for count in range(len(answers) + 1)]
    last = engine.stop(states[-1]) if row.finish_reason == "stopped" else states[-1]
    happened: dict[int, list[Addition]] = {}
    for one in last.additions:
        happened.setdefault(one.after, []).append(one)
    steps = []
    for recorded, (item_id, response), after in zip(row.answers, answers, states[1:], strict=True):
        item = own.item(item_id)
        shown = with_keys or item.pool == "open"
        steps.append(
            Step(
                position=recorded.position,
                item=item,
                trace=recorded.trace,
                is_skip=response.skipped,
                given=grading.describe_response(item, response, language) if shown else None,
                right=grading.describe_correct(item, language) if shown else None,
                score=recorded.score,
                answered_at=recorded.answered_at,
                before=happened.get(recorded.position, ()),
                areas=after.measurement.areas,
                overall=after.measurement.overall,
            )
        )
    return Replay(
        row=row,
        state=last,
        steps=steps,
        last=happened.get(len(answers), ()),
        disagreements=_disagreements(row, states, last),
    )


def _state(row: Sitting, bank: Bank, policy: Policy, answers: Sequence[tuple[str, Response]]) -> SittingState:
    return engine.replay(
        bank,
        framework_code=row.framework_code,
        policy=policy,
        seed=row.seed,
        language=row.language,
        excluded=frozenset(row.excluded),
        resting=frozenset(row.resting),
        additions=[from_plain(one) for one in row.extensions if one["after"] <= len(answers)],
        answers=answers,
        engine_version=row.engine_version if row.engine_version in ENGINES else ENGINE_VERSION,
    )


def _disagreements(row: Sitting, states: Sequence[SittingState], last: SittingState) -> list[str]:
    found = []
    if [to_plain(one) for one in last.additions] != row.extensions:
        found.append("questions remplacées, secondes séries ou fermeture : le rejeu n’en trouve pas autant")
    if row.engine_version != last.engine_version:
        found.append(f"mesuré par le moteur {row.engine_version}, rejoué par le moteur {last.engine_version}")
    for recorded, before, replayed in zip(row.answers, states, last.answers, strict=False):
        name = f"question {recorded.position + 1} ({recorded.item_id})"
        if recorded.score != replayed.score:
            found.append(f"{name} : score {recorded.score:g} enregistré, {replayed.score:g} au rejeu")
        if recorded.item_id != before.current_item_id:
            found.append(f"{name} : le moteur poserait {before.current_item_id or 'aucune question'}")
    if (row.finish_reason, row.current_item_id) != (last.finished, last.current_item_id):
        found.append(
            f"fin : {row.finish_reason or row.current_item_id} enregistré, {last.finished or last.current_item_id} au rejeu"
        )
    overall = last.measurement.overall
    for name, stored, computed in (
        ("capacité", row.ability, overall.mean),
        ("erreur", row.standard_error, overall.standard_deviation),
    ):
        if stored is not None and abs(stored - computed) > TOLERANCE:
            found.append(f"{name} : {stored:.6f} enregistrée, {computed:.6f} au rejeu")
    return found
