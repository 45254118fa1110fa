"""Each page in light and dark, on a narrow phone, at 200 % zoom, with comforts: axe finds nothing, nothing scrolls sideways."""

import pytest

from app.access import Role
from app.database import current_session
from certificates.reference import format_code, new_code
from tests.browser.answering import answer_anything, answer_to_the_end
from tests.services.accounts_builders import PASSWORD
from tests.services.organisations_builders import confirmed, structure
from tests.services.register_builders import registered

pytestmark = pytest.mark.browser

PATHS = [
    "/",
    "/confort",
    "/vos-donnees",
    "/accessibilite",
    "/mentions-legales",
    "/recommandations",
    "/apprendre/",
    "/apprendre/modules/CIT-4.3",
    "/verifier",
    "/journal-de-transparence",
    "/verifier/hors-ligne",
    "/c/0000-0000-0000-0000",
    "/connexion",
    "/inscription",
    "/reprendre",
    "/reclamations",
    "/registre/",
    "/registre/2026-00001-S",
    "/registre/suivre",
    "/registre/bilan",
    "/evaluations/CIT/positionnement",
    "/evaluations/CIT/certification",
    "/nulle-part",
]
SCREENS = {
    "desk, light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "desk, dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone of 320 pixels": {"viewport": {"width": 320, "height": 640}, "color_scheme": "light"},
    "zoom of 200 %, dark": {
        "viewport": {"width": 640, "height": 450},
        "color_scheme": "dark",
        "device_scale_factor": 2,
    },
}


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_public_pages(open_browser, check, screen):
    page = open_browser(**screen)

    for path in PATHS:
        page.goto(path)
        check(page)


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
def test_questions_of_every_type_and_a_result(open_browser, check, screen):
    page = open_browser(**screen)
    page.goto("/evaluations/CIT/positionnement")
    page.locator("main form button[type=submit]").click()
    while page.locator(".window").count():  # a simulation is answered as it is left
        answer_anything(page)
    page.get_by_role("button", name="Valider").click()
    check(page)
    for _ in range(8):
        check(page)
        answer_anything(page)
    answer_to_the_end(page)
    for summary in page.locator("main summary").all():
        summary.click()
    check(page)
    page.get_by_role("link", name="Aider à vérifier que les questions sont justes").click()
    page.get_by_role("button", name="Envoyer").click()
    check(page)


def test_an_explanation_after_each_answer(open_browser, check):
    page = open_browser()
    page.goto("/evaluations/CIT/entrainement")
    page.locator("main form button[type=submit]").click()

    answer_anything(page)

    check(page)


def test_large_wide_and_contrasted(open_browser, check):
    page = open_browser(viewport={"width": 390, "height": 844})
    page.goto("/confort?suite=/verifier")
    page.locator("#text-larger").check()
    page.locator("#spacing-wide").check()
    page.locator("#contrast-high").check()
    page.get_by_role("button", name="Appliquer").click()

    assert page.url.endswith("/verifier")
    check(page)
    page.goto("/")
    check(page)


def test_the_phone_s_menu_opens_without_javascript(open_browser):
    page = open_browser(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto("/")

    page.locator(".menu summary").click()

    assert page.locator(".menu").get_by_role("link", name="Apprendre").is_visible()


def test_the_skip_link_is_the_first_stop_of_the_keyboard(open_browser):
    page = open_browser()
    page.goto("/")

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.className") == "skip"


@pytest.mark.parametrize("screen", ["desk, light", "phone of 320 pixels"])
def test_the_desk_of_the_certifying_authority(site, open_browser, check, screen):
    email = f"bureau{len(screen)}@example.org"
    with site.app.app_context():
        db = current_session()
        person = confirmed(db, email, Role.ADMINISTRATOR, Role.OFFICER)
        confirmed(db, f"autre-{email}", Role.AUTHOR)
        structure(db, actor=person, reference=f"BUREAU{len(screen):010d}")
        db.commit()
    page = open_browser(**SCREENS[screen])
    page.goto("/connexion")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("heading", level=1).wait_for()

    for path in ("", "structures", "personnes", "exports", "registre"):
        page.goto(f"/administration/{path}")
        check(page)
    page.goto("/administration/personnes")
    page.fill("#email", f"autre-{email}")
    page.get_by_role("button", name="Chercher").click()
    check(page)
    page.get_by_role("button", name="Donner : organisme certificateur").click()
    theirs = page.locator("tr", has_text=f"autre-{email}")
    theirs.get_by_role("button", name="Reprendre : organisme certificateur").wait_for()


@pytest.mark.parametrize("screen", ["desk, dark", "phone of 320 pixels"])
def test_a_new_name_read_by_two_of_the_desk(site, loaded, open_browser, check, screen):
    number = 7_000 + len(screen)
    emails = [f"{who}{number}@example.org" for who in ("lit", "relit")]
    with site.app.app_context():
        db = current_session()
        holder = confirmed(db, f"nom{number}@example.org")
        for email in emails:
            confirmed(db, email, Role.ADMINISTRATOR)
        supervised = {"kind": "certificate", "assurance": "A2", "name_verified": True, "provisional": False}
        registered(db, loaded, number=number, row={"person_id": holder.id}, **supervised)
        db.commit()
    code = format_code(new_code(number.to_bytes(10)))

    for email, told in zip(emails, ("il manque la seconde", "Marie-Hélène Hoarau"), strict=True):
        page = open_browser(**SCREENS[screen])
        page.goto("/connexion")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.get_by_role("heading", level=1).wait_for()
        page.goto(f"/administration/registre/{code}")
        check(page)
        page.get_by_role("link", name="Lire un nouveau nom").click()
        page.get_by_role("button", name="J’ai lu ce nom").click()
        page.get_by_role("heading", name="Lire un nouveau nom").wait_for()
        check(page)
        page.fill("#printed_name", "Marie-Hélène Hoarau")
        page.select_option("#evidence", "civil-status-record")
        page.get_by_role("button", name="J’ai lu ce nom").click()
        page.get_by_text(told).wait_for()
        check(page)
        page.goto("/administration/registre")
        check(page)
