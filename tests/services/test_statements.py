"""Prepared statements: what they say of a breach, what goes before them, what comes back, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.assessments.models import RecordedAnswer, Sitting
from app.assessments.services import rows, sittings
from app.errors import StaleQuestionError
from quizzes.items import right_response
from tests.services.accounts_builders import NOW, guest
from tests.services.test_assessments import BANK, begin, send


def answer_of(item_id):
    return {
        "position": 0,
        "item_id": item_id,
        "response": {"choice": "a"},
        "score": 1.0,
        "trace": {"eligible": 3, "information": 0.25},
        "answered_at": NOW,
    }


def test_a_breach_is_told_as_the_session_tells_it(db):
    row = begin(db, guest(db))
    rows.record(db, sitting_id=row.id, answer=answer_of("TST-1.1-01"))

    with pytest.raises(IntegrityError, match=r"recorded_answers|one_answer_per"):
        rows.record(db, sitting_id=row.id, answer=answer_of("TST-1.1-02"))


def test_a_state_that_was_computed_beside_another_answer_is_not_recorded(db):
    row = begin(db, guest(db))
    held = sittings.hold_own(db, reference=row.reference, person_id=row.person_id, bank=BANK)
    item = BANK.item(held.state.current_item_id)
    send(db, row)

    with pytest.raises(IntegrityError):  # as two would who did not wait for each other
        sittings.submit_answer(db, held, item_id=item.id, response=right_response(item).to_json(), now=NOW)


def test_an_answer_to_what_left_the_screen_writes_nothing(db):
    row = begin(db, guest(db))
    held = sittings.hold_own(db, reference=row.reference, person_id=row.person_id, bank=BANK)
    finished = replace(held, state=replace(held.state, finished="stopped", current_item_id=None))

    with pytest.raises(StaleQuestionError):
        sittings.submit_answer(
            db,
            finished,
            item_id=row.current_item_id,
            response=right_response(BANK.item(row.current_item_id)).to_json(),
            now=NOW,
        )

    assert rows.answers_of(db, sitting_id=row.id) == []


def test_what_the_session_has_still_to_write_goes_first(db):
    row = begin(db, guest(db))
    row.finish_reason = "stopped"

    read, _answered = rows.find_own(db, reference=row.reference, person_id=row.person_id, lock=False)

    assert read.finish_reason == "stopped"


def test_a_row_comes_back_as_the_mapper_has_it(db):
    row = begin(db, guest(db))
    send(db, row)

    read, answered = rows.find_own(db, reference=row.reference, person_id=row.person_id, lock=True)

    assert read == rows.SittingRow.of(row)
    assert answered == 1
    assert read.started_at == NOW
    assert isinstance(read.ability, float)


def test_the_mapper_reads_again_what_was_written_beside_it(db):
    row = begin(db, guest(db))
    first = row.current_item_id
    assert row.answers == []

    send(db, row)

    assert row.current_item_id != first
    assert [one.item_id for one in row.answers] == [first]
    recorded = db.scalars(select(RecordedAnswer).order_by(RecordedAnswer.id)).one()
    assert (recorded.answered_at, recorded.score) == (NOW, 1.0)
    assert db.scalars(select(Sitting.current_item_id).order_by(Sitting.id)).all() == [row.current_item_id]
