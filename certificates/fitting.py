"""On how many lines a name falls."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from fontTools.ttLib import TTFont


@lru_cache(maxsize=1)
def _advances() -> tuple[dict[int, int], int]:
    """Return the advance of each character of the bold face, and units per em."""
    with files("certificates").joinpath("fonts", "ahn-latin-700.ttf").open("rb") as file:
        font = TTFont(file)
        widths = font["hmtx"].metrics
        return {code: widths[name][0] for code, name in font.getBestCmap().items()}, font["head"].unitsPerEm


def lines_taken(text: str, *, width: float, size: float) -> int:
    """Return on how many lines a name falls at its full size; a character of another face counts as a wide one.

    Args:
        width, size: In points.
    """
    advances, units = _advances()
    needed = sum(advances.get(ord(sign), units) for sign in text) / units * size
    return int(needed / (width * 0.96)) + 1
