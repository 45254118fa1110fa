"""From whatever page a person is on, the other language and the comforts lead to a page, and back."""

import io

import pytest

from tests.web.answering import skip_simulations
from tests.web.test_journey import certify, open_account, start

STALE = {"csrf_token": "stale"}


def leave_and_come_back(visitor):
    """Press the language link of the page on screen, then its comfort link and "Appliquer"; return the page come back to."""
    page = visitor.page
    assert visitor.get(page.links["English"]).language == "en"
    assert visitor.get(visitor.page.links["Français"]).language == "fr"
    visitor.get(page.links["Confort"])
    return visitor.submit("/confort", text="large")


class TestRefusedForms:
    """A page shown by a POST, at an address that answers nothing else."""

    def test_an_answer_that_is_missing(self, app, visitor):
        path = start(visitor).path
        question = skip_simulations(app, visitor).headings
        visitor.submit("/reponses", expect=422)

        page = leave_and_come_back(visitor)

        assert page.path == path
        assert page.headings == question

    def test_a_form_that_has_expired(self, visitor):
        path = start(visitor).path
        answer = visitor.raw("POST", path + "/reponses", data=STALE)
        visitor._read(answer, 403)

        assert leave_and_come_back(visitor).path == path

    def test_an_expired_form_at_an_address_that_does_not_exist(self, visitor):
        visitor._read(visitor.raw("POST", "/nulle-part"), 404)

        assert leave_and_come_back(visitor).path == "/"

    def test_the_desk(self, app, visitor, make_visitor):
        open_account(app, visitor)
        code = certify(app, visitor)
        desk = open_account(app, make_visitor(), email="desk@example.com", is_administrator=True)
        desk.get("/administration/")
        desk.submit("/registre", code="0000-0000-0000-0000", expect=422)
        assert leave_and_come_back(desk).path == "/administration/registre"

        desk.get(f"/administration/registre/{code}/retirer")
        assert leave_and_come_back(desk).path == f"/administration/registre/{code}/retirer"


def test_the_verdict_of_a_file(app, visitor, make_visitor):
    open_account(app, visitor)
    code = certify(app, visitor)
    pdf = visitor.raw("GET", f"/certificats/{code}.pdf").get_data()
    employer = make_visitor()
    employer.get("/verifier")
    employer.submit("/verifier/pdf", pdf=(io.BytesIO(pdf), "attestation.pdf"))

    assert leave_and_come_back(employer).path == "/verifier"


@pytest.mark.parametrize("path", ["/reclamations?numero=R-2026-0001", "/connexion?suite=/certificats/"])
def test_what_the_address_asked_for_is_kept(visitor, path):
    visitor.get(path)
    page = visitor.page

    assert page.links["English"].startswith(path.partition("?")[0])
    assert leave_and_come_back(visitor).html.count("R-2026-0001") == page.html.count("R-2026-0001")


class TestResumeCard:
    def test_its_codes_are_never_lost_by_a_link_of_the_page_s_head(self, visitor):
        visitor.get(start(visitor).path + "/pause")

        page = visitor.submit("/carte")

        assert "Confort" not in page.links
        assert "English" not in page.links
        assert 'class="code secret"' in page.html

    def test_coming_back_to_its_address_tells_until_when_it_serves_and_shows_no_code(self, visitor):
        visitor.get(start(visitor).path + "/pause")
        visitor.submit("/carte")

        page = visitor.get("/carte")

        assert "Vous avez une carte, qui sert jusqu’au" in page.text
        assert 'class="code' not in page.html
        assert leave_and_come_back(visitor).path == "/carte"

    def test_without_one_it_can_be_made_there(self, visitor):
        start(visitor)
        assert "Vous avez une carte" not in visitor.get("/carte").text

        assert 'class="code secret"' in visitor.submit("/carte").html

    def test_an_account_comes_back_by_its_address_and_needs_none(self, app, visitor):
        open_account(app, visitor)

        assert visitor.get("/carte").path == "/evaluations/"


def test_a_question_page_keeps_the_ways_to_data_and_accessibility(visitor):
    links = start(visitor).links

    assert links["Vos données"] == "/vos-donnees"
    assert links["Accessibilité"] == "/accessibilite"


class TestMessages:
    def test_a_report_says_that_it_arrived_in_both_languages(self, visitor):
        page = start(visitor)
        visitor.get(page.links["Signaler cette question"])
        received = visitor.submit("/signaler", text="Un mot difficile.")

        assert "Bien reçu" in received.headings
        assert visitor.get(received.links["English"]).headings == ["Received"]

    def test_nobody_reads_the_receipt_of_another(self, visitor, make_visitor):
        visitor.get(start(visitor).links["Signaler cette question"])
        number = visitor.submit("/signaler", text="Un mot difficile.").links["English"].partition("numero=")[2][:11]
        other = make_visitor()
        reported = start(other).links["Signaler cette question"]

        other.get(f"{reported}?numero={number}", status=404)
