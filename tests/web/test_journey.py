"""A citizen's whole way, and an employer's: from a first question to a certificate that was checked, then revoked."""

import io
import json
import re

import pytest
from sqlalchemy import select

from app.access import Role
from app.accounts.models import Case, Person
from app.accounts.services import people
from app.assessments.models import RecordedAnswer, Sitting
from app.audit import Action, AuditEntry
from app.certification.models import Certificate
from app.database import current_session
from app.outbox import OutboxEntry
from tests.rows import rows
from tests.services.accounts_builders import NOW, PASSWORD
from tests.web.answering import answer, answer_all, fields_for, on_screen, skip_simulations

ADDRESS = "odile.payet@example.com"


def start(visitor, framework="CIT", policy="positionnement"):
    visitor.get(f"/evaluations/{framework}/{policy}")
    return visitor.submit(f"/evaluations/{framework}/{policy}")


def open_account(app, visitor, *, email=ADDRESS, is_confirmed=True, is_administrator=False):
    """An account with a confirmed address, signed in."""
    with app.app_context():
        db = current_session()
        person = people.create_account(
            db, email=email, password=PASSWORD, is_fifteen=True, language="fr", guest_id=None, now=NOW
        )
        person.email_confirmed_at = NOW if is_confirmed else None
        if is_administrator:
            people.grant_role(db, person_id=person.id, role=Role.ADMINISTRATOR, actor_id=None, now=NOW)
        db.commit()
    visitor.get("/connexion")
    visitor.submit("/connexion", email=email, password=PASSWORD)
    return visitor


def last_link(app, part):
    """Return the path of the link in the last letter."""
    with app.app_context():
        letter = current_session().scalars(select(OutboxEntry).order_by(OutboxEntry.id.desc())).first()
        return re.search(rf"http://127\.0\.0\.1:8000({part}\S+)", letter.payload["body"])[1]


def certify(app, visitor, *, name="Odile Payet"):
    """Pass the certification test and issue; return the code."""
    start(visitor, policy="certification")
    answer_all(app, visitor)
    visitor.get(visitor.page.links["Préparer mon attestation"])
    page = visitor.submit("/certificats/preparer", printed_name=name)
    return re.search(r'<data class="code" value="(\w{16})"', page.html)[1]


