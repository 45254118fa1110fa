"""What people agree to tell for checking items: kept once, taken back at any time, gone with them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Background
from app.accounts.services import backgrounds, personal_data, retention
from app.accounts.services.personal_data import CertificateFate
from app.audit import AuditEntry
from app.errors import NotFoundError
from quizzes.groups import ATTRIBUTES
from tests.services.accounts_builders import NOW, account, guest

TOLD = {"age_band": "60-74", "sex": "female", "first_language": None}


def give(db, person, now=NOW, **told):
    backgrounds.give(db, person_id=person.id, told={**TOLD, **told}, now=now)


def kept(db):
    return db.scalars(select(Background)).all()


class TestGive:
    def test_refuses_nobody(self, db):
        with pytest.raises(NotFoundError):
            backgrounds.give(db, person_id=4096, told=TOLD, now=NOW)

    def test_the_database_refuses_a_row_that_tells_nothing(self, db):
        person = guest(db)

        with pytest.raises(IntegrityError):
            backgrounds.give(db, person_id=person.id, told=dict.fromkeys(TOLD), now=NOW)

    def test_told_again_replaces_and_keeps_no_former_answer(self, db):
        person = guest(db)
        give(db, person)
        give(db, person, age_band=None, sex="male", now=NOW + timedelta(days=1))

        [row] = kept(db)

        assert (row.age_band, row.sex, row.first_language) == (None, "male", None)
        assert row.consented_at == NOW + timedelta(days=1)

    def test_the_trail_says_that_they_agreed_and_to_what_never_what_they_told(self, db):
        give(db, guest(db))
        db.flush()

        trace = db.scalars(select(AuditEntry).where(AuditEntry.action == "background:given")).one()

        assert trace.detail == {"consent": backgrounds.CONSENT}

    @pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda one: one.id)
    def test_every_group_that_is_compared_can_be_kept(self, db, attribute):
        person = guest(db)

        for group in attribute.groups:
            backgrounds.give(db, person_id=person.id, told={attribute.id: group}, now=NOW)

        assert backgrounds.groups_of(db, person_ids=[person.id]) == {person.id: {attribute.id: attribute.groups[-1]}}


class TestWithdraw:
    def test_refuses_where_nothing_was_told(self, db):
        with pytest.raises(NotFoundError):
            backgrounds.withdraw(db, person_id=guest(db).id, now=NOW)

    def test_leaves_somebody_else_s_alone(self, db):
        mine, other = guest(db), guest(db)
        give(db, mine)
        give(db, other)

        backgrounds.withdraw(db, person_id=mine.id, now=NOW)

        assert [row.person_id for row in kept(db)] == [other.id]

    def test_deletes_and_cannot_be_done_twice(self, db):
        person = guest(db)
        give(db, person)

        backgrounds.withdraw(db, person_id=person.id, now=NOW)

        assert kept(db) == []
        with pytest.raises(NotFoundError):
            backgrounds.withdraw(db, person_id=person.id, now=NOW)


class TestGroupsOf:
    def test_nothing_is_read_of_whoever_was_not_asked_about(self, db):
        give(db, guest(db))

        assert backgrounds.groups_of(db, person_ids=[]) == {}

    def test_whoever_agreed_to_other_words_is_left_out(self, db):
        person = guest(db)
        give(db, person)
        kept(db)[0].consent = "2020-01"
        db.flush()

        assert backgrounds.groups_of(db, person_ids=[person.id]) == {}

    def test_what_was_left_out_has_no_line(self, db):
        person = guest(db)
        give(db, person)

        assert backgrounds.groups_of(db, person_ids=[person.id]) == {person.id: {"age_band": "60-74", "sex": "female"}}


class TestWithThePerson:
    def test_is_handed_over_with_everything_else(self, db):
        silent, person = guest(db), guest(db)
        give(db, person)

        def held(one):
            return personal_data.export_all(db, person_id=one.id, rooms=[], now=NOW)["account"]["background"]

        assert held(silent) is None
        assert held(person) == {**TOLD, "consent": backgrounds.CONSENT, "consented_at": NOW.isoformat()}

    def test_is_erased_with_everything_else(self, db):
        person = account(db)
        give(db, person)

        personal_data.erase_all(db, person_id=person.id, rooms=[], fate=CertificateFate.KEEP, now=NOW)

        assert kept(db) == []

    def test_what_the_account_told_stands_when_it_adopts_a_guest(self, db):
        person, before = account(db), guest(db)
        give(db, person, sex="male")
        give(db, before, sex="female")

        personal_data.adopt_all(db, from_id=before.id, to_id=person.id, rooms=[], now=NOW)

        assert [(row.person_id, row.sex) for row in kept(db)] == [(person.id, "male")]

    def test_what_a_guest_told_goes_to_the_account_that_adopts_them(self, db):
        person, before = account(db), guest(db)
        give(db, before)

        personal_data.adopt_all(db, from_id=before.id, to_id=person.id, rooms=[], now=NOW)

        assert [row.person_id for row in kept(db)] == [person.id]

    def test_goes_after_three_years_and_not_a_day_sooner(self, db):
        give(db, account(db))

        sooner = retention.run(db, rooms=[], now=NOW + backgrounds.KEPT - timedelta(days=1))
        assert (sooner.backgrounds, len(kept(db))) == (0, 1)
        later = retention.run(db, rooms=[], now=NOW + backgrounds.KEPT)
        assert (later.backgrounds, kept(db)) == (1, [])
