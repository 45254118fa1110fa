"""Links sent by mail: burnt once, equal answers, worthless elsewhere."""

import threading
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import EmailLink, LinkPurpose, Person
from app.accounts.services import links, web_sessions
from app.audit import AuditEntry
from app.database import db as handle
from app.errors import AddressTakenError, LinkSpentError, NotFoundError, WrongCredentialsError
from app.identity.services import proofs
from app.outbox import OutboxEntry
from tests.services.accounts_builders import ADDRESS, NOW, PASSWORD, SECRET, account, guest

ORIGIN = "https://numericite.example.com"


def ask(db, **overrides):
    given = {"email": ADDRESS, "token": "token", "secret": SECRET, "public_url": ORIGIN, "now": NOW, **overrides}
    links.ask_sign_in(db, **given)
    db.flush()


def confirm(db, person, **overrides):
    given = {"token": "token", "secret": SECRET, "public_url": ORIGIN, "now": NOW, **overrides}
    links.send_confirmation(db, person_id=person.id, **given)
    db.flush()


def follow(db, token, **overrides):
    given = {"token": token, "secret": SECRET, "forget_proofs": proofs.forget_all, "now": NOW, **overrides}
    return links.follow_sign_in(db, **given)


def letters(db):
    return [entry.payload for entry in db.scalars(select(OutboxEntry).order_by(OutboxEntry.id))]


class TestAskSignIn:
    def test_sends_nothing_where_nobody_has_this_address(self, db):
        account(db)

        ask(db, email="personne@example.com")

        assert letters(db) == []
        assert db.scalars(select(EmailLink)).all() == []

    def test_sends_the_link_in_the_person_s_language_with_where_they_were_going(self, db):
        account(db, language="en")

        ask(db, email=ADDRESS.upper(), next_path="/certificats/?a=1")

        (letter,) = letters(db)
        assert letter["to"] == ADDRESS
        assert letter["subject"] == "Your link to enter Numéricité"
        assert f"{ORIGIN}/connexion/lien/token?suite=%2Fcertificats%2F%3Fa%3D1" in letter["body"]
        assert "30 minutes" in letter["body"]

    def test_keeps_no_token(self, db):
        account(db)

        ask(db, token="a-token-that-nobody-guesses")

        kept = db.scalars(select(EmailLink)).one()
        assert "a-token" not in f"{kept.token_hash} {kept.address} {kept.purpose}"


class TestFollowSignIn:
    SPENT: ClassVar = {
        "another token": {"token": "other"},
        "half an hour later": {"now": NOW + links.SIGN_IN_LIFETIME},
        "under another key": {"secret": "x" * 40},
    }

    @pytest.mark.parametrize("overrides", SPENT.values(), ids=SPENT)
    def test_refuses(self, db, overrides):
        account(db)
        ask(db)
        given = {"token": "token", "secret": SECRET, "now": NOW, **overrides}

        with pytest.raises(LinkSpentError):
            follow(db, **given)
        with pytest.raises(LinkSpentError):
            links.check(db, purpose=LinkPurpose.SIGN_IN, **given)

    def test_refuses_the_second_time(self, db):
        person = account(db)
        ask(db)
        first = follow(db, "token")

        with pytest.raises(LinkSpentError):
            follow(db, "token")

        assert first is person

    def test_refuses_the_other_links_of_the_same_person_once_one_was_used(self, db):
        account(db)
        ask(db)
        ask(db, token="second")
        follow(db, "second")

        with pytest.raises(LinkSpentError):
            follow(db, "token")

    def test_refuses_a_link_that_confirms_an_address(self, db):
        confirm(db, account(db))

        with pytest.raises(LinkSpentError):
            follow(db, "token")

    def test_refuses_a_link_sent_to_a_former_address(self, db):
        person = account(db)
        ask(db)
        links.change_address(
            db, person_id=person.id, email="autre@example.com", password=PASSWORD, public_url=ORIGIN, now=NOW
        )

        with pytest.raises(LinkSpentError):
            follow(db, "token")

    def test_looking_at_a_link_does_not_use_it(self, db):
        account(db)
        ask(db)

        for _scanner in range(3):
            links.check(db, token="token", purpose=LinkPurpose.SIGN_IN, secret=SECRET, now=NOW)

        assert follow(db, "token")

    def test_drops_a_password_chosen_before_anybody_proved_the_address(self, db):
        person = account(db)
        web_sessions.open_session(db, person_id=person.id, token="first", label="", shared_computer=False, now=NOW)
        ask(db)

        follow(db, "token")

        assert person.password_hash is None
        assert person.email_confirmed_at == NOW
        assert web_sessions.list_own(db, person_id=person.id, now=NOW) == []

    def test_keeps_the_password_of_a_proven_address(self, db):
        person = account(db)
        person.email_confirmed_at = NOW - timedelta(days=1)
        ask(db)

        follow(db, "token")

        assert person.password_hash is not None
        assert person.email_confirmed_at == NOW - timedelta(days=1)

    def test_of_many_clicks_at_the_same_moment_one_gets_in(self, app):
        outcomes, barrier = [], threading.Barrier(6)

        def click(engine):
            with Session(engine) as db:
                barrier.wait(timeout=10)
                try:
                    follow(db, "token")
                    db.commit()
                    outcomes.append("in")
                except LinkSpentError:
                    outcomes.append("refused")

        with app.app_context():
            with Session(handle.engine) as db:
                account(db)
                ask(db)
                db.commit()
            threads = [threading.Thread(target=click, args=(handle.engine,)) for _click in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=20)

        assert sorted(outcomes) == ["in"] + ["refused"] * 5


