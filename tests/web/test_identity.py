"""Security and identity, as people set them: passkeys, the second factor, the professional number, browsers."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import WebSession
from app.accounts.services import people
from app.audit import AuditEntry
from app.database import current_session
from app.identity.models import Passkey, PendingStep, ProfessionalNumber, RecoveryCode, SecondFactor
from app.identity.services.annuaire import SHIPPED_FILE, FileDirectory
from app.outbox import OutboxEntry
from tests.rows import rows
from tests.services.accounts_builders import ADDRESS, NOW, PASSWORD, account
from tests.services.devices import USER_PRESENT, Device

ORIGIN = "http://localhost:8000"
#: The services are tried on both databases; the pages do not depend on it.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def make_account(app, **overrides):
    with app.app_context():
        person_id = account(current_session(), **overrides).id
        current_session().commit()
    return person_id


def letters(app):
    return [row.payload["body"] for row in rows(app, OutboxEntry)]


def sign_in(visitor, *, path="/connexion", expect=200, **fields):
    visitor.get(path)
    return visitor.submit("/connexion", expect=expect, **{"email": ADDRESS, "password": PASSWORD, **fields})


def confirm_address(app):
    with app.app_context():
        people.find_by_address(current_session(), email=ADDRESS).email_confirmed_at = NOW
        current_session().commit()


def grow_old(app):
    """Let twenty minutes pass since every sign-in."""
    with app.app_context():
        for row in current_session().scalars(select(WebSession)):
            row.created_at -= timedelta(minutes=20)
        current_session().commit()


def ask(visitor, path):
    """Do what the script does: ask for the options with the page's own token."""
    token = next(form.fields["csrf_token"] for form in visitor.page.forms if "answer" in form.fields)
    response = visitor.raw("POST", path, data={"csrf_token": token})
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    assert response.content_type == "application/json"
    return response.get_data(as_text=True)


def add_passkey(visitor, device=None, *, expect=200, **fields):
    device = device or Device(ORIGIN)
    visitor.get("/compte/securite/cles")
    answer = device.create(ask(visitor, "/compte/securite/cles/defi"))
    visitor.submit("/compte/securite/cles", expect=expect, **{"answer": answer, "name": "mon téléphone", **fields})
    return device


def enable(visitor):
    confirm_address(visitor.client.application)
    visitor.get("/compte/securite/second-facteur")
    page = visitor.submit("/compte/securite/second-facteur")
    return re.findall(r'<data class="code" value="([^"]+)"', page.html)


@pytest.fixture
def owner(app, visitor):
    """Somebody signed in, with a passkey."""
    make_account(app)
    sign_in(visitor)
    visitor.device = add_passkey(visitor)
    return visitor


class TestPasskeyAlone:
    def test_a_device_that_nobody_knows(self, app, visitor):
        make_account(app)
        visitor.get("/connexion/cle")
        answer = Device(ORIGIN).get(ask(visitor, "/connexion/cle/defi"))

        page = visitor.submit("/connexion/cle", expect=422, answer=answer)

        assert "Cette clé n’a pas été reconnue" in page.text
        assert [row.action for row in rows(app, AuditEntry)].count("passkey:refused") == 1
        assert rows(app, PendingStep) == []

    def test_without_javascript_the_page_says_what_is_needed_and_the_other_ways_stay_open(self, app, visitor):
        make_account(app)

        page = visitor.get("/connexion/cle")

        assert "les autres chemins restent ouverts" in page.text
        refused = visitor.submit("/connexion/cle", expect=422)
        assert "Il faut que JavaScript soit permis" in refused.text
        assert sign_in(visitor, path=refused.links["Entrer par mon adresse"]).path == "/compte"

    def test_at_an_address_in_digits_the_page_says_where_to_go(self, visitor):
        told = visitor.raw("GET", "/connexion/cle", base_url="http://127.0.0.1:8000").get_data(as_text=True)

        assert "Ouvrez plutôt http://localhost:8000." in told
        assert "Ouvrez plutôt" not in visitor.get("/connexion/cle").text

    def test_an_answer_sent_twice(self, owner, make_visitor):
        first, second = make_visitor(), make_visitor()
        first.get("/connexion/cle")
        answer = owner.device.get(ask(first, "/connexion/cle/defi"))
        first.submit("/connexion/cle", answer=answer)
        second.get("/connexion/cle")

        page = second.submit("/connexion/cle", expect=409, answer=answer)

        assert "Cette étape a déjà servi" in page.text

    def test_an_answer_for_another_site(self, owner, make_visitor):
        thief = make_visitor()
        owner.device.origin = "https://numericite.example.net"
        thief.get("/connexion/cle")

        thief.submit("/connexion/cle", expect=422, answer=owner.device.get(ask(thief, "/connexion/cle/defi")))

    def test_a_challenge_needs_the_page_s_token(self, visitor):
        assert visitor.raw("POST", "/connexion/cle/defi").status_code == 403

    def test_lets_in_and_leads_on(self, owner, make_visitor):
        elsewhere = make_visitor()
        elsewhere.get("/connexion/cle?suite=/compte/nom")

        page = elsewhere.submit("/connexion/cle", answer=owner.device.get(ask(elsewhere, "/connexion/cle/defi")))

        assert page.path == "/compte/nom"
        assert elsewhere.get("/compte").status == 200

    def test_on_a_shared_computer_the_session_is_short(self, app, owner, make_visitor):
        elsewhere = make_visitor()
        elsewhere.get("/connexion/cle")
        elsewhere.submit(
            "/connexion/cle",
            answer=owner.device.get(ask(elsewhere, "/connexion/cle/defi")),
            shared_computer="y",
        )

        assert [row.shared_computer for row in rows(app, WebSession)] == [False, True]


