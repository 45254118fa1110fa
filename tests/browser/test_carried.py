"""The page of a code, with what its QR code carries: online the register first, offline only what is known."""

import base64
import re
from datetime import datetime, timedelta

import pytest

from app.web import limiter
from certificates.algorithms import base64url
from certificates.compact import compact
from tests.browser.papers import paper, path_of
from tests.builders import NOW, credential, token_key

pytestmark = pytest.mark.browser

NAME = "Maëlys Tama’ehu"
NEVER_REGISTERED = 999


@pytest.fixture(scope="module")
def papers(site):
    """Paths and fragments, by what they are."""
    ended = NOW + timedelta(days=1)
    return {
        "valid": paper(site, 1),
        "other": paper(site, 2),
        "demonstration": paper(site, 3, demonstration=True),
        "revoked": paper(site, 4, row={"status": "revoked", "status_changed_at": NOW}),
        "superseded": paper(site, 9, row={"status": "superseded", "status_changed_at": NOW}),
        "expired": paper(site, 5, valid_until=ended),
        "long name": paper(site, 6, holder_name="Marie-Philomène " * 4),
        "closed": paper(site, 7, row={"is_shared": False}),
        "supervised": paper(site, 8, kind="certificate", assurance="A2", name_verified=True, provisional=False),
    }


@pytest.fixture(autouse=True)
def _many_visitors(site):
    """Each test is a visitor of its own."""
    with site.app.app_context():
        limiter.reset()


def flipped(text, place):
    """The fragment with one bit of the byte at this place changed."""
    data = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    data[place] ^= 1
    return base64url(bytes(data))


#: From a good fragment to a bad one; what the page says of it; the headline where there is no network.
BAD = {
    "cut short": (lambda text: text[:-9], "Il manque la fin", "À scanner de nouveau"),
    "followed by a byte": (lambda text: text + "AAAA", "n’est pas écrit comme nous", "Ne vous y fiez pas"),
    "not base64url": (lambda _text: "%20", "n’est pas écrit comme nous", "Ne vous y fiez pas"),
    "tag changed": (lambda text: flipped(text, 0), "n’est pas écrit comme nous", "Ne vous y fiez pas"),
    "algorithm changed": (lambda text: flipped(text, 6), "n’est pas écrit comme nous", "Ne vous y fiez pas"),
    "key changed": (lambda text: flipped(text, 10), "une clé que nous ne publions pas", "Non confirmé"),
    "payload changed": (lambda text: flipped(text, 80), "n’est pas la nôtre", "Ne vous y fiez pas"),
    "signature changed": (lambda text: flipped(text, -1), "n’est pas la nôtre", "Ne vous y fiez pas"),
    "a stranger's": (
        lambda _text: base64url(compact(credential(), token_key(99))),
        "une clé que nous ne publions pas",
        "Non confirmé",
    ),
}


