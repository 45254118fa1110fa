"""From the application to the label, to a suspension, to a revocation, to an appeal: on a telephone, several people at once."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.access import Role
from app.accounts.models import Person
from app.database import current_session
from app.labels.models import Label
from tests.services.accounts_builders import PASSWORD
from tests.services.label_builders import PICTURE, certified, numbered
from tests.services.organisations_builders import confirmed

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
CLAIRE = "claire.dubreuil@example.org"
OFFICERS = ("un@example.org", "deux@example.org")
AUDITOR = "controle@example.org"
JUDGES = ("juge1@example.org", "juge2@example.org", "juge3@example.org")


@pytest.fixture(scope="module")
def people(site, loaded):
    """A certified professional with a number, two officers, three others."""
    now = datetime.now(UTC)
    with site.app.app_context():
        db = current_session()
        claire = confirmed(db, CLAIRE)
        numbered(db, claire, now=now)
        certified(db, loaded, claire, now=now)
        for email in (*OFFICERS, *JUDGES, AUDITOR):
            confirmed(db, email, Role.OFFICER)
        db.commit()


@pytest.fixture
def enter(open_browser):
    def entered(email):
        page = open_browser(**PHONE)
        page.goto("/connexion")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.get_by_role("heading", level=1).wait_for()
        return page

    return entered


def state(site):
    with site.app.app_context():
        db = current_session()
        holder = db.scalars(select(Person).where(Person.email == CLAIRE)).one()
        label = db.scalars(select(Label).where(Label.person_id == holder.id)).one()
        return label.state, label.reference


def declare(page, practice, check):
    page.goto(f"/mon-label/pratiques/{practice}")
    check(page)
    page.fill("#declaration", "Une affiche et une fiche d’accueil.")
    page.fill("#done_on", datetime.now(UTC).date().isoformat())
    page.set_input_files("#proof", {"name": "affiche.png", "mimeType": "image/png", "buffer": PICTURE})
    page.check("#no_patient")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Pratiques numériques").wait_for()


def vote(page, reference, decision, check, *, seat=None):
    page.goto(f"/labels/{reference}")
    check(page)
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


def answer(page, check):
    page.goto("/mon-label/reponse")
    check(page)
    page.fill("#text", "Je n’étais pas à ce poste ce jour-là.")
    page.get_by_role("button", name="Envoyer ma réponse").click()
    page.wait_for_load_state()


@pytest.mark.usefixtures("people")
def test_a_label_from_its_application_to_its_appeal(site, enter, check):
    claire = enter(CLAIRE)
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
    for practice in ("inform_patient", "cyber_hygiene", "inclusion_referral", "mssante", "dmp"):
        declare(claire, practice, check)
    claire.goto("/mon-label/charte")
    check(claire)
    claire.fill("#interests", "aucun")
    claire.check("#accepts")
    claire.check("#accepts_public")
    claire.get_by_role("button", name="Signer").click()
    claire.get_by_role("button", name="Envoyer mon dossier").click()
    claire.get_by_text("Vous n’avez rien à faire").wait_for()
    check(claire)

    # Two officers, each in a browser of their own; one in twenty is drawn for an audit, and then a third looks at it first.
    _state, reference = state(site)
    one, two = (enter(email) for email in OFFICERS)
    one.goto("/labels/")
    check(one)
    one.get_by_role("link", name=reference).first.click()
    one.get_by_role("button", name="Prendre ce dossier").click()
    one.wait_for_load_state()
    if one.get_by_role("heading", name="Contrôle des pièces").count():
        auditor = enter(AUDITOR)
        auditor.goto(f"/labels/{reference}")
        auditor.get_by_role("button", name="Enregistrer le contrôle").click()
        auditor.wait_for_load_state()
    vote(one, reference, "award:criteria-met", check)
    vote(two, reference, "award:criteria-met", check)

    claire.goto("/mon-label/")
    claire.get_by_role("heading", name="Votre label est actif").wait_for()
    check(claire)
    claire.get_by_role("link", name="Voir ce que l’on voit").click()
    claire.get_by_text("Sage-femme").first.wait_for()
    check(claire)
    public = claire.url

    # A notice, an answer, a suspension that whoever checks the label reads without its reason.
    announce(one, reference, "Envoyer un avis de suspension", "fraud-inquiry")
    claire.goto("/mon-label/")
    check(claire)
    answer(claire, check)
    vote(one, reference, "suspend:fraud-inquiry", check)
    vote(two, reference, "suspend:fraud-inquiry", check)
    claire.goto(public)
    check(claire)
    assert "signalement" not in claire.content()
    claire.get_by_role("heading", name=re.compile("Suspendu", re.IGNORECASE)).first.wait_for()

    # A revocation, and an appeal before three others, which brings the label back.
    announce(one, reference, "Envoyer un avis de retrait", "fraud-proven")
    answer(claire, check)
    vote(one, reference, "revoke:fraud-proven", check)
    vote(two, reference, "revoke:fraud-proven", check)
    claire.goto("/mon-label/")
    check(claire)
    claire.get_by_role("link", name=re.compile("Faire appel")).click()
    check(claire)
    claire.fill("#text", "Les dates ne sont pas les bonnes.")
    claire.get_by_role("button", name="Envoyer mon appel").click()
    claire.get_by_text("Trois autres personnes jugent votre appel").wait_for()
    check(claire)
    for email, seat in zip(JUDGES, ("user", "peer", "independent"), strict=True):
        judge = enter(email)
        vote(judge, reference, "overturn:facts", check, seat=seat)

    assert state(site)[0] == "reinstated"
    claire.goto(public)
    check(claire)
