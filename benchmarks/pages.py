"""Bytes transferred and requests of each first view, with an empty cache, against the budget of 70 kB and 8 requests.

Pages opened second have 15 kB.
"""

from __future__ import annotations

import argparse
import json
import re
import sys

from playwright.sync_api import sync_playwright

from benchmarks import _chromium, _instance

PORT = 8473
BUDGET_BYTES, BUDGET_REQUESTS = 70_000, 8
NEXT_BYTES = 15_000


def measure() -> dict[str, int]:
    """Return bytes and requests of each page opened first, and of pages opened second."""
    chromium = _chromium.find()
    if chromium is None:
        raise RuntimeError("chromium is not installed")
    figures: dict[str, int] = {}
    with _instance.environment(PORT) as prepared:
        _instance.flask(prepared, "demo", "people")
        code = re.search(r"/c/([0-9A-Z-]+)", _instance.flask(prepared, "demo", "journey"))
        if code is None:
            raise RuntimeError("the demonstration issued nothing")
        pages = {
            "home": "/",
            "start": "/evaluations/CIT/positionnement",
            "module": "/apprendre/modules/CIT-4.3",
            "verify": "/verifier",
            "verdict": f"/c/{code[1]}",
        }
        with _instance.served("wsgi:app", prepared, PORT), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, path in pages.items():
                figures[f"{name}_bytes"], figures[f"{name}_requests"] = _view(browser, [path])
            for name in ("module", "verify", "verdict"):
                figures[f"next_{name}_bytes"], figures[f"next_{name}_requests"] = _view(browser, ["/", pages[name]])
            browser.close()
    return figures


def _view(browser, paths: list[str]) -> tuple[int, int]:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Return bytes and requests of the last of these pages, opened in turn in a new browser."""
    context = browser.new_context()
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    seen: dict[str, int] = {}
    network.on(
        "Network.loadingFinished", lambda event: seen.update({event["requestId"]: int(event["encodedDataLength"])})
    )
    for path in paths:
        seen.clear()
        page.goto(f"http://127.0.0.1:{PORT}{path}", wait_until="networkidle")
    context.close()
    counted = [size for size in seen.values() if size]
    return sum(counted), len(counted)


def _budget(name: str) -> int:
    if not name.endswith("_bytes"):
        return BUDGET_REQUESTS
    return NEXT_BYTES if name.startswith("next_") else BUDGET_BYTES


def main() -> int:
    """Print what each page weighs; fail where the budget is passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    wants_json = parser.parse_args().json
    figures = measure()
    over = [name for name, value in figures.items() if value > _budget(name)]
    if wants_json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:18} {value}")
    if over:
        print(f"over the budget: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
