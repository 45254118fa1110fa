"""Links in the holder's hands: what each tells, until when, taken back; every look is told, and never who."""

import hashlib
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from app.accounts.models import Person
from app.certification.models import Certificate, HandedOutFile, SharingLink, SharingLook
from app.certification.services import birth_dates, extras, register, reminders
from app.certification.services.birth_dates import TRIES, BirthAnswer
from app.certification.services.sharing import MOST_OPEN
from app.database import current_session
from app.errors import TooManyRequestsError
from app.light import Allowance
from app.outbox import OutboxEntry
from app.verification.services.presenting import present, written
from app.verification.services.verdicts import check_code
from certificates.reference import new_code
from tests.builders import NOW, credential, issuer, supervised
from tests.rows import rows
from tests.services.register_builders import registered
from tests.web.test_journey import open_account

CODE = new_code((1).to_bytes(10))
SUPERVISED = {"kind": "certificate", "assurance": "A2", "name_verified": True, "provisional": False}
BORN = date(1987, 4, 5)


@pytest.fixture
def hold(app):
    """Give a visitor an account that holds one certificate."""
    loaded = app.extensions["numericite.resources"]

    def give(visitor, **fields):
        open_account(app, visitor)
        with app.app_context():
            person = current_session().scalars(select(Person.id).order_by(Person.id)).first()
            registered(current_session(), loaded, **{**fields, "row": {"person_id": person, **fields.get("row", {})}})
            current_session().commit()
        return visitor

    return give


def make_link(visitor, *, disclosure="all", purpose="Entretien à l’hôpital", days="30"):
    """Make a link by the pages; return its code."""
    visitor.get(f"/certificats/{CODE}/liens/nouveau")
    page = visitor.submit("/liens/nouveau", purpose=purpose, disclosure=disclosure, days=days)
    return re.search(r"/c/([0-9A-Z-]{19})", page.html)[1]


def asked(visitor, code):
    return visitor.raw("GET", f"/api/v1/certificates/{code}")


class TestWhatALinkTells:
    def test_all(self, visitor, make_visitor, hold):
        code = make_link(hold(visitor))

        page, told = make_visitor().get(f"/c/{code}"), asked(make_visitor(), code).json

        assert "Maëlys Tama’ehu" in page.text
        assert (told["verdict"], told["disclosure"], told["certificate"]["level"]) == ("valid", "all", "L2")

    def test_levels_without_the_name(self, visitor, make_visitor, hold):
        code = make_link(hold(visitor), disclosure="levels")

        page, told = make_visitor().get(f"/c/{code}"), asked(make_visitor(), code)

        assert "Ce que le test a montré" in page.text
        assert "Maëlys" not in page.html
        assert "Maëlys" not in told.get_data(as_text=True)
        assert told.json["certificate"]["level"] == "L2"

    def test_existence_only(self, visitor, make_visitor, hold):
        code = make_link(hold(visitor), disclosure="existence")

        page, told = make_visitor().get(f"/c/{code}"), asked(make_visitor(), code).json

        assert page.headings == ["Valable"]
        assert "Maëlys" not in page.html
        assert "Ce que le test" not in page.text
        assert {"holder_name", "level", "areas", "sat_on"} & set(told["certificate"]) == set()

    @pytest.mark.parametrize("disclosure", ["all", "levels", "existence"])
    def test_the_printed_code_is_not_in_it(self, visitor, make_visitor, hold, disclosure):
        code = make_link(hold(visitor), disclosure=disclosure)

        page, told = make_visitor().get(f"/c/{code}"), asked(make_visitor(), code)

        assert CODE not in page.html.replace(" ", "")
        assert CODE not in told.get_data(as_text=True)
        assert told.json["certificate"]["code"] == code.replace("-", "")

    def test_the_purpose_is_the_holder_s_alone(self, visitor, make_visitor, hold):
        code = make_link(hold(visitor), purpose="Entretien secret")

        assert "secret" not in make_visitor().get(f"/c/{code}").html
        assert "secret" not in asked(make_visitor(), code).get_data(as_text=True)

    def test_search_engines_and_other_sites_are_not_told(self, visitor, make_visitor, hold):
        code = make_link(hold(visitor))
        for path in (f"/c/{code}", f"/api/v1/certificates/{code}"):
            headers = make_visitor().raw("GET", path).headers
            assert headers["Referrer-Policy"] == "no-referrer"
            assert "noindex" in headers["X-Robots-Tag"]

    def test_the_fast_text_says_what_the_slow_one_does(self, app, visitor, hold):
        codes = (
            [CODE, *(make_link(visitor, disclosure=one) for one in ("all", "levels", "existence"))]
            if hold(visitor)
            else []
        )
        loaded = app.extensions["numericite.resources"]
        with app.app_context():
            for code in (*codes, "0" * 16):
                for _ in range(2):  # written, then remembered
                    verdict = check_code(
                        current_session(), text=code, ring=loaded.ring, secret=loaded.settings.reference_secret, now=NOW
                    )
                    plain = json.loads(json.dumps(present(verdict), default=lambda moment: moment.isoformat()))
                    assert json.loads(written(verdict)) == plain


