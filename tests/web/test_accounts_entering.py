"""Coming in and going out, as people do it."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Person, WebSession
from app.accounts.services import people
from app.database import current_session
from app.outbox import OutboxEntry
from tests.rows import rows
from tests.services.accounts_builders import ADDRESS, NOW, PASSWORD, account

ELSEWHERE = ("https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)", "")


def make_account(app, **overrides):
    with app.app_context():
        person_id = account(current_session(), **overrides).id
        current_session().commit()
    return person_id


def sign_in(visitor, *, expect=200, **fields):
    visitor.get("/connexion")
    return visitor.submit("/connexion", expect=expect, **{"email": ADDRESS, "password": PASSWORD, **fields})


def last_link(app, part):
    """Return the path of the link in the last letter."""
    with app.app_context():
        letter = current_session().scalars(select(OutboxEntry).order_by(OutboxEntry.id.desc())).first()
        return re.search(rf"http://127\.0\.0\.1:8000({part}\S+)", letter.payload["body"])[1]


class TestSignIn:
    def test_an_empty_form_says_what_is_missing_beside_each_field(self, visitor):
        visitor.get("/connexion")

        page = visitor.submit("/connexion", expect=422)

        assert "Saisissez votre adresse électronique." in page.text
        assert "Saisissez votre mot de passe." in page.text

    def test_a_wrong_password_keeps_the_address_typed_and_never_says_which_was_wrong(self, app, visitor):
        make_account(app)

        known = sign_in(visitor, password="un autre mot de passe", expect=422)
        unknown = sign_in(visitor, email="personne@example.com", expect=422)

        message = "L’adresse ou le mot de passe ne correspond pas."
        assert message in known.text
        assert message in unknown.text
        assert known.form("/connexion").fields["email"] == [ADDRESS]
        assert PASSWORD not in unknown.html

    def test_the_eleventh_wrong_password_has_to_wait_and_the_link_does_not(self, app, visitor):
        make_account(app)
        for _try in range(10):
            sign_in(visitor, password="un autre mot de passe", expect=422)

        refused = sign_in(visitor, expect=429)
        visitor.get("/connexion/lien")
        sent = visitor.submit("/connexion/lien", email=ADDRESS)

        assert "Trop d’essais" in refused.text
        assert sent.title.startswith("Regardez vos courriels")

    def test_another_address_typed_from_elsewhere_is_not_held_up(self, app, visitor, make_visitor):
        make_account(app)
        for _try in range(10):
            sign_in(visitor, email="personne@example.com", expect=422)

        page = sign_in(make_visitor(address="192.0.2.7"))

        assert page.path == "/compte"

    def test_leads_to_the_account_with_a_new_token_only_the_browser_knows(self, app, visitor):
        make_account(app)

        page = sign_in(visitor)

        (row,) = rows(app, WebSession)
        assert page.path == "/compte"
        assert row.label == "Firefox, Linux"
        with visitor.client.session_transaction() as cookie:
            assert row.token_hash != cookie["ref"]
            assert set(cookie) <= {"ref", "csrf_token", "_permanent"}

    def test_goes_back_to_where_the_person_was_going(self, app, visitor):
        make_account(app)
        page = visitor.get("/compte/nom")
        assert page.path == "/connexion"

        page = visitor.submit("/connexion", email=ADDRESS, password=PASSWORD)

        assert page.path == "/compte/nom"

    def test_never_leads_to_another_site(self, app, visitor):
        make_account(app)
        for target in ELSEWHERE:
            token = visitor.get("/connexion").form("/connexion").fields["csrf_token"][0]
            answer = visitor.raw(
                "POST",
                "/connexion",
                query_string={"suite": target},
                data={"email": ADDRESS, "password": PASSWORD, "csrf_token": token},
            )
            assert answer.location == "/compte", target
            visitor.get("/compte")
            visitor.submit("/deconnexion")

    def test_somebody_signed_in_already_is_taken_along(self, app, visitor):
        make_account(app)
        sign_in(visitor)

        assert visitor.get("/connexion").path == "/compte"
        assert visitor.get("/inscription").path == "/compte"

    def test_without_the_token_of_the_form_nothing_happens(self, app, visitor):
        make_account(app)

        answer = visitor.raw("POST", "/connexion", data={"email": ADDRESS, "password": PASSWORD})

        assert answer.status_code == 403
        assert rows(app, WebSession) == []


class TestEmailLink:
    def test_the_answer_is_the_same_whether_the_address_is_known(self, app, visitor):
        make_account(app)
        pages = []
        for email in (ADDRESS, "personne@example.com"):
            visitor.get("/connexion/lien")
            page = visitor.submit("/connexion/lien", email=email)
            pages.append(re.sub(r'(value|nonce)="[^"]+"', "", page.html))

        assert pages[0] == pages[1]
        assert len(rows(app, OutboxEntry)) == 1

    def test_an_address_that_is_none_is_refused(self, visitor):
        visitor.get("/connexion/lien")

        page = visitor.submit("/connexion/lien", email="pas une adresse", expect=422)

        assert "Il manque quelque chose à cette adresse" in page.text

    def test_opening_it_changes_nothing_and_the_button_lets_in_once(self, app, visitor, make_visitor):
        make_account(app)
        visitor.get("/connexion/lien?suite=/compte/nom")
        visitor.submit("/connexion/lien", email=ADDRESS)
        link = last_link(app, "/connexion/lien/")
        make_visitor().get(link)
        assert rows(app, WebSession) == []

        visitor.get(link)
        inside = visitor.submit("")
        again = make_visitor().get(link, status=409)

        assert inside.path == "/compte/nom"
        assert "Ce lien a déjà servi" in again.text

    @pytest.mark.parametrize(("is_confirmed", "is_told"), [(False, True), (True, False)])
    def test_the_page_says_beforehand_when_a_password_goes(self, app, visitor, is_confirmed, is_told):
        make_account(app)
        with app.app_context():
            people.find_by_address(current_session(), email=ADDRESS).email_confirmed_at = NOW if is_confirmed else None
            current_session().commit()
        visitor.get("/connexion/lien")
        visitor.submit("/connexion/lien", email=ADDRESS)

        page = visitor.get(last_link(app, "/connexion/lien/"))

        assert ("Ce qui ouvrait ce compte jusqu’ici sera retiré" in page.text) is is_told
        visitor.submit("")
        assert (rows(app, Person)[0].password_hash is None) is is_told

    def test_one_that_never_existed_is_like_a_used_one(self, visitor):
        page = visitor.get("/connexion/lien/nimporte-quoi", status=409)

        assert "Ce lien a déjà servi" in page.text

    def test_many_of_them_have_to_wait(self, app, visitor):
        make_account(app)
        for _time in range(5):
            visitor.get("/connexion/lien")
            visitor.submit("/connexion/lien", email=ADDRESS)
        visitor.get("/connexion/lien")

        page = visitor.submit("/connexion/lien", email=ADDRESS, expect=429)

        assert "Trop d’essais" in page.text


class TestSignUp:
    GOOD = {"email": ADDRESS, "password": PASSWORD, "is_fifteen": "y"}  # noqa: RUF012 (never changed)

    def sign_up(self, visitor, *, expect=200, path="/inscription", **fields):
        visitor.get(path)
        return visitor.submit("/inscription", expect=expect, **{**self.GOOD, **fields})

    def test_below_fifteen_the_test_stays_open_and_says_so(self, app, visitor):
        page = self.sign_up(visitor, is_fifteen=[], expect=422)

        assert "Un compte s’ouvre à partir de 15 ans." in page.text
        assert "vous imprimez votre résultat" in page.text
        assert rows(app, Person) == []

    def test_a_short_password_is_refused(self, visitor):
        page = self.sign_up(visitor, password="court", expect=422)

        assert "Il faut 12 signes ou plus" in page.text
        assert 'value="court"' not in page.html

    def test_an_easy_password_is_refused(self, visitor):
        page = self.sign_up(visitor, password="aaaaaaaaaaaaaaa", expect=422)

        assert "trop facile à deviner" in page.text

    def test_a_taken_address_is_refused_without_touching_its_account(self, app, visitor):
        make_account(app)

        page = self.sign_up(visitor, password="carafe lundi violon mousse", expect=422)

        assert "Un compte existe déjà à cette adresse." in page.text
        assert sign_in(visitor).path == "/compte"

    def test_opens_the_account_and_writes_to_confirm_the_address(self, app, visitor):
        page = self.sign_up(visitor)

        assert page.path == "/compte"
        assert "Confirmez votre adresse" in page.text
        (person,) = rows(app, Person)
        assert (person.kind, person.email, person.email_confirmed_at) == ("account", ADDRESS, None)
        visitor.get(last_link(app, "/compte/adresse/"))
        assert rows(app, Person)[0].email_confirmed_at is None

        page = visitor.submit("")

        assert "Votre adresse est confirmée." in page.text
        assert rows(app, Person)[0].email_confirmed_at is not None

    def test_the_address_is_confirmed_from_another_browser_too(self, app, visitor, make_visitor):
        self.sign_up(visitor)
        telephone = make_visitor()
        telephone.get(last_link(app, "/compte/adresse/"))

        page = telephone.submit("")

        assert page.path == "/connexion"
        assert "Votre adresse est confirmée." in page.text

    def test_the_way_back_is_carried_by_the_letter_that_was_asked_for_on_the_way(self, app, visitor, make_visitor):
        self.sign_up(visitor)
        token = visitor.get("/confort").form("/confort").fields["csrf_token"][0]
        visitor.raw("POST", "/compte/adresse/renvoyer?suite=/compte/nom", data={"csrf_token": token})
        telephone = make_visitor()
        telephone.get(last_link(app, "/compte/adresse/"))

        page = telephone.submit("")

        assert page.path == "/connexion"
        landed = telephone.submit("/connexion", email=self.GOOD["email"], password=self.GOOD["password"])
        assert landed.path == "/compte/nom"

    def test_the_way_back_never_leads_elsewhere(self, app, visitor):
        self.sign_up(visitor)
        path = last_link(app, "/compte/adresse/")
        visitor.get(path + "?suite=//evil.example")

        assert visitor.submit("").path == "/compte"

    def test_the_letter_may_be_asked_for_again(self, app, visitor):
        self.sign_up(visitor)

        page = visitor.submit("/compte/adresse/renvoyer")

        assert "Un message vient de partir" in page.text
        assert len(rows(app, OutboxEntry)) == 2


class TestLeaving:
    def test_signing_out_closes_the_browser_s_session(self, app, visitor):
        make_account(app)
        sign_in(visitor)

        page = visitor.submit("/deconnexion")

        assert page.path == "/"
        assert rows(app, WebSession) == []
        assert visitor.get("/compte").path == "/connexion"

    def test_a_stolen_cookie_is_worthless_afterwards(self, app, visitor, make_visitor):
        make_account(app)
        sign_in(visitor)
        stolen = visitor.client.get_cookie("numericite").value
        visitor.submit("/deconnexion")
        thief = make_visitor()
        thief.client.set_cookie("numericite", stolen)

        assert thief.get("/compte").path == "/connexion"

    def test_a_shared_computer_is_told_to_forget_everything(self, app, visitor):
        make_account(app)
        page = sign_in(visitor, shared_computer="y")
        assert visitor.client.get_cookie("numericite").expires is None
        token = page.form("/deconnexion").fields["csrf_token"][0]

        answer = visitor.raw("POST", "/terminer", data={"csrf_token": token})

        assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
        assert visitor.client.get_cookie("numericite") is None
        assert rows(app, WebSession) == []
        assert visitor.get("/terminer").title.startswith("Vous pouvez partir")

    def test_signing_out_of_a_shared_computer_wipes_it_too(self, app, visitor):
        make_account(app)
        sign_in(visitor, shared_computer="y")

        page = visitor.submit("/deconnexion")

        assert page.path == "/terminer"
        assert visitor.client.get_cookie("numericite") is None

    def test_leaving_without_being_known_is_no_error(self, visitor):
        token = visitor.get("/connexion").form("/connexion").fields["csrf_token"][0]

        answer = visitor.raw("POST", "/terminer", data={"csrf_token": token})

        assert answer.status_code == 303
