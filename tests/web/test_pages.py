"""Every page that anybody may open, in both languages, with the comforts; and what the edge promises."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.models import Person
from app.learning.models import FinishedModule
from tests.conftest import _make, make_settings
from tests.rows import rows
from tests.web.visitor import Visitor

PUBLIC = [
    "/",
    "/confort",
    "/mentions-legales",
    "/vos-donnees",
    "/accessibilite",
    "/recommandations",
    "/apprendre/",
    "/apprendre/modules/CIT-4.1",
    "/verifier",
    "/c/0000-0000-0000-0000",
    "/emetteur",
    "/achievements/CIT/statement",
    "/achievements/PRO/certificate/criteria",
    "/connexion",
    "/connexion/lien",
    "/inscription",
    "/reclamations",
    "/reprendre",
    "/evaluations/CIT/positionnement",
    "/evaluations/CIT/entrainement",
    "/evaluations/PRO/certification",
]
#: Words that only French has; an English page with one of them was left half-translated.
FRENCH = re.compile(r"\b(vous|votre|vos|nous|avec|cette|une|des|pour)\b")


@pytest.mark.parametrize("path", PUBLIC)
def test_opens_in_french(visitor, path):
    assert visitor.get(path).language == "fr"


@pytest.mark.parametrize("path", [path for path in PUBLIC if "modules" not in path])
def test_opens_in_english_without_a_french_word(visitor, path):
    page = visitor.get(f"{path}?lang=en")

    words = page.text.replace("Mon espace santé", "").replace("Scannez, ou ouvrez", "")
    words = words.replace("pour une vision française du numérique en santé", "")  # the title of a French report
    assert page.language == "en"
    assert FRENCH.findall(words.lower()) == []


class TestLanguage:
    def test_the_browser_s_is_used_until_one_is_chosen_then_kept(self, visitor, make_visitor):
        assert make_visitor(language="en").get("/").language == "en"
        visitor.get("/?lang=en")

        assert visitor.get("/verifier").language == "en"

    def test_the_switch_keeps_the_page(self, visitor):
        page = visitor.get("/verifier?lang=fr&x=1")

        assert page.links["English"] == "/verifier?x=1&lang=en"

    def test_an_unknown_one_is_french(self, visitor):
        assert visitor.get("/?lang=tlh").language == "fr"


class TestComfort:
    def test_a_setting_is_kept_and_comes_back_to_the_page(self, visitor):
        visitor.get("/confort?suite=/verifier")

        page = visitor.submit("/confort", text="large", spacing="wide", contrast="high", theme="dark")

        assert page.path == "/verifier"
        assert 'data-text="large" data-spacing="wide" data-contrast="high" data-theme="dark"' in page.html

    def test_an_unknown_value_is_the_usual_one(self, visitor):
        visitor.get("/confort")

        page = visitor.submit("/confort", text="enormous", theme="pink")

        assert 'data-text="normal" data-spacing="normal" data-contrast="normal" data-theme="auto"' in page.html

    @pytest.mark.parametrize(
        "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    )
    def test_never_leads_elsewhere(self, visitor, target):
        visitor.get("/confort")

        assert visitor.submit("/confort", suite=target).path == "/"


class TestLegalNotice:
    def test_what_the_law_asks_for_and_nobody_filled_in_is_said_to_be_missing(self, visitor):
        page = visitor.get("/mentions-legales")

        assert page.text.count("à renseigner par l’organisme") == 3
        assert "Directeur ou directrice de la publication" in page.text

    def test_what_is_filled_in_is_shown(self, instance, loaded):
        settings = make_settings(
            instance,
            ORGANISATION_ADDRESS="1 rue des Lilas, 75020 Paris, 01 23 45 67 89",
            PUBLICATION_DIRECTOR="Inès Benali",
            HOSTING_PROVIDER="Hébergeur, 2 rue du Port, 59000 Lille",
            DATABASE_URL=f"sqlite:///{instance}/legal.sqlite",
        )
        app = _make(settings, replace(loaded, settings=settings))

        page = Visitor(app).get("/mentions-legales")

        assert "à renseigner" not in page.text
        assert "75020 Paris" in page.text
        assert "Inès Benali" in page.text
        assert "59000 Lille" in page.text


class TestLearning:
    def test_an_unknown_lesson_is_not_found(self, visitor):
        visitor.get("/apprendre/modules/CIT-9.9", status=404)

    def test_progress_shows_without_any_account_and_saying_it_twice_changes_nothing(self, app, visitor):
        assert "Une leçon terminée" not in visitor.get("/apprendre/").text
        page = visitor.get("/apprendre/modules/CIT-4.1")
        assert "ce navigateur se souvient de vos leçons terminées" in page.text

        assert "Une leçon terminée sur" in visitor.submit("/termine").text
        page = visitor.get("/apprendre/modules/CIT-4.1")
        assert "Leçon terminée" in page.text
        assert "laissez ce bouton" not in page.text
        token = visitor.get("/confort").form("/confort").fields["csrf_token"][0]
        assert visitor.raw("POST", page.path + "/termine", data={"csrf_token": token}).status_code == 303
        assert len(rows(app, Person)) == len(rows(app, FinishedModule)) == 1

    def test_a_path_that_leads_to_practice_says_so_once(self, visitor, loaded):
        assert {"practice", "certification"} <= {path.assessment for path in loaded.paths}

        page = visitor.get("/apprendre/").html

        for path in loaded.paths:
            section = page.partition(f'id="parcours-{path.id}"')[2].partition("</section>")[0]
            links = re.findall(r'href="(/evaluations/[^"]+)"', section)
            assert len(links) == len(set(links)), path.id
            assert len(links) == (1 if path.assessment == "practice" else 2), path.id

    def test_a_stranger_who_finishes_what_does_not_exist_becomes_nobody(self, app, visitor):
        token = visitor.get("/apprendre/modules/CIT-4.1").form("/termine").fields["csrf_token"][0]

        answer = visitor.raw("POST", "/apprendre/modules/CIT-9.9/termine", data={"csrf_token": token})

        assert answer.status_code == 404
        assert rows(app, Person) == []

    def test_a_lesson_that_does_not_exist_cannot_be_finished(self, visitor):
        visitor.get("/evaluations/CIT/positionnement")
        token = visitor.submit("/evaluations/CIT/positionnement").form("/reponses").fields["csrf_token"][0]

        answer = visitor.raw("POST", "/apprendre/modules/CIT-9.9/termine", data={"csrf_token": token})

        assert answer.status_code == 404


class TestEdge:
    def test_an_unknown_address_is_told_with_advice(self, visitor):
        page = visitor.get("/nulle-part", status=404)

        assert "n’existe pas" in page.headings[0]
        assert "repartez de l’accueil" in page.text

    def test_a_wrong_method_is_told(self, visitor):
        assert visitor.raw("POST", "/vos-donnees").status_code in (403, 405)

    def test_a_form_without_its_token_is_refused(self, visitor):
        answer = visitor.raw("POST", "/evaluations/CIT/positionnement")

        assert answer.status_code == 403
        assert "Le formulaire a expiré" in answer.get_data(as_text=True)

    def test_the_service_says_how_it_is(self, visitor):
        assert visitor.raw("GET", "/healthz").get_data() == b"ok\n"
        assert visitor.raw("GET", "/readyz").get_data() == b"ready\n"
        assert b"numericite_requests_total" in visitor.raw("GET", "/metrics").get_data()

    def test_metrics_are_for_this_machine_only(self, make_visitor):
        assert make_visitor(address="203.0.113.9").raw("GET", "/metrics").status_code == 404

    def test_a_crash_gives_a_reference_and_nothing_else(self, app, visitor):
        app.config["PROPAGATE_EXCEPTIONS"] = False
        original = app.view_functions["public.legal"]

        def broken():
            msg = "secret detail"
            raise RuntimeError(msg)

        broken.__access__ = None
        app.view_functions["public.legal"] = broken
        try:
            page = visitor.get("/mentions-legales", status=500)
        finally:
            app.view_functions["public.legal"] = original
            app.config["PROPAGATE_EXCEPTIONS"] = True

        assert "de notre côté" in page.headings[0]
        assert "secret detail" not in page.html
        assert re.search(r"Référence : [0-9a-f]{12}", page.text)

    def test_the_script_is_allowed_by_a_nonce_that_changes(self, visitor):
        first, second = (visitor.raw("GET", "/").headers["Content-Security-Policy"] for _ in range(2))

        assert "script-src 'nonce-" in first
        assert first != second

    def test_static_files_are_compressed_and_kept_for_ever(self, visitor):
        sheet = re.search(r'href="(/static/numericite[^"]+\.css)"', visitor.get("/").html)[1]

        answer = visitor.client.get(sheet, headers={"Accept-Encoding": "br"})

        assert answer.headers["Content-Encoding"] == "br"
        assert "immutable" in answer.headers["Cache-Control"]
        answer.close()


class TestSafety:
    def test_who_finds_a_fault_is_told_where_to_write(self, app):
        answer = app.test_client().get("/.well-known/security.txt")

        told = [line.partition(": ")[::2] for line in answer.text.splitlines()]
        named = dict(told)
        origin = app.extensions["numericite.resources"].settings.public_url
        assert answer.mimetype == "text/plain"
        assert [value for name, value in told if name == "Contact"][1] == f"{origin}/reclamations"
        assert named["Canonical"] == f"{origin}/.well-known/security.txt"
        assert timedelta(days=30) < datetime.fromisoformat(named["Expires"]) - datetime.now(UTC) < timedelta(days=365)