def close(app, visitor, _code):
    visitor.get(f"/certificats/{CODE}/liens")
    visitor.submit("/reprendre")


def expire(app, _visitor, _code):
    with app.app_context():
        past = datetime.now(UTC) - timedelta(seconds=1)
        current_session().execute(update(SharingLink).values(created_at=past - timedelta(days=1), expires_at=past))
        current_session().commit()


class TestTakenBack:
    @pytest.mark.parametrize("end", [close, expire], ids=["closed", "over"])
    def test_it_answers_exactly_as_an_unknown_code(self, app, visitor, make_visitor, hold, end):
        code = make_link(hold(visitor))
        end(app, visitor, code)
        unknown = "ZZZZ-ZZZZ-ZZZZ-ZZZZ"

        pages = [
            re.sub(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}|\d\d:\d\d|nonce=\"[^\"]+\"", "", make_visitor().get(f"/c/{one}").html)
            for one in (code, unknown)
        ]
        answers = [{**asked(make_visitor(), one).json, "checked_at": ""} for one in (code, unknown)]

        assert pages[0] == pages[1]
        assert answers[0] == answers[1]
        assert answers[0]["verdict"] == "unknown"

    def test_the_printed_code_and_a_link_do_not_depend_on_each_other(self, visitor, make_visitor, hold):
        code = make_link(hold(visitor))
        visitor.get(f"/certificats/{CODE}")
        visitor.submit("/partage")

        assert asked(make_visitor(), CODE).json["verdict"] == "unknown"
        assert asked(make_visitor(), code).json["verdict"] == "valid"

    def test_no_more_than_so_many_at_once(self, visitor, hold):
        hold(visitor)
        for _ in range(MOST_OPEN):
            make_link(visitor)
        visitor.get(f"/certificats/{CODE}/liens/nouveau")

        page = visitor.submit("/liens/nouveau", expect=409, purpose="Encore", disclosure="all", days="7")

        assert "vingt liens" in page.text

    def test_a_form_that_lacks_something_says_so(self, visitor, hold):
        hold(visitor).get(f"/certificats/{CODE}/liens/nouveau")

        page = visitor.submit("/liens/nouveau", expect=422, purpose=" ", disclosure="all", days="7")

        assert "Écrivez un mot" in page.text

    def test_another_person_finds_none_of_these_pages(self, app, visitor, make_visitor, hold):
        make_link(hold(visitor))
        other = open_account(app, make_visitor(), email="other@example.com")

        for path in ("liens", "liens/nouveau", "regards", "emporter"):
            assert other.raw("GET", f"/certificats/{CODE}/{path}").status_code == 404
        for suffix in ("jwt", "ics"):
            assert other.raw("GET", f"/certificats/{CODE}.{suffix}").status_code == 404

    def test_a_withdrawn_certificate_gets_no_more_links(self, visitor, hold):
        hold(visitor, row={"status": "revoked", "status_changed_at": NOW})

        assert visitor.raw("GET", f"/certificats/{CODE}/liens/nouveau").status_code == 409


