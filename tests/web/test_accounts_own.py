"""One's own account, data, cards and complaints; and never somebody else's."""

import json
import re

import pytest
from sqlalchemy import select

from app.accounts.models import Case, Person, WebSession
from app.accounts.services import cases, people
from app.assessments.models import Sitting
from app.database import current_session
from app.outbox import OutboxEntry
from tests.rows import rows
from tests.services.accounts_builders import ADDRESS, NOW, PASSWORD, account
from tests.web.test_accounts_entering import last_link, make_account, sign_in

NAMES = {
    "title": ("Dr Marie Dupont", "sans titre"),
    "address": ("marie@example.com", "pas une adresse"),
    "digit": ("Marie 2", "pas de chiffre"),
    "emoji": ("Marie \N{GRINNING FACE}", "ne s’imprime pas"),
    "nothing": ("   ", "Saisissez votre nom."),
    "no letter": ("--", "ne s’imprime pas|une lettre"),
}
ACCOUNT_PAGES = ("/compte", "/compte/nom", "/compte/mot-de-passe", "/compte/adresse", "/compte/langue")
PERSON_PAGES = ("/compte/mes-donnees", "/compte/effacer")


def begin_as_guest(visitor, **fields):
    """Start a positioning test without an account."""
    visitor.get("/evaluations/CIT/positionnement")
    return visitor.submit("/evaluations/CIT/positionnement", **fields)


def make_card(visitor):
    """Print a card and return its code and PIN."""
    reference = visitor.get("/evaluations/").html
    pause = re.search(r"/evaluations/[0-9A-Z]{16}", reference)[0] + "/pause"
    visitor.get(pause)
    page = visitor.submit("/carte")
    code, pin = re.findall(r'<data class="code[^"]*" value="([^"]+)"', page.html)
    return code, pin


@pytest.mark.parametrize("path", ACCOUNT_PAGES + PERSON_PAGES)
def test_a_stranger_is_sent_to_the_sign_in_page(visitor, path):
    assert visitor.get(path).path == "/connexion"


