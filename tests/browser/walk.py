"""Every simulation of the shipped content, and of CONTENT_DIRS, walked in a real Chromium; one line a fault.

`python -m tests.browser.walk [ID…] [--pictures DIRECTORY]`: an ID is an item's, or the beginning of some (CIT, CIT-4.1). Each simulation is done
to its right state by keyboard alone, twice: on a phone without JavaScript, and on a desk with it, where axe looks too. Exit status 1 if
anything stood in the way.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from playwright.sync_api import Error, sync_playwright

from app import resources
from benchmarks import _chromium
from certificates.key_store import create_key_ring
from quizzes.items import Simulation
from tests.browser.looking import scrolls_sideways, violations
from tests.browser.serving import serve
from tests.browser.walking import Walker
from tests.builders import NOW
from tests.conftest import PASSPHRASE, make_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Page

    from tests.browser.serving import Site

#: How the screens are looked at: with axe where scripts run.
WAYS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False},
    "desk": {"viewport": {"width": 1280, "height": 900}},
}
AUTHOR = "auteur@example.com"


def walk(walker: Walker, item: Simulation, *, with_axe: bool, picture: Path | None) -> list[str]:
    """Look at one simulation, do it, and return what went wrong."""
    walker.show(item)
    page = walker.page
    faults = _looks(page, "as found", with_axe=with_axe)
    if picture is not None:
        page.screenshot(path=picture, full_page=True)
    return [*faults, *walker.do(item), *_looks(page, "answered", with_axe=with_axe)]


def _looks(page: Page, when: str, *, with_axe: bool) -> list[str]:
    faults = [f"{when}: scrolls sideways"] if scrolls_sideways(page) else []
    return faults + [f"{when}: axe: {one}" for one in (violations(page) if with_axe else [])]


def _walk_all(browser: Browser, site: Site, items: Sequence[Simulation], way: str, options: argparse.Namespace) -> int:
    context = browser.new_context(base_url=site.origin, locale=f"{options.language}-FR", **WAYS[way])
    context.set_default_timeout(20_000)
    walker = Walker(context.new_page(), language=options.language)
    walker.enter(AUTHOR)
    count = 0
    for item in items:
        picture = options.pictures and options.pictures / f"{item.screen.kind}.{item.id}.{way}.png"
        try:
            faults = walk(walker, item, with_axe=way == "desk", picture=picture)
        except Error as error:
            faults = [f"the browser stopped: {error.message.splitlines()[0]}"]
        for fault in faults:
            print(f"{item.id} ({way}): {fault}", flush=True)  # noqa: T201 (its output)
        count += len(faults)
    context.close()
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="make walk", description="Walk simulations by keyboard in a real Chromium.")
    parser.add_argument("ids", nargs="*", help="identifiers, or their beginnings; none: everything")
    parser.add_argument("--language", choices=["fr", "en"], default="fr")
    parser.add_argument("--pictures", type=Path, help="a directory for a picture of each screen as it is found")
    options = parser.parse_args(arguments)
    chromium = _chromium.find()
    if chromium is None:
        parser.error("chromium is not installed")
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        base, own = Path(temporary) / "base", Path(temporary) / "site"
        base.mkdir()
        own.mkdir()
        create_key_ring(base / "keys", PASSPHRASE, now=NOW, organisation="Organisme de test")
        loaded = resources.load(make_settings(base, CONTENT_DIRS=os.environ.get("CONTENT_DIRS", "")))
        wanted = tuple(options.ids or [""])
        simulations = [one for one in loaded.bank.items.values() if isinstance(one, Simulation)]
        items = sorted((one for one in simulations if one.id.startswith(wanted)), key=lambda one: one.id)
        if not items:
            parser.error("no simulation has such an identifier")
        with serve(own, loaded) as site, sync_playwright() as playwright:
            site.make_author(AUTHOR)
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-quic"])
            count = sum(_walk_all(browser, site, items, way, options) for way in WAYS)
            browser.close()
    print(f"{len(items)} simulations, {' and '.join(WAYS)}: {count or 'no'} fault{'s' if count > 1 else ''}")  # noqa: T201 (its output)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
