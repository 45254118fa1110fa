"""The seven journeys, in a real Chromium."""

import json
import re

import pytest

from tests.browser.answering import answer_anything, answer_right_to_the_end, answer_to_the_end
from tests.services.accounts_builders import PASSWORD

pytestmark = pytest.mark.browser


def begin(page, path="/evaluations/CIT/positionnement", *, shared=False):
    page.goto(path)
    if shared:
        page.locator("input[name=shared_computer]").check()
    with page.expect_navigation():  # what comes next must not take this one for its own
        page.locator("main form button[type=submit]").click()


def reach_a_choice(page):
    """Answer until options are on screen; a test may ask for none, and another one is begun then."""
    while True:
        page.locator("h1").wait_for()
        if "/resultat" in page.url:
            begin(page)
        page.get_by_role("button", name="Je passe").wait_for()  # counting waits for nothing
        if page.locator(".answers input").count():
            return
        answer_anything(page)


class TestFirstQuestion:
    def test_two_clicks_from_home_by_mouse(self, open_browser):
        page = open_browser()
        page.goto("/")

        page.get_by_role("link", name="Commencer, sans compte").click()
        page.get_by_role("button", name="Commencer").click()

        assert "Question 1" in page.locator(".progress-text").inner_text()

    def test_by_keyboard_alone(self, open_browser):
        page = open_browser()
        begin(page)
        reach_a_choice(page)
        before = page.url, page.locator(".progress-text strong").inner_text()
        is_one = page.locator(".answers input[type=radio]").count()
        wanted = 1 if is_one else int(re.search(r"\d+", page.locator(".answers legend").inner_text())[0])

        for number in range(1, wanted + 1):
            page.keyboard.press(str(number))
        page.keyboard.press("Enter")

        page.wait_for_function(
            "text => document.querySelector('.progress-text strong')?.textContent !== text", arg=before[1]
        )

    def test_without_javascript_to_the_result(self, open_browser):
        page = open_browser(java_script_enabled=False)
        begin(page)

        answer_to_the_end(page)

        assert page.locator("svg.steps").count() >= 5
        page.locator("summary", has_text="tableau").click()
        assert page.locator("table tbody tr").count() == 6

    def test_the_reading_button_is_hidden_where_the_browser_has_no_voice(self, open_browser):
        page = open_browser()
        begin(page)

        assert page.evaluate("speechSynthesis.getVoices().length") == 0
        assert not page.locator("[data-listen]").is_visible()

    def test_closed_and_opened_again_it_resumes(self, open_browser, browser, site):
        page = open_browser()
        begin(page)
        answer_anything(page)
        seen, state = page.locator("h1").inner_text(), page.context.storage_state()
        page.context.close()

        again = browser.new_context(base_url=site.origin, storage_state=state, locale="fr-FR").new_page()
        begin(again)

        assert again.locator("h1").inner_text() == seen
        again.context.close()


class TestSharedComputer:
    def test_leaves_nothing_behind_and_a_card_resumes_elsewhere(self, open_browser):
        page = open_browser()
        begin(page, shared=True)
        answer_anything(page)
        seen, sitting = page.locator("h1").inner_text(), page.url
        page.get_by_role("link", name="Pause").click()
        page.get_by_role("button", name="Faire ma carte").click()
        code, pin = (one.get_attribute("value") for one in page.locator("main data").all()[:2])
        page.go_back()
        page.get_by_role("button", name="Effacer mes traces").click()
        assert not [
            cookie for cookie in page.context.cookies() if cookie["name"] == "numericite" and "ref" in cookie["value"]
        ]
        page.goto(sitting)
        assert "Question" not in page.title()
        assert page.locator(".question").count() == 0

        elsewhere = open_browser()
        elsewhere.goto("/reprendre")
        elsewhere.fill("input[name=code]", code)
        elsewhere.fill("input[name=pin]", pin)
        elsewhere.locator("main form button[type=submit]").click()
        elsewhere.goto("/evaluations/CIT/positionnement")
        elsewhere.locator("main form button[type=submit]").click()

        assert elsewhere.locator("h1").inner_text() == seen


