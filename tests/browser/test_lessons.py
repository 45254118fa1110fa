"""Lessons in a real Chromium: well made, and each printed on one page of A4."""

import re
from dataclasses import replace

import pytest

from tests.browser.test_pages import SCREENS
from tests.lessons import WHOLE, with_lessons

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lessons(loaded, tmp_path_factory):
    return with_lessons(loaded, tmp_path_factory.mktemp("lessons"))


def pages(page):
    """Print as a person would from the browser's menu, and count the sheets."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


class TestShipped:
    def test_each_is_printed_on_one_page(self, open_browser, loaded):
        page = open_browser()
        found = {}
        for module in loaded.modules:
            version = "&version=simple" if module.variant == "plain" else ""
            page.goto(f"/apprendre/modules/{module.id}?lang={module.language}{version}")
            assert page.locator("h1").inner_text() == module.title
            found[module.id, module.language, module.variant] = pages(page)

        assert {name: count for name, count in found.items() if count != 1} == {}


class TestWhole:
    @pytest.fixture(autouse=True)
    def _serve(self, site, lessons):
        before = site.app.extensions["numericite.resources"]
        site.app.extensions["numericite.resources"] = lessons
        yield
        site.app.extensions["numericite.resources"] = before

    @pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
    def test_is_well_made(self, open_browser, check, screen):
        page = open_browser(**screen)
        for path in ("", "?version=simple", "/exercices/1", "/exercices/2", "/exercices/3"):
            page.goto(f"/apprendre/modules/{WHOLE}{path}")
            check(page)
        page.goto("/apprendre/?profil=patient")
        check(page)

    def test_is_practised_without_javascript(self, open_browser):
        page = open_browser(java_script_enabled=False)
        page.goto(f"/apprendre/modules/{WHOLE}")
        page.get_by_role("link", name="M’exercer").click()
        page.locator(".answer").first.click()

        page.get_by_role("button", name="Valider").click()

        assert page.get_by_role("link", name="Exercice suivant").is_visible()


def test_the_longest_that_the_rules_allow_fits_too(open_browser, site, lessons):
    text = (
        "<h2>Un titre</h2><p>" + "Voici une phrase courte et utile. " * 20 + "</p><ul>" + "<li>Un geste court.</li>" * 4
    )
    modules = [replace(one, html=(text + "</ul>") * 6) for one in lessons.modules]
    before = site.app.extensions["numericite.resources"]
    site.app.extensions["numericite.resources"] = replace(lessons, modules=modules)
    try:
        page = open_browser()
        page.goto(f"/apprendre/modules/{WHOLE}")
        assert pages(page) == 1
    finally:
        site.app.extensions["numericite.resources"] = before
