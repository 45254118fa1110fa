"""A PDF received: its hash is compared, the file stays; only on demand is it sent."""

import hashlib
from datetime import timedelta

import pytest

from app.certification.models import HandedOutFile
from app.database import current_session
from app.web import limiter
from tests.builders import NOW
from tests.services.register_builders import registered

pytestmark = pytest.mark.browser

ROWS = {
    "valid": ({}, {}, "Valable", "Personne ne l’a retiré"),
    "demonstration": (
        {},
        {"demonstration": True},
        "Valable, mais c’est une démonstration",
        "ne prouve rien sur personne",
    ),
    "expired": ({}, {"valid_until": NOW + timedelta(days=1)}, "Expiré", "24 novembre 2026"),
    "revoked": ({"status": "revoked", "status_changed_at": NOW}, {}, "Retiré", "retiré le 23 novembre 2026"),
    "closed": ({"is_shared": False}, {}, "Non confirmé", "a fermé la vérification"),
    "closed and revoked": (
        {"is_shared": False, "status": "revoked", "status_changed_at": NOW},
        {},
        "Retiré",
        "retiré le 23 novembre 2026",
    ),
}


def pdf(name):
    return b"%PDF-1.7\n% " + name.encode()


@pytest.fixture(scope="module")
def handed_out(site):
    """Files that we remember having handed out, whatever is in them: the register knows them by their hash."""
    loaded = site.app.extensions["numericite.resources"]
    with site.app.app_context():
        db = current_session()
        for number, (name, (row, stated, *_)) in enumerate(ROWS.items(), start=1):
            made = registered(db, loaded, number=number, row=row, **stated)
            digest = hashlib.sha256(pdf(name)).hexdigest()
            db.add(HandedOutFile(certificate_id=made.id, sha256=digest, made_at=NOW))
        db.commit()


@pytest.fixture
def employer(open_browser, site, handed_out):
    """A page that remembers what it sent."""
    with site.app.app_context():
        limiter.reset()
    page = open_browser()
    page.sent = []
    page.on("request", lambda request: page.sent.append((request.method, request.url.removeprefix(site.origin))))
    page.goto("/verifier")
    return page


def give(page, data, name="attestation.pdf"):
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "application/pdf", "buffer": data})
    page.get_by_role("button", name="Contrôler ce PDF").click()
    answer = page.locator("[data-answer] > *").first
    answer.wait_for()
    return page.locator("[data-answer]").inner_text()


def uploads(page):
    return [address for method, address in page.sent if method == "POST"]


@pytest.mark.parametrize("name", ROWS)
def test_a_file_that_we_handed_out_is_told_without_leaving(employer, check, name):
    *_, word, sentence = ROWS[name]

    told = give(employer, pdf(name))

    assert word in told
    assert sentence in told
    assert ("Maëlys" in told) is ("closed" not in name)
    is_authentic = name in ("valid", "demonstration", "expired", "revoked")
    assert ("Document authentique, identité non vérifiée." in told.splitlines()) is is_authentic
    assert uploads(employer) == []
    assert ("GET", f"/api/v1/documents/{hashlib.sha256(pdf(name)).hexdigest()}") in employer.sent
    check(employer)


def test_the_whole_answer_is_one_link_away(employer):
    give(employer, pdf("valid"))

    employer.get_by_role("link", name="Lire ce que dit le document").click()

    employer.wait_for_url("**/c/*")
    assert employer.locator("h1").inner_text() == "Valable"


def test_an_unknown_file_is_sent_on_demand_only(employer, check):
    told = give(employer, pdf("nobody's"))
    assert "n’est pas l’un de ceux que nous avons remis" in told
    assert uploads(employer) == []
    check(employer)

    employer.get_by_role("button", name="Envoyer le fichier").click()

    employer.wait_for_url("**/verifier/pdf")
    assert uploads(employer) == ["/verifier/pdf"]


