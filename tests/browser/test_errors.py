"""A refused form, for somebody who hears it or has no mouse: the link leads to the field, and the field says what is wrong."""

import re

import pytest
from playwright.sync_api import expect

from quizzes.bank import make_bank
from tests.banks import framework, item
from tests.services.accounts_builders import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bank():
    """One question of each type that can be left unanswered."""
    kinds = ("single_choice", "multiple_choice", "short_text", "ordering", "matching")
    return make_bank([framework()], [item(number, kind=kind) for number, kind in enumerate(kinds, 1)])


def follow(page):
    """Press Enter on the link of the error summary, where the focus is."""
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    return page.locator(":focus")


def test_each_type_of_question(open_browser, check):
    page = open_browser()
    page.goto("/evaluations/TST/positionnement")
    page.locator("main form button[type=submit]").click()
    seen = set()
    for _ in range(5):
        page.get_by_role("button", name="Valider").click()
        check(page)
        seen.add(page.locator("#reponse").get_attribute("class"))

        focused = follow(page)

        assert focused.get_attribute("id") in ("reponse", "text")
        described = focused.get_attribute("aria-describedby")
        assert "reponse-erreur" in described.split()
        assert page.locator("#reponse-erreur").is_visible()
        assert page.locator("[aria-invalid=true]").count()
        page.get_by_role("button", name="Je passe").click()
    assert seen == {"answers", "field", "ranks", "pairs"}


def test_radios_of_the_erase_page(open_browser, check):
    page = open_browser()
    page.goto("/inscription")
    page.fill("#email", "effacer@example.com")
    page.fill("#password", PASSWORD)
    page.check("#is_fifteen")
    page.get_by_role("button", name="Créer mon compte").click()
    page.goto("/compte/effacer")
    page.get_by_role("button", name="Effacer définitivement").click()
    check(page)

    group = page.get_by_role("radiogroup", name=re.compile("Vos attestations"))

    expect(group).to_have_attribute("aria-invalid", "true")
    expect(group).to_have_attribute("aria-describedby", re.compile("fate-erreur"))
    assert follow(page).get_attribute("id") == "fate-0"
