"""Candidate and invigilator at once, on telephones: an incident, a lost connection, a replaced question."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.assessments.models import RecordedAnswer
from app.database import current_session
from app.examination.models import Candidate, ExamSession, FocusLoss, Hand, Incident
from app.examination.services import sessions
from app.organisations.models import Structure
from quizzes.policy import policies
from tests.browser.answering import answer_anything
from tests.services.accounts_builders import PASSWORD, SECRET
from tests.services.examination_builders import room

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


@pytest.fixture(scope="module")
def hall(site, loaded):
    """A session whose doors are open, with one candidate enrolled; answer with its address and code."""
    now = datetime.now(UTC)
    with site.app.app_context():
        db = current_session()
        here = room(db, loaded, day=now + timedelta(hours=1), now=now)
        here.enrol(family_name="Durand", given_names="Léa", accommodations=["third_time", "breaks", "reader"])
        here.open_doors()
        db.commit()
        return f"/examens/sessions/{here.session.reference}", sessions.code_of(here.session, secret=SECRET)


def count(site, model):
    with site.app.app_context():
        return current_session().scalar(select(func.count()).select_from(model))


def test_an_examination_seen_from_both_sides(site, hall, open_browser, check):
    address, code = hall
    watcher, candidate = open_browser(**PHONE), open_browser(**PHONE)

    watcher.goto("/connexion")
    watcher.fill("#email", "surveillante@example.org")
    watcher.fill("#password", PASSWORD)
    watcher.get_by_role("button", name="Se connecter").click()
    watcher.goto(address)
    check(watcher)
    watcher.goto(f"{address}/direct")
    check(watcher)

    candidate.goto("/examens/entrer")
    check(candidate)
    candidate.fill("#code", f"{code[:4]} {code[4:]}")
    candidate.fill("#number", "1")
    candidate.get_by_role("button", name="Entrer").click()
    check(candidate)
    screen = candidate.locator(".secret").inner_text()

    watcher.get_by_role("link", name="Contrôler l’identité").click()
    check(watcher)
    watcher.select_option("#document", "passport")
    watcher.fill("#born_on", "1980-05-17")
    watcher.get_by_role("button", name="J’ai vu cette pièce").click()
    watcher.get_by_role("button", name=f"Autoriser l’écran {screen}").click()

    # The candidate's page follows by itself.
    candidate.get_by_role("heading", name="Vous pouvez commencer").wait_for(timeout=15000)
    check(candidate)
    candidate.get_by_role("button", name="Commencer").click()
    check(candidate)
    assert "80 min restantes" in candidate.locator(".time-line").inner_text()

    # A break that was arranged: the question goes, and comes back when the candidate does.
    watcher.get_by_role("button", name="Pause prévue, reste 20 min").click()
    candidate.get_by_role("heading", name="Votre pause").wait_for(timeout=15000)
    check(candidate)
    check(watcher)
    candidate.get_by_role("button", name="Je reprends").click()
    candidate.locator("input[name=item_id]").first.wait_for(state="attached")

    # A hand goes up; the invigilator sees it without asking, and another question comes.
    first = candidate.locator("input[name=item_id]").first.input_value()
    candidate.get_by_text("Lever la main sur cette question").click()
    candidate.fill("#note", "Deux réponses me semblent justes")
    candidate.get_by_role("button", name="Lever la main").click()
    candidate.get_by_text("Votre main est levée").wait_for()
    watcher.evaluate("document.activeElement.blur()")
    watcher.get_by_role("button", name="Remplacer la question").wait_for(timeout=15000)
    check(watcher)
    watcher.get_by_role("button", name="Remplacer la question").click()
    candidate.wait_for_function(
        "first => document.querySelector('input[name=item_id]')?.value !== first", arg=first, timeout=15000
    )
    assert count(site, Hand) == 1

    # The network goes away with an answer on its way; nothing is lost, nothing is doubled.
    candidate.get_by_role("button", name="Je passe").wait_for()
    second = candidate.locator("input[name=item_id]").first.input_value()
    candidate.context.set_offline(True)
    candidate.get_by_role("button", name="Je passe").click()
    candidate.wait_for_timeout(500)
    assert count(site, RecordedAnswer) == 0
    candidate.context.set_offline(False)
    candidate.goto("/examens/passage")
    assert candidate.locator("input[name=item_id]").first.input_value() == second
    answer_anything(candidate)
    assert count(site, RecordedAnswer) == 1

    # Leaving the page is noted, and changes nothing.
    with candidate.expect_response("**/passage/absences"):
        candidate.evaluate(
            "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert count(site, FocusLoss) == 1
    candidate.reload()

    # A pause takes the question off the screen by itself, and an incident is noted.
    watcher.goto(f"{address}/direct")
    watcher.select_option("#kind", "technical")
    watcher.fill("#number", "1")
    watcher.locator("textarea").fill("Coupure du réseau pendant deux minutes.")
    watcher.get_by_role("button", name="Noter").click()
    watcher.get_by_role("button", name="Pause : Léa Durand").click()
    candidate.get_by_role("heading", name="en pause").wait_for(timeout=15000)
    check(candidate)
    assert count(site, Incident) == 1
    watcher.get_by_role("button", name="Reprendre : Léa Durand").click()
    candidate.get_by_role("button", name="Je passe").wait_for(timeout=15000)

    watcher.get_by_text("Fermer la session").first.click()
    watcher.get_by_role("button", name="Fermer la session").click()
    watcher.get_by_text("a fini", exact=True).wait_for()
    check(watcher)
    candidate.get_by_role("heading", name="Votre examen est terminé").wait_for(timeout=15000)
    check(candidate)
    assert "demandez votre coupon" in candidate.inner_text("main")
    watcher.goto(f"{address}/candidats/1")
    check(watcher)
    candidate.goto("/examens/coupon")
    check(candidate)
    with site.app.app_context():
        row = current_session().scalars(select(Candidate)).one()
        assert (row.finish_reason, row.checked_name) == ("ended", "Léa Durand")


@pytest.mark.parametrize("screen", [PHONE, {"viewport": {"width": 1280, "height": 900}}], ids=["phone", "desk"])
@pytest.mark.usefixtures("hall")
def test_the_seats_of_a_planned_session_are_changed_on_its_page(site, open_browser, check, screen):
    now = datetime.now(UTC)
    with site.app.app_context():
        db = current_session()
        session = db.scalars(select(ExamSession).where(ExamSession.state == "planned")).first()
        if session is None:
            other = db.scalars(select(ExamSession)).first()
            session = sessions.plan(
                db,
                structure=db.get_one(Structure, other.structure_id),
                framework_code="PRO",
                policy=policies()["examination"],
                place="Salle 4",
                starts_at=now + timedelta(days=2),
                seats=4,
                reference="EXAMENPREVV00001",
                secret=SECRET,
                actor_id=other.created_by,
                now=now,
            )
            db.commit()
        reference = session.reference
    page = open_browser(**screen)
    page.goto("/connexion")
    page.fill("#email", "responsable@example.org")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("heading", level=1).wait_for()
    for language, button in (("fr", "Changer le nombre de places"), ("en", "Change the number of seats")):
        page.goto(f"/examens/sessions/{reference}?lang={language}")
        check(page)
        page.fill("#seats", "900")
        page.eval_on_selector("#seats", "field => { field.form.noValidate = true }")  # the server's own words
        page.get_by_role("button", name=button).click()
        page.locator("#seats[aria-invalid=true]").wait_for()
        check(page)