class TestLooks:
    def test_each_is_told_with_its_link_and_minute(self, app, visitor, make_visitor, hold):
        code = make_link(hold(visitor), purpose="Entretien")
        for _ in range(3):
            make_visitor().get(f"/c/{code}")
        asked(make_visitor(), CODE)

        page = visitor.get(f"/certificats/{CODE}/regards")

        assert "Entretien" in page.text
        assert "Code imprimé" in page.text
        assert sum(look.times for look in rows(app, SharingLook)) == 4

    def test_one_s_own_and_those_that_found_nothing_do_not_count(self, app, visitor, make_visitor, hold):
        code = make_link(hold(visitor))
        visitor.get(f"/c/{code}")
        make_visitor().get("/c/0000-0000-0000-0000")

        assert rows(app, SharingLook) == []
        assert "Personne n’a encore regardé" in visitor.get(f"/certificats/{CODE}/regards").text

    def test_nothing_about_who_is_kept(self):
        assert {column.name for column in SharingLook.__table__.columns} == {
            "id",
            "certificate_id",
            "link_id",
            "at",
            "times",
        }

    def test_a_person_who_leaves_takes_links_and_looks_along(self, app, visitor, make_visitor, hold):
        code = make_link(hold(visitor))
        make_visitor().get(f"/c/{code}")

        with app.app_context():
            from app.accounts.services.personal_data import CertificateFate  # noqa: PLC0415
            from app.certification.services import personal_data  # noqa: PLC0415

            person = current_session().scalars(select(Person.id).order_by(Person.id)).first()
            export = personal_data.export_person(current_session(), person_id=person)
            personal_data.erase_person(current_session(), person_id=person, fate=CertificateFate.KEEP, now=NOW)
            current_session().commit()

        told = export["certificates"][0]
        assert (len(told["links"]), told["looks"][0]["times"]) == (1, 1)
        assert rows(app, SharingLink) == rows(app, SharingLook) == []
        assert asked(make_visitor(), CODE).json["verdict"] == "valid"


class TestCarryingAway:
    def test_the_page_offers_the_forms_and_the_words_for_a_profile(self, visitor, hold):
        page = hold(visitor).get(f"/certificats/{CODE}/emporter")

        assert "Le badge signé" in page.text
        assert "certUrl=" in page.html
        assert f"/certificats/{CODE}.ics" not in page.html  # no end: nothing to put in a calendar
        assert visitor.raw("GET", f"/certificats/{CODE}.ics").status_code == 404

    def test_the_badge_is_the_statement(self, app, visitor, hold):
        answer = hold(visitor).raw("GET", f"/certificats/{CODE}.jwt")

        assert answer.get_data(as_text=True) == rows(app, Certificate)[0].token

    def test_the_end_goes_into_a_calendar(self, visitor, hold):
        ends = NOW + timedelta(days=900)
        answer = hold(visitor, valid_until=ends, **SUPERVISED).raw("GET", f"/certificats/{CODE}.ics")

        text = answer.get_data(as_text=True)
        assert f"DTSTART;VALUE=DATE:{ends:%Y%m%d}" in text
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        assert text.startswith("BEGIN:VCALENDAR\r\n")

    def test_a_profile_is_told_the_end_where_there_is_one(self):
        fields = extras.profile_fields(supervised(), issuer=issuer(), language="en")

        assert (fields.expires, "expirationYear=2029" in fields.form_url) == ("11/2029", True)
        assert extras.profile_fields(credential(), issuer=issuer(), language="fr").expires == ""


class TestReminders:
    @pytest.mark.parametrize(
        ("days_left", "reminded", "due"),
        [
            (91, None, None),
            (90, None, 90),
            (60, 90, None),
            (30, 90, 30),
            (29, None, 30),
            (7, 30, 7),
            (3, 7, None),
            (3, 30, 7),
        ],
    )
    def test_which_is_due(self, days_left, reminded, due):
        assert reminders.due(NOW + timedelta(days=days_left), reminded_days=reminded, now=NOW) == due

    def test_one_letter_each_and_none_for_what_is_withdrawn_or_over(self, app, visitor, hold):
        ends = NOW + timedelta(days=29)
        hold(visitor, valid_until=ends, row={"valid_until": ends}, **SUPERVISED)
        loaded = app.extensions["numericite.resources"]

        with app.app_context():
            sent = [
                reminders.remind(
                    current_session(), ring=loaded.ring, secret="", origin="https://x", now=NOW + timedelta(days=day)
                )
                for day in (0, 1, 23, 24, 30)
            ]
            current_session().commit()

        assert sent == [1, 0, 1, 0, 0]
        letters = [entry.payload for entry in rows(app, OutboxEntry) if "prend fin" in entry.payload["subject"]]
        assert len(letters) == 2
        assert "22 décembre 2026" in letters[0]["body"]
        assert all(letter["stop_url"] in letter["body"] for letter in letters)

    def test_none_for_who_stopped_them(self, app, visitor, hold):
        ends = NOW + timedelta(days=29)
        hold(visitor, valid_until=ends, row={"valid_until": ends}, **SUPERVISED)
        ring = app.extensions["numericite.resources"].ring

        with app.app_context():
            db = current_session()
            for person in db.scalars(select(Person).order_by(Person.id)):
                person.reminders_stopped_at = NOW
            db.flush()

            assert reminders.remind(db, ring=ring, secret="", origin="https://x", now=NOW) == 0


