"""People: opening an account, coming in, choosing a name and a password."""

from typing import ClassVar

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.access import Role
from app.accounts.models import Person, PersonKind, PersonRole, ResumeCard
from app.accounts.services import cards, people, tokens, web_sessions
from app.audit import AuditEntry
from app.errors import AddressTakenError, NotFoundError, TooYoungError, WeakPasswordError, WrongCredentialsError
from certificates.errors import UnacceptableNameError
from tests.services.accounts_builders import ADDRESS, NOW, PASSWORD, SECRET, account, guest


def actions(db):
    return list(db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


class TestCreateAccount:
    WEAK: ClassVar = {
        "too short": "onze signes",
        "one sign again and again": "aaaaaaaaaaaaaaaa",
        "a few signs again and again": "123123123123123",
        "the address itself": ADDRESS,
        "the address in capitals": ADDRESS.upper(),
        "what stands before the at sign": ADDRESS.partition("@")[0],
    }

    @pytest.mark.parametrize("password", WEAK.values(), ids=WEAK)
    def test_refuses_a_password_that_is_easy_to_guess(self, db, password):
        with pytest.raises(WeakPasswordError):
            account(db, password=password)

    def test_refuses_somebody_who_does_not_declare_fifteen_years(self, db):
        with pytest.raises(TooYoungError):
            account(db, is_fifteen=False)

        assert db.scalars(select(Person)).all() == []

    @pytest.mark.parametrize("email", [ADDRESS, "Marie-Claire.Dupont@Example.com", f"  {ADDRESS} "])
    def test_refuses_an_address_that_has_an_account_however_it_is_typed(self, db, email):
        account(db)

        with pytest.raises(AddressTakenError):
            account(db, email=email)

    def test_the_database_refuses_what_the_question_missed(self, db):
        account(db)
        db.add(Person(kind=PersonKind.ACCOUNT.value, created_at=NOW, email=ADDRESS))

        with pytest.raises(IntegrityError, match=r"one_account_per_address|people\.email"):
            db.flush()

    @pytest.mark.real_hashes
    def test_stores_the_address_folded_and_the_password_as_a_digest(self, db):
        person = account(db, email="Marie-Claire.Dupont@EXAMPLE.com")

        assert person.email == ADDRESS
        assert person.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert person.email_confirmed_at is None

    def test_makes_the_guest_of_this_browser_the_account(self, db):
        before = guest(db)
        cards.create_card(db, person_id=before.id, code="0" * 16, pin="123456", secret=SECRET, now=NOW)

        person = account(db, guest_id=before.id)

        assert person.id == before.id
        assert db.scalars(select(Person)).all() == [person]
        assert db.scalars(select(ResumeCard)).all() == []

    def test_never_takes_over_another_account(self, db):
        other = account(db)

        person = account(db, email="autre@example.com", guest_id=other.id)

        assert person.id != other.id
        assert other.email == ADDRESS

    def test_may_do_without_a_password(self, db):
        assert account(db, password=None).password_hash is None


class TestAuthenticate:
    REFUSED: ClassVar = {
        "wrong password": (ADDRESS, "un autre mot de passe"),
        "unknown address": ("personne@example.com", PASSWORD),
        "empty password": (ADDRESS, ""),
        "capitals matter in a password": (ADDRESS, PASSWORD.upper()),
    }

    @pytest.mark.parametrize(("email", "password"), REFUSED.values(), ids=REFUSED)
    def test_refuses(self, db, email, password):
        account(db)

        with pytest.raises(WrongCredentialsError):
            people.authenticate(db, email=email, password=password, now=NOW)

        assert actions(db)[-1] == "account:sign-in-refused"

    def test_refuses_an_account_that_has_no_password(self, db):
        account(db, password=None)

        with pytest.raises(WrongCredentialsError):
            people.authenticate(db, email=ADDRESS, password="", now=NOW)

    @pytest.mark.real_hashes
    def test_looks_at_a_digest_even_when_nobody_has_this_address(self, db, monkeypatch):
        looked_at = []
        verify = tokens._HASHER.verify
        monkeypatch.setattr(
            type(tokens._HASHER), "verify", lambda _self, *given: looked_at.append(given[0]) or verify(*given)
        )

        with pytest.raises(WrongCredentialsError):
            people.authenticate(db, email="personne@example.com", password=PASSWORD, now=NOW)

        assert len(looked_at) == 1
        assert looked_at[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")

    def test_lets_in_whoever_knows_both(self, db):
        person = account(db)

        found = people.authenticate(db, email=ADDRESS.upper(), password=PASSWORD, now=NOW)

        assert found is person
        assert actions(db) == ["account:created", "account:signed-in"]

    @pytest.mark.real_hashes
    def test_brings_an_old_digest_up_to_date(self, db):
        person = account(db)
        person.password_hash = tokens.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)

        people.authenticate(db, email=ADDRESS, password=PASSWORD, now=NOW)

        assert "m=19456,t=2" in person.password_hash

    def test_a_damaged_digest_lets_nobody_in(self, db):
        account(db).password_hash = "not a digest"

        with pytest.raises(WrongCredentialsError):
            people.authenticate(db, email=ADDRESS, password=PASSWORD, now=NOW)


class TestChangePassword:
    NEW = "carafe lundi violon mousse"

    def change(self, db, person, **overrides):
        given = {"current": PASSWORD, "new": self.NEW, "kept_session_id": None, **overrides}
        people.change_password(db, person_id=person.id, now=NOW, **given)

    def test_refuses_without_the_current_one(self, db):
        person = account(db)
        before = person.password_hash

        with pytest.raises(WrongCredentialsError):
            self.change(db, person, current="un autre mot de passe")

        assert person.password_hash == before

    def test_refuses_an_easy_one(self, db):
        with pytest.raises(WeakPasswordError):
            self.change(db, account(db), new="court")

    def test_refuses_a_guest(self, db):
        with pytest.raises(NotFoundError):
            self.change(db, guest(db))

    def test_closes_the_other_browsers(self, db):
        person = account(db)
        kept, other = (
            web_sessions.open_session(db, person_id=person.id, token=token, label="", shared_computer=False, now=NOW)
            for token in ("here", "elsewhere")
        )
        kept_id, other_id = kept.id, other.id

        self.change(db, person, kept_session_id=kept_id)

        left = [row.id for row in web_sessions.list_own(db, person_id=person.id, now=NOW)]
        assert left == [kept_id]
        assert other_id != kept_id
        assert people.authenticate(db, email=ADDRESS, password=self.NEW, now=NOW) is person

    def test_asks_for_nothing_where_there_was_none(self, db):
        person = account(db, password=None)

        self.change(db, person, current="")

        assert tokens.matches(self.NEW, stored=person.password_hash)


class TestChoices:
    def test_a_name_with_a_title_is_refused(self, db):
        person = account(db)

        with pytest.raises(UnacceptableNameError) as caught:
            people.set_printed_name(db, person_id=person.id, name="Dr Marie Dupont")

        assert caught.value.reason == "title"
        assert person.printed_name is None

    def test_a_guest_has_no_name_and_no_language(self, db):
        person = guest(db)

        with pytest.raises(NotFoundError):
            people.set_printed_name(db, person_id=person.id, name="Marie Dupont")
        with pytest.raises(NotFoundError):
            people.set_language(db, person_id=person.id, language="en")

    def test_a_name_is_kept_as_it_will_be_printed(self, db):
        person = account(db)

        printed = people.set_printed_name(db, person_id=person.id, name="  Marie   Dupont ")

        assert printed == person.printed_name == "Marie Dupont"

    def test_a_language_is_kept(self, db):
        person = account(db)

        people.set_language(db, person_id=person.id, language="en")

        assert person.language == "en"


class TestGetAndGrant:
    def test_nobody_is_found_under_a_free_number(self, db):
        with pytest.raises(NotFoundError):
            people.get(db, person_id=4096)

    def test_an_erased_person_is_nobody(self, db):
        person = account(db)
        person.erased_at = NOW

        with pytest.raises(NotFoundError):
            people.get(db, person_id=person.id)

    def test_a_guest_gets_no_role(self, db):
        with pytest.raises(NotFoundError):
            people.grant_role(db, person_id=guest(db).id, role=Role.ADMINISTRATOR, actor_id=None, now=NOW)

    def test_giving_a_role_twice_changes_nothing(self, db):
        person = account(db)

        for _time in range(2):
            people.grant_role(db, person_id=person.id, role=Role.ADMINISTRATOR, actor_id=None, now=NOW)

        assert [row.role for row in db.scalars(select(PersonRole))] == ["administrator"]
        assert actions(db).count("account:role-granted") == 1
