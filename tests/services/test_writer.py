"""A transaction beside the session: what is not committed is undone, and what the database refuses is told as ever."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from app import audit
from app.assessments.models import RecordedAnswer
from app.assessments.services import rows
from app.writer import writing
from tests.services.accounts_builders import NOW, guest
from tests.services.test_assessments import begin
from tests.services.test_statements import answer_of


def begun(db):
    """Begin a sitting, and leave the database to others; asking the row for its number later would not."""
    sitting_id = begin(db, guest(db)).id
    db.commit()
    return sitting_id


def record(sitting_id, *item_ids, then=lambda: None):
    with writing() as transaction:
        for item_id in item_ids:
            rows.record(transaction, sitting_id=sitting_id, answer=answer_of(item_id))
        then()
        transaction.commit()


def recorded(db):
    return db.scalars(select(RecordedAnswer.item_id)).all()


def test_what_nobody_committed_is_undone(db):
    sitting_id = begun(db)

    with writing() as transaction:
        rows.record(transaction, sitting_id=sitting_id, answer=answer_of("TST-1.1-01"))

    assert recorded(db) == []


def test_what_failed_midway_is_undone_and_the_connection_serves_again(db):
    sitting_id = begun(db)

    with pytest.raises(ZeroDivisionError):
        record(sitting_id, "TST-1.1-01", then=lambda: 1 / 0)
    record(sitting_id, "TST-1.1-02")

    assert recorded(db) == ["TST-1.1-02"]


def test_a_breach_is_told_as_the_session_tells_it(db):
    sitting_id = begun(db)

    with pytest.raises(IntegrityError, match=r"recorded_answers|one_answer_per"):
        record(sitting_id, "TST-1.1-01", "TST-1.1-02")  # both in the first place

    assert recorded(db) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)  # which has one writer at a time
def test_who_cannot_wait_any_longer_is_told_so(db, app):
    engine = db.get_bind().engine
    holder = engine.raw_connection()
    for connection in (holder, other := engine.raw_connection()):
        connection.cursor().execute("PRAGMA busy_timeout=20")
    other.close()  # the one that is handed out next
    holder.cursor().execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(OperationalError, match="locked"), writing():
            pytest.fail("two write at once")
    finally:
        holder.rollback()
        holder.cursor().execute("PRAGMA busy_timeout=5000")
        holder.close()
        engine.dispose()


def test_an_entry_of_the_trail_is_written_the_same_way(db):
    with writing() as transaction:
        audit.record(
            transaction,
            action=audit.Action.SITTING_FINISHED,
            actor_id=7,
            subject_id=3,
            detail={"reason": "confident", "answers": 12},
            now=NOW,
        )
        transaction.commit()

    entry = db.scalars(select(audit.AuditEntry)).one()
    assert (entry.at, entry.actor_id, entry.action, entry.subject_id) == (NOW, 7, "sitting:finished", 3)
    assert entry.detail == {"reason": "confident", "answers": 12}
