"""One label on telephones: applied for, given, looked up and followed by an employer, suspended, withdrawn, given back on appeal.

Eight people, each in a browser of their own; axe finds nothing on any page that they come by, and none scrolls sideways.
"""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.access import Role
from app.accounts.models import Person
from app.database import current_session
from app.labels.models import Label
from app.publication.services import upkeep, yearly
from certificates.label_rules.machine import Seat
from tests.services.accounts_builders import PASSWORD
from tests.services.label_builders import FIVE, PICTURE, certified, declared, numbered, seated
from tests.services.organisations_builders import confirmed

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
#: Whoever has the least room, and no light.
NARROW = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
CLAIRE, LONG_NAME = "claire.dubreuil@example.org", "Marie-Hélène de La Rochefoucauld-Montbazon"
OFFICERS = ("un@example.org", "deux@example.org")
AUDITOR = "controle@example.org"
JUDGES = {"juge1@example.org": "user", "juge2@example.org": "peer", "juge3@example.org": "independent"}


@pytest.fixture(scope="module")
def people(site, loaded):
    """A certified professional with a number, two officers, three others."""
    now = datetime.now(UTC)
    with site.app.app_context():
        db = current_session()
        claire = confirmed(db, CLAIRE)
        numbered(db, claire, now=now, given="MARIE HELENE", family="DE LA ROCHEFOUCAULD MONTBAZON")
        certified(db, loaded, claire, now=now, name=LONG_NAME)
        for email in (*OFFICERS, *JUDGES, AUDITOR):
            person = confirmed(db, email, Role.OFFICER)
            if email in JUDGES:
                seated(db, person, Seat(JUDGES[email]))
        db.commit()


@pytest.fixture
def enter(open_browser):
    def entered(email, **options):
        page = open_browser(**{**PHONE, **options})
        page.goto("/connexion")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.get_by_role("heading", level=1).wait_for()
        return page

    return entered


def label_of(site):
    with site.app.app_context():
        db = current_session()
        holder = db.scalars(select(Person).where(Person.email == CLAIRE)).one()
        label = db.scalars(select(Label).where(Label.person_id == holder.id)).one()
        return label.state, label.reference, label.number


def declare_the_other_practices(site):
    """Each is declared as the first one was, before the eyes of this test."""
    with site.app.app_context():
        db = current_session()
        declared(db, db.scalars(select(Label)).one(), now=datetime.now(UTC), practices=FIVE[1:])
        db.commit()


def vote(page, reference, decision, *, seat=None):
    page.goto(f"/labels/{reference}")
    page.check(f"input[name=decision][value='{decision}']")
    if seat is not None:
        page.select_option("#seat", seat)
    page.get_by_role("button", name="Voter").click()
    page.wait_for_load_state()


def announce(page, reference, title, ground):
    page.goto(f"/labels/{reference}")
    page.get_by_text(title, exact=True).first.click()
    form = page.locator("details[open] form")
    form.locator("select").select_option(ground)
    form.locator("textarea").fill("Un signalement daté du 3 mars, joint au dossier.")
    form.get_by_role("button").click()
    page.wait_for_load_state()


def answer(page):
    page.goto("/mon-label/reponse")
    page.fill("#text", "Je n’étais pas à ce poste ce jour-là.")
    page.get_by_role("button", name="Envoyer ma réponse").click()
    page.wait_for_load_state()


def apply(site, claire, check):
    """Open a file, give one proof under one's own eyes, sign, send; and hand its reference out."""
    claire.goto("/mon-label/")
    check(claire)
    claire.get_by_role("button", name="Ouvrir mon dossier").click()
    claire.get_by_role("heading", name=re.compile("^Encore")).wait_for()
    check(claire)
    claire.get_by_role("link", name="Profession").click()
    check(claire)
    claire.select_option("#profession", "sage-femme")
    claire.get_by_text("Je préfère que l’examen seul en tienne lieu").click()
    claire.get_by_role("button", name="Enregistrer").click()
    claire.wait_for_load_state()
    for address in ("identite", "formation", "pratiques"):
        claire.goto(f"/mon-label/{address}")
        check(claire)
    claire.goto(f"/mon-label/pratiques/{FIVE[0]}")
    check(claire)
    claire.fill("#declaration", "Une affiche et une fiche d’accueil.")
    claire.fill("#done_on", datetime.now(UTC).date().isoformat())
    claire.set_input_files("#proof", {"name": "affiche.png", "mimeType": "image/png", "buffer": PICTURE})
    claire.check("#no_patient")
    claire.get_by_role("button", name="Enregistrer").click()
    claire.get_by_role("heading", name="Regardez cette pièce une fois encore").wait_for()
    assert claire.locator(".shot img").evaluate("one => one.decode().then(() => one.naturalWidth > 0)")
    check(claire)
    claire.get_by_role("button", name="Rien d’un patient").click()
    claire.get_by_text("Déclarée et prouvée").wait_for()
    declare_the_other_practices(site)
    claire.goto("/mon-label/charte")
    check(claire)
    claire.fill("#interests", "aucun")
    claire.check("#accepts")
    claire.check("#accepts_public")
    claire.get_by_role("button", name="Signer").click()
    claire.get_by_role("button", name="Envoyer mon dossier").click()
    claire.get_by_text("Vous n’avez rien à faire").wait_for()
    check(claire)
    return label_of(site)[1]


