"""What a finished sitting tells the person who took it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import banks
from app.errors import NotFoundError, SittingNotFinishedError
from quizzes import grading, settling
from quizzes.items import parse_response

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.assessments.services.sittings import OpenSitting
    from quizzes.bank import Bank
    from quizzes.framework import Framework, Level
    from quizzes.items import Item, Response
    from quizzes.measurement import AreaMeasurement
    from quizzes.paths import Module


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRow:
    """One area, or the whole, in words and numbers.

    Args:
        is_measured: Whether enough answers bear on it to speak of a level.
        certified: Highest level reached with nine chances in ten; None when none is.
        probability: Of being at the certified level or above; of being below the first where none is certified.
        likeliest: The level with the highest probability; None is "pas encore".
        likeliest_probability: How probable that is.
        lowest, highest: The 90 % range; None is "pas encore".
        certified_index, highest_index: Steps to draw solid, and up to which to hatch.
        interval: From and up to which step the 90 % range goes, 0 being "pas encore"; None where nothing was measured.
        is_borderline: Whether the likeliest level could not be told apart from a neighbour.
        may_extend: Whether more questions would be asked to tell.
        between: The two levels that could not be told apart, the lower one first; None is "pas encore". Empty where the level is known.
    """

    area_id: str
    title: str
    is_measured: bool
    certified: Level | None
    probability: float
    likeliest: Level | None
    likeliest_probability: float
    lowest: Level | None
    highest: Level | None
    certified_index: int
    highest_index: int
    interval: tuple[int, int] | None
    is_borderline: bool
    may_extend: bool
    between: tuple[Level | None, ...]
    answer_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What made a test stop early, and what it asked for: probabilities that were reached and those that were wanted.

    Args:
        level, wanted_level: Of the likeliest level of the whole; None where the test does not stop on it.
        passed, wanted_pass: Of being at `pass_level` or above or, where `is_passed` is false, below it.
    """

    level: float | None
    wanted_level: float | None
    passed: float | None
    wanted_pass: float | None
    pass_level: Level | None
    is_passed: bool


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
    is_nearly: bool
    is_skipped: bool
    feedback: str | None
    explanation: str
    source_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything the result page shows.

    Args:
        trial_count: How many of the questions were on trial, and count for nothing.
        ending: Why it ended: "confident", "maximum", "complete", "exhausted" or "stopped".
        known: What it knew that was enough; None where it ended otherwise, or after questions added on one subject.
        extension: Questions that may be added on one subject.
    """

    rows: Sequence[LevelRow]
    overall: LevelRow
    secured: Sequence[LevelRow]
    suggestions: Sequence[Module]
    answers: Sequence[AnswerRow]
    answer_count: int
    trial_count: int
    provisional: bool
    ending: str
    known: Known | None
    extension: int


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
        _row(
            area,
            title=framework.area(area.area_id).title.get(language),
            levels=framework.levels,
            may_extend=state.may_extend(area.area_id),
        )
        for area in state.measurement.areas
    ]
    overall = _row(
        state.measurement.overall,
        title=framework.title.get(language),
        levels=framework.levels,
        may_extend=False,
    )
    return Result(
        rows=rows,
        overall=overall,
        secured=[row for row in rows if row.certified is not None],
        suggestions=_suggest(opened, framework=framework, modules=modules, language=language),
        answers=explained_answers(opened, language=language) if state.policy.pool == "open" else (),
        answer_count=len(state.answers),
        trial_count=len(state.answers) - len(state.counted),
        provisional=state.measurement.provisional,
        ending=state.finished,
        known=_known(opened, framework.levels),
        extension=state.policy.extension,
    )


def _known(opened: OpenSitting, levels: Sequence[Level]) -> Known | None:
    state = opened.state
    stop = state.policy.stop
    if state.finished != "confident" or stop is None or state.extensions:
        return None
    overall = state.measurement.overall
    rank = next((rank for rank, level in enumerate(levels) if level.id == stop.pass_level), None)
    chance = 0.0 if rank is None else overall.at_least[rank]
    return Known(
        level=None if stop.level is None else max(overall.probabilities),
        wanted_level=stop.level,
        passed=None if rank is None else max(chance, 1 - chance),
        wanted_pass=stop.passed,
        pass_level=None if rank is None else levels[rank],
        is_passed=chance > 1 / 2,
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
    return tell(item, answered.response, position=position, language=language)


def tell(item: Item, response: Response, *, position: int, language: str) -> AnswerRow:
    """Tell one answer with its explanation, whatever its pool: who may see it is the caller's business."""
    grade = grading.grade(item, response)
    return AnswerRow(
        position=position,
        item_id=item.id,
        stem=item.stem.get(language),
        context_title=item.context.title.get(language) if item.context else None,
        context_body=item.context.body.get(language) if item.context else None,
        given=grading.describe_response(item, response, language),
        right=grading.describe_correct(item, language),
        is_correct=grade.is_correct,
        is_nearly=grade.is_nearly,
        is_skipped=response.skipped,
        feedback=grade.feedback.get(language) if grade.feedback else None,
        explanation=item.explanation.get(language),
        source_url=str(item.source_url),
    )


def _row(measured: AreaMeasurement, *, title: str, levels: Sequence[Level], may_extend: bool) -> LevelRow:
    by_id: dict[str | None, Level | None] = {None: None, **{level.id: level for level in levels}}
    ids = [None, *(level.id for level in levels)]
    certified, lowest, highest = map(
        ids.index, (measured.certified_level, measured.lowest_level, measured.highest_level)
    )
    upper = settling.between(measured)
    below = None if upper is None else ids[ids.index(upper) - 1]
    return LevelRow(
        area_id=measured.area_id,
        title=title,
        is_measured=measured.is_measured,
        certified=by_id[measured.certified_level],
        probability=measured.at_least[certified - 1] if certified else measured.probabilities[0],
        likeliest=by_id[measured.likeliest_level],
        likeliest_probability=max(measured.probabilities),
        lowest=by_id[measured.lowest_level],
        highest=by_id[measured.highest_level],
        certified_index=certified,
        highest_index=max(certified, highest) if measured.is_measured else 0,
        interval=(lowest, highest) if measured.is_measured else None,
        is_borderline=measured.is_measured and measured.is_borderline,
        may_extend=may_extend,
        between=() if upper is None else (by_id[below], by_id[upper]),
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
        and module.variant == "standard"
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
