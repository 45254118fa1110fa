"""Which Chromium drives the pages: Debian's build without windows where it is there, the same engine at two thirds of the processor."""

from __future__ import annotations

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")


def find() -> str | None:
    """Return the path of one; None where none is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)