def award(one, two, enter, reference, check):
    """Two officers decide; one in twenty is drawn for an audit, and then a third looks at it first."""
    one.goto("/labels/")
    check(one)
    one.get_by_role("link", name=reference).first.click()
    one.get_by_role("button", name="Prendre ce dossier").click()
    one.wait_for_load_state()
    check(one)
    if one.get_by_role("heading", name="Contrôle des pièces").count():
        auditor = enter(AUDITOR)
        auditor.goto(f"/labels/{reference}")
        auditor.get_by_role("button", name="Enregistrer le contrôle").click()
        auditor.wait_for_load_state()
    for officer in (one, two):
        vote(officer, reference, "award:criteria-met")


def follow(site, employer, number):
    """An employer asks, without an account and without scripts, to be told what becomes of a label."""
    employer.goto("/registre/suivre")
    employer.get_by_label("Nom de votre organisme").fill("Centre hospitalier intercommunal de Beauval-sur-Risle")
    employer.get_by_label("Adresse électronique").fill("ressources-humaines@centre-hospitalier-beauval.example.org")
    employer.get_by_label("Numéros des labels").fill(number)
    employer.get_by_role("button", name="Demander").click()
    employer.goto(site.last_link())
    assert employer.locator("html").evaluate("one => one.scrollWidth <= window.innerWidth")  # axe needs scripts
    employer.get_by_role("button", name="Confirmer").click()


def minute(site):
    """Let the minute's work be done: what changed is published, and whoever follows is written to."""
    with site.app.app_context():
        loaded = site.app.extensions["numericite.resources"]
        changes, *_rest = upkeep.works(
            ring=loaded.ring, secret=loaded.settings.reference_secret, origin=loaded.settings.public_url
        )
        changes.run(current_session(), datetime.now(UTC))
        current_session().commit()


@pytest.mark.usefixtures("people")
def test_a_label_from_its_application_to_its_appeal(site, open_browser, enter, check):
    claire, employer = enter(CLAIRE), open_browser(**NARROW, java_script_enabled=False)
    reference = apply(site, claire, check)
    one, two = (enter(email) for email in OFFICERS)
    award(one, two, enter, reference, check)

    # In force: what its holder sees, what anybody sees, and an employer who asks to follow it.
    claire.goto("/mon-label/")
    claire.get_by_role("heading", name="Votre label est actif").wait_for()
    check(claire)
    claire.get_by_role("link", name="Voir ce que l’on voit").click()
    claire.get_by_text("Sage-femme").first.wait_for()
    check(claire)
    paper, number = claire.url, label_of(site)[2]
    minute(site)
    follow(site, employer, number)
    claire.goto("/registre/le-mien")
    check(claire)
    assert claire.locator("img[alt^='Label numéricité']").evaluate("one => one.complete && one.naturalWidth > 0")
    claire.get_by_role("button", name=re.compile("^Accepter")).click()
    employer.reload()
    assert employer.get_by_text("Acceptée").is_visible()
    minute(site)

    # Suspended: a notice, an answer, two votes; whoever looks reads the word and no reason, wherever they look.
    announce(one, reference, "Envoyer un avis de suspension", "fraud-inquiry")
    check(one)
    claire.goto("/mon-label/")
    check(claire)
    answer(claire)
    for officer in (one, two):
        vote(officer, reference, "suspend:fraud-inquiry")
    for address in (f"/registre/{number}", paper):
        claire.goto(address)
        check(claire)
        assert claire.locator("h1").inner_text() == "Suspendu"
        assert "signalement" not in claire.content()
    minute(site)
    assert "Suspendu" in site.last_letter()

    # Withdrawn, and contested before three others, who give the label back.
    announce(one, reference, "Envoyer un avis de retrait", "fraud-proven")
    answer(claire)
    for officer in (one, two):
        vote(officer, reference, "revoke:fraud-proven")
    claire.goto("/mon-label/")
    check(claire)
    claire.get_by_role("link", name=re.compile("Faire appel")).click()
    check(claire)
    claire.fill("#text", "Les dates ne sont pas les bonnes.")
    claire.get_by_role("button", name="Envoyer mon appel").click()
    claire.get_by_text("Trois autres personnes jugent votre appel").wait_for()
    check(claire)
    for email, seat in JUDGES.items():
        judge = enter(email, **NARROW)
        if seat == "user":
            judge.goto(f"/labels/{reference}")
            check(judge)
        vote(judge, reference, "overturn:facts", seat=seat)

    assert label_of(site)[0] == "reinstated"
    claire.goto(paper)
    check(claire)
    assert claire.locator("h1").inner_text() == "Valable, mais c’est une démonstration"
    with site.app.app_context():
        year = datetime.now(UTC).year
        assert yearly.publish_due(current_session(), now=datetime(year + 1, 1, 2, tzinfo=UTC)) != []
        current_session().commit()
    employer.goto(f"/registre/bilan/{year}")
    assert employer.locator("html").evaluate("one => one.scrollWidth <= window.innerWidth")
    claire.goto(f"/registre/bilan/{year}")
    check(claire)