class TestPositioning:
    def test_begins_in_two_clicks_without_an_account_or_a_cookie_before(self, visitor):
        home = visitor.get("/")
        assert not visitor.client.get_cookie("numericite")

        visitor.get(next(link for text, link in home.links.items() if "Commencer" in text))
        page = visitor.submit("/evaluations/CIT/positionnement")

        assert "Question 1" in page.text

    def test_nothing_chosen_is_said_and_nothing_is_recorded(self, app, visitor):
        start(visitor)
        skip_simulations(app, visitor)
        before = len(rows(app, RecordedAnswer))

        page = visitor.submit("/reponses", expect=422)

        assert "Il manque quelque chose" in page.text
        assert len(rows(app, RecordedAnswer)) == before

    def test_a_skip_is_recorded_and_scored_nought(self, app, visitor):
        start(visitor)

        page = visitor.submit("/reponses", passe="1")

        assert "Question 2" in page.text
        assert [(row.response, row.score) for row in rows(app, RecordedAnswer)] == [({"skipped": True}, 0.0)]

    def test_a_double_click_is_one_answer(self, app, visitor):
        first = start(visitor)
        item, seed = on_screen(app, first)
        answer(app, visitor)
        visitor.page = first

        page = visitor.submit("/reponses", **fields_for(item, seed=seed))

        assert "Question 2" in page.text
        assert len(rows(app, RecordedAnswer)) == 1

    def test_a_stale_tab_is_told_so_over_the_question_on_screen(self, app, visitor):
        stale = start(visitor)
        item, seed = on_screen(app, stale)
        answer(app, visitor)
        answer(app, visitor)
        visitor.page = stale

        page = visitor.submit("/reponses", expect=409, **fields_for(item, seed=seed))

        assert "n’est plus à l’écran" in page.text
        assert "Question 3" in page.text
        assert len(rows(app, RecordedAnswer)) == 2

    def test_another_answer_from_a_second_tab_is_told_that_the_first_stands(self, app, visitor):
        first = start(visitor)
        item, seed = on_screen(app, first)
        answer(app, visitor)
        recorded = [row.response for row in rows(app, RecordedAnswer)]
        visitor.page = first

        page = visitor.submit("/reponses", expect=409, **fields_for(item, seed=seed, right=False))

        assert "votre première réponse est gardée" in page.text
        assert "Question 2" in page.text
        assert [row.response for row in rows(app, RecordedAnswer)] == recorded

    def test_skipping_by_the_back_button_what_was_answered_is_told_too(self, app, visitor):
        first = start(visitor)
        answer(app, visitor)
        visitor.page = first

        assert "votre première réponse est gardée" in visitor.submit("/reponses", passe="1", expect=409).text

    def test_another_answer_to_the_last_question_of_a_finished_test_is_told_too(self, app, visitor):
        page = start(visitor)
        while "/resultat" not in page.path:
            last, (item, seed) = page, on_screen(app, page)
            page = answer(app, visitor)
        visitor.page = last
        assert "/resultat" in visitor.submit("/reponses", **fields_for(item, seed=seed)).path
        visitor.page = last

        page = visitor.submit("/reponses", expect=409, **fields_for(item, seed=seed, right=False))

        assert page.headings == ["Votre première réponse est gardée."]

    def test_the_browser_is_closed_and_the_same_question_comes_back(self, app, visitor):
        start(visitor)
        seen = answer(app, visitor).headings

        visitor.get("/evaluations/CIT/positionnement")
        page = visitor.submit("/evaluations/CIT/positionnement")

        assert page.headings == seen

    def test_somebody_else_finds_nothing(self, visitor, make_visitor):
        path = start(visitor).path
        stranger = make_visitor()
        start(stranger)

        stranger.get(path, status=404)
        stranger.get(path + "/resultat", status=404)
        stranger.get(path + "/pause", status=404)

    def test_the_result_tells_levels_two_lessons_and_every_answer(self, app, visitor):
        start(visitor)

        page = answer_all(app, visitor, up_to="L2")

        assert "Deux idées, pas dix" in page.text
        assert page.html.count('class="next"') == 2
        lessons = re.findall(r'href="/apprendre/modules/([^"?]+)', page.html)
        assert len(set(lessons)) == 2
        assert page.text.count("Ce qu’il fallait trouver") == len(rows(app, RecordedAnswer))
        assert "Personne d’autre que vous" in page.text
        assert "Échelle provisoire" in page.text
        assert page.html.count("<title>Marches\N{NO-BREAK SPACE}: ") == 5

    def test_the_steps_show_the_whole_interval_that_the_table_tells(self, app, visitor):
        page = start(visitor)
        while "/resultat" not in page.path:
            item, _seed = on_screen(app, page)
            page = answer(app, visitor, right=item.competency < "CIT-3")

        drawn = re.findall(r'class="span" d="M(-?\d+) 100V108H(-?\d+)V100"', page.html)
        told = re.findall(r'data-label="Intervalle">([^<]+)</td>', page.html)[:5]
        assert [tuple(map(int, one)) for one in drawn] == [ends_of(one) for one in told]
        assert len(set(drawn)) > 1
        descriptions = re.findall(r"<desc>([^<]+)</desc>", page.html)
        assert all("9 fois sur 10" in one for one in descriptions[-5:])
        assert re.search("Sur l’ensemble( : au moins|, aucun niveau)", page.text)
        assert len(re.findall("9 fois sur 10", page.text)) >= 7  # five subjects, the whole, the key

    def test_what_is_sure_of_the_whole_alone_is_not_denied(self, app, visitor):
        start(visitor)
        for _ in range(10):
            answer(app, visitor)
        visitor.get(visitor.page.path + "/pause")

        page = visitor.submit("/terminer")

        assert page.text.count("Pas mesuré") == 5
        assert 'class="span"' not in page.html
        assert "toutes vos réponses ensemble le sont : au moins" in page.text
        assert "Aucun niveau n’est encore sûr" not in page.text

    def test_a_low_result_is_told_kindly(self, visitor):
        start(visitor)
        for _ in range(3):
            visitor.submit("/reponses", passe="1")
        visitor.get(visitor.page.path + "/pause")

        page = visitor.submit("/terminer")

        assert "C’est un début" in page.text
        assert "pas que vous ne savez rien faire" in page.text
        assert "refaire ce test quand vous voulez" in page.text

    def test_one_right_answer_secures_nothing(self, app, visitor):
        start(visitor)
        answer(app, visitor)
        visitor.get(visitor.page.path + "/pause")

        page = visitor.submit("/terminer")

        assert "C’est un début" in page.text
        assert page.text.count("Pas mesuré") == 5
        assert "Vous avez arrêté le test avant la fin" in page.text

    def test_a_subject_between_two_levels_can_be_asked_about_a_little_more(self, app, visitor):
        start(visitor)
        page = answer_all(app, visitor, up_to="L2")
        assert "questions au plus" in page.text

        page = visitor.submit("/preciser")

        assert "Question" in page.headings[0] or "Question" in page.text
        page = answer_all(app, visitor, up_to="L2")
        assert "/resultat" in page.path

    def test_nobody_else_extends_a_sitting_and_no_subject_is_invented(self, app, visitor, make_visitor):
        start(visitor)
        page = answer_all(app, visitor, up_to="L2")
        path = page.path.replace("/resultat", "/preciser")
        token = page.form("/preciser").fields["csrf_token"][0]

        stranger = make_visitor()
        start(stranger)
        theirs = stranger.page.form("/reponses").fields["csrf_token"][0]

        assert visitor.raw("POST", path, data={"csrf_token": token, "area": "CIT-9"}).status_code == 404
        assert stranger.raw("POST", path, data={"csrf_token": theirs, "area": "CIT-1"}).status_code == 404

    def test_in_english_the_same_sitting_goes_on(self, visitor):
        path = start(visitor).path

        page = visitor.get(path + "?lang=en")

        assert page.language == "en"
        assert "Question 1" in page.text


