"""From a result that could not tell to the questions that would, by a link; and why a certification stopped."""

import math
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.assessments.models import Sitting
from app.database import current_session
from app.examination.models import Candidate
from tests.rows import rows
from tests.scales import calibrated
from tests.web.answering import answer, answer_all, on_screen
from tests.web.test_examination import BASE, REFERENCE, Hall, publish
from tests.web.test_journey import open_account, start


@pytest.fixture
def on_a_scale(app, loaded, monkeypatch):
    """The same application, the reserved questions for citizens being calibrated."""
    own = replace(loaded, bank=calibrated(loaded.bank, "CIT"))
    monkeypatch.setitem(app.extensions, "numericite.resources", own)
    return own


def certify(app, visitor, *, up_to="L2"):
    open_account(app, visitor)
    start(visitor, policy="certification")
    return answer_all(app, visitor, up_to=up_to)


def settling_links(page):
    return {words: address for words, address in page.links.items() if "seuil=" in address}


class TestCertification:
    def test_says_what_would_settle_and_leads_there(self, app, loaded, visitor):
        page = certify(app, visitor)
        links = settling_links(page)

        assert "n’a pas pu trancher" in page.text
        assert "Ce qui pourrait trancher : le repasser, à partir du" in page.text
        assert links
        for address in links.values():
            assert visitor.get(address).headings == ["S’entraîner"]

        address = next(one for one in links.values() if "sujet=" in one)
        area = address.partition("sujet=")[2].partition("&")[0]
        visitor.get(address)
        visitor.submit("/entrainement")
        for _question in range(10):
            item, _seed = on_screen(app, visitor.page)
            assert item.pool == "open"
            assert loaded.bank.framework("CIT").area_of(item.competency).id == area
            answer(app, visitor)
            page = visitor.page
            if "Question suivante" in page.links:
                visitor.get(page.links["Question suivante"])
            elif "/resultat" not in page.path:
                reference = page.path.split("/")[2]
                visitor.get(f"/evaluations/{reference}")
        assert "/resultat" in visitor.page.path

    def test_nobody_else_is_led_there_from_it(self, app, visitor, make_visitor):
        page = certify(app, visitor)

        stranger = make_visitor()
        start(stranger)
        stranger.get(page.path, status=404)

    @pytest.mark.usefixtures("on_a_scale")
    def test_on_a_scale_it_says_why_it_stopped(self, app, visitor):
        page = certify(app, visitor, up_to="L4")

        row = rows(app, Sitting)[-1]
        assert row.finish_reason == "confident"
        assert len(row.resting) == 0
        assert "Le test s’est arrêté après" in page.text
        assert "(il fallait 80 %)" in page.text
        assert "Que Découverte soit atteint l’est à" in page.text
        assert "(il fallait 95 %)" in page.text
        assert page.links["Préparer mon attestation"]

    @pytest.mark.usefixtures("on_a_scale")
    def test_and_so_does_a_refusal(self, app, visitor):
        open_account(app, visitor)
        start(visitor, policy="certification")
        while "/resultat" not in visitor.page.path:
            visitor.submit("/reponses", passe="1")

        assert "Que Découverte ne soit pas encore atteint l’est à" in visitor.page.text
        assert "rien de perdu" in visitor.page.text


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        ["?seuil=L9", "?seuil=L2&sujet=PRO-1", "?seuil=examen", "?seuil=L2&sujet=../x"],
    )
    def test_no_doubt_is_invented(self, visitor, address):
        visitor.get(f"/evaluations/CIT/entrainement{address}", status=404)

    def test_a_certification_cannot_be_narrowed(self, app, visitor):
        open_account(app, visitor)
        visitor.get("/evaluations/CIT/certification?seuil=L2&sujet=CIT-1")
        visitor.submit("/certification")

        assert rows(app, Sitting)[-1].excluded == []

    def test_another_practice_that_is_open_is_told_to_end(self, visitor):
        start(visitor, policy="entrainement")
        page = visitor.get("/evaluations/CIT/entrainement?seuil=L2&sujet=CIT-1")
        assert "s’arrêtera" in page.text

        visitor.submit("/entrainement")

        assert "s’arrêtera" not in visitor.get("/evaluations/CIT/entrainement?seuil=L2&sujet=CIT-1").text
        assert "Reprendre où j’en étais" in visitor.page.text

    def test_towards_the_examination(self, visitor):
        page = visitor.get("/evaluations/PRO/entrainement?seuil=examen&sujet=PRO-1")

        assert "de ce que l’examen demande" in page.text


