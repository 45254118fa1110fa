"""One simulation of each kind of screen that is shipped, done by keyboard alone; `make walk` does them all."""

import pytest

from quizzes.items import Simulation
from tests.browser.test_pages import SCREENS as SIZES
from tests.browser.walk import AUTHOR, WAYS, walk
from tests.browser.walking import Walker

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def one_of_each(bank):
    """The first of each kind, in the order of identifiers: open or reserved."""
    found = {}
    for item in sorted(bank.items.values(), key=lambda one: one.id):
        if isinstance(item, Simulation):
            found.setdefault(item.screen.kind, item)
    return found


@pytest.fixture(scope="module")
def author(site):
    site.make_author(AUTHOR)
    return AUTHOR


def test_each_kind_is_left_right_on_a_phone_without_javascript(open_browser, author, one_of_each):
    walker = Walker(open_browser(**WAYS["phone"]))
    walker.enter(author)

    faults = {item.id: walk(walker, item, with_axe=False, picture=None) for item in one_of_each.values()}

    assert len(faults) >= 12
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("screen", SIZES.values(), ids=SIZES)
def test_each_kind_is_well_made(open_browser, author, one_of_each, check, screen):
    """Every kind is looked at once, each screen of ours takes its turn; `make walk` lets axe look at all."""
    walker = Walker(open_browser(**screen))
    walker.enter(author)

    for item in list(one_of_each.values())[list(SIZES.values()).index(screen) :: len(SIZES)]:
        walker.show(item)
        check(walker.page)


class TestAFaultIsSeen:
    def test_when_the_screen_is_left_wrong(self, open_browser, author, one_of_each, monkeypatch):
        walker = Walker(open_browser())
        walker.enter(author)
        item = one_of_each["settings"]
        monkeypatch.setattr(walker, "_set", lambda *_: None)

        [fault] = walk(walker, item, with_axe=False, picture=None)

        assert fault.startswith("not graded right: ")

    def test_when_a_control_cannot_be_reached(self, open_browser, author, one_of_each):
        page = open_browser()
        page.route("**/contenu/questions/*", lambda route: _without_focus(route))  # noqa: PLW0108 (Playwright marks the function given)
        walker = Walker(page)
        walker.enter(author)

        faults = walk(walker, one_of_each["mailbox"], with_axe=False, picture=None)

        assert any(fault.startswith("the keyboard never reaches") for fault in faults)


def _without_focus(route):
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('type="radio"', 'type="radio" tabindex="-1"'))