def ends_of(told):
    """Where the bracket under the steps begins and ends, for an interval in words."""
    names = ("pas encore", "Découverte", "Autonomie", "Maîtrise", "Transmission")
    low, _to, high = told.partition(" à ")
    first, last = names.index(low), names.index(high or low)
    return (24 * (first - 1) + 2 if first else -9, 24 * last - 2 if last else -2)


def test_the_whole_way_in_english_holds_no_french_word(app, make_visitor):
    english = make_visitor(language="en")
    french = re.compile(r"\b(vous|votre|vos|nous|avec|cette|une|pour)\b")

    def check(page):
        words = page.text.lower().replace("français", "")
        assert page.language == "en"
        assert french.findall(words) == [], page.path
        return page

    check(start(english, policy="entrainement"))
    check(answer(app, english, right=False))
    check(start(english))
    check(english.get(english.page.path + "/pause"))
    check(english.get(english.page.path.removesuffix("/pause")))
    check(answer_all(app, english, up_to="L2"))
    check(open_account(app, english).get("/compte?lang=en"))
    check(start(english, policy="certification"))
    check(answer_all(app, english))
    check(english.get(english.page.links["Prepare my statement"]))
    check(english.submit("/certificats/preparer", printed_name="Odile Payet"))
    check(english.get(english.page.links["See what an employer sees"]))
    check(english.get("/certificats/"))
    check(english.get("/evaluations/"))
    check(english.get("/compte/effacer"))


class TestPractice:
    def test_each_answer_is_explained_with_its_source(self, app, visitor):
        start(visitor, policy="entrainement")

        page = answer(app, visitor, right=False)

        assert page.headings == ["Pas tout à fait. Voici pourquoi."]
        assert "La source" in page.links
        assert "Question suivante" in page.links

    def test_a_right_answer_is_said_to_be_right_and_the_end_leads_to_the_result(self, app, visitor):
        start(visitor, policy="entrainement")
        for _ in range(10):
            page = answer(app, visitor)
            assert page.headings == ["C’est juste."]
            visitor.get(page.links.get("Question suivante") or page.links["Voir mon résultat"])

        assert "/resultat" in visitor.page.path

    def test_an_explanation_of_an_answer_not_given_is_not_found(self, visitor):
        path = start(visitor, policy="entrainement").path

        visitor.get(path + "/reponses/1", status=404)

    def test_positioning_explains_nothing_before_its_end(self, app, visitor):
        path = start(visitor).path
        answer(app, visitor)

        visitor.get(path + "/reponses/1", status=404)