class TestBirthDate:
    @pytest.fixture
    def secret(self, app):
        return app.extensions["numericite.resources"].settings.reference_secret

    @pytest.fixture
    def born(self, app, visitor, hold, secret):
        hold(visitor, valid_until=NOW + timedelta(days=900), **SUPERVISED)
        with app.app_context():
            birth_dates.keep(current_session().get(Certificate, 1), BORN, secret=secret)
            current_session().commit()

    def test_a_statement_of_an_unsupervised_test_has_none(self, app, visitor, hold, secret):
        hold(visitor)
        with app.app_context(), pytest.raises(ValueError, match="supervised"):
            birth_dates.keep(current_session().get(Certificate, 1), BORN, secret=secret)

        assert "pièce d’identité" not in visitor.get(f"/c/{CODE}").text

    @pytest.mark.usefixtures("born")
    def test_the_page_says_yes_or_no_and_not_the_date(self, make_visitor):
        someone = make_visitor()
        someone.get(f"/c/{CODE}")
        no = someone.submit("/naissance", born_on="1987-04-06")
        yes = someone.submit("/naissance", born_on="1987-04-05")

        assert "Non : ce n’est pas cette date" in no.text
        assert "Oui : c’est la date" in yes.text
        assert "1987" not in yes.html

    @pytest.mark.usefixtures("born")
    def test_something_that_is_no_date_is_told_and_not_counted(self, app, make_visitor):
        someone = make_visitor()
        someone.get(f"/c/{CODE}")

        someone.submit("/naissance", expect=422, born_on="hier")

        assert rows(app, Certificate)[0].birth_date_tries == 0

    @pytest.mark.usefixtures("born")
    def test_five_wrong_ones_close_it_for_a_day_even_to_the_right_one(self, app, secret):
        with app.app_context():

            def tried(typed, now):
                return birth_dates.compare(current_session(), certificate_id=1, typed=typed, secret=secret, now=now)

            wrong = [tried(date(1990, 1, 1 + day), NOW) for day in range(TRIES)]
            after = [tried(BORN, NOW + timedelta(hours=hours)) for hours in (0, 23, 25)]

        assert wrong == [BirthAnswer.NO] * TRIES
        assert after == [BirthAnswer.LOCKED, BirthAnswer.LOCKED, BirthAnswer.YES]

    def test_a_certificate_without_one_says_nothing(self, app, visitor, hold, secret):
        hold(visitor, **{**SUPERVISED, "valid_until": NOW + timedelta(days=900)})
        with app.app_context():
            assert birth_dates.compare(current_session(), certificate_id=1, typed=BORN, secret=secret, now=NOW) is None

    @pytest.mark.usefixtures("born")
    def test_only_a_slow_salted_digest_is_kept(self, app):
        kept = rows(app, Certificate)[0].birth_date_hash

        assert kept.startswith("$argon2id$")
        assert "1987" not in kept

    @pytest.mark.usefixtures("born")
    def test_a_link_that_hides_the_name_does_not_ask(self, visitor, make_visitor):
        code = make_link(visitor, disclosure="levels")

        assert "pièce d’identité" not in make_visitor().get(f"/c/{code}").text
        answer = make_visitor().raw("POST", f"/c/{code}/naissance", data={"born_on": "1987-04-05"})
        assert "Oui" not in answer.get_data(as_text=True)