def sat(hall, pattern):
    """Somebody sits to the end, is judged and reads the result."""
    visitor = hall.seated(email="lea@example.org")
    count = 0
    while "Votre examen est terminé" not in visitor.page.text:
        hall.answer(visitor, right=pattern[count % len(pattern)])
        count += 1
    visitor.submit("/terminer")
    hall.watcher.get(f"{BASE}/direct")
    hall.watcher.submit("/fermer")
    publish(hall)
    lea = hall.account("lea@example.org")
    lea.get("/examens/resultats")
    return lea, lea.get(f"/examens/resultats/{REFERENCE}")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
class TestExamination:
    def test_of_levels_says_what_is_not_settled_and_leads_to_open_questions(self, app, loaded, make_visitor):
        hall = Hall(app, loaded, make_visitor, framework_code="CIT", policy="supervised")

        lea, page = sat(hall, (True, True, False))

        assert "Ce qui n’est pas tranché" in page.text
        assert "n’est ni établi, ni exclu" in page.text
        assert "Ce qui pourrait trancher : un nouvel examen, possible à partir du" in page.text
        assert "32 questions comptent dans ce résultat. Toutes les questions prévues ont été posées." in page.text
        assert "Intervalle : les niveaux où vous vous trouvez avec 90 % de chances." in page.text
        assert re.search(r"Sur l’ensemble Au moins \w+ 9\d % ", page.text)
        assert page.html.count('class="span"') == 6  # the interval of each subject, and of the whole
        links = settling_links(page)
        assert links
        for address in links.values():
            assert lea.get(address).headings == ["S’entraîner"]
        lea.submit("/entrainement")
        assert on_screen(app, lea.page)[0].pool == "open"

    def test_failed_says_which_minimum_is_in_doubt(self, app, loaded, make_visitor):
        lea, page = sat(Hall(app, loaded, make_visitor), (True, True, False))

        assert "n’est pas réussi" in page.text
        assert "le minimum demandé n’est ni atteint à coup sûr, ni manqué à coup sûr" in page.text
        assert "Échelle provisoire" in page.text  # no panel has signed the cut
        assert any("seuil=examen" in address for address in settling_links(page).values())
        for address in settling_links(page).values():
            lea.get(address)

    def test_a_total_is_a_range_beside_what_was_needed_in_either_language(self, app, loaded, make_visitor):
        lea, page = sat(Hall(app, loaded, make_visitor), (True, True, False))
        (row,) = rows(app, Candidate)
        low, high = row.outcome["interval"]
        ends = math.floor(low), math.ceil(high)

        assert low < row.outcome["scaled"] < row.outcome["cut"] < high
        assert "Votre total Entre {} % et {} %".format(*ends) in page.text
        assert f'x="{ends[0]}%"' in page.html
        assert "neuf personnes sur dix auraient leur total dans leur fourchette" in page.text
        assert "Ce qu’il fallait est dans la vôtre" in page.text
        assert "Votre total : ce qu’il fallait est dans votre fourchette." in page.text
        assert "Ces niveaux ne changent pas le résultat" in page.text
        assert page.html.count('class="span"') == 6  # the interval of each subject, and of the whole
        assert page.html.count('id="hatch"') == 1
        lea.get("/compte/langue")
        lea.submit("/compte/", language="en")
        page = lea.get(f"/examens/resultats/{REFERENCE}")
        assert "Your total Between {}% and {}%".format(*ends) in page.text
        assert "What was needed is within yours" in page.text

    def test_told_before_this_was_told_is_shown_as_it_was(self, app, loaded, make_visitor):
        hall = Hall(app, loaded, make_visitor)
        lea, _page = sat(hall, (True, True, False))
        with app.app_context():
            row = current_session().scalars(select(Candidate)).one()
            old = {name: value for name, value in row.outcome.items() if name not in ("overall", "ending", "interval")}
            names = ("area", "points", "available", "standing", "level")
            old["areas"] = [{name: one[name] for name in names} for one in old["areas"]]
            row.outcome = old
            current_session().commit()

        page = lea.get(f"/examens/resultats/{REFERENCE}")

        assert "n’est pas réussi" in page.text
        assert "comptent dans ce résultat" not in page.text
        assert re.search(r"Votre total \d+", page.text)
        assert "Ce qui n’est pas tranché" in page.text  # minimums in doubt were kept then already