class TestCertification:
    def test_asks_for_an_account_first(self, visitor):
        page = visitor.get("/evaluations/CIT/certification")

        assert "Un compte d’abord" in page.text
        assert visitor.raw("POST", "/evaluations/CIT/certification").status_code in (401, 403)

    def test_is_sealed_shared_checked_by_code_and_by_file_then_revoked(self, app, visitor, make_visitor):
        open_account(app, visitor)
        code = certify(app, visitor)
        pdf = visitor.raw("GET", f"/certificats/{code}.pdf").get_data()
        employer = make_visitor(address="127.0.0.9")

        page = employer.get(f"/c/{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}".lower().replace("0", "o"))
        assert page.headings == ["Valable, mais c’est une démonstration"]
        assert "Document authentique, identité non vérifiée" in page.text
        assert "Odile Payet" in page.text
        assert not employer.client.get_cookie("numericite")

        employer.get("/verifier")
        assert employer.submit("/verifier/pdf", pdf=(io.BytesIO(pdf), "attestation.pdf")).headings == [
            "Valable, mais c’est une démonstration"
        ]

        employer.get("/verifier")
        spoiled = pdf.replace(b"/M(D:2026", b"/M(D:2020")
        altered = employer.submit("/verifier/pdf", pdf=(io.BytesIO(spoiled), "attestation.pdf"))
        assert altered.headings == ["Modifié"]
        assert "Ce que dit notre registre" in altered.text
        assert altered.text.index("Odile Payet") > altered.text.index("Ce que dit notre registre")

        desk = open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)
        desk.get(f"/administration/registre/{code}/retirer?reason=error")
        desk.submit("/retirer")

        assert employer.get(f"/c/{code}").headings == ["Retiré"]
        employer.get("/verifier")
        assert employer.submit("/verifier/pdf", pdf=(io.BytesIO(pdf), "a.pdf")).headings == ["Retiré"]
        assert "Une erreur de notre part" in visitor.get(f"/certificats/{code}").text
        actions = [row.action for row in rows(app, AuditEntry)]
        assert {Action.CERTIFICATE_ISSUED, Action.CERTIFICATE_DOWNLOADED, Action.CERTIFICATE_REVOKED} <= set(actions)
        assert "certificate:revoked" in desk.get("/administration/journal").text

    def test_reserved_questions_are_not_corrected_and_their_number_is_told(self, app, visitor):
        open_account(app, visitor)
        start(visitor, policy="certification")

        page = answer_all(app, visitor)

        assert "Ce qu’il fallait trouver" not in page.text
        assert "elles servent encore" in page.text

    def test_a_low_result_certifies_nothing_and_says_when_to_come_back(self, app, visitor):
        open_account(app, visitor)
        start(visitor, policy="certification")
        page = visitor.page
        while "/resultat" not in page.path:
            page = visitor.submit("/reponses", passe="1")

        assert "rien de perdu" in page.text
        assert "à partir du" in page.text
        reference = page.path.split("/")[2]
        visitor.get(f"/certificats/preparer/{reference}", status=409)
        assert "Pas tout de suite" in visitor.get("/evaluations/CIT/certification").text

    def test_a_retake_too_soon_is_refused_even_by_hand(self, app, visitor):
        open_account(app, visitor)
        token = visitor.get("/evaluations/CIT/certification").form("certification").fields["csrf_token"]
        visitor.submit("/evaluations/CIT/certification")
        answer_all(app, visitor)

        answered = visitor.raw("POST", "/evaluations/CIT/certification", data={"csrf_token": token})

        assert answered.status_code == 409
        assert len(rows(app, Sitting)) == 1

    def test_an_unconfirmed_address_waits(self, app, visitor):
        open_account(app, visitor, is_confirmed=False)
        start(visitor, policy="certification")
        answer_all(app, visitor)

        page = visitor.get(visitor.page.links["Préparer mon attestation"])

        assert "Confirmez d’abord votre adresse" in page.text
        path = page.path
        visitor.submit("/renvoyer")
        visitor.get(last_link(app, "/compte/adresse/"))

        page = visitor.submit("/compte/adresse/")

        assert page.path == path
        assert page.form("/certificats/preparer")

    @pytest.mark.parametrize(
        ("name", "advice"),
        [
            ("Dr Payet", "sans titre"),
            ("Odile Payet infirmière", "ni profession"),
            ("Odile Payet - nom vérifié", "l’attestation le dit elle-même"),
            ("CPAM Paris", "d’un organisme"),
            ("\u041edile Payet", "Deux alphabets"),
            ("odile@example.com", "pas une adresse"),
            ("", "Écrivez le nom"),
        ],
    )
    def test_a_name_that_is_none_is_refused_and_kept(self, app, visitor, name, advice):
        open_account(app, visitor)
        start(visitor, policy="certification")
        answer_all(app, visitor)
        visitor.get(visitor.page.links["Préparer mon attestation"])

        page = visitor.submit("/certificats/preparer", printed_name=name, expect=422)

        assert advice in page.text
        assert rows(app, Certificate) == []

    def test_issuing_twice_gives_the_same_certificate(self, app, visitor):
        open_account(app, visitor)
        start(visitor, policy="certification")
        answer_all(app, visitor)
        prepared = visitor.get(visitor.page.links["Préparer mon attestation"])
        visitor.submit("/certificats/preparer", printed_name="Odile Payet")
        visitor.page = prepared

        visitor.submit("/certificats/preparer", printed_name="Odile Autre")

        assert len(rows(app, Certificate)) == 1
        assert visitor.get(prepared.path).path.startswith("/certificats/")
        assert "Odile Payet" in visitor.page.text

    def test_a_closed_link_is_like_an_unknown_code_and_the_file_is_unconfirmed(self, app, visitor, make_visitor):
        open_account(app, visitor)
        code = certify(app, visitor)
        pdf = visitor.raw("GET", f"/certificats/{code}.pdf").get_data()
        visitor.get(f"/certificats/{code}")
        visitor.submit("/partage")
        employer = make_visitor()

        closed, unknown = employer.get(f"/c/{code}"), employer.get("/c/0000000000000000")

        assert closed.headings == unknown.headings == ["Inconnu"]
        assert re.sub(r"nonce=\"[^\"]+\"|\d\d:\d\d|[0-9a-zA-Z]{16}", "", closed.html) == re.sub(
            r"nonce=\"[^\"]+\"|\d\d:\d\d|[0-9a-zA-Z]{16}", "", unknown.html
        )
        employer.get("/verifier")
        assert employer.submit("/verifier/pdf", pdf=(io.BytesIO(pdf), "a.pdf")).headings == ["Non confirmé"]

    def test_nobody_downloads_another_s(self, app, visitor, make_visitor):
        open_account(app, visitor)
        code = certify(app, visitor)
        other = open_account(app, make_visitor(), email="other@example.com")

        other.get(f"/certificats/{code}", status=404)
        assert other.raw("GET", f"/certificats/{code}.pdf").status_code == 404
        other.get(visitor.page.path.replace(code, "not-a-code"), status=404)

    def test_the_list_shows_it(self, app, visitor):
        open_account(app, visitor)
        assert "pas encore d’attestation" in visitor.get("/certificats/").text

        certify(app, visitor)

        assert "Au moins" in visitor.get("/certificats/").text