class TestAllowance:
    """How often one address may check, in memory."""

    def test_the_limit_moves_with_time(self, app):
        allowance = Allowance("test", (3, 60), (5, 3600))
        with app.test_request_context():
            taken = [allowance.take("a", now=moment).remaining for moment in (0, 1, 2)]
            with pytest.raises(TooManyRequestsError):
                allowance.take("a", now=3)
            assert allowance.take("b", now=3).remaining == 2
            assert allowance.take("a", now=125).remaining == 2

        assert taken == [2, 1, 0]


FILE = b"%PDF-1.7 of ours"
SHA256 = hashlib.sha256(FILE).hexdigest()
#: Every way in which somebody may learn where a certificate stands: (method, address, what is sent).
WAYS = {
    "the API by code": ("GET", f"/api/v1/certificates/{CODE}", {}),
    "the API by file": ("POST", "/api/v1/documents", {"data": FILE, "content_type": "application/pdf"}),
    "the API by hash": ("GET", f"/api/v1/documents/{SHA256}", {}),
    "a signed receipt": ("POST", "/api/v1/receipts", {"json": {"code": CODE}}),
    "a receipt of a file": ("POST", "/api/v1/receipts", {"data": FILE, "content_type": "application/pdf"}),
    "many at once, by code": ("POST", "/api/v1/verify", {"json": {"credential": CODE}}),
    "many at once, by statement": ("POST", "/api/v1/verify", {"json": {"credential": "TOKEN"}}),
    "its own address": ("GET", "STATEMENT", {"headers": {"Accept": "text/plain"}}),
    "its page": ("GET", f"/c/{CODE}", {}),
    "a receipt of the page": ("POST", f"/c/{CODE}/recu", {}),
    "a date of birth": ("POST", f"/c/{CODE}/naissance", {"data": {"born_on": "1987-04-05"}}),
    "a file": ("POST", "/verifier/pdf", {"data": "pdf"}),
    "a list of files": ("POST", "/verifier/liste/pdf", {"data": "pdfs"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_checking_is_a_look(app, way, visitor, make_visitor, hold):
    hold(visitor)
    with app.app_context():
        row = current_session().scalars(select(Certificate)).one()
        token, statement = row.token, row.credential_id
        current_session().add(HandedOutFile(certificate_id=row.id, sha256=SHA256, made_at=NOW))
        current_session().commit()
    method, address, sent = WAYS[way]
    if sent.get("json") == {"credential": "TOKEN"}:
        sent = {"json": {"credential": token}}
    if sent.get("data") in ("pdf", "pdfs"):
        sent = {"data": {sent["data"]: (io.BytesIO(FILE), "a.pdf")}, "content_type": "multipart/form-data"}

    answer = make_visitor().client.open(address.replace("STATEMENT", urlsplit(statement).path), method=method, **sent)

    assert answer.status_code == 200
    assert [(look.link_id, look.times) for look in rows(app, SharingLook)] == [(None, 1)]


def test_the_address_of_a_statement_that_leads_to_the_page_leaves_the_look_to_it(app, visitor, make_visitor, hold):
    hold(visitor)
    with app.app_context():
        statement = current_session().scalars(select(Certificate.credential_id)).one()

    make_visitor().get(urlsplit(statement).path)

    assert [look.times for look in rows(app, SharingLook)] == [1]


def test_a_look_by_a_link_that_was_erased_meanwhile_keeps_no_other_from_being_written(app, visitor, hold):
    hold(visitor)
    looks, now = app.extensions["numericite.looks"], datetime.now(UTC)
    with app.app_context():
        found = register.standing_of(current_session().scalars(select(Certificate)).one())
        current_session().commit()

    looks.note(found._replace(link_id=99), now=now)
    looks.note(found, now=now)

    assert [(look.link_id, look.times) for look in rows(app, SharingLook)] == [(None, 1)]


def test_a_file_that_is_none_of_ours_is_no_look(app, visitor, make_visitor, hold):
    hold(visitor)

    make_visitor().raw(
        "POST", "/verifier/pdf", data={"pdf": (io.BytesIO(b"%PDF-x"), "a.pdf")}, content_type="multipart/form-data"
    )

    assert rows(app, SharingLook) == []
