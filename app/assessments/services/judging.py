"""What a person who judges a contested result needs to see: what was asked, answered, scored, why, and what it proved.

The recorded rows are the ground: scores and traces are told as they were stored, on the bank that the sitting began with,
reserved items too. Who may look, and that each look is written to the trail, is the caller's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.assessments.models import Sitting
from app.assessments.services import banks, results, sittings
from app.errors import NotFoundError
from quizzes.errors import UnknownEngineError
from quizzes.items import parse_response
from quizzes.presentation import present

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.assessments.models import RecordedAnswer
    from app.assessments.services.results import AnswerRow, Result
    from quizzes.bank import Bank
    from quizzes.items import Item
    from quizzes.presentation import Presentation


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAnswer:
    """One recorded answer with its item whole.

    Args:
        position: Counted from 1, in the order asked.
        shown: What was on screen, in the same order.
        told: What was given and what was right, in words.
        score: As stored when it was given.
        trace: As stored: why this item was asked.
    """

    position: int
    item: Item
    shown: Presentation
    told: AnswerRow
    score: float
    trace: Mapping[str, object]
    answered_at: datetime

    @property
    def is_scored_otherwise_today(self) -> bool:
        """Whether today's grading would give another score: a reason to look closely."""
        now = 1.0 if self.told.is_correct else 0.5 if self.told.is_nearly else 0.0
        return self.score != now


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSitting:
    """A sitting as it was taken.

    Args:
        proved: What it proved; None while it runs, and when another engine measured it.
        is_same_bank: Whether it was taken on the bank in use today.
    """

    row: Sitting
    answers: Sequence[JudgedAnswer]
    proved: Result | None
    is_same_bank: bool


def judge(db: Session, *, reference: str, bank: Bank, language: str) -> JudgedSitting:
    """Return a sitting, whoever took it, as it is judged.

    Raises:
        NotFoundError: No such sitting any more: whoever took it has left.
    """
    row = db.scalar(select(Sitting).where(Sitting.reference == reference))
    if row is None:
        raise NotFoundError
    own = banks.bank_of(db, bank_hash=row.bank_hash, current=bank)
    return JudgedSitting(
        row=row,
        answers=[_judged(own.item(answer.item_id), answer, row=row, language=language) for answer in row.answers],
        proved=_proved(db, row, bank=bank, language=language),
        is_same_bank=own.content_hash == bank.content_hash,
    )


def _judged(item: Item, answer: RecordedAnswer, *, row: Sitting, language: str) -> JudgedAnswer:
    response = parse_response(item, answer.response)
    return JudgedAnswer(
        position=answer.position + 1,
        item=item,
        shown=present(item, language=language, seed=row.seed),
        told=results.tell(item, response, position=answer.position, language=language),
        score=answer.score,
        trace=answer.trace,
        answered_at=answer.answered_at,
    )


def _proved(db: Session, row: Sitting, *, bank: Bank, language: str) -> Result | None:
    if row.finished_at is None:
        return None
    try:
        opened = sittings.open_row(db, row, bank=bank)
    except UnknownEngineError:
        return None
    return results.result_of(opened, modules=(), language=language)