class TestOwnData:
    def test_the_export_holds_answers_but_never_what_is_right_in_the_reserved_pool(self, app, visitor):
        open_account(app, visitor)
        certify(app, visitor)
        visitor.get("/compte/mes-donnees")
        form = visitor.page.form("mes-donnees")

        exported = json.loads(visitor.raw("POST", "/compte/mes-donnees", data=form.fields).get_data())

        answers = exported["assessments"]["sittings"][0]["answers"]
        assert answers
        assert all("score" not in one and "response_in_words" not in one for one in answers)
        assert exported["certification"]["certificates"][0]["statement"].count(".") == 2

    @pytest.mark.parametrize(
        ("fate", "heading"), [("keep", "Valable, mais c’est une démonstration"), ("withdraw", "Inconnu")]
    )
    def test_on_leaving_the_holder_chooses_what_becomes_of_certificates(
        self, app, visitor, make_visitor, fate, heading
    ):
        open_account(app, visitor)
        code = certify(app, visitor)
        pdf = visitor.raw("GET", f"/certificats/{code}.pdf").get_data()
        assert "10 ans après leur délivrance" in visitor.get("/compte/effacer").text

        visitor.submit("/compte/effacer", fate=fate, word="EFFACER")

        employer = make_visitor()
        assert employer.get(f"/c/{code}").headings == [heading]
        employer.get("/verifier")
        by_file = employer.submit("/verifier/pdf", pdf=(io.BytesIO(pdf), "a.pdf"))
        assert by_file.headings == [heading.replace("Inconnu", "Retiré")]
        assert "demandez-lui de l’ouvrir" not in by_file.text
        assert rows(app, Sitting) == []
        assert rows(app, RecordedAnswer) == []
        assert [person.email for person in rows(app, Person)] == [None]


