"""One's own data: handed over, erased, given by a guest to an account; and what goes with time."""

import json
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select

from app import mail, outbox
from app.access import Role
from app.accounts.models import Case, Person, PersonRole, ResumeCard, WebSession
from app.accounts.services import cards, cases, people, personal_data, privacy, retention, web_sessions
from app.accounts.services.personal_data import CertificateFate, PersonRoom
from app.audit import AuditEntry
from app.errors import NotFoundError
from app.outbox import OutboxEntry
from tests.services.accounts_builders import ADDRESS, NOW, SECRET, account, guest
from tests.services.test_accounts_cases import open_case
from tests.services.test_accounts_web_sessions import open_session


class Room:
    """A room above, as small as can be: it remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def export(self, _db, *, person_id):
        return {"owner": person_id}

    def erase(self, _db, *, person_id, fate, now):  # noqa: ARG002 (the protocol's)
        self.asked.append(("erase", person_id, fate))

    def adopt(self, _db, *, from_id, to_id):
        self.asked.append(("adopt", from_id, to_id))

    def as_room(self):
        return PersonRoom(name="above", export=self.export, erase=self.erase, adopt=self.adopt)


@pytest.fixture
def room():
    return Room()


def erase(db, person, room, fate=CertificateFate.KEEP):
    personal_data.erase_all(db, person_id=person.id, rooms=[room.as_room()], fate=fate, now=NOW)
    db.flush()


class TestExportAll:
    def test_refuses_nobody(self, db, room):
        with pytest.raises(NotFoundError):
            personal_data.export_all(db, person_id=4096, rooms=[room.as_room()], now=NOW)

    def test_hands_over_everything_and_no_secret(self, db, room):
        person = account(db)
        open_session(db, person)
        case = open_case(db, person_id=person.id)
        cases.answer_case(db, number=case.number, answer="C’est réparé.", answered_by=person.id, now=NOW)
        open_case(db, email="autre@example.com", text="À quelqu’un d’autre")

        held = personal_data.export_all(db, person_id=person.id, rooms=[room.as_room()], now=NOW)

        text = json.dumps(held, ensure_ascii=False)
        own = held["account"]
        assert held["above"] == {"owner": person.id}
        assert own["email"] == ADDRESS
        assert own["has_password"] is True
        assert [browser["label"] for browser in own["browsers"]] == ["Firefox, Linux"]
        assert [(row["number"], row["answer"]) for row in own["cases"]] == [(case.number, "C’est réparé.")]
        assert "argon2" not in text
        assert "hash" not in text
        assert "quelqu’un d’autre" not in text

    def test_leaves_a_trace(self, db):
        person = guest(db)

        personal_data.export_all(db, person_id=person.id, rooms=[], now=NOW)

        assert db.scalars(select(AuditEntry.action)).all() == ["account:exported"]


class TestEraseAll:
    def test_refuses_nobody(self, db):
        with pytest.raises(NotFoundError):
            personal_data.erase_all(db, person_id=4096, rooms=[], fate=CertificateFate.KEEP, now=NOW)

    def test_refuses_the_second_time(self, db, room):
        person = account(db)
        erase(db, person, room)

        with pytest.raises(NotFoundError):
            erase(db, person, room)

    @pytest.mark.parametrize("fate", CertificateFate)
    def test_tells_every_room_what_the_holder_chose(self, db, room, fate):
        person = account(db)

        erase(db, person, room, fate)

        assert room.asked == [("erase", person.id, fate)]
        trace = db.scalars(select(AuditEntry).where(AuditEntry.action == "account:erased")).one()
        assert trace.detail == {"fate": fate.value}

    def test_leaves_a_number_and_nothing_else(self, db, room):
        person, stranger = account(db), account(db, email="autre@example.com")
        people.set_printed_name(db, person_id=person.id, name="Marie Dupont")
        people.grant_role(db, person_id=person.id, role=Role.ADMINISTRATOR, actor_id=None, now=NOW)
        open_session(db, person)
        kept = open_session(db, stranger, token="stranger")
        open_case(db, person_id=person.id)
        mail.send(db, to="autre@example.com", subject="s", body="b", person_id=stranger.id, now=NOW)

        erase(db, person, room)
        db.expire_all()

        left = (person.email, person.password_hash, person.printed_name, person.language, person.email_confirmed_at)
        assert left == (None,) * 5
        assert person.erased_at == NOW
        assert db.scalars(select(WebSession)).all() == [kept]
        assert db.scalars(select(PersonRole)).all() == []
        assert db.scalars(select(Case.text)).all() == [""]
        assert db.scalars(select(OutboxEntry.person_id)).all() == [stranger.id]

    def test_the_address_may_open_an_account_again(self, db, room):
        first = account(db)
        erase(db, first, room)

        assert account(db).id != first.id


class TestAdoptAll:
    def adopt(self, db, room, *, from_id, to_id):
        personal_data.adopt_all(db, from_id=from_id, to_id=to_id, rooms=[room.as_room()], now=NOW)
        db.flush()

    def test_never_gives_one_account_to_another(self, db, room):
        person, stranger = account(db), account(db, email="autre@example.com")

        with pytest.raises(NotFoundError):
            self.adopt(db, room, from_id=person.id, to_id=stranger.id)

        assert room.asked == []

    def test_never_gives_to_a_guest(self, db, room):
        with pytest.raises(NotFoundError):
            self.adopt(db, room, from_id=guest(db).id, to_id=guest(db).id)

    def test_gives_everything_once_and_forgets_the_guest(self, db, room):
        person, before = account(db), guest(db)
        open_session(db, before)
        cards.create_card(db, person_id=before.id, code="0" * 16, pin="123456", secret=SECRET, now=NOW)
        case = open_case(db, person_id=before.id)

        self.adopt(db, room, from_id=before.id, to_id=person.id)
        db.expire_all()

        assert room.asked == [("adopt", before.id, person.id)]
        assert case.person_id == person.id
        assert db.scalars(select(WebSession)).all() == []
        assert db.scalars(select(ResumeCard)).all() == []
        with pytest.raises(NotFoundError):
            self.adopt(db, room, from_id=before.id, to_id=person.id)


class TestRetention:
    LATER = NOW + timedelta(days=91)

    def test_keeps_whoever_may_still_come_back(self, db, room):
        account(db)
        recent = guest(db, now=self.LATER - timedelta(days=89))
        seen, carded = guest(db), guest(db)
        row = open_session(db, seen)
        web_sessions.touch(db, web_session_id=row.id, now=NOW + timedelta(days=5))
        cards.create_card(db, person_id=carded.id, code="0" * 16, pin="1", secret=SECRET, now=NOW + timedelta(days=5))

        counts = retention.run(db, rooms=[room.as_room()], now=self.LATER)

        assert counts.guests == 0
        assert room.asked == []
        assert recent.erased_at is None

    def test_forgets_a_guest_after_ninety_days_without_a_visit(self, db, room):
        gone = guest(db)
        open_session(db, gone)
        gone_id = gone.id

        counts = retention.run(db, rooms=[room.as_room()], now=self.LATER)

        assert (counts.guests, counts.sessions) == (1, 0)
        assert room.asked == [("erase", gone_id, CertificateFate.WITHDRAW)]
        assert db.scalars(select(Person)).all() == []

    def test_counts_are_written_to_the_trail(self, db):
        open_session(db, account(db))
        cards.create_card(db, person_id=guest(db).id, code="0" * 16, pin="1", secret=SECRET, now=NOW)
        mail.send(db, to="a@example.com", subject="s", body="b", person_id=None, now=NOW)
        db.flush()
        db.scalars(select(OutboxEntry)).one().delivered_at = NOW

        retention.run(db, rooms=[], now=NOW + outbox.KEPT_AFTER_DELIVERY + timedelta(days=61))
        db.flush()

        trace = db.scalars(select(AuditEntry).where(AuditEntry.action == "retention:run")).one()
        assert trace.detail == {
            "guests": 1,
            "sessions": 1,
            "links": 0,
            "cards": 0,
            "backgrounds": 0,
            "cases": 0,
            "letters": 1,
            "certificates": 0,
        }
        assert trace.actor_id is None


class TestPrivacyRegister:
    BROKEN: ClassVar = {
        "not YAML": "rows: [",
        "not a mapping": "- one",
        "a row without its purpose": "lawful_bases: {}\nretentions: {}\nreaders: {}\nrows: [{table: people}]",
        "an unknown ground": (
            "lawful_bases: {}\nretentions: {}\nreaders: {}\n"
            "rows: [{table: t, columns: [c], what: {fr: a, en: a}, purpose: {fr: a, en: a}, "
            "lawful_basis: none, retention: x, readers: y}]"
        ),
        "words in one language": "lawful_bases: {service: {fr: a}}\nretentions: {}\nreaders: {}\nrows: []",
    }

    @pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
    def test_says_what_is_wrong(self, tmp_path, text):
        file = tmp_path / "privacy.yaml"
        file.write_text(text, encoding="utf-8")

        with pytest.raises(privacy.PrivacyRegisterError, match=r"privacy\.yaml"):
            privacy.load_register(file)

    def test_says_when_there_is_no_file(self, tmp_path):
        with pytest.raises(privacy.PrivacyRegisterError):
            privacy.load_register(tmp_path / "privacy.yaml")

    def test_names_every_personal_column_of_this_room(self):
        register = privacy.load_register()

        for model in (Person, WebSession, PersonRole, ResumeCard, Case):
            columns = set(model.__table__.columns.keys()) - {"id", "number"}
            assert columns - register.columns_of(model.__tablename__) - {"kind"} == set(), model.__tablename__

    def test_speaks_both_languages(self):
        register = privacy.load_register()

        french, english = register.tell("fr")[0], register.tell("en")[0]

        assert french.purpose != english.purpose
        assert french.table == english.table == "people"
