"""Lines of text as PDF operators, shaped by HarfBuzz exactly as Pango and WeasyPrint set them on the ordinary page.

Lengths are CSS pixels. Pango counts in units of 1/1024 pixel, rounds each advance to one, and halves the spacing of letters
on both sides of each; WeasyPrint writes what differs from the glyph's own width, cut to whole thousandths of the size.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, NamedTuple

import uharfbuzz as hb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

UNITS = 1024
#: A face and what is shown in it; there, runs of glyphs of four digits each.
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf\n\[(.*)\] TJ")
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")


class CannotCompileError(Exception):
    """A page is not made as compiling it expects; it goes the ordinary way."""


class Set(NamedTuple):
    """A line that is set: its operators, and how far it goes in pixels."""

    operators: bytes
    width: float


class Typeface:
    """One face of a compiled page, with the glyphs that the page carries.

    Args:
        resource: Its name among the fonts of the page.
        data: The whole font file.
        widths: Of each glyph that the page carries, in thousandths of the size, as the page states them.
    """

    def __init__(self, *, resource: str, data: bytes, widths: Mapping[int, int]) -> None:
        self.resource = resource.encode()
        self._face = hb.Face(data)
        self._fonts: dict[int, hb.Font] = {}
        self.widths = dict(widths)
        self._characters = frozenset(map(chr, self._face.unicodes))

    def covers(self, text: str) -> bool:
        """Tell whether the font file has all of these characters, on the page or not."""
        return self._characters.issuperset(text)

    def shape(self, text: str, *, size: int) -> list[tuple[int, int]] | None:
        """Return glyphs and advances in units; None when the page lacks a glyph or a mark is moved from its place.

        Args:
            size: In units.
        """
        font = self._fonts.get(size)
        if font is None:
            font = self._fonts[size] = hb.Font(self._face)
            font.scale = (size, size)
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(font, buffer)
        glyphs = []
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            if info.codepoint not in self.widths or position.x_offset or position.y_offset:
                return None
            glyphs.append((info.codepoint, position.x_advance))
        return glyphs


def set_line(text: str, faces: Sequence[Typeface], *, size: float, spacing: float = 0.0) -> Set | None:
    """Set one line in the first of these faces that has each character.

    Args:
        size: In pixels.
        spacing: Between letters, in pixels; may be negative.

    Returns:
        None when the compiled page cannot draw it: it goes the ordinary way.
    """
    runs = _runs(text, faces)
    if runs is None:
        return None
    units, between = int(size * UNITS), int(spacing * UNITS)
    left = int(between / 2)
    shaped = [face.shape(run, size=units) for face, run in runs]
    written, total, last = [], 0, len(shaped) - 1
    for place, ((face, _run), glyphs) in enumerate(zip(runs, shaped, strict=True)):
        if glyphs is None:
            return None
        # Half of the space on each side of a glyph, but at both ends of the line.
        before = [left] * len(glyphs) if place else [0, *[left] * (len(glyphs) - 1)]
        after = [between - left] * len(glyphs) if place < last else [*[between - left] * (len(glyphs) - 1), 0]
        shown, advance = _shown(face, glyphs, size=units, spaces=zip(before, after, strict=True), is_last=place == last)
        written.append(b"/%s %s Tf\n[%s] TJ" % (face.resource, number(units / UNITS), shown.encode()))
        total += advance
    return Set(b"\n".join(written), total / UNITS + spacing)


def _shown(
    face: Typeface, glyphs: Sequence[tuple[int, int]], *, size: int, spaces: Iterable[tuple[int, int]], is_last: bool
) -> tuple[str, int]:
    """Return what `TJ` shows, glyphs and moves to the left, and the advance of the whole in units."""
    parts: list[str] = []
    widths, total, move, per_unit = face.widths, 0, 0.0, 1000 / size
    for (glyph, advance), (before, after) in zip(glyphs, spaces, strict=True):
        offset, width = before * UNITS / size, advance + before + after
        move -= offset
        if move:
            parts.append(f"{'>' if parts else ''}{_move(move)}<{glyph:04x}")
        else:
            parts.append(f"{glyph:04x}" if parts else f"<{glyph:04x}")
        total += width
        move = int(widths[glyph] + offset - width * per_unit)
    return "".join([*parts, ">" if is_last or not move else f">{move}"]), total


class _Pairs(dict[tuple[str, str], bytes]):
    """What the first of two letters shows; set when both are first met. The second is "" at the end of a line.

    Args:
        is_first: Whether they begin a line.
    """

    def __init__(self, shown: Callable[..., bytes], *, is_first: bool) -> None:
        super().__init__()
        self._shown, self._is_first = shown, is_first

    def __missing__(self, pair: tuple[str, str]) -> bytes:
        """Return what a pair shows, and keep it."""
        self[pair] = self._shown("".join(pair), is_first=self._is_first)
        return self[pair]


class SpacedLine:
    """Sets lines of one face where each pair of letters alone decides how far they stand apart: a pair is shaped once.

    Args:
        size, spacing: In pixels, as for `set_line`.
    """

    def __init__(self, face: Typeface, *, size: float, spacing: float) -> None:
        self._face, self._units, between = face, int(size * UNITS), int(spacing * UNITS)
        self._left = int(between / 2)
        self._right, self._spacing = between - self._left, spacing
        self._opening = b"/%s %s Tf\n[<" % (face.resource, number(self._units / UNITS))
        self._first, self._next = _Pairs(self._shown, is_first=True), _Pairs(self._shown, is_first=False)
        self._advances: dict[tuple[str, str], int] = {}
        self._beginnings: dict[str, bytes] = {}

    def set(self, text: str) -> Set:
        """Return a line that is set, as `set_line` would.

        Raises:
            CannotCompileError: The page cannot draw a pair of it, or draws it as one glyph.
        """
        pairs = list(zip_longest(text, text[1:], fillvalue=""))
        shown = [self._first[pairs[0]], *map(self._next.__getitem__, pairs[1:])]
        total = sum(map(self._advances.__getitem__, pairs)) + (len(pairs) - 1) * (self._left + self._right)
        return Set(self._opening + b"".join(shown), total / UNITS + self._spacing)

    def operators(self, text: str, *, alike: int = 2) -> bytes:
        """Return the operators of a line of two letters or more.

        Args:
            alike: How many of its letters, two or more, begin other lines too: what shows them is kept.

        Raises:
            CannotCompileError: The page cannot draw a pair of it.
        """
        beginning = self._beginnings.get(text[:alike])
        if beginning is None:
            beginning = self._beginnings[text[:alike]] = self._beginning(text[:alike])
        rest = text[alike - 1 :]
        return beginning + b"".join(map(self._next.__getitem__, zip_longest(rest, rest[1:], fillvalue="")))

    def _beginning(self, letters: str) -> bytes:
        """Return what shows all of these letters but the last, which the one after it moves."""
        first, *others = pairwise(letters)
        return b"".join([self._opening, self._first[first], *map(self._next.__getitem__, others)])

    def _shown(self, pair: str, *, is_first: bool) -> bytes:
        """Return the first glyph of a pair and the move to the second; alone, it ends the line."""
        glyphs = self._face.shape(pair, size=self._units)
        if glyphs is None or len(glyphs) != len(pair):
            raise CannotCompileError(pair)
        glyph, advance = glyphs[0]
        self._advances[pair[0], pair[1:]] = advance
        if len(pair) == 1:
            return b"%04x>] TJ" % glyph
        offset = self._left * UNITS / self._units
        width = advance + self._right + (0 if is_first else self._left)
        rest = int(self._face.widths[glyph] + (0.0 if is_first else offset) - width * (1000 / self._units))
        move = rest - offset
        return b"%04x>%s<" % (glyph, number(move)) if move else b"%04x" % glyph


@lru_cache(maxsize=4096)
def _move(value: float) -> str:
    """Write a move between glyphs, never zero: there are few."""
    return number(value).decode()


def number(value: float) -> bytes:
    """Write a number as WeasyPrint does: six decimals at most."""
    return f"{value:f}".rstrip("0").rstrip(".").encode()


def glyphs_shown(operators: bytes) -> dict[bytes, set[int]]:
    """Return the glyphs that lines show, as set here, by the resource of their face."""
    found: dict[bytes, set[int]] = {}
    for resource, shown in _SHOWN.findall(operators):
        glyphs = found.setdefault(resource, set())
        for run in _GLYPHS.findall(shown):
            glyphs.update(int(run[start : start + 4], 16) for start in range(0, len(run), 4))
    return found


def _runs(text: str, faces: Sequence[Typeface]) -> list[tuple[Typeface, str]] | None:
    """Cut a text where the face changes; None when a character has no face.

    As Pango does, a space takes the face of its neighbours, and of two the one that comes first in the list.
    """
    if faces[0].covers(text):
        return [(faces[0], text)]
    runs: list[tuple[Typeface, str]] = []
    for character in text:
        face = runs[-1][0] if character == " " else next((one for one in faces if one.covers(character)), None)
        if face is None:
            return None
        _append(runs, face, character, faces)
    return runs


def _append(runs: list[tuple[Typeface, str]], face: Typeface, character: str, faces: Sequence[Typeface]) -> None:
    """Add a character to the runs; a space that the run before ends with moves to a face that comes first."""
    if runs and runs[-1][0] is face:
        runs[-1] = (face, runs[-1][1] + character)
        return
    if runs and runs[-1][1].endswith(" ") and faces.index(face) < faces.index(runs[-1][0]):
        before, text = runs[-1]
        runs[-1] = (before, text[:-1])
        character = " " + character
    runs.append((face, character))
