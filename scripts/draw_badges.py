"""Draw the badges as PNG from their SVG, with Chromium; needed only when `certificates/badge.py` changes."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks import _chromium
from certificates import badge, baking

COLOURS = 64


def main() -> None:
    """Write one PNG per design."""
    badge.FOLDER.mkdir(exist_ok=True)
    for former in badge.FOLDER.glob("*.png"):
        former.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium.find(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": badge.SIDE, "height": badge.SIDE})
        for design in badge.designs():
            page.set_content(f"<style>body{{margin:0}}</style>{badge.draw(design)}")
            image = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
            packed = io.BytesIO()
            image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(packed, "PNG", optimize=True)
            data = baking.add_text(packed.getvalue(), badge.SOURCE, badge.digest(design))
            (badge.FOLDER / f"{design.name}.png").write_bytes(data)
        browser.close()


if __name__ == "__main__":
    main()
