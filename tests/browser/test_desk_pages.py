"""Every list of the certifying authority, and the pages of what it decides, in both languages: axe finds nothing, nothing scrolls sideways."""

from datetime import UTC, datetime

import pytest

from app.access import Role
from app.database import current_session
from app.identity.services import disputes, professional
from app.labels.services import watching
from tests.services.accounts_builders import PASSWORD
from tests.services.label_builders import announced, awarded, voted
from tests.services.organisations_builders import confirmed

pytestmark = pytest.mark.browser

SCREENS = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True},
}
BOSS, HOLDER = "bureau-entier@example.org", "suspendue@example.org"
NUMBER, OTHER = "10000001916", "99900000003"
PATHS = [
    "/administration/",
    "/administration/contenu",
    "/administration/demandes",
    "/administration/exports",
    "/administration/journal",
    "/administration/numeros",
    "/administration/sieges",
    "/administration/surveillance/PRO",
    "/examens/certificats-en-attente",
    "/examens/jury",
    "/examens/recours",
    "/labels/",
    "/structures/accrediter",
    "/structures/auteurs",
    "/structures/liens",
]


@pytest.fixture(scope="module")
def reference(site, loaded):
    """A suspended label that is appealed against, a number that two accounts give, and somebody who may see everything."""
    now = datetime.now(UTC)
    with site.app.app_context():
        db = current_session()
        confirmed(db, BOSS, Role.ADMINISTRATOR, Role.OFFICER)
        person, label, two = awarded(db, loaded, email=HOLDER, rpps=NUMBER, now=now)
        announced(db, loaded, label, two[0], is_urgent=True, now=now)
        voted(db, loaded, label, two, "suspend", "fraud-inquiry", now=now)
        watching.appeal(db, person_id=person.id, text="Le motif est faux.", ring=loaded.ring, origin="", now=now)
        first, second = confirmed(db, "premiere@example.org"), confirmed(db, "seconde@example.org")
        professional.declare(db, person_id=first.id, typed=OTHER, now=now)
        disputes.claim(db, person_id=second.id, typed=OTHER, now=now)
        db.commit()
        return label.reference


def enter(open_browser, email, screen):
    page = open_browser(**SCREENS[screen])
    page.goto("/connexion")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("heading", level=1).wait_for()
    return page


@pytest.mark.parametrize("screen", SCREENS)
def test_every_list_of_the_desk(open_browser, reference, check, screen):
    page = enter(open_browser, BOSS, screen)

    for path in [*PATHS, f"/labels/{reference}"]:
        for language in ("fr", "en"):
            answered = page.goto(f"{path}?lang={language}")
            assert answered.status == 200, path
            check(page)


@pytest.mark.parametrize("screen", SCREENS)
def test_where_a_suspended_professional_stands(open_browser, reference, check, screen):
    page = enter(open_browser, HOLDER, screen)

    for language, told in (("fr", "Trois autres personnes jugent votre appel"), ("en", "Three other people")):
        page.goto(f"/mon-label/?lang={language}")
        page.get_by_text(told).first.wait_for()
        check(page)
