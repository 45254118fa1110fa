"""What a finished sitting tells the person who took it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import banks
from app.errors import NotFoundError, SittingNotFinishedError
from quizzes import grading
from quizzes.items import parse_response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.assessments.services.sittings import OpenSitting
    from quizzes.bank import Bank
    from quizzes.framework import Framework, Level
    from quizzes.measurement import AreaMeasurement
    from quizzes.paths import Module

#: Below this probability, the likeliest level is said to be between two steps (measurement notes, section 6).
SURE_ENOUGH = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One area, or the whole, in words and numbers.

    Args:
        certified: Highest level reached with nine chances in ten; None when none is.
        likeliest: The level with the highest probability; None is "pas encore".
        probability: Of being at the certified level or above; of the likeliest where none is certified.
        next_probability: Of being at the next level or above; None at the top.
        lowest, highest: The 90 % range; None is "pas encore".
    """

    area_id: str
    title: str
    certified: Level | None
    likeliest: Level | None
    probability: float
    next_level: Level | None
    next_probability: float | None
    lowest: Level | None
    highest: Level | None
    certified_index: int
    likely_index: int
    answer_count: int

    @property
    def is_between(self) -> bool:
        """Whether the next step is likelier than not and yet not sure."""
        return self.next_probability is not None and self.next_probability >= 1 - SURE_ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer told again with its explanation (open items only)."""

    position: int
    item_id: str
    stem: str
    context_title: str | None
    context_body: str | None
    given: Sequence[str]
    right: Sequence[str]
    is_correct: bool
    is_skipped: bool
    feedback: str | None
    explanation: str
    source_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything the result page shows."""

    rows: Sequence[LevelRow]
    overall: LevelRow
    secured: Sequence[LevelRow]
    suggestions: Sequence[Module]
    answers: Sequence[AnswerRow]
    answer_count: int
    provisional: bool


def result_of(opened: OpenSitting, *, modules: Sequence[Module], language: str) -> Result:
    """Say what a sitting proved, in one language.

    Raises:
        SittingNotFinishedError: The sitting still has a question on screen.
    """
    state = opened.state
    if state.finished is None:
        raise SittingNotFinishedError
    framework = opened.bank.framework(state.framework_code)
    rows = [
        _row(area, title=framework.area(area.area_id).title.get(language), levels=framework.levels)
        for area in state.measurement.areas
    ]
    overall = _row(state.measurement.overall, title=framework.title.get(language), levels=framework.levels)
    return Result(
        rows=rows,
        overall=overall,
        secured=[row for row in rows if row.certified is not None],
        suggestions=_suggest(opened, framework=framework, modules=modules, language=language),
        answers=explained_answers(opened, language=language) if state.policy.pool == "open" else (),
        answer_count=len(state.answers),
        provisional=state.measurement.provisional,
    )


def explained_answers(opened: OpenSitting, *, language: str) -> list[AnswerRow]:
    """Return every answer to an open item with its explanation; a reserved item's is never shown."""
    return [
        explain(opened, position=position, language=language)
        for position, answered in enumerate(opened.state.answers)
        if opened.bank.item(answered.item_id).pool == "open"
    ]


def explain(opened: OpenSitting, *, position: int, language: str) -> AnswerRow:
    """Return one answer to an open item with its explanation.

    Raises:
        NotFoundError: No answer has this position, or its item is reserved.
    """
    if not 0 <= position < len(opened.state.answers):
        raise NotFoundError
    answered = opened.state.answers[position]
    item = opened.bank.item(answered.item_id)
    if item.pool != "open":
        raise NotFoundError
    grade = grading.grade(item, answered.response)
    return AnswerRow(
        position=position,
        item_id=item.id,
        stem=item.stem.get(language),
        context_title=item.context.title.get(language) if item.context else None,
        context_body=item.context.body.get(language) if item.context else None,
        given=() if answered.response.skipped else grading.describe_response(item, answered.response, language),
        right=grading.describe_correct(item, language),
        is_correct=grade.is_correct,
        is_skipped=answered.response.skipped,
        feedback=grade.feedback.get(language) if grade.feedback else None,
        explanation=item.explanation.get(language),
        source_url=str(item.source_url),
    )


def _row(measured: AreaMeasurement, *, title: str, levels: Sequence[Level]) -> LevelRow:
    by_id = {level.id: level for level in levels}
    ids = [level.id for level in levels]
    certified = ids.index(measured.certified_level) + 1 if measured.certified_level else 0
    likely = ids.index(measured.likeliest_level) + 1 if measured.likeliest_level else 0
    next_level = levels[certified] if certified < len(levels) else None
    return LevelRow(
        area_id=measured.area_id,
        title=title,
        certified=by_id[measured.certified_level] if measured.certified_level else None,
        likeliest=by_id[measured.likeliest_level] if measured.likeliest_level else None,
        probability=measured.at_least[certified - 1] if certified else measured.probabilities[likely],
        next_level=next_level,
        next_probability=measured.at_least[certified] if next_level else None,
        lowest=by_id[measured.lowest_level] if measured.lowest_level else None,
        highest=by_id[measured.highest_level] if measured.highest_level else None,
        certified_index=certified,
        likely_index=max(likely, certified),
        answer_count=measured.answer_count,
    )


def _suggest(opened: OpenSitting, *, framework: Framework, modules: Sequence[Module], language: str) -> list[Module]:
    """Return two modules: those of the weakest areas first, and there of competencies with a missed item first."""
    missed = {opened.bank.item(answered.item_id).competency for answered in opened.state.answers if answered.score < 1}
    means = {area.area_id: area.mean for area in opened.state.measurement.areas}

    def need(module: Module) -> tuple[bool, float, str]:
        return module.competency not in missed, means[framework.area_of(module.competency).id], module.id

    own = [
        module
        for module in modules
        if module.language == language
        and any(module.competency == one.id for area in framework.areas for one in area.competencies)
    ]
    return sorted(own, key=need)[:2]


def export_person(db: Session, *, person_id: int, bank: Bank) -> dict[str, object]:
    """Return a person's sittings as plain data: what was answered, not the questions nor what was right."""
    rows = db.scalars(select(Sitting).where(Sitting.person_id == person_id).order_by(Sitting.started_at)).all()
    return {"sittings": [_exported(db, row, bank=bank) for row in rows]}


def _exported(db: Session, row: Sitting, *, bank: Bank) -> dict[str, object]:
    own = banks.bank_of(db, bank_hash=row.bank_hash, current=bank)
    return {
        "reference": row.reference,
        "framework": row.framework_code,
        "test": row.policy_id,
        "language": row.language,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
        "ability": row.ability,
        "standard_error": row.standard_error,
        "engine_version": row.engine_version,
        "bank_hash": row.bank_hash,
        "answers": [_exported_answer(own, answer, language=row.language) for answer in row.answers],
    }


def _exported_answer(bank: Bank, answer: RecordedAnswer, *, language: str) -> dict[str, object]:
    item = bank.item(answer.item_id)
    exported: dict[str, object] = {
        "position": answer.position,
        "item": answer.item_id,
        "competency": item.competency,
        "answered_at": answer.answered_at.isoformat(),
        "response": answer.response,
    }
    if item.pool == "open":
        # A reserved item's letters and its score together would give its right answer away.
        response = parse_response(item, answer.response)
        exported["score"] = answer.score
        exported["response_in_words"] = [] if response.skipped else grading.describe_response(item, response, language)
    return exported