class TestName:
    @pytest.mark.parametrize(("name", "advice"), NAMES.values(), ids=NAMES)
    def test_refused_with_advice_and_kept_on_screen(self, app, visitor, name, advice):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/nom")

        page = visitor.submit("/compte/", name=name, expect=422)

        assert re.search(advice, page.text)
        assert rows(app, Person)[0].printed_name is None

    def test_kept_and_shown(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/nom")

        page = visitor.submit("/compte/", name="Marie-Claire Dupont")

        assert "Votre nom est enregistré." in page.text
        assert "Marie-Claire Dupont" in page.text


class TestPassword:
    NEW = "carafe lundi violon mousse"

    def change(self, visitor, *, expect=200, **fields):
        visitor.get("/compte/mot-de-passe")
        return visitor.submit("", expect=expect, **{"current": PASSWORD, "new": self.NEW, **fields})

    def test_refused_without_the_current_one(self, app, visitor):
        make_account(app)
        sign_in(visitor)

        page = self.change(visitor, current="un autre mot de passe", expect=422)

        assert "Ce n’est pas votre mot de passe actuel." in page.text

    def test_refused_when_easy(self, app, visitor):
        make_account(app)
        sign_in(visitor)

        assert "trop facile" in self.change(visitor, new="aaaaaaaaaaaaaaa", expect=422).text
        assert "Il faut 12 signes" in self.change(visitor, new="court", expect=422).text

    def test_changed_here_and_the_other_browser_is_out(self, app, visitor, make_visitor):
        make_account(app)
        elsewhere = make_visitor()
        sign_in(elsewhere)
        sign_in(visitor)

        page = self.change(visitor)

        assert "Votre mot de passe est changé." in page.text
        assert elsewhere.get("/compte").path == "/connexion"
        assert sign_in(elsewhere, password=self.NEW).path == "/compte"

    def test_chosen_by_somebody_who_had_none(self, app, visitor):
        make_account(app, password=None)
        visitor.get("/connexion/lien")
        visitor.submit("/connexion/lien", email=ADDRESS)
        visitor.get(last_link(app, "/connexion/lien/"))
        visitor.submit("")
        page = visitor.get("/compte/mot-de-passe")
        assert "Mot de passe actuel" not in page.text

        page = visitor.submit("/compte/", new=self.NEW)

        assert "Votre mot de passe est changé." in page.text


class TestAddress:
    def test_refused_without_the_password(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/adresse")

        page = visitor.submit("/compte/", email="nouvelle@example.com", password="un autre", expect=422)

        assert "Ce n’est pas votre mot de passe." in page.text

    def test_refused_when_taken(self, app, visitor):
        make_account(app)
        make_account(app, email="autre@example.com")
        sign_in(visitor)
        visitor.get("/compte/adresse")

        page = visitor.submit("/compte/", email="autre@example.com", password=PASSWORD, expect=422)

        assert "Un compte existe déjà à cette adresse." in page.text

    def test_refused_when_it_is_none(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/adresse")

        page = visitor.submit("/compte/", email="pas une adresse", password=PASSWORD, expect=422)

        assert "Il manque quelque chose" in page.text

    def test_changed_and_both_addresses_are_written_to(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/adresse")

        page = visitor.submit("/compte/", email="nouvelle@example.com", password=PASSWORD)

        assert "pas encore confirmée" in page.text
        assert [entry.payload["to"] for entry in rows(app, OutboxEntry)] == [ADDRESS, "nouvelle@example.com"]


class TestLanguage:
    def test_another_language_than_ours_is_refused(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/langue")

        visitor.submit("/compte/", language="tlh", expect=422)

        assert rows(app, Person)[0].language == "fr"

    def test_chosen_for_the_pages_that_follow(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/langue")

        page = visitor.submit("/compte/", language="en")

        assert page.language == "en"


class TestSessions:
    def test_somebody_else_s_browser_is_not_found(self, app, visitor, make_visitor):
        make_account(app)
        make_account(app, email="autre@example.com")
        victim = make_visitor()
        sign_in(victim)
        victim_id = rows(app, WebSession)[0].id
        page = sign_in(visitor, email="autre@example.com")
        token = page.form("/deconnexion").fields["csrf_token"][0]

        answer = visitor.raw("POST", f"/compte/sessions/{victim_id}/revoquer", data={"csrf_token": token})

        assert answer.status_code == 404
        assert victim.get("/compte").path == "/compte"

    def test_another_browser_of_mine_is_closed_from_here(self, app, visitor, make_visitor):
        make_account(app)
        elsewhere = make_visitor()
        sign_in(elsewhere)
        other_id = rows(app, WebSession)[0].id
        sign_in(visitor)

        page = visitor.submit(f"/compte/sessions/{other_id}/revoquer")

        assert "Ce navigateur est déconnecté." in page.text
        assert elsewhere.get("/compte").path == "/connexion"

    def test_closing_this_one_signs_out(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        own_id = rows(app, WebSession)[0].id

        page = visitor.submit(f"/compte/sessions/{own_id}/revoquer")

        assert page.path == "/connexion"


class TestOwnData:
    def test_a_guest_takes_their_answers_along(self, visitor):
        begin_as_guest(visitor)
        token = visitor.get("/compte/mes-donnees").form("/compte/mes-donnees").fields["csrf_token"][0]

        answer = visitor.raw("POST", "/compte/mes-donnees", data={"csrf_token": token})

        held = json.loads(answer.get_data(as_text=True))
        assert answer.headers["Content-Disposition"] == 'attachment; filename="numericite-mes-donnees.json"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert held["account"]["kind"] == "guest"
        assert {"assessments", "learning", "certification"} <= set(held)

    def test_an_account_takes_along_no_digest(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        token = visitor.get("/compte/mes-donnees").form("/compte/mes-donnees").fields["csrf_token"][0]

        text = visitor.raw("POST", "/compte/mes-donnees", data={"csrf_token": token}).get_data(as_text=True)

        assert ADDRESS in text
        assert "argon2" not in text


class TestErase:
    def test_in_english_the_word_asked_for_is_english(self, app, make_visitor):
        make_account(app)
        english = make_visitor(language="en")
        sign_in(english)
        page = english.get("/compte/effacer?lang=en")
        assert "To confirm, type: erase" in page.text

        assert english.submit("/compte/effacer", word="erase", fate="keep").headings == ["Everything is erased"]

    @pytest.mark.parametrize("fields", [{"word": "oui", "fate": "keep"}, {"word": "effacer"}, {"fate": "keep"}])
    def test_refused_unless_everything_was_said(self, app, visitor, fields):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/effacer")

        visitor.submit("/compte/effacer", expect=422, **fields)

        assert rows(app, Person)[0].email == ADDRESS

    @pytest.mark.parametrize("fate", ["keep", "withdraw"])
    def test_an_account_is_gone_and_cannot_come_back(self, app, visitor, fate):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/effacer")

        page = visitor.submit("/compte/effacer", word=" Effacer ", fate=fate)

        assert page.title.startswith("Tout est effacé")
        assert rows(app, Person)[0].email is None
        assert visitor.get("/compte").path == "/connexion"
        assert "ne correspond pas" in sign_in(visitor, expect=422).text

    def test_a_guest_erases_without_being_asked_about_certificates(self, app, visitor):
        begin_as_guest(visitor)
        page = visitor.get("/compte/effacer")
        assert "attestations" not in page.text

        page = visitor.submit("/compte/effacer", word="effacer")

        assert page.title.startswith("Tout est effacé")
        assert rows(app, Sitting) == []


class TestCards:
    def test_an_account_needs_none(self, app, visitor):
        make_account(app)
        token = sign_in(visitor).form("/deconnexion").fields["csrf_token"][0]

        answer = visitor.raw("POST", "/carte", data={"csrf_token": token})

        assert answer.status_code == 404

    def test_another_machine_goes_on_with_the_same_test(self, visitor, make_visitor):
        before = begin_as_guest(visitor).path
        code, pin = make_card(visitor)
        library = make_visitor(address="192.0.2.9")
        page = library.get(f"/reprendre?carte={code}")
        assert page.form("/reprendre").fields["code"] == [code]

        page = library.submit("/reprendre", pin=pin, shared_computer="y")

        assert before in page.html
        assert library.get(before).status == 200

    def test_five_wrong_pins_kill_the_card(self, visitor, make_visitor):
        begin_as_guest(visitor)
        code, pin = make_card(visitor)
        thief = make_visitor()
        wrong = "000000" if pin != "000000" else "111111"
        for _try in range(5):
            thief.get("/reprendre")
            page = thief.submit("/reprendre", code=code, pin=wrong, expect=422)
            assert "ne vont pas ensemble" in page.text
        thief.get("/reprendre")

        thief.submit("/reprendre", code=code, pin=pin, expect=422)

    def test_guessing_codes_has_to_wait(self, visitor):
        for _try in range(20):
            visitor.get("/reprendre")
            visitor.submit("/reprendre", code="0000-0000-0000-0000", pin="000000", expect=422)
        visitor.get("/reprendre")

        visitor.submit("/reprendre", code="0000-0000-0000-0000", pin="000000", expect=429)

    def test_an_empty_form_says_what_is_missing(self, visitor):
        visitor.get("/reprendre")

        page = visitor.submit("/reprendre", expect=422)

        assert "Saisissez le code de la carte." in page.text

    def test_somebody_signed_in_takes_the_guest_s_tests_over(self, app, visitor, make_visitor):
        person_id = make_account(app)
        begin_as_guest(visitor)
        code, pin = make_card(visitor)
        home = make_visitor()
        sign_in(home)
        home.get("/reprendre")

        home.submit("/reprendre", code=code, pin=pin)

        assert [row.person_id for row in rows(app, Sitting)] == [person_id]
        assert home.get("/compte").path == "/compte"


class TestGuestBecomesAccount:
    def test_the_test_follows_at_sign_up(self, app, visitor):
        begin_as_guest(visitor)
        (sitting,) = rows(app, Sitting)
        visitor.get("/inscription")

        visitor.submit("/inscription", email=ADDRESS, password=PASSWORD, is_fifteen="y")

        assert [row.person_id for row in rows(app, Sitting)] == [sitting.person_id]
        assert rows(app, Person)[0].kind == "account"
        assert len(rows(app, WebSession)) == 1

    def test_the_test_follows_at_sign_in(self, app, visitor):
        person_id = make_account(app)
        begin_as_guest(visitor)

        sign_in(visitor)

        assert [row.person_id for row in rows(app, Sitting)] == [person_id]

    def test_a_shared_computer_stays_one(self, app, visitor):
        make_account(app)
        begin_as_guest(visitor, shared_computer="y")

        sign_in(visitor)

        assert [row.shared_computer for row in rows(app, WebSession)] == [True]


class TestComplaints:
    def test_an_empty_one_is_refused(self, app, visitor):
        visitor.get("/reclamations")

        page = visitor.submit("/reclamations", expect=422)

        assert "Dites en quelques mots" in page.text
        assert rows(app, Case) == []

    def test_a_bad_address_keeps_what_was_written(self, app, visitor):
        visitor.get("/reclamations")

        page = visitor.submit("/reclamations", text="Tout est lent.", email="pas une adresse", expect=422)

        assert page.form("/reclamations").fields["text"][0].strip() == "Tout est lent."
        assert rows(app, Case) == []

    def test_a_stranger_gets_a_number_on_screen_and_by_letter(self, app, visitor):
        visitor.get("/reclamations")

        page = visitor.submit("/reclamations", text="Tout est lent.", email="ailleurs@example.com")

        (case,) = rows(app, Case)
        assert case.number in page.text
        assert case.person_id is None
        assert case.number in rows(app, OutboxEntry)[0].payload["subject"]

    def test_without_an_address_the_answer_is_read_with_the_same_browser_and_no_other(self, app, visitor, make_visitor):
        visitor.get("/reclamations")

        page = visitor.submit("/reclamations", text="Tout est lent.")

        (case,) = rows(app, Case)
        assert "se lira sur cette page, avec ce navigateur" in page.text
        with app.app_context():
            desk = account(current_session(), email="desk@example.com").id
            cases.answer_case(current_session(), number=case.number, answer="C’est réparé.", answered_by=desk, now=NOW)
            current_session().commit()
        assert "C’est réparé." in visitor.get("/reclamations").text
        assert "C’est réparé." not in make_visitor().get("/reclamations").text

    def test_a_refused_message_makes_nobody(self, app, visitor):
        visitor.get("/reclamations")

        visitor.submit("/reclamations", text="", expect=422)

        assert rows(app, Person) == []

    def test_an_account_finds_the_answer_on_its_page(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        visitor.get("/reclamations")

        page = visitor.submit("/reclamations", text="Tout est lent.")

        assert "Une personne va la lire." in page.text
        assert rows(app, Case)[0].number in visitor.get("/compte").text

    def test_a_made_up_number_is_not_repeated(self, visitor):
        page = visitor.get("/reclamations?numero=<b>R-1</b>")

        assert page.title.startswith("Réclamations")


def test_the_administrator_s_role_shows_nowhere_for_others(app, visitor):
    make_account(app)
    sign_in(visitor)

    with app.app_context():
        person = people.find_by_address(current_session(), email=ADDRESS)
        assert current_session().scalars(select(Person.id)).all() == [person.id]
    visitor.get("/administration/", status=403)