class TestCases:
    def test_a_contest_is_numbered_and_answered_by_a_human(self, app, visitor, make_visitor):
        start(visitor)
        answer_all(app, visitor, up_to="L1")
        visitor.get(visitor.page.links["Contester ce résultat"])
        assert "Dites en quelques mots" in visitor.submit("/contestation", expect=422).text
        assert (
            "Il manque quelque chose à cette adresse"
            in visitor.submit("/contestation", text="x", email="a@b", expect=422).text
        )

        page = visitor.submit("/contestation", text="La question 3 a deux bonnes réponses.", email="")
        assert "se lira ici, avec ce navigateur" in page.text

        number = re.search(r"R-\d{4}-\d{4}", page.text)[0]
        desk = open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)
        assert number in desk.get("/administration/demandes").text
        desk.get(f"/administration/demandes/{number}")
        desk.submit(f"/demandes/{number}", answer="", expect=422)
        assert "Réponse du" in desk.submit(f"/demandes/{number}", answer="Vous avez raison, merci.").text
        assert "ont reçu une réponse" in desk.get("/administration/demandes").text

    def test_a_question_can_be_reported_but_only_one_that_was_seen(self, app, visitor):
        page = start(visitor)
        visitor.get(page.links["Signaler cette question"])
        visitor.submit("/signaler", text="", expect=422)

        assert "Bien reçu" in visitor.submit("/signaler", text="Le mot « doublon » est difficile.").text
        assert [case.subject_kind for case in rows(app, Case)] == ["item"]
        visitor.get(page.path + "/questions/CIT-9.9-99/signaler", status=404)


class TestDesk:
    @pytest.mark.parametrize(
        "path",
        ["/administration/", "/administration/journal", "/administration/demandes", "/administration/surveillance/CIT"],
    )
    def test_a_citizen_is_refused(self, app, visitor, path):
        open_account(app, visitor)

        visitor.get(path, status=403)

    def test_finds_a_certificate_and_refuses_what_is_none(self, app, visitor, make_visitor):
        open_account(app, visitor)
        code = certify(app, visitor)
        desk = open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)
        assert code in desk.get("/administration/registre").text

        assert "Aucun certificat n’a ce code" in desk.submit("/registre", code="0000-0000-0000-0000", expect=422).text
        assert "Tapez un code" in desk.submit("/registre", code="", expect=422).text
        shown = desk.submit("/registre", code=code).headings[0]
        assert "".join(code.split()) in "".join(shown.split())  # in groups that no line cuts
        desk.get("/administration/registre/0000000000000000", status=404)

    def test_revoking_twice_is_told(self, app, visitor, make_visitor):
        open_account(app, visitor)
        code = certify(app, visitor)
        desk = open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)
        page = desk.get(f"/administration/registre/{code}/retirer?reason=fraud")
        desk.submit("/retirer")
        desk.page = page

        assert "déjà retiré" in desk.submit("/retirer", expect=409).text
