"""A real Chromium against a real server on this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.looking import scrolls_sideways, violations
from tests.browser.serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from quizzes.bank import Bank
    from tests.browser.serving import Site


@pytest.fixture(scope="module")
def bank(loaded) -> Bank:
    """The shipped bank; a module of tests may serve another."""
    return loaded.bank


@pytest.fixture(scope="module")
def site(tmp_path_factory, loaded, bank) -> Iterator[Site]:
    """The application served by threads, on SQLite, with a port of its own."""
    with serve(tmp_path_factory.mktemp("site"), replace(loaded, bank=bank)) as running:
        yield running


@pytest.fixture(scope="package")
def browser(chromium) -> Iterator[Browser]:
    """One for all these tests of a worker: starting it takes a second of processor. It is gone before others want a loop of their own."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-quic"])
        yield running
        running.close()


@pytest.fixture
def open_browser(browser, site):
    """Open a browser of one's own: its language, size, theme, with or without JavaScript."""
    contexts: list[BrowserContext] = []

    def opened(**options: object) -> Page:
        # A worker still filling its cache when its browser is closed would leave files open in the server.
        usual = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}, "service_workers": "block"}
        given = {**usual, "base_url": site.origin, **options}
        context = browser.new_context(**given)
        context.set_default_timeout(8000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def check():
    """Return a check of the page on screen: axe finds nothing, and nothing scrolls sideways."""

    def checked(page: Page) -> None:
        found = violations(page)
        assert found == [], f"{page.url}: {found}"
        assert not scrolls_sideways(page), f"{page.url} scrolls sideways"

    return checked