class TestOnline:
    def test_the_register_speaks_first_and_the_paper_is_compared(self, open_browser, papers, check):
        path, text = papers["valid"]
        page = open_browser()

        page.goto(f"{path}#{text}")

        page.get_by_text("La signature du QR code est la nôtre").wait_for()
        assert page.locator("h1").inner_text() == "Valable"
        page.locator("[data-carried] summary").click()
        told = page.locator("[data-carried]").inner_text()
        assert NAME in told
        assert "22 novembre 2026" in told
        assert "A1" in told
        assert "S’informer avec esprit critique\N{NO-BREAK SPACE}: Autonomie" in told
        check(page)

    @pytest.mark.parametrize(("spoil", "sentence", "_headline"), BAD.values(), ids=BAD)
    def test_what_is_wrong_is_said_and_the_register_still_prevails(
        self, open_browser, papers, spoil, sentence, _headline
    ):
        path, text = papers["valid"]
        page = open_browser()

        page.goto(f"{path}#{spoil(text)}")

        page.locator("[data-carried]").get_by_text(sentence).wait_for()
        assert page.locator("h1").inner_text() == "Valable"
        assert NAME not in page.locator("[data-carried]").inner_text()

    def test_another_document_s_fragment_is_refused(self, open_browser, papers):
        page = open_browser()

        page.goto(f"{papers['valid'][0]}#{papers['other'][1]}")

        page.get_by_text("deux documents ont été mêlés").wait_for()

    def test_of_a_withdrawn_document_no_level_is_told(self, open_browser, papers):
        path, text = papers["revoked"]
        page = open_browser()

        page.goto(f"{path}#{text}")

        page.get_by_text("La signature du QR code est la nôtre").wait_for()
        assert page.locator("h1").inner_text() == "Retiré"
        assert "Par domaine" not in page.locator("main").inner_text()

    def test_of_a_replaced_document_no_name_is_told_with_a_network_or_without(self, open_browser, cut_off, papers):
        """It may be a name that somebody has left behind, and the paper still carries it."""
        path, text = papers["superseded"]
        page = open_browser()

        page.goto(f"{path}#{text}")

        page.get_by_text("La signature du QR code est la nôtre").wait_for()
        assert page.locator("h1").inner_text() == "Remplacé"
        page.locator("[data-carried] summary").click()
        assert NAME not in page.locator("main").inner_text()
        assert page.locator("[data-carried] [data-slot=code]").count() == 1

        offline = cut_off(path)
        arrive(offline, f"{path}#{text}")
        assert headline(offline)[0] == "Remplacé"
        assert NAME not in offline.locator("main").inner_text()

    def test_a_closed_link_stays_closed(self, open_browser, papers):
        path, text = papers["closed"]
        page = open_browser()

        page.goto(f"{path}#{text}")

        page.get_by_text("La signature du QR code est la nôtre").wait_for()
        assert page.locator("h1").inner_text() == "Inconnu"

    def test_a_name_too_long_to_be_carried(self, open_browser, papers):
        path, text = papers["long name"]
        page = open_browser()

        page.goto(f"{path}#{text}")

        page.locator("[data-carried] summary").click()
        page.get_by_text("trop long pour ce QR code").wait_for()

    def test_a_place_of_the_page_is_no_fragment(self, open_browser, papers):
        path, text = papers["valid"]
        page = open_browser()
        page.goto(f"{path}#{text}")
        page.get_by_text("La signature du QR code est la nôtre").wait_for()

        page.evaluate("location.hash = 'contenu'")

        assert page.get_by_text("La signature du QR code est la nôtre").is_visible()

    def test_in_english_the_fragment_follows(self, open_browser, papers):
        path, text = papers["supervised"]
        page = open_browser(locale="fr-FR")
        page.goto(f"{path}#{text}")

        page.locator("a[hreflang=en]").first.click()

        page.get_by_text("The signature of the QR code is ours").wait_for()
        page.locator("[data-carried] summary").click()
        assert "Certificate, supervised test" in page.locator("[data-carried]").inner_text()

    def test_without_javascript_the_page_is_whole(self, open_browser, papers):
        path, text = papers["valid"]
        page = open_browser(java_script_enabled=False)

        page.goto(f"{path}#{text}")

        assert page.locator("h1").inner_text() == "Valable"
        assert not page.locator("[data-carried]").is_visible()

    def test_nothing_of_the_fragment_reaches_the_server(self, open_browser, papers, site, monkeypatch):
        heard, answer = [], site.app.wsgi_app

        def listening(environ, start_response):
            heard.append(repr(environ) + repr(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))))
            return answer(environ, start_response)

        monkeypatch.setattr(site.app, "wsgi_app", listening)
        path, text = papers["valid"]
        page = open_browser(service_workers="allow")
        page.goto(f"{path}#{text}")
        ready(page)
        page.goto("/verifier")
        page.goto(f"{path}#{text}")
        page.get_by_text("La signature du QR code est la nôtre").wait_for()

        assert any(path in one for one in heard)
        assert any("/service-worker.js" in one for one in heard)
        assert not any(text[at : at + 12] in one for one in heard for at in range(0, len(text) - 12, 12))


def ready(page, language="fr"):
    """Wait until the worker keeps what it must, and serves this browser's pages of codes."""
    page.evaluate(
        """async (language) => {
          await navigator.serviceWorker.ready;
          const shell = () => caches.match("/verifier/hors-ligne", { ignoreVary: true });
          while (!navigator.serviceWorker.controller || (await shell())?.headers.get("Content-Language") !== language)
            await new Promise((later) => setTimeout(later, 50));
        }""",
        language,
    )