class TestConfirmAddress:
    def test_refuses_a_sign_in_link(self, db):
        account(db)
        ask(db)

        with pytest.raises(LinkSpentError):
            links.confirm_address(db, token="token", secret=SECRET, now=NOW)

    def test_refuses_after_a_week(self, db):
        confirm(db, account(db))

        with pytest.raises(LinkSpentError):
            links.confirm_address(db, token="token", secret=SECRET, now=NOW + links.CONFIRM_LIFETIME)

    def test_a_guest_has_no_address_to_confirm(self, db):
        with pytest.raises(NotFoundError):
            confirm(db, guest(db))

    def test_marks_the_address_as_proven_and_keeps_the_password(self, db):
        person = account(db)
        confirm(db, person)

        links.confirm_address(db, token="token", secret=SECRET, now=NOW)

        assert person.email_confirmed_at == NOW
        assert person.password_hash is not None
        assert "account:email-confirmed" in db.scalars(select(AuditEntry.action)).all()
        assert f"{ORIGIN}/compte/adresse/token" in letters(db)[0]["body"]

    def test_sends_nothing_once_the_address_is_proven(self, db):
        person = account(db)
        person.email_confirmed_at = NOW

        confirm(db, person)

        assert letters(db) == []


class TestChangeAddress:
    def change(self, db, person, **overrides):
        given = {"email": "autre@example.com", "password": PASSWORD, "public_url": ORIGIN, "now": NOW, **overrides}
        links.change_address(db, person_id=person.id, **given)
        db.flush()

    def test_refuses_another_password(self, db):
        person = account(db)

        with pytest.raises(WrongCredentialsError):
            self.change(db, person, password="un autre mot de passe")

        assert person.email == ADDRESS

    def test_refuses_an_address_that_has_an_account(self, db):
        person = account(db)
        account(db, email="autre@example.com")

        with pytest.raises(AddressTakenError):
            self.change(db, person)

    def test_the_same_address_changes_nothing(self, db):
        person = account(db)
        person.email_confirmed_at = NOW

        self.change(db, person, email=ADDRESS.upper())

        assert person.email_confirmed_at == NOW
        assert letters(db) == []

    def test_the_new_address_is_unproven_and_the_former_one_is_told(self, db):
        person = account(db, password=None)
        person.email_confirmed_at = NOW

        self.change(db, person, password="")

        assert (person.email, person.email_confirmed_at) == ("autre@example.com", None)
        assert [letter["to"] for letter in letters(db)] == [ADDRESS]
        assert db.scalars(select(Person.email)).one() == "autre@example.com"


class TestPurge:
    def test_takes_what_was_used_or_has_expired(self, db):
        person = account(db)
        ask(db, token="old", now=NOW - timedelta(hours=1))
        ask(db)
        confirm(db, person, token="confirm")
        links.confirm_address(db, token="confirm", secret=SECRET, now=NOW)

        assert links.purge(db, now=NOW) == 2
        assert len(db.scalars(select(EmailLink)).all()) == 1
