"""The badge that a professional puts on a page of theirs: a small SVG that says what the register says, on the day it is fetched.

It holds no script, no font and no name. Colour is for a label in force; every other state is grey and says its word, so nobody has
to take it down: it turns grey by itself. The day is written on it, so that a picture of it betrays its age.
"""

from __future__ import annotations

from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING

from certificates.dates import told
from certificates.drawing import TEAL, step_shapes

if TYPE_CHECKING:
    from datetime import date

WIDTH, HEIGHT = 320, 96
_PAPER, _INK, _SOFT, _GREY = "#FBFAF7", "#16213A", "#51607A", "#5F6675"
_GOOD, _WARN = "#1E7A3C", "#8A5A00"
_SIGNS = {
    "good": "M3 9.5l4.5 4.5L16 5",
    "warn": "M9.5 4v7M9.5 14.5v.5",
    "grey": "M4 9.5h11",
}
_TITLE = {"fr": "Label numéricité", "en": "Numéricité label"}
_DEMONSTRATION = {"fr": "Démonstration, sans valeur", "en": "Demonstration, of no value"}
_ON = {"fr": "le", "en": "on"}
#: A word longer than this is written smaller: fonts differ from one machine to the next.
_SHORT = 14


class Tone(StrEnum):
    """How a state is drawn."""

    GOOD = "good"
    WARN = "warn"
    GREY = "grey"


def draw(*, word: str, tone: Tone, number: str, on: date, language: str, is_demonstration: bool) -> str:
    """Return the SVG document.

    Args:
        word: The state, in the language.
        number: As printed; empty where the register has no such label.
        on: The day of the check, in Paris.
        language: "fr" or "en".
        is_demonstration: Whether the label stands for nobody; said instead of the label's name.
    """
    colour = {Tone.GOOD: _GOOD, Tone.WARN: _WARN, Tone.GREY: _GREY}[tone]
    steps = step_shapes(60, 54, 0 if tone is Tone.GREY else 4, gap=5, line=2)
    if tone is Tone.GREY:
        steps = steps.replace(TEAL, _GREY)
    title = _DEMONSTRATION[language] if is_demonstration else _TITLE[language]
    day = f"{_ON[language]} {told(on, language)}"
    last = f"{number} · {told(on, language)}" if number else told(on, language)
    size = 17 if len(word) <= _SHORT else 13
    label = escape(f"{title} {number}: {word}, {day}" if language == "en" else f"{title} {number} : {word}, {day}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-label="{label}" lang="{language}" font-family="system-ui, sans-serif">'
        f"<title>{label}</title>"
        f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="12" fill="{_PAPER}" stroke="{colour}" stroke-width="2"/>'
        f'<g transform="translate(16 21)">{steps}</g>'
        f'<text x="90" y="34" font-size="{13 if is_demonstration else 17}" font-weight="600" fill="{_INK}">{escape(title)}</text>'
        f'<path transform="translate(90 43)" d="{_SIGNS[tone]}" fill="none" stroke="{colour}" stroke-width="3" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
        f'<text x="114" y="58" font-size="{size}" font-weight="700" fill="{colour}">{escape(word)}</text>'
        f'<text x="90" y="80" font-size="11" fill="{_SOFT}">{escape(last)}</text>'
        "</svg>"
    )