@pytest.fixture
def cut_off(open_browser):
    """Open a browser that saw these pages, then lost the network."""

    def opened(path, language="fr"):
        page = open_browser(service_workers="allow")
        page.goto(path)
        ready(page, language)
        page.context.set_offline(True)
        return page

    return opened


def arrive(page, address):
    """Open an address as a camera does: on a page of its own."""
    page.goto("about:blank")
    page.goto(address)


def headline(page):
    page.locator("[data-headline] h1").filter(has_not_text=re.compile("Sans réseau|Without")).wait_for()
    place = page.locator("[data-headline]")
    return place.locator("h1").inner_text(), place.get_attribute("class"), place.locator("p").last.inner_text()


def first_line(page):
    """What the headline says before everything else, if it says two things."""
    said = page.locator("[data-headline] p").all_inner_texts()
    return said[0] if len(said) > 1 else None


#: What is said without a network of a document seen so a moment ago.
SEEN = {
    "revoked": ("Retiré", "tone-bad"),
    "expired": ("Expiré", "tone-warn"),
    "demonstration": ("Valable, mais c’est une démonstration", "tone-warn"),
    "closed": ("Non confirmé", "tone-warn"),
}


class TestOffline:
    def test_a_status_seen_a_moment_ago_is_green_with_its_hour(self, cut_off, papers, check):
        path, text = papers["valid"]
        page = cut_off(path)

        arrive(page, f"{path}#{text}")

        heading, tone, told = headline(page)
        assert (heading, tone) == ("Valable", "verdict tone-good")
        assert str(datetime.now().year) in told  # noqa: DTZ005 (the browser's own clock)
        assert NAME in page.locator("[data-carried]").inner_text()
        assert page.title().startswith("Valable")
        check(page)

    @pytest.mark.parametrize("minutes", [5, 60 * 24, -5], ids=["a ttl later", "a day later", "clock set back"])
    def test_a_status_that_is_no_longer_fresh_is_never_green(self, cut_off, papers, minutes):
        path, text = papers["valid"]
        page = cut_off(path)
        page.clock.set_fixed_time(datetime.now().astimezone() + timedelta(minutes=minutes))

        arrive(page, f"{path}#{text}")

        heading, tone, told = headline(page)
        assert (heading, tone) == ("Non confirmé", "verdict tone-warn")
        assert "Dernier état vu sur cet appareil" in told
        assert "valable" in told

    def test_a_status_never_seen_cannot_be_confirmed(self, cut_off, papers):
        path, text = papers["other"]
        page = cut_off(papers["valid"][0])

        arrive(page, f"{path}#{text}")

        heading, tone, told = headline(page)
        assert (heading, tone) == ("Non confirmé", "verdict tone-warn")
        assert "jamais vu" in told
        assert NAME in page.locator("[data-carried]").inner_text()

    @pytest.mark.parametrize(("which", "expected"), SEEN.items(), ids=SEEN)
    def test_what_was_seen_is_said_again(self, cut_off, papers, which, expected):
        path, text = papers[which]
        page = cut_off(path)

        arrive(page, f"{path}#{text}")

        assert headline(page)[:2] == (expected[0], f"verdict {expected[1]}")

    @pytest.mark.parametrize("which", ["valid", "demonstration", "expired", "closed", "revoked"])
    def test_its_first_line_says_that_nobody_checked_the_identity(self, cut_off, papers, which):
        path, text = papers[which]
        page = cut_off(path)

        arrive(page, f"{path}#{text}")

        headline(page)
        assert first_line(page) == "Document authentique, identité non vérifiée."

    def test_of_what_was_not_read_nothing_is_called_authentic(self, cut_off, papers):
        path, _text = papers["valid"]
        page = cut_off(path)

        arrive(page, path)

        headline(page)
        assert first_line(page) is None

    def test_nor_of_what_a_stolen_key_may_have_made(self, cut_off, papers):
        path, text = papers["revoked"]
        page = cut_off(path)
        page.evaluate(
            """() => {
                const seen = JSON.parse(localStorage.getItem("numericite.seen"));
                for (const one of Object.values(seen)) one[2] = 0;
                localStorage.setItem("numericite.seen", JSON.stringify(seen));
            }"""
        )

        arrive(page, f"{path}#{text}")

        assert headline(page)[0] == "Retiré"
        assert first_line(page) is None

    def test_dates_that_are_over_need_no_status(self, cut_off, papers):
        path, text = papers["expired"]
        page = cut_off(papers["valid"][0])

        arrive(page, f"{path}#{text}")

        heading, _tone, told = headline(page)
        assert heading == "Expiré"
        assert "24 novembre 2026" in told

    def test_without_a_fragment_nothing_is_green(self, cut_off, papers):
        path, _text = papers["valid"]
        page = cut_off(path)

        arrive(page, path)

        assert headline(page)[:2] == ("Non confirmé", "verdict tone-warn")

    def test_every_bad_fragment_has_its_sentence_and_none_is_green(self, cut_off, papers):
        path, text = papers["valid"]
        page = cut_off(path)

        for name, (spoil, sentence, expected) in BAD.items():
            arrive(page, f"{path}#{spoil(text)}")
            heading, tone, told = headline(page)
            assert heading == expected, name
            assert sentence in told, name
            assert first_line(page) is None, name
            assert "tone-good" not in tone, name
            assert not page.locator("[data-carried]").is_visible(), name

    def test_in_the_language_last_read(self, cut_off, papers):
        path, text = papers["valid"]
        page = cut_off(f"{path}?lang=en", language="en")
        arrive(page, f"{path}#{text}")

        assert headline(page)[0] == "Valid"
        assert first_line(page) == "Authentic document, identity not verified."

    def test_no_page_but_those_of_codes_is_kept(self, cut_off, papers):
        page = cut_off(papers["valid"][0])

        with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
            page.goto("/connexion")


