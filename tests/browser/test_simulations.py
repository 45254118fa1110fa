"""Simulations in a real Chromium: by keyboard alone, without JavaScript, on a phone."""

import pytest

from tests.browser.answering import answer_right_to_the_end
from tests.web.test_simulations import simulations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bank():
    return simulations()


def reach(page, tool, *, policy="positionnement"):
    """Begin and leave screens as they are until a tool of this name is shown."""
    page.goto(f"/evaluations/TST/{policy}")
    page.locator("main form button[type=submit]").click()
    while tool not in page.locator(".tool-name").inner_text():
        page.get_by_role("button", name="J’ai terminé").click()
        if "/reponses/" in page.url:
            page.get_by_role("link", name="Question suivante").click()
    return page


def tab_to(page, selector):
    for _ in range(60):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard never reaches {selector}")


def question(page):
    return page.locator(".progress-text strong").inner_text()


class TestKeyboard:
    def test_switches(self, open_browser):
        page = reach(open_browser(), "Carnet Lilas", policy="entrainement")

        tab_to(page, "#etat-2")
        page.keyboard.press("Space")
        tab_to(page, "main button[type=submit]:not([name])")
        page.keyboard.press("Enter")

        page.wait_for_url("**/reponses/*")
        assert page.locator("h1").inner_text() == "C’est juste."

    def test_menus(self, open_browser):
        page = reach(open_browser(), "Courrier Galet")
        before = question(page)

        tab_to(page, "#etat-1")
        page.keyboard.type("Le gar")
        tab_to(page, "#etat-2")
        page.keyboard.type("Le sig")
        assert page.locator("#etat-2").input_value() == "3"
        tab_to(page, "main button[type=submit]:not([name])")
        page.keyboard.press("Enter")

        page.wait_for_function("t => document.querySelector('.progress-text strong')?.textContent !== t", arg=before)

    def test_choices_and_a_text(self, open_browser):
        page = reach(open_browser(), "Agenda Récif")

        tab_to(page, "input[name=etat-1]")
        page.keyboard.press("ArrowDown")
        tab_to(page, "#etat-2")
        page.keyboard.type("renouvellement 9")

        assert page.locator("input[name=etat-1]:checked").get_attribute("value") == "2"
        assert page.locator("#etat-2").input_value() == "renouvellement 9"


class TestWithoutJavascript:
    def test_everything_is_put_back_as_it_was(self, open_browser):
        page = reach(open_browser(java_script_enabled=False), "Agenda Récif")
        page.locator("input[name=etat-1]").nth(1).check()
        page.fill("#etat-2", "mal au dos")

        page.get_by_role("button", name="Tout remettre comme au début").click()

        assert page.locator("input[name=etat-1]").first.is_checked()
        assert page.locator("#etat-2").input_value() == ""

    def test_to_the_result(self, open_browser, site):
        page = open_browser(java_script_enabled=False)
        reach(page, "")

        answer_right_to_the_end(page, site)

        assert page.locator("svg.steps").count() >= 2


class TestTask:
    @pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 900)])
    def test_stays_in_sight_and_leaves_the_screen_to_the_tool(self, open_browser, width, height):
        page = reach(open_browser(viewport={"width": width, "height": height}), "Courrier Galet")

        page.evaluate("document.querySelector('.actions').scrollIntoView({block: 'end'})")
        box = page.locator(".task").bounding_box()

        assert 0 <= box["y"] < 20
        assert box["height"] < 0.2 * height

    def test_never_hides_the_control_that_has_the_focus(self, open_browser):
        page = reach(open_browser(viewport={"width": 390, "height": 844}), "Courrier Galet")
        page.evaluate("document.querySelector('.actions').scrollIntoView({block: 'end'})")

        for _ in range(12):
            page.keyboard.press("Shift+Tab")
            if page.evaluate("document.activeElement.id") == "etat-1":
                break
        focused, task = page.locator("#etat-1").bounding_box(), page.locator(".task").bounding_box()

        assert focused["y"] >= task["y"] + task["height"]


def test_the_whole_page_weighs_less_than_seventy_kilobytes(open_browser):
    page = open_browser()
    bodies = []
    page.on("response", lambda answer: bodies.append(answer))  # noqa: PLW0108 (Playwright marks the function given)

    reach(page, "Courrier Galet")
    last = {}
    for answer in bodies:
        last[answer.url.partition("?")[0]] = answer
    weights = {url: answer.request.sizes()["responseBodySize"] for url, answer in last.items() if "/static/" in url}
    page_weight = max(answer.request.sizes()["responseBodySize"] for answer in bodies if "/static/" not in answer.url)

    assert sum(weights.values()) + page_weight < 70_000, weights
