"""A simulation done as somebody without a mouse does it, to its right state, with everything that stood in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizzes.items import right_state
from quizzes.presentation import present
from tests.services.accounts_builders import PASSWORD
from tests.web.answering import state_fields

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from quizzes.items import Simulation
    from quizzes.shown_screen import ShownControl

#: More stops than any page has.
_STOPS = 60
_DONE = "main form button[type=submit]:not([name])"
#: What can be asked of the element that has the focus; read through the debugger, with or without the page's scripts.
_FOCUSED = """
([selector, what]) => {
  const one = document.activeElement;
  if (!one || !one.matches(selector)) return null;
  if (what === 'reached') return true;
  if (what === 'outlined') return getComputedStyle(one).outlineStyle !== 'none';
  if (what === 'in sight') {
    const box = one.getBoundingClientRect();
    const task = document.querySelector('.task-long ~ .task-again, .task:not(.task-long)');
    const shade = task && getComputedStyle(task).position === 'sticky' ? task.getBoundingClientRect().bottom : 0;
    return box.top >= shade - 1 && box.bottom <= innerHeight + 1;
  }
  if (what === 'place') {
    const radios = [...document.querySelectorAll(`input[name="${one.name}"]`)];
    return [radios.indexOf(one), radios.findIndex(radio => radio.checked)];
  }
  if (what === 'option') return one.selectedIndex;
  return one.type === 'checkbox' ? one.checked : one.value;
}
"""


class Walker:
    """Somebody at a keyboard, signed in as an author, before one simulation after another.

    Args:
        language: In which the pages are read.
    """

    def __init__(self, page: Page, *, language: str = "fr") -> None:
        self.page, self.language = page, language
        self.faults: list[str] = []

    def enter(self, email: str) -> None:
        """Sign in as an author, whom the site knows already."""
        self.page.goto(f"/connexion?lang={self.language}")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.locator("main form button[type=submit]").click()

    def show(self, item: Simulation) -> None:
        """Open the page on which an author sees the item as a person does."""
        self.page.goto(f"/administration/contenu/questions/{item.id}?lang={self.language}")

    def do(self, item: Simulation) -> list[str]:
        """Leave the screen as it should be, by keyboard alone; return what went wrong, nothing when it is graded right."""
        self.faults = []
        screen = present(item, language=self.language, seed=0).screen
        assert screen is not None
        wanted = state_fields(item, right_state(item.screen))
        self.page.keyboard.press("Tab")  # the link that skips what comes before the page's own matter
        self.page.keyboard.press("Enter")
        for control in screen.controls:
            self._set(control, wanted[f"etat-{control.id}"])
        if self._tab_to(_DONE, "the button that ends"):
            with self.page.expect_navigation():
                self.page.keyboard.press("Enter")
            if not self.page.locator("#corrige .badge.tone-good").count():
                told = " ".join(self.page.locator("#corrige, .field-error").all_inner_texts())
                self.faults.append(f"not graded right: {' '.join(told.split()) or 'nothing is told'}")
        return self.faults

    def _set(self, control: ShownControl, value: object) -> None:
        name = f"etat-{control.id}"
        selector = f"input[name={name}]" if control.kind == "choices" else f"#{name}"
        if not self._tab_to(selector, control.label):
            return
        for what, said in (
            ("outlined", "shows no focus"),
            ("in sight", "is hidden, or below the window, with the focus on it"),
        ):
            if not self._focused(selector, what):
                self.faults.append(f"« {control.label} » {said}")
        match control.kind:
            case "switch":
                self._switch(selector, wanted=bool(value))
            case "choices":
                self._choose(selector, str(value), control)
            case "menu":
                self._pick(selector, str(value))
            case _:
                self.page.keyboard.type(str(value))
        self._check(selector, str(value), control)

    def _switch(self, selector: str, *, wanted: bool) -> None:
        if self._focused(selector, "value") is not wanted:
            self.page.keyboard.press("Space")

    def _choose(self, selector: str, value: str, control: ShownControl) -> None:
        if not value:
            return
        target = [choice.id for choice in control.choices].index(value)
        place, chosen = self._focused(selector, "place")
        if place == target != chosen:
            self.page.keyboard.press("Space")
        for _ in range(abs(target - place)):
            self.page.keyboard.press("ArrowDown" if target > place else "ArrowUp")

    def _pick(self, selector: str, value: str) -> None:
        target = self.page.locator(f'{selector} option[value="{value}"]').evaluate("option => option.index")
        place = self._focused(selector, "option")
        for _ in range(abs(target - place)):
            self.page.keyboard.press("ArrowDown" if target > place else "ArrowUp")

    def _check(self, selector: str, value: str, control: ShownControl) -> None:
        """Read the control back: a gesture that did nothing is told where it happened."""
        if control.kind == "switch":
            return
        chosen = f"{selector}:checked" if control.kind == "choices" else selector
        found = self.page.locator(chosen)
        left = found.input_value() if found.count() else ""
        if left != value:
            self.faults.append(f"« {control.label} » is left at “{left}”, not “{value}”")

    def _tab_to(self, selector: str, name: str) -> bool:
        for _ in range(_STOPS):
            if self._focused(selector, "reached"):
                return True
            self.page.keyboard.press("Tab")
        self.faults.append(f"the keyboard never reaches « {name} »")
        return False

    def _focused(self, selector: str, what: str):
        return self.page.evaluate(_FOCUSED, [selector, what])