class TestKept:
    def test_nothing_that_names_or_finds_anybody(self, open_browser, papers):
        path, text = papers["valid"]
        page = open_browser(service_workers="allow")
        page.goto(f"{path}#{text}")
        ready(page)

        kept = page.evaluate(
            """async () => {
              const found = [JSON.stringify(localStorage)];
              for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request, {ignoreVary: true})).text());
              }
              return found.join("\\n");
            }"""
        )

        assert "/verifier/hors-ligne" in kept
        assert "Maëlys" not in kept
        assert path.removeprefix("/c/") not in kept
        assert path.removeprefix("/c/").replace("-", "") not in kept
        assert text[:20] not in kept

    def test_a_shared_computer_keeps_nothing_and_leaving_wipes_the_rest(self, open_browser, papers):
        page = open_browser(service_workers="allow")
        page.goto(papers["valid"][0])
        ready(page)
        page.goto("/evaluations/CIT/positionnement")
        page.locator("input[name=shared_computer]").check()
        page.locator("main form button[type=submit]").click()
        page.goto(papers["other"][0])
        assert page.evaluate("Object.keys(JSON.parse(localStorage['numericite.seen'])).length") == 1

        page.goto("/evaluations/CIT/positionnement")
        page.locator("main form button[type=submit]").click()
        page.get_by_role("link", name="Pause").click()
        page.get_by_role("button", name="Effacer mes traces").click()

        page.goto("/verifier")
        assert page.evaluate("localStorage.length") == 0
        assert page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
        assert page.evaluate("async () => (await caches.keys()).length") == 0

    def test_a_button_erases_it(self, open_browser, papers):
        page = open_browser(service_workers="allow")
        page.goto(papers["valid"][0])
        ready(page)
        page.goto("/verifier/hors-ligne")

        page.get_by_role("button", name="Effacer de cet appareil").click()

        page.get_by_text("C’est effacé").wait_for()
        assert page.evaluate("localStorage.length") == 0
        assert page.evaluate("async () => (await caches.keys()).length") == 0


def test_the_page_without_a_network_is_accessible(open_browser, check):
    page = open_browser(viewport={"width": 320, "height": 640})

    page.goto(f"/verifier/hors-ligne#{path_of(NEVER_REGISTERED)[3:]}")

    check(page)
