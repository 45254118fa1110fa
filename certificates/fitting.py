"""On how many lines a name falls."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from fontTools.ttLib import TTFont

#: What stays together on a line: a line may end at a space or after a hyphen.
_PART = re.compile(r"[^\s\-‐]*[\-‐]|[^\s\-‐]+|\s+")
#: What the layout leaves at the end of a line at most, where this count and its own differ.
_DOUBT = 0.96


@lru_cache(maxsize=1)
def _advances() -> tuple[dict[int, int], int]:
    """Return the advance of each character of the bold face, and units per em."""
    with files("certificates").joinpath("fonts", "ahn-latin-700.ttf").open("rb") as file:
        font = TTFont(file)
        widths = font["hmtx"].metrics
        return {code: widths[name][0] for code, name in font.getBestCmap().items()}, font["head"].unitsPerEm


def lines_taken(text: str, *, width: float, size: float) -> int:
    """Return on how many lines a text falls at its full size; a character of another face counts as a wide one.

    Args:
        width, size: In points.
    """
    room, lines, used = width * _DOUBT, 1, 0.0
    for part in _PART.findall(text):
        needed = _width(part, size=size)
        if used and used + needed > room:
            if part.isspace():  # one at the end of a line takes no room
                continue
            lines, used = lines + 1, 0.0
        # A part that is longer than a line is broken where the line ends.
        lines += int((used + needed) / room)
        used = (used + needed) % room
    return lines


def _width(text: str, *, size: float) -> float:
    advances, units = _advances()
    return sum(advances.get(ord(sign), units) for sign in text) / units * size