def test_from_a_first_question_to_a_certificate_checked_revoked_exported_and_erased(
    open_browser, site, tmp_path, check
):
    citizen = open_browser()
    begin(citizen)
    answer_to_the_end(citizen)
    result = citizen.url
    check(citizen)

    # An account from there: the anonymous result follows.
    citizen.get_by_role("link", name="Garder ce résultat").click()
    citizen.fill("input[name=email]", "odile@example.com")
    citizen.fill("input[name=password]", PASSWORD)
    citizen.locator("input[name=is_fifteen]").check()
    citizen.locator("main form button[type=submit]").first.click()
    citizen.goto(result)
    assert "/resultat" in citizen.url
    citizen.goto(site.last_link().removeprefix(site.origin))
    citizen.locator("main form button[type=submit]").click()

    # The certification test, and the sealed page.
    begin(citizen, "/evaluations/CIT/certification")
    answer_right_to_the_end(citizen, site)
    citizen.get_by_role("link", name="Préparer mon attestation").click()
    check(citizen)
    citizen.fill("input[name=printed_name]", "Odile Payet")
    citizen.get_by_role("button", name="Délivrer").click()
    check(citizen)
    with citizen.expect_download() as waited:
        citizen.get_by_role("link", name="Télécharger").click()
    pdf = tmp_path / "attestation.pdf"
    waited.value.save_as(pdf)
    code = citizen.locator("data.code").get_attribute("value")

    # An employer, no account: a code typed carelessly, then the file.
    employer = open_browser()
    employer.goto("/verifier")
    employer.fill("input[name=code]", "-".join(re.findall("....", code)).lower().replace("0", "o"))
    employer.get_by_role("button", name="Vérifier").click()
    assert employer.locator("h1").inner_text() == "Valable, mais c’est une démonstration"
    check(employer)
    employer.goto("/verifier")
    employer.set_input_files("input[type=file]", pdf)
    employer.get_by_role("button", name="Contrôler").click()
    assert employer.locator("[data-answer] h2").inner_text() == "Valable, mais c’est une démonstration"

    # An administrator revokes; the next look says so.
    site.make_administrator("desk@example.com")
    desk = open_browser()
    desk.goto("/connexion")
    desk.fill("input[name=email]", "desk@example.com")
    desk.fill("input[name=password]", PASSWORD)
    desk.locator("main form button[type=submit]").first.click()
    desk.goto("/administration/")
    check(desk)
    desk.fill("input[name=code]", code)
    desk.get_by_role("button", name="Ouvrir").click()
    check(desk)
    desk.get_by_role("link", name="Retirer").click()
    check(desk)
    desk.select_option("select[name=reason]", "error")
    desk.get_by_role("button", name="Voir ce qui suivra").click()
    check(desk)
    desk.get_by_role("button", name="Confirmer le retrait").click()
    desk.goto("/administration/journal")
    assert "certificate:revoked" in desk.content()
    check(desk)
    employer.goto(f"/c/{code}")
    assert employer.locator("h1").inner_text() == "Retiré"
    check(employer)

    # Everything held, taken away; then erased.
    citizen.goto("/compte/mes-donnees")
    check(citizen)
    with citizen.expect_download() as waited:
        citizen.get_by_role("button", name="Télécharger").click()
    exported = json.loads(waited.value.path().read_text(encoding="utf-8"))
    assert exported["account"]["email"] == "odile@example.com"
    citizen.goto("/reclamations")
    citizen.fill("textarea", "Le mot « référentiel » est difficile.")
    citizen.locator("main form button[type=submit]").click()
    assert re.search(r"R-\d{4}-\d{4}", citizen.locator("main").inner_text())
    citizen.goto("/compte/effacer")
    check(citizen)
    citizen.locator("input[name=fate]").first.check()
    citizen.fill("input[name=word]", "effacer")
    citizen.get_by_role("button", name="Effacer définitivement").click()
    assert "Tout est effacé" in citizen.locator("h1").inner_text()
