"""Passkeys in a real Chromium, with an authenticator that it pretends to have: the whole journey, and a wrong turn."""

import re

import pytest

from tests.services.accounts_builders import PASSWORD

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


def plug(page):
    """Give the browser an authenticator that recognises its owner, and return what drives it."""
    driver = page.context.new_cdp_session(page)
    driver.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    driver.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return driver


def sign_out(page):
    page.goto("/compte")
    page.get_by_role("button", name="Se déconnecter").click()


def press(page, name):
    page.get_by_role("button", name=name).click()


def test_registered_used_alone_then_after_the_password_then_a_code_in_its_place(open_browser, site, check):
    page = open_browser(base_url=site.origin.replace("127.0.0.1", "localhost"), viewport=PHONE)
    plug(page)
    page.goto("/inscription")
    page.fill("input[name=email]", "cle@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.locator("input[name=is_fifteen]").check()
    press(page, "Créer mon compte")
    page.goto(site.last_link().removeprefix(site.origin))
    press(page, "Oui, cette adresse")

    # A passkey, made by the device and named by its owner.
    page.goto("/compte/securite")
    check(page)
    page.get_by_role("link", name="Ajouter une clé").click()
    check(page)
    page.fill("input[name=name]", "mon téléphone")
    press(page, "Créer ma clé")
    page.get_by_text("Votre clé d’accès est enregistrée").wait_for()
    check(page)
    # The same device has one already: it says so, and nothing changes.
    page.goto("/compte/securite/cles")
    press(page, "Créer ma clé")
    page.get_by_text("Cet appareil a déjà une clé").wait_for()

    # Alone, with nothing typed.
    sign_out(page)
    page.goto("/connexion")
    check(page)
    page.get_by_role("link", name="Entrer avec ma clé").click()
    check(page)
    press(page, "Utiliser ma clé")
    page.wait_for_url("**/compte")

    # As a second factor, with codes on paper.
    page.goto("/compte/securite/second-facteur")
    check(page)
    press(page, "Demander ma clé en plus")
    codes = [one.get_attribute("value") for one in page.locator("main data.code").all()]
    assert len(set(codes)) == 10
    check(page)
    sign_out(page)
    by_password(page)
    check(page)
    press(page, "Utiliser ma clé")
    page.wait_for_url("**/compte")
    sign_out(page)
    by_password(page)
    page.fill("input[name=code]", codes[0])
    press(page, "Utiliser ce code")
    page.wait_for_url("**/compte")
    page.goto("/compte/securite")
    assert "Il vous reste 9 codes" in page.locator("main").inner_text()


def by_password(page):
    page.goto("/connexion")
    page.fill("input[name=email]", "cle@example.com")
    page.fill("input[name=password]", PASSWORD)
    press(page, "Se connecter")
    page.wait_for_url("**/connexion/second-facteur")


def test_a_device_that_does_not_recognise_its_owner_changes_nothing_and_says_so(open_browser, site):
    page = open_browser(base_url=site.origin.replace("127.0.0.1", "localhost"))
    driver = plug(page)
    found = re.search(r"[0-9a-f-]{8,}", str(driver.send("WebAuthn.addVirtualAuthenticator", {"options": NOBODY})))
    driver.send("WebAuthn.setUserVerified", {"authenticatorId": found[0], "isUserVerified": False})
    page.goto("/connexion/cle")

    press(page, "Utiliser ma clé")

    page.get_by_text("Rien n’a changé : recommencez").wait_for()
    assert page.url.endswith("/connexion/cle")


NOBODY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": False,
}


def test_without_javascript_what_is_needed_is_said_and_no_button_is_dead(open_browser):
    page = open_browser(java_script_enabled=False)
    page.goto("/connexion/cle")

    assert not page.get_by_role("button", name="Utiliser ma clé").is_visible()
    assert "demande un navigateur récent" in page.locator("main").inner_text()
    page.get_by_role("link", name="Entrer par mon adresse").click()
    assert page.url.endswith("/connexion")