class TestAddAndRemove:
    def test_needs_a_recent_sign_in(self, app, owner):
        grow_old(app)
        (key,) = rows(app, Passkey)

        for path in ("/compte/securite/cles", "/compte/securite/second-facteur"):
            page = owner.get(path)
            assert page.path == "/compte/securite/confirmer"
            assert "prouvez encore une fois" in page.text
        owner.get(f"/compte/securite/cles/{key.id}")
        page = owner.submit("/retirer")

        assert page.path == "/compte/securite/confirmer"
        assert len(rows(app, Passkey)) == 1

    def test_the_wrong_password_does_not_confirm(self, app, owner):
        grow_old(app)
        owner.get("/compte/securite/cles")

        page = owner.submit("/compte/securite/confirmer?", expect=422, password="autre chose que cela")

        assert "Ce n’est pas votre mot de passe" in page.text
        assert owner.get("/compte/securite/cles").path == "/compte/securite/confirmer"

    def test_the_password_the_passkey_or_a_link_confirm(self, app, owner):
        confirm_address(app)
        grow_old(app)
        owner.get("/compte/securite/cles")
        assert owner.submit("/compte/securite/confirmer?", password=PASSWORD).path == "/compte/securite/cles"

        grow_old(app)
        asked = owner.get("/compte/securite/cles")
        owner.get(asked.links["Avec ma clé d’accès"])
        page = owner.submit("/connexion/cle", answer=owner.device.get(ask(owner, "/connexion/cle/defi")))
        assert page.path == "/compte/securite/cles"

        grow_old(app)
        owner.get("/compte/securite/cles")
        told = owner.submit("/compte/securite/confirmer/lien")
        assert ADDRESS in told.text
        owner.get(re.search(r"http://127\.0\.0\.1:8000(/connexion/lien/\S+)", letters(app)[-1])[1])
        assert owner.submit("").path == "/compte/securite/cles"

    def test_somebody_else_s_passkey_does_not_confirm(self, app, owner, make_visitor):
        make_account(app, email="autre@example.com")
        other = make_visitor()
        sign_in(other, email="autre@example.com")
        other.get("/connexion/cle")

        other.submit("/connexion/cle", expect=422, answer=owner.device.get(ask(other, "/connexion/cle/defi")))

    def test_a_device_that_did_not_recognise_its_owner(self, app, visitor):
        make_account(app)
        sign_in(visitor)

        add_passkey(visitor, Device(ORIGIN, flags=USER_PRESENT), expect=422)

        assert rows(app, Passkey) == []

    def test_without_a_name(self, app, visitor):
        make_account(app)
        sign_in(visitor)

        add_passkey(visitor, expect=422, name="")

        assert "Donnez-lui un nom" in visitor.page.text

    def test_is_told_by_letter_both_times(self, app, owner):
        (key,) = rows(app, Passkey)
        owner.get(f"/compte/securite/cles/{key.id}")

        page = owner.submit("/retirer")

        assert "La clé est retirée." in page.text
        assert "une clé d’accès a été ajoutée" in letters(app)[-2]
        assert "une clé d’accès a été retirée" in letters(app)[-1]
        assert rows(app, Passkey) == []

    def test_has_a_name_that_can_be_changed(self, app, owner):
        (key,) = rows(app, Passkey)
        owner.get(f"/compte/securite/cles/{key.id}")

        page = owner.submit(f"/compte/securite/cles/{key.id}", name="ordinateur du service")

        assert "ordinateur du service" in page.text
        owner.get(f"/compte/securite/cles/{key.id}")
        assert "C’est trop long" in owner.submit(f"/compte/securite/cles/{key.id}", expect=422, name="x" * 61).text

    @pytest.mark.usefixtures("owner")
    def test_somebody_else_s_is_not_there(self, app, make_visitor):
        (key,) = rows(app, Passkey)
        make_account(app, email="autre@example.com")
        other = make_visitor()
        sign_in(other, email="autre@example.com")
        token = other.get("/compte/securite/numero").forms[0].fields["csrf_token"][0]

        other.get(f"/compte/securite/cles/{key.id}", status=404)
        given = {"csrf_token": token, "name": "à moi"}
        for path in (f"/compte/securite/cles/{key.id}", f"/compte/securite/cles/{key.id}/retirer"):
            assert other.raw("POST", path, data=given).status_code == 404
        assert rows(app, Passkey)[0].name == "mon téléphone"


