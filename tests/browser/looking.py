"""What is wrong with the page on screen: axe's rules, and what scrolls sideways."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[list[object]]:
    """Return the rules of axe that the page breaks, with the first elements that do."""
    page.wait_for_load_state("load")
    # Through the debugger, so that the page's own policy for scripts stays as strict as it is.
    page.evaluate(AXE)
    found: list[list[object]] = page.evaluate(
        "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html).slice(0, 3)])"
    )
    return found


def scrolls_sideways(page: Page) -> bool:
    """Tell whether something is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
