"""Answering in a browser: whatever type is on screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.serving import Site


def answer_anything(page: Page) -> None:
    """Give some answer of the right shape, send it, and wait for the page that follows."""
    with page.expect_navigation():
        _answer(page)


def _answer(page: Page) -> None:
    # Counting waits for nothing: a page on its way in would look like another type of question.
    page.get_by_role("button", name="Je passe").wait_for()
    if page.locator(".window").count():
        page.get_by_role("button", name="J’ai terminé").click()
        return
    if page.locator(".answers input[type=radio]").count():
        page.locator(".answers .answer").first.click()
    elif page.locator(".answers input[type=checkbox]").count():
        wanted = int(re.search(r"\d+", page.locator(".answers legend").inner_text())[0])
        for place in range(wanted):
            page.locator(".answers input[type=checkbox]").nth(place).check()
    elif page.locator("input[name=text]").count():
        page.fill("input[name=text]", "15")
    elif page.locator(".rank").count():
        for rank, choice in enumerate(page.locator(".rank select").all(), 1):
            choice.select_option(str(rank))
    else:
        for place, choice in enumerate(page.locator(".pair select").all(), 1):
            choice.select_option(str(place))
    page.get_by_role("button", name="Valider").click()


def answer_to_the_end(page: Page) -> None:
    """Answer anything until the result."""
    while "/resultat" not in page.url:
        answer_anything(page)


def answer_right_to_the_end(page: Page, site: Site) -> None:
    """Answer rightly until the result, by the same requests as a browser's, with this browser's cookie."""
    from tests.web.answering import fields_for, on_screen  # noqa: PLC0415 (its imports need the application)
    from tests.web.visitor import Page as Read  # noqa: PLC0415 (idem)

    while "/resultat" not in page.url:
        item, seed = on_screen(site.app, Read(status=200, path=page.url.removeprefix(site.origin), html=""))
        for name, value in fields_for(item, seed=seed).items():
            _fill(page, name, value)
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("Valider|J’ai terminé")).click()


def _fill(page: Page, name: str, value: object) -> None:
    if page.locator(f'input[role=switch][name="{name}"]').count():
        page.locator(f'input[name="{name}"]').set_checked(bool(value))
        return
    values = value if isinstance(value, list) else [value]
    for one in values:
        option = page.locator(f'input[name="{name}"][value="{one}"]')
        if option.count():
            option.check()
        elif page.locator(f'select[name="{name}"]').count():
            page.select_option(f'select[name="{name}"]', str(one))
        else:
            page.fill(f'input[name="{name}"]', str(one))
