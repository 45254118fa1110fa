"""A real Chromium against a real server on this machine."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from app.access import Role
from app.accounts.services import people
from app.database import current_session
from tests.conftest import _make, make_settings
from tests.services.accounts_builders import NOW, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

    from quizzes.bank import Bank

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")


class Site:
    """The server and what only its owner can see: letters, and the desk's first administrator."""

    def __init__(self, app: Flask, origin: str) -> None:
        self.app, self.origin = app, origin

    def last_letter(self) -> str:
        """Deliver what is due and return the text of the newest letter."""
        self.app.extensions["numericite.outbox"].turn()
        newest = max(self.app.extensions["numericite.resources"].settings.mail_directory.glob("*.eml"))
        return str(message_from_bytes(newest.read_bytes(), policy=policy.default).get_content())

    def last_link(self) -> str:
        return re.search(r"http://\S+", self.last_letter())[0]

    def make_administrator(self, email: str) -> None:
        with self.app.app_context():
            db = current_session()
            person = people.create_account(
                db, email=email, password=PASSWORD, is_fifteen=True, language="fr", guest_id=None, now=NOW
            )
            people.grant_role(db, person_id=person.id, role=Role.ADMINISTRATOR, actor_id=None, now=NOW)
            db.commit()


@pytest.fixture(scope="module")
def bank(loaded) -> Bank:
    """The shipped bank; a module of tests may serve another."""
    return loaded.bank


@pytest.fixture(scope="module")
def site(tmp_path_factory, instance, loaded, bank) -> Iterator[Site]:
    """The application served by threads, on SQLite, with a port of its own."""
    directory = tmp_path_factory.mktemp("site")
    (directory / "keys").symlink_to(instance / "keys")
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    origin = f"http://127.0.0.1:{server.server_port}"
    settings = make_settings(directory, PUBLIC_URL=origin)
    issuer = type(loaded.issuer)(name=loaded.issuer.name, url=origin, email=loaded.issuer.email)
    own = replace(loaded, settings=settings, issuer=issuer, bank=bank)
    app = _make(settings, own)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(app, origin)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-quic"])
        yield running
        running.close()


@pytest.fixture
def open_browser(browser, site):
    """Open a browser of one's own: its language, size, theme, with or without JavaScript."""
    contexts: list[BrowserContext] = []

    def opened(**options: object) -> Page:
        given = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}, "base_url": site.origin, **options}
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
        page.wait_for_load_state("load")
        # Through the debugger, so that the page's own policy for scripts stays as strict as it is.
        page.evaluate(AXE)
        found = page.evaluate(
            "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html).slice(0, 3)])"
        )
        assert found == [], f"{page.url}: {found}"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{page.url} scrolls sideways"
        )

    return checked
