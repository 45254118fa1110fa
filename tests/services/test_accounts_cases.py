"""Cases: numbered without gaps, acknowledged, answered once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Case, CaseKind
from app.accounts.services import cases
from app.audit import Action, AuditEntry
from app.database import db as handle
from app.errors import CaseClosedError, NotFoundError
from app.outbox import OutboxEntry
from tests.services.accounts_builders import ADDRESS, NOW, account, guest


def open_case(db, **overrides):
    given = {
        "kind": cases.CaseKind.COMPLAINT,
        "person_id": None,
        "email": None,
        "subject_kind": "service",
        "subject_reference": None,
        "text": "La page ne s’ouvre pas.",
        "language": "fr",
        "now": NOW,
    }
    return cases.open_case(db, **{**given, **overrides})


def letters(db):
    db.flush()
    return [entry.payload for entry in db.scalars(select(OutboxEntry).order_by(OutboxEntry.id))]


class TestOpenCase:
    def test_numbers_follow_each_other_within_a_year_of_paris(self, db):
        new_year_in_paris = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

        numbers = [open_case(db).number, open_case(db).number, open_case(db, now=new_year_in_paris).number]

        assert numbers == ["R-2026-0001", "R-2026-0002", "R-2027-0001"]

    def test_a_case_that_is_not_committed_gives_its_number_back(self, db):
        open_case(db)
        db.commit()
        open_case(db)
        db.rollback()

        assert open_case(db).number == "R-2026-0002"

    def test_writes_to_nobody_when_no_address_is_known(self, db):
        open_case(db, person_id=guest(db).id)

        assert letters(db) == []

    def test_acknowledges_without_quoting_what_was_written(self, db):
        case = open_case(db, email="ailleurs@example.com", language="en", text="BUY NOW")

        (letter,) = letters(db)
        assert letter["to"] == "ailleurs@example.com"
        assert letter["subject"] == f"Your request {case.number} has been received"
        assert "BUY NOW" not in letter["body"]

    def test_writes_to_the_account_when_no_other_address_is_given(self, db):
        case = open_case(db, person_id=account(db).id)

        assert case.email == ADDRESS
        assert letters(db)[0]["to"] == ADDRESS

    def test_no_number_is_skipped_or_given_twice_when_many_write_at_once(self, app):
        barrier = threading.Barrier(6)

        def write(engine):
            barrier.wait(timeout=10)
            for _message in range(3):
                with Session(engine) as db:
                    open_case(db)
                    db.commit()

        with app.app_context():
            threads = [threading.Thread(target=write, args=(handle.engine,)) for _person in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=30)
            with Session(handle.engine) as db:
                numbers = db.scalars(select(Case.number).order_by(Case.number)).all()

        assert numbers == [f"R-2026-{number:04d}" for number in range(1, 19)]


class TestAnswerCase:
    def test_refuses_an_unknown_number(self, db):
        with pytest.raises(NotFoundError):
            cases.answer_case(db, number="R-2026-0999", answer="Bonjour", answered_by=account(db).id, now=NOW)

    def test_refuses_a_second_answer(self, db):
        case, operator = open_case(db), account(db)
        cases.answer_case(db, number=case.number, answer="Bonjour", answered_by=operator.id, now=NOW)

        with pytest.raises(CaseClosedError):
            cases.answer_case(db, number=case.number, answer="Encore", answered_by=operator.id, now=NOW)

        assert case.answer == "Bonjour"

    def test_sends_the_answer_and_leaves_the_list(self, db):
        operator = account(db)
        first, second = open_case(db, email="ailleurs@example.com"), open_case(db, now=NOW + timedelta(hours=1))

        cases.answer_case(db, number=first.number, answer="C’est réparé.", answered_by=operator.id, now=NOW)

        assert letters(db)[-1]["subject"] == f"Réponse à votre demande {first.number}"
        assert "C’est réparé." in letters(db)[-1]["body"]
        assert cases.list_open(db) == [second]

    def test_writes_to_nobody_when_no_address_is_known(self, db):
        case = open_case(db)

        cases.answer_case(db, number=case.number, answer="Bonjour", answered_by=account(db).id, now=NOW)

        assert letters(db) == []


class TestForgetting:
    def test_somebody_who_leaves_is_in_no_case_any_more(self, db):
        person = account(db)
        own, other = open_case(db, person_id=person.id), open_case(db, email="autre@example.com")

        cases.forget_person(db, person_id=person.id, now=NOW)
        db.expire_all()

        assert (own.person_id, own.email, own.text) == (None, None, "")
        assert cases.list_open(db) == [other]
        assert cases.list_own(db, person_id=person.id) == []

    def test_cases_answered_long_ago_are_emptied_once(self, db):
        operator = account(db)
        old, recent = open_case(db, email="a@example.com"), open_case(db, email="b@example.com")
        cases.answer_case(
            db, number=old.number, answer="Oui", answered_by=operator.id, now=NOW - cases.KEPT_AFTER_ANSWER * 2
        )
        cases.answer_case(db, number=recent.number, answer="Oui", answered_by=operator.id, now=NOW)

        counts = cases.purge(db, now=NOW), cases.purge(db, now=NOW)
        db.expire_all()

        assert counts == (1, 0)
        assert (old.email, recent.email) == (None, "b@example.com")


def test_a_report_on_a_question_names_it_in_the_trail(db):
    case = cases.open_case(
        db,
        kind=CaseKind.ITEM_REPORT,
        person_id=guest(db).id,
        email=None,
        subject_kind="item",
        subject_reference="CIT-4.1-01",
        text="Un mot difficile.",
        language="fr",
        now=NOW,
    )

    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == Action.ITEM_REPORTED)).one()
    assert entry.detail == {"item": "CIT-4.1-01", "case": case.number}