def test_a_receipt_of_the_file_is_made_on_demand_only_and_what_goes_with_it_is_said(employer, check):
    employer.get_by_text("Garder une preuve de ce contrôle").click()
    assert employer.get_by_text("il faut nous envoyer le fichier").is_visible()
    check(employer)
    give(employer, pdf("valid"))
    assert uploads(employer) == []

    with employer.expect_download() as download:
        employer.get_by_role("button", name="télécharger un reçu").click()

    assert download.value.suggested_filename.startswith("recu-")
    assert uploads(employer) == ["/verifier/pdf/recu"]


REFUSED = {
    "no PDF": (b"PK\3\4 a letter", "n’est pas un PDF"),
    "empty": (b"", "n’est pas un PDF"),
    "too large": (b"%PDF-" + bytes(5 * 1024 * 1024), "bien plus gros"),
}


@pytest.mark.parametrize(("data", "sentence"), REFUSED.values(), ids=REFUSED)
def test_a_refused_file_is_told_why_and_nothing_is_asked(employer, data, sentence):
    assert sentence in give(employer, data)
    assert not any("/documents/" in address for _method, address in employer.sent)
    assert uploads(employer) == []


def test_without_a_network_nothing_is_sent(employer):
    employer.context.set_offline(True)

    assert "n’a pas été envoyé" in give(employer, pdf("valid"))


def test_too_many_tries_are_told_as_such(employer):
    for _ in range(60):
        employer.request.get(f"/api/v1/documents/{'0' * 64}")

    assert "Trop d’essais" in give(employer, pdf("valid"))


def test_another_file_takes_the_answer_away(employer):
    give(employer, pdf("valid"))

    employer.set_input_files(
        "input[type=file]", {"name": "b.pdf", "mimeType": "application/pdf", "buffer": pdf("other")}
    )

    assert employer.locator("[data-answer] > *").count() == 0


def test_no_file_is_told_by_the_server(employer):
    employer.get_by_role("button", name="Contrôler ce PDF").click()

    employer.get_by_text("Choisissez le fichier PDF").first.wait_for()


def test_by_keyboard_alone(employer):
    employer.locator("input[type=file]").focus()
    employer.set_input_files(
        "input[type=file]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf("valid")}
    )

    employer.keyboard.press("Tab")
    employer.keyboard.press("Enter")

    employer.locator("[data-answer] .verdict").wait_for()


def test_dropped_it_is_checked_at_once(employer):
    employer.evaluate(
        """(text) => {
          const carried = new DataTransfer();
          carried.items.add(new File([text], "a.pdf", { type: "application/pdf" }));
          document.querySelector("input[type=file]").dispatchEvent(new DragEvent("drop", { dataTransfer: carried, cancelable: true, bubbles: true }));
        }""",
        pdf("valid").decode(),
    )

    employer.locator("[data-answer] .verdict").wait_for()


def test_without_javascript_the_file_is_sent_as_before(open_browser, handed_out):
    page = open_browser(java_script_enabled=False)
    page.goto("/verifier")
    page.set_input_files("input[type=file]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": pdf("valid")})

    page.get_by_role("button", name="Contrôler ce PDF").click()

    assert page.locator("h1").inner_text() == "Valable"


def test_a_list_that_has_to_wait_is_sent_again_by_itself_and_nothing_is_lost(employer):
    refusals = iter([{"status": 429, "headers": {"Retry-After": "1"}, "body": ""}])

    def answer(route):
        refused = next(refusals, None) if route.request.method == "POST" else None
        route.fulfill(**refused) if refused else route.continue_()

    employer.goto("/verifier/liste")
    employer.route("**/verifier/liste", answer)
    employer.set_input_files(
        "#sheet", {"name": "liste.csv", "mimeType": "text/csv", "buffer": b"code\n0000000000000000\n"}
    )

    with employer.expect_download() as waited:
        employer.get_by_role("button", name="Contrôler la liste").click()
        employer.get_by_text("l’envoi repart tout seul vers").wait_for()

    assert "inconnu" in waited.value.path().read_text(encoding="utf-8-sig")
    assert uploads(employer) == ["/verifier/liste"] * 2
    employer.get_by_text("C’est fait").wait_for()
