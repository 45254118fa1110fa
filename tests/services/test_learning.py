"""Real acts asked about once, and what has changed since a lesson was finished."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import mail, outbox
from app.accounts.services.personal_data import CertificateFate
from app.errors import NotFoundError
from app.learning.models import FinishedModule
from app.learning.services import acts, lessons, personal_data, progress, updates
from app.outbox import OutboxEntry
from tests.lessons import BARE, WHOLE, with_lessons
from tests.services.accounts_builders import ADDRESS, NOW, SECRET, account, guest

IN_A_MONTH = NOW + timedelta(days=31)
ORIGIN = "https://numericite.example"


@pytest.fixture
def content(loaded, tmp_path):
    return with_lessons(loaded, tmp_path, changed_on=date(2026, 12, 1))


def finish(db, person, content, *, module_id=WHOLE, is_account=True, now=NOW):
    progress.finish(
        db, person_id=person.id, module_id=module_id, modules=content.modules, is_account=is_account, now=now
    )
    db.flush()
    return progress.finished_by(db, person_id=person.id)[module_id]


def confirmed(db, **overrides):
    person = account(db, **overrides)
    person.email_confirmed_at = NOW
    return person


def deliver(db, content, *, now=IN_A_MONTH):
    """Deliver what is due and return the letters that are then owed."""
    db.commit()
    reminder = acts.Reminder(modules=content.modules, secret=SECRET, origin=ORIGIN)
    outbox.deliver_due(db, handlers={acts.KIND: reminder}, now=now, limit=10)
    return [
        row.payload
        for row in db.scalars(select(OutboxEntry).where(OutboxEntry.kind == mail.KIND).order_by(OutboxEntry.id))
    ]


class TestReminder:
    def test_nobody_is_asked_before_thirty_days(self, db, content):
        finish(db, confirmed(db), content)

        assert deliver(db, content, now=NOW + timedelta(days=29)) == []

    def test_an_account_is_asked_once_with_the_act_and_the_address_of_a_page(self, db, content):
        finish(db, confirmed(db), content)

        [letter] = deliver(db, content)

        assert letter["to"] == ADDRESS
        assert "Ouvrez le journal." in letter["body"]
        assert f"{ORIGIN}/apprendre/modules/TST-1.1/acte" in letter["body"]
        assert letter["stop_url"].startswith(f"{ORIGIN}/rappels/")
        assert letter["stop_url"] in letter["body"]
        assert len(deliver(db, content, now=IN_A_MONTH + timedelta(days=90))) == 1

    def test_in_the_account_s_language(self, db, content):
        person = confirmed(db)
        person.language = "en"
        finish(db, person, content)

        assert deliver(db, content)[0]["subject"] == "A month ago, a lesson. Have you done it for real?"

    def test_who_stopped_reminders_is_not_asked(self, db, content):
        person = confirmed(db)
        person.reminders_stopped_at = NOW
        finish(db, person, content)

        assert deliver(db, content) == []

    def test_a_guest_is_not_asked(self, db, content):
        finish(db, guest(db), content, is_account=False)

        assert deliver(db, content) == []

    def test_an_address_that_was_never_confirmed_gets_nothing(self, db, content):
        finish(db, account(db), content)

        assert deliver(db, content) == []

    def test_who_has_answered_already_is_not_asked(self, db, content):
        row = finish(db, confirmed(db), content)
        acts.answer(db, row=row, is_done=False, now=NOW)

        assert deliver(db, content) == []

    def test_a_lesson_without_an_act_asks_nothing(self, db, content):
        finish(db, confirmed(db), content, module_id=BARE)

        assert deliver(db, content) == []

    def test_finishing_twice_asks_once(self, db, content):
        person = confirmed(db)
        finish(db, person, content)
        finish(db, person, content)

        assert len(deliver(db, content)) == 1

    def test_who_leaves_is_not_asked(self, db, content):
        person = confirmed(db)
        finish(db, person, content)
        personal_data.erase_person(db, person_id=person.id, fate=CertificateFate.WITHDRAW, now=NOW)

        assert deliver(db, content) == []


class TestAdoption:
    def test_a_guest_who_becomes_an_account_is_asked_then(self, db, content):
        visitor, person = guest(db), confirmed(db)
        finish(db, visitor, content, is_account=False)

        personal_data.adopt_person(db, from_id=visitor.id, to_id=person.id)

        assert len(deliver(db, content)) == 1

    def test_a_lesson_that_both_had_finished_stays_one(self, db, content):
        visitor, person = guest(db), confirmed(db)
        finish(db, visitor, content, is_account=False)
        finish(db, person, content)

        personal_data.adopt_person(db, from_id=visitor.id, to_id=person.id)
        db.flush()

        assert [row.person_id for row in db.scalars(select(FinishedModule))] == [person.id]
        assert len(deliver(db, content)) == 1

    def test_everything_said_is_exported(self, db, content):
        row = finish(db, confirmed(db), content)
        acts.answer(db, row=row, is_done=True, now=NOW)

        [exported] = personal_data.export_person(db, person_id=row.person_id)["finished_modules"]

        assert exported == {
            "module": WHOLE,
            "at": NOW.isoformat(),
            "act": "done",
            "act_answered_at": NOW.isoformat(),
            "update_read_at": None,
        }


class TestNews:
    def module(self, content):
        return lessons.find_lesson(content.modules, module_id=WHOLE, language="fr", plain=False).module

    def test_nothing_is_new_to_who_has_not_finished(self, content):
        assert updates.news(self.module(content), None, facts=content.facts) == ()

    def test_nothing_is_new_to_who_learnt_it_after_the_change(self, db, content):
        row = finish(db, guest(db), content, now=NOW + timedelta(days=30))

        assert updates.news(self.module(content), row, facts=content.facts) == ()

    def test_what_changed_since_is_new_until_it_is_read(self, db, content):
        row = finish(db, guest(db), content)
        assert [fact.id for fact in updates.news(self.module(content), row, facts=content.facts)] == ["le-fait"]

        updates.mark_read(db, row=row, now=NOW + timedelta(days=30))

        assert updates.news(self.module(content), row, facts=content.facts) == ()


class TestLessons:
    @pytest.mark.parametrize(("module_id", "language"), [("TST-9.9", "fr"), (WHOLE, "de")])
    def test_an_unknown_lesson_is_not_found(self, content, module_id, language):
        with pytest.raises(NotFoundError):
            lessons.find_lesson(content.modules, module_id=module_id, language=language, plain=False)

    def test_plain_words_are_given_where_they_exist(self, content):
        def found(module_id, language):
            return lessons.find_lesson(content.modules, module_id=module_id, language=language, plain=True)

        assert found(WHOLE, "fr").is_plain
        assert not found(WHOLE, "en").is_plain
        assert found(WHOLE, "en").plain_language == "fr"
        assert not found(BARE, "fr").is_plain

    def test_minutes_of_a_path_come_from_words_questions_and_simulations(self, content):
        cards = lessons.list_paths(content, finished={}, language="fr", profile=None)

        [_everybody, patients] = cards
        assert patients.minutes == 1 + 1 + 3 + 1

    def test_a_profile_sees_its_own_paths_and_those_for_everybody(self, content):
        def names(profile):
            cards = lessons.list_paths(content, finished={}, language="fr", profile=profile)
            return [card.path.id for card in cards]

        assert names("patient") == ["tout-le-monde", "patients"]
        assert names("citizen") == ["tout-le-monde"]
        assert lessons.profiles_of(content.paths) == ["patient"]
