"""The number of a health professional: declared, vouched for, checked, checked again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit import AuditEntry
from app.errors import NotFoundError, NumberTakenError, NumberVouchedError, WrongNumberError
from app.identity.models import Activity, Source
from app.identity.services import linking, professional
from app.identity.services.annuaire import SHIPPED_FILE, FileDirectory, Found, Unknown
from tests.services import accounts_builders
from tests.services.accounts_builders import NOW, guest

NUMBER, OTHER = "10000001916", "99900000003"
ACTIVE = Found(activity=Activity.ACTIVE, family="Exemple", given="Anne", profession="Infirmier ou infirmière")
INACTIVE = Found(activity=Activity.INACTIVE, family="Exemple", given="Anne")
SILENT = {reason: Found(activity=Activity.UNKNOWN, reason=reason) for reason in Unknown}
LATER = NOW + professional.CHECK_EVERY

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def account(db, **overrides):
    """Somebody without a password: hashing one is slow, and asked about elsewhere."""
    return accounts_builders.account(db, **{"password": None, **overrides})


class Answers:
    """A directory that answers what it is told to, and remembers who was asked for."""

    is_national = True

    def __init__(self, *found: Found) -> None:
        self.found, self.asked = list(found), []

    def look_up(self, number: str) -> Found:
        self.asked.append(number)
        return self.found.pop(0) if len(self.found) > 1 else self.found[0]


class Changes:
    """Somebody who reacts to changes, and remembers them."""

    def __init__(self) -> None:
        self.seen = []

    def __call__(self, _db, *, person_id, before, after, now):
        self.seen.append((person_id, before.value, after.value, now))


def declared(db, number=NUMBER, **overrides):
    person = account(db, **overrides)
    professional.declare(db, person_id=person.id, typed=number, now=NOW)
    return person


def noted(db, found, number=NUMBER, now=NOW, **overrides):
    return professional.note(db, **{"rpps": number, "found": found, "is_national": True, "now": now, **overrides})


class TestDeclare:
    def test_refuses_a_wrong_number_and_a_guest(self, db):
        with pytest.raises(WrongNumberError):
            declared(db, "12345678901")
        with pytest.raises(NotFoundError):
            professional.declare(db, person_id=guest(db).id, typed=NUMBER, now=NOW)

    def test_refuses_the_number_of_another_account(self, db):
        declared(db)

        with pytest.raises(NumberTakenError):
            declared(db, email="autre@example.com")

    def test_refuses_to_replace_one_that_is_vouched_for(self, db):
        person = account(db)
        professional.learn(db, person_id=person.id, number=OTHER, now=NOW)

        with pytest.raises(NumberVouchedError):
            professional.declare(db, person_id=person.id, typed=NUMBER, now=NOW)
        with pytest.raises(NumberVouchedError):
            professional.withdraw(db, person_id=person.id, now=NOW)

    def test_nothing_is_known_of_it_yet(self, db):
        found = professional.of(db, person_id=declared(db).id)

        assert (found.rpps, found.source, found.checked_at, found.activity) == (
            NUMBER,
            Source.DECLARED,
            None,
            Activity.UNKNOWN,
        )

    def test_the_same_again_forgets_nothing(self, db):
        person = declared(db)
        noted(db, ACTIVE)

        professional.declare(db, person_id=person.id, typed=NUMBER, now=LATER)

        assert professional.of(db, person_id=person.id).activity is Activity.ACTIVE

    def test_another_number_is_checked_from_the_start(self, db):
        person = declared(db)
        noted(db, ACTIVE)

        professional.declare(db, person_id=person.id, typed=OTHER, now=LATER)

        found = professional.of(db, person_id=person.id)
        assert (found.rpps, found.activity, found.name) == (OTHER, Activity.UNKNOWN, "")

    def test_taken_back_it_is_gone(self, db):
        person = declared(db)
        professional.withdraw(db, person_id=person.id, now=NOW)

        assert professional.of(db, person_id=person.id) is None
        with pytest.raises(NotFoundError):
            professional.withdraw(db, person_id=person.id, now=NOW)


class TestLearn:
    def test_whoever_only_declared_it_loses_it(self, db):
        squatter, owner = declared(db), account(db, email="autre@example.com")

        professional.learn(db, person_id=owner.id, number=NUMBER, now=NOW)

        assert professional.of(db, person_id=squatter.id) is None
        assert professional.of(db, person_id=owner.id).source is Source.PROVIDER

    def test_a_declared_one_that_is_confirmed_keeps_what_was_learnt(self, db):
        person = declared(db)
        noted(db, ACTIVE)

        professional.learn(db, person_id=person.id, number=NUMBER, now=NOW)

        found = professional.of(db, person_id=person.id)
        assert (found.source, found.activity) == (Source.PROVIDER, Activity.ACTIVE)

    def test_refuses_one_that_is_vouched_for_in_another_account_but_lets_the_person_in(self, db):
        first, second = account(db), account(db, email="autre@example.com")
        professional.learn(db, person_id=first.id, number=NUMBER, now=NOW)
        known = linking.Known(provider=linking.Provider.PRO_SANTE_CONNECT, subject="d" * 64, name="A", rpps=None)
        linking.link(db, person_id=second.id, known=known, now=NOW)

        with pytest.raises(NumberTakenError):
            professional.learn(db, person_id=second.id, number=NUMBER, now=NOW)
        again = linking.Known(provider=known.provider, subject=known.subject, name="A", rpps=NUMBER)
        assert linking.sign_in(db, known=again, now=NOW).id == second.id
        assert "professional-number:refused" in db.scalars(select(AuditEntry.action)).all()


class TestNote:
    @pytest.mark.parametrize("reason", Unknown)
    @pytest.mark.parametrize("before", [ACTIVE, INACTIVE])
    def test_an_answer_that_says_nothing_leaves_the_last_one(self, db, reason, before):
        person, changes = declared(db), Changes()
        noted(db, before)

        noted(db, SILENT[reason], now=LATER, on_change=changes)

        found = professional.of(db, person_id=person.id)
        assert (found.activity, found.checked_at) == (before.activity, NOW)
        assert changes.seen == []

    def test_tells_each_change_once(self, db):
        person, changes = declared(db), Changes()

        for found in (ACTIVE, ACTIVE, INACTIVE, INACTIVE, SILENT[Unknown.ABSENT], ACTIVE):
            noted(db, found, on_change=changes)

        steps = [("unknown", "active"), ("active", "inactive"), ("inactive", "active")]
        assert changes.seen == [(person.id, before, after, NOW) for before, after in steps]

    def test_of_a_number_taken_back_meanwhile_nothing_is_kept(self, db):
        assert noted(db, ACTIVE) is None

    def test_says_which_directory_answered(self, db):
        person = declared(db, OTHER)
        directory = FileDirectory(SHIPPED_FILE)

        noted(db, directory.look_up(OTHER), OTHER, is_national=directory.is_national)

        found = professional.of(db, person_id=person.id)
        assert (found.activity, found.is_national, found.name) == (Activity.ACTIVE, False, "Anne Exemple")


def vouched(db, now=NOW, **overrides):
    usual = {"rpps": NUMBER, "profession": "Médecin", "is_national": True, "now": now}
    professional.vouch(db, **{**usual, **overrides})


class TestVouch:
    def test_does_not_contradict_the_directory(self, db):
        person, changes = declared(db), Changes()
        noted(db, INACTIVE)

        vouched(db, LATER, on_change=changes)

        found = professional.of(db, person_id=person.id)
        assert (found.activity, found.checked_at, found.profession, changes.seen) == (Activity.INACTIVE, NOW, "", [])

    def test_stands_in_until_the_directory_answers_and_a_change_is_told_once(self, db):
        person, changes = declared(db), Changes()

        vouched(db, on_change=changes)
        vouched(db, LATER, profession="", on_change=changes)

        found = professional.of(db, person_id=person.id)
        assert (found.activity, found.checked_at, found.profession) == (Activity.ACTIVE, LATER, "Médecin")
        assert changes.seen == [(person.id, "unknown", "active", NOW)]
        noted(db, INACTIVE, now=LATER)
        assert professional.of(db, person_id=person.id).activity is Activity.INACTIVE

    def test_a_sandbox_is_no_national_source(self, db):
        person = declared(db)

        vouched(db, is_national=False)

        assert professional.of(db, person_id=person.id).is_national is False

    def test_keeps_the_name_that_the_directory_gave(self, db):
        person = declared(db)
        noted(db, ACTIVE)

        vouched(db, LATER)

        assert professional.of(db, person_id=person.id).name == "Anne Exemple"

    @pytest.mark.parametrize("is_active", [True, False])
    def test_an_identity_brings_it_to_the_account_that_it_opens(self, db, is_active):
        person, changes = account(db), Changes()
        usual = {"provider": linking.Provider.PRO_SANTE_CONNECT, "subject": "d" * 64, "name": "A"}
        told = linking.Known(**usual, rpps=NUMBER, profession="Médecin", is_active=is_active)
        linking.link(db, person_id=person.id, known=linking.Known(**usual, rpps=NUMBER), now=NOW)

        linking.sign_in(db, known=told, on_change=changes, now=NOW)

        assert len(changes.seen) == is_active
        assert professional.of(db, person_id=person.id).source is Source.PROVIDER


class TestRecheck:
    def run(self, db, directory, now=LATER, changes=None):
        db.commit()
        return professional.recheck(db, directory=directory, on_change=changes, now=now)

    def test_asks_only_for_what_has_grown_old(self, db):
        declared(db)
        noted(db, ACTIVE)
        directory = Answers(INACTIVE)

        assert self.run(db, directory, LATER - timedelta(seconds=1)) == 0
        assert directory.asked == []
        assert self.run(db, directory) == 1
        assert self.run(db, directory) == 0
        assert directory.asked == [NUMBER]

    def test_hands_a_change_on(self, db):
        person, changes = declared(db), Changes()
        noted(db, ACTIVE)

        self.run(db, Answers(INACTIVE), changes=changes)

        assert changes.seen == [(person.id, "active", "inactive", LATER)]

    def test_a_directory_that_knows_nothing_is_asked_again_the_next_day_and_changes_nothing(self, db):
        person, changes = declared(db), Changes()
        noted(db, ACTIVE)
        directory = Answers(SILENT[Unknown.ABSENT])

        assert self.run(db, directory, changes=changes) == 0
        assert self.run(db, directory, LATER + timedelta(hours=23)) == 0
        assert len(directory.asked) == 1
        self.run(db, directory, LATER + timedelta(days=1))
        assert len(directory.asked) == 2
        assert professional.of(db, person_id=person.id).activity is Activity.ACTIVE
        assert changes.seen == []

    def test_a_directory_that_is_away_ends_the_run_and_the_rest_waits(self, db):
        for number, name in ((NUMBER, "a"), (OTHER, "b")):
            declared(db, number, email=f"{name}@example.com")
        directory = Answers(SILENT[Unknown.AWAY])

        self.run(db, directory)

        assert len(directory.asked) == 1

    def test_no_transaction_is_open_while_the_directory_is_asked(self, db):
        declared(db)
        seen = []

        class Watching(Answers):
            def look_up(self, number):
                seen.append(db.in_transaction())
                return super().look_up(number)

        self.run(db, Watching(ACTIVE))

        assert seen == [False]