class TestSecondFactor:
    def test_cannot_be_asked_for_without_a_passkey(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        confirm_address(app)

        page = visitor.get("/compte/securite/second-facteur")

        assert "Ajoutez d’abord une clé d’accès" in page.text
        token = visitor.get("/compte/securite/numero").forms[0].fields["csrf_token"][0]
        refused = visitor.raw("POST", "/compte/securite/second-facteur", data={"csrf_token": token})
        assert refused.status_code == 409
        assert rows(app, SecondFactor) == []

    def test_cannot_be_asked_for_before_the_address_is_proven(self, owner):
        page = owner.get("/compte/securite/second-facteur")

        assert "Confirmez d’abord votre adresse" in page.text
        assert not [form for form in page.forms if "second-facteur" in form.action]

    def test_the_password_alone_opens_nothing_any_more(self, app, owner, make_visitor):
        codes = enable(owner)
        elsewhere = make_visitor()

        page = sign_in(elsewhere, path="/connexion?suite=/compte/nom")

        assert len(codes) == 10
        assert page.path == "/connexion/second-facteur"
        assert elsewhere.raw("GET", "/compte").status_code == 303
        assert len(rows(app, WebSession)) == 1

    def test_nor_does_a_link(self, app, owner, make_visitor):
        enable(owner)
        elsewhere = make_visitor()
        elsewhere.get("/connexion/lien")
        elsewhere.submit("/connexion/lien", email=ADDRESS)
        elsewhere.get(re.search(r"http://127\.0\.0\.1:8000(/connexion/lien/\S+)", letters(app)[-1])[1])

        assert elsewhere.submit("").path == "/connexion/second-facteur"

    def test_without_a_first_proof_there_is_no_second(self, visitor):
        page = visitor.get("/connexion/second-facteur", status=409)

        assert "Cette étape a déjà servi" in page.text

    def test_another_person_s_passkey_is_no_second_proof(self, app, owner, make_visitor):
        enable(owner)
        make_account(app, email="autre@example.com")
        thief = make_visitor()
        sign_in(thief, email="autre@example.com")
        device = add_passkey(thief, Device(ORIGIN, credential_id=b"the thief's"))
        elsewhere = make_visitor()
        sign_in(elsewhere)

        answer = device.get(ask(elsewhere, "/connexion/second/cle/defi"))
        elsewhere.submit("/connexion/second/cle", expect=422, answer=answer)

        assert elsewhere.raw("GET", "/compte").status_code == 303

    def test_the_passkey_lets_in_and_leads_on(self, owner, make_visitor):
        enable(owner)
        elsewhere = make_visitor()
        sign_in(elsewhere, path="/connexion?suite=/compte/nom")

        answer = owner.device.get(ask(elsewhere, "/connexion/second/cle/defi"))

        assert elsewhere.submit("/connexion/second/cle", answer=answer).path == "/compte/nom"

    def test_a_code_lets_in_once_and_is_told_by_letter(self, app, owner, make_visitor):
        codes = enable(owner)
        first, second = make_visitor(), make_visitor()
        sign_in(first)
        assert first.submit("/connexion/second-facteur", code=codes[0]).path == "/compte"
        assert "un code de secours a servi" in letters(app)[-1]
        sign_in(second)

        refused = second.submit("/connexion/second-facteur", expect=422, code=codes[0])

        assert "Ce code de secours n’est pas reconnu" in refused.text
        assert second.submit("/connexion/second-facteur", code=codes[1].lower()).path == "/compte"
        assert "Il vous reste 8 codes" in owner.get("/compte/securite").text

    def test_codes_guessed_are_held_up(self, owner, make_visitor):
        enable(owner)
        elsewhere = make_visitor()
        sign_in(elsewhere)
        for _guess in range(10):
            elsewhere.submit("/connexion/second-facteur", expect=422, code="0000-0000-0000-0000")

        elsewhere.submit("/connexion/second-facteur", expect=429, code="0000-0000-0000-0000")

    def test_a_passkey_used_alone_is_both(self, owner, make_visitor):
        enable(owner)
        elsewhere = make_visitor()
        elsewhere.get("/connexion/cle")

        page = elsewhere.submit("/connexion/cle", answer=owner.device.get(ask(elsewhere, "/connexion/cle/defi")))

        assert page.path == "/compte"

    def test_a_new_list_cancels_the_old_one(self, app, owner, make_visitor):
        codes = enable(owner)
        owner.get("/compte/securite")
        page = owner.submit("/compte/securite/codes")
        fresh = re.findall(r'<data class="code" value="([^"]+)"', page.html)
        elsewhere = make_visitor()
        sign_in(elsewhere)

        elsewhere.submit("/connexion/second-facteur", expect=422, code=codes[0])
        assert elsewhere.submit("/connexion/second-facteur", code=fresh[0]).path == "/compte"
        assert len(rows(app, RecoveryCode)) == 10

    def test_removing_the_last_passkey_says_beforehand_that_it_ends(self, app, owner, make_visitor):
        enable(owner)
        (key,) = rows(app, Passkey)

        asked = owner.get(f"/compte/securite/cles/{key.id}")
        assert "C’est votre dernière clé" in asked.text
        page = owner.submit("/retirer")

        assert "C’était la dernière" in page.text
        assert rows(app, SecondFactor) == rows(app, RecoveryCode) == []
        assert sign_in(make_visitor()).path == "/compte"

    def test_can_be_switched_off(self, owner, make_visitor):
        enable(owner)
        owner.get("/compte/securite")

        page = owner.submit("/arreter")

        assert "n’est plus demandée en plus" in page.text
        assert sign_in(make_visitor()).path == "/compte"


class TestNumber:
    @pytest.mark.parametrize("typed", ["", "1234", "10000001917", "dix milliards"])
    def test_a_wrong_one(self, app, visitor, typed):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/securite/numero")

        visitor.submit("/compte/securite/numero", expect=422, number=typed)

        assert rows(app, ProfessionalNumber) == []

    def test_one_that_another_account_has(self, app, visitor, make_visitor):
        make_account(app)
        make_account(app, email="autre@example.com")
        sign_in(visitor)
        visitor.get("/compte/securite/numero")
        visitor.submit("/compte/securite/numero", number="99900000003")
        other = make_visitor()
        sign_in(other, email="autre@example.com")
        other.get("/compte/securite/numero")

        page = other.submit("/compte/securite/numero", expect=422, number="99900000003")

        assert "Un autre compte a déjà déclaré ce numéro" in page.text

    def test_is_checked_in_the_file_that_says_that_it_stands_in(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        asked = visitor.get("/compte/securite/numero")
        assert "un fichier de personnes inventées" in asked.text

        page = visitor.submit("/compte/securite/numero", number="999 0000 0003")

        assert "un fichier de personnes inventées" in page.text
        assert "en activité" in page.text
        assert "Anne Exemple" in page.text

    def test_a_directory_that_is_away_costs_nothing(self, app, visitor, tmp_path):
        make_account(app)
        sign_in(visitor)
        app.extensions["numericite.directory"] = FileDirectory(tmp_path / "none.json")
        visitor.get("/compte/securite/numero")

        page = visitor.submit("/compte/securite/numero", number="99900000003")

        app.extensions["numericite.directory"] = FileDirectory(SHIPPED_FILE)
        assert "pas encore de réponse" in page.text
        app.extensions["numericite.outbox"].turn()
        assert "pas encore de réponse" in visitor.get("/compte/securite").text  # asked a moment ago: tomorrow, then

    def test_whoever_reacts_is_told(self, app, visitor):
        person_id, seen = make_account(app), []
        app.extensions["numericite.on_activity"] = lambda _db, **change: seen.append(change)
        sign_in(visitor)
        visitor.get("/compte/securite/numero")

        visitor.submit("/compte/securite/numero", number="99900000029")

        app.extensions["numericite.on_activity"] = None
        assert [(one["person_id"], one["before"], one["after"]) for one in seen] == [(person_id, "unknown", "inactive")]
        assert "pas en activité" in visitor.get("/compte/securite").text

    def test_can_be_taken_back(self, app, visitor):
        make_account(app)
        sign_in(visitor)
        visitor.get("/compte/securite/numero")
        visitor.submit("/compte/securite/numero", number="99900000003")

        page = visitor.submit("/numero/retirer")

        assert "Votre numéro est retiré" in page.text
        assert rows(app, ProfessionalNumber) == []


class TestBrowsers:
    def test_all_the_others_are_closed_at_once_and_mine_stays(self, app, visitor, make_visitor):
        make_account(app)
        others = [make_visitor() for _ in range(3)]
        for one in (visitor, *others):
            sign_in(one)
        visitor.get("/compte")

        page = visitor.submit("/compte/sessions/revoquer")

        assert "Tous les autres navigateurs sont déconnectés" in page.text
        assert len(rows(app, WebSession)) == 1
        assert {one.raw("GET", "/compte").status_code for one in others} == {303}
        assert rows(app, AuditEntry)[-1].detail == {"count": 3}

    def test_somebody_else_s_stay(self, app, visitor, make_visitor):
        make_account(app)
        make_account(app, email="autre@example.com")
        other = make_visitor()
        sign_in(other, email="autre@example.com")
        sign_in(visitor)
        sign_in(make_visitor())
        visitor.get("/compte")

        visitor.submit("/compte/sessions/revoquer")

        assert other.get("/compte").status == 200


def test_everything_is_handed_over_and_erased(app, owner):
    enable(owner)
    owner.get("/compte/securite/numero")
    owner.submit("/compte/securite/numero", number="99900000003")
    owner.get("/compte/mes-donnees")
    owner.submit("/compte/mes-donnees")
    held = json.loads(owner.page.html)["identity"]

    assert [one["name"] for one in held["passkeys"]] == ["mon téléphone"]
    assert held["recovery_codes_left"] == 10
    assert held["professional_number"]["rpps"] == "99900000003"
    assert held["professional_number"]["checked_in"] == "local file"

    owner.get("/compte/effacer")
    owner.submit("/compte/effacer", fate="keep", word="effacer")
    for table in (Passkey, SecondFactor, RecoveryCode, ProfessionalNumber, PendingStep):
        assert rows(app, table) == [], table


def test_a_passkey_left_by_whoever_chose_the_address_first_goes_with_the_password(app, owner, make_visitor):
    proven = make_visitor()
    proven.get("/connexion/lien")
    proven.submit("/connexion/lien", email=ADDRESS)
    proven.get(re.search(r"http://127\.0\.0\.1:8000(/connexion/lien/\S+)", letters(app)[-1])[1])
    proven.submit("")

    assert rows(app, Passkey) == []
    owner.get("/connexion/cle")
    owner.submit("/connexion/cle", expect=422, answer=owner.device.get(ask(owner, "/connexion/cle/defi")))


def test_the_pages_speak_english_too(app, owner):
    enable(owner)
    owner.get("/compte/securite/numero")
    owner.submit("/compte/securite/numero", number="99900000003")

    page = owner.get("/compte/securite?lang=en")

    assert page.headings == ["Security and identity"]
    assert "You have 10 recovery codes left" in page.text
    assert "active (answer of" in page.text
