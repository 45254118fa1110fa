"""The public register on a telephone: an employer asks, the holder accepts, the badge turns grey; axe finds nothing on the way."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.database import current_session
from app.labels.models import Label
from app.publication.services import upkeep, yearly
from certificates.label_rules.dossier import State
from tests.services.accounts_builders import PASSWORD
from tests.services.publication_builders import NOW, holder, labelled, move, number, published

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]


def test_an_employer_follows_a_label_whose_badge_turns_grey(site, open_browser, check):
    with site.app.app_context():
        db = current_session()
        labelled(db, holder(db), printed_name="Marie-Hélène de La Rochefoucauld-Montbazon")
        published(db)
        db.commit()
    phone = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
    employer, person = open_browser(**phone, java_script_enabled=False), open_browser(**phone)
    employer.goto("/registre/suivre")
    employer.get_by_label("Nom de votre organisme").fill("Centre hospitalier intercommunal de Beauval-sur-Risle")
    employer.get_by_label("Adresse électronique").fill("ressources-humaines@centre-hospitalier-beauval.example.org")
    employer.get_by_label("Numéros des labels").fill(number())
    employer.get_by_role("button", name="Demander").click()
    employer.goto(site.last_link())
    check_without_scripts(employer)
    employer.get_by_role("button", name="Confirmer").click()

    person.goto("/connexion?suite=/registre/le-mien")
    person.get_by_label("Adresse électronique").fill("nadia.perrin@example.com")
    person.get_by_label("Mot de passe").fill(PASSWORD)
    person.get_by_role("button", name="Se connecter").click()
    check(person)
    assert person.locator("img[alt^='Label numéricité']").evaluate("one => one.complete && one.naturalWidth > 0")
    person.get_by_role("button", name=re.compile("^Accepter")).click()
    check(person)
    employer.reload()
    assert employer.get_by_text("Acceptée").is_visible()

    with site.app.app_context():
        db = current_session()
        move(db, db.scalars(select(Label)).one(), "suspend", State.SUSPENDED)
        db.commit()
    person.goto(f"/registre/{number()}")
    check(person)
    assert person.locator("h1").inner_text() == "Suspendu"
    assert "grise" in person.goto("/registre/le-mien").text()
    assert "Suspendu" in next_letter(site)
    with site.app.app_context():
        assert yearly.publish_due(current_session(), now=NOW.replace(year=NOW.year + 1)) != []
        current_session().commit()
    person.goto(f"/registre/bilan/{NOW.year}")
    check(person)


def next_letter(site):
    """Let the minute's work be done, and return what the employer is written."""
    with site.app.app_context():
        loaded = site.app.extensions["numericite.resources"]
        changes, *_rest = upkeep.works(
            ring=loaded.ring, secret=loaded.settings.reference_secret, origin=loaded.settings.public_url
        )
        changes.run(current_session(), datetime.now(UTC))
        current_session().commit()
    return site.last_letter()


def check_without_scripts(page):
    """Axe needs scripts; what can be seen without them is the width."""
    assert page.locator("html").evaluate("one => one.scrollWidth <= window.innerWidth")
