"""A compiled layout, and the one way to fill it with what a certificate says.

All that the text libraries of a machine decided is in a `Layout`, as plain data. What is added to it depends on the shaper of the
requirements and on zlib alone: a layout that is kept gives the same bytes for ever, wherever it is filled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from certificates import deflated
from certificates.pdf_tail import Metadata, Tail
from certificates.shaping import UNITS, CannotCompileError, SpacedLine, Typeface, glyphs_shown, number, set_line
from certificates.subset import FontProgram

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from certificates.cms import Container
    from certificates.compiled_page import CompiledPage, Line
    from certificates.deflated import Piece
    from certificates.pdf_tail import Told
    from certificates.qr import Drawn
    from certificates.shaping import Set

#: Between the letters of a line, of its size, as the style sheet says.
_SPACING = {"name": -0.006, "claim": -0.006, "code": 0.045}
_SHARED_LINES = ("issued_fr", "issued_en", "how_fr", "how_en")
_LOG_LINES = ("log_fr", "log_en")
#: Up to its first digit a line of the log says what all of them say.
_DIGIT = re.compile("[0-9]")
#: What a person adds to the page is short, and like the lines before it.
_CONTENT_LEVEL = 1
#: How near to the end of its line a name may come, in pixels: nearer, the ordinary page decides where it breaks.
_DOUBT = 0.5
#: A space, of the size, at most: the one after a name counts for nothing where the line ends.
_SPACE = 0.25
_MAXIMUM_KNOWN = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One face of a page: see `shaping.Typeface`."""

    resource: str
    data: bytes
    widths: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of certificate, laid out and taken apart.

    Args:
        lines: Of the page, by what varies in them.
        name_faces: Resources of the faces that a name is set in, in order.
        name_pixels: How far a name may go.
        is_broken: Whether what the name claims to be stands below it.
        claim: That claim, as it was laid out.
        title, day: Of the model, in its metadata.
    """

    page: CompiledPage
    lines: Mapping[str, Line]
    faces: Sequence[Face]
    name_faces: Sequence[str]
    name_pixels: float
    is_broken: bool
    claim: str
    title: str
    day: str


class Varying(NamedTuple):
    """What one certificate says that others of its kind say otherwise.

    Args:
        lines: As `document.varying_lines`.
        ranks: Of the overall level, then of each area; 0 for none.
    """

    lines: Mapping[str, str]
    ranks: tuple[int, ...]
    told: Told


class Filler:
    """Fills one layout.

    Args:
        container: Seals; the layout was made for its reserved bytes.

    Raises:
        CannotCompileError: The layout lacks what it needs.
    """

    def __init__(self, layout: Layout, container: Container) -> None:
        self._layout, self._lines, self._page = layout, layout.lines, layout.page
        faces = [Typeface(resource=one.resource, data=one.data, widths=one.widths) for one in layout.faces]
        by_resource = {face.resource: face for face in faces}
        self._types = {name: _type(line, by_resource) for name, line in self._lines.items()}
        self._name_faces = [by_resource[one.encode()] for one in layout.name_faces]
        name_size = self._types["name"][1]
        self._name_line = SpacedLine(self._name_faces[0], size=name_size, spacing=_SPACING["name"] * name_size)
        face, size = self._types["claim"]
        claim = set_line(layout.claim, [face], size=size, spacing=_SPACING["claim"] * size)
        if claim is None:
            raise CannotCompileError("claim")
        self._claim = claim
        spaced = [which for which in ("code", *_LOG_LINES) if which in self._lines]
        self._spaced_lines = {which: _spaced_line(self._types[which], which) for which in spaced}
        metadata = Metadata(self._page.metadata, title=layout.title, day=layout.day)
        self._tail = Tail(self._page, metadata=metadata, container=container)
        data = {one.resource: one.data for one in layout.faces}
        self._programs = {
            name.encode(): (place, FontProgram(data[name])) for name, place in self._page.programs.items()
        }
        self._drawn_code = _drawn_code(self._page)
        self._profiles: dict[tuple[int, ...], Piece] = {}
        self._known: dict[tuple[str, ...], Piece] = {}

    def fill(self, one: Varying, *, code: Drawn) -> bytes | None:
        """Return the sealed file; None when a line does not fit its place.

        Raises:
            CannotCompileError: The layout cannot draw a line.
        """
        name = self._name(one.lines["name"])
        if name is None:
            return None
        shared = self._shared(tuple([one.lines[which] for which in _SHARED_LINES]))
        spaced = [self._spaced(which, one.lines[which]) for which in self._spaced_lines]
        own = b"".join([name, *spaced, self._drawn_code])
        content = (self._levels(one.ranks), shared, deflated.piece(own, level=_CONTENT_LEVEL, after=shared.raw))
        programs = self._own_programs(name) if self._programs else {}
        return self._tail.write(one.told, content=content, code=code, programs=programs)

    def _own_programs(self, name: bytes) -> dict[int, tuple[int, bytes]]:
        """Return the programs of the faces that this certificate brings itself: only the name is set in them."""
        shown = glyphs_shown(name)
        return {place: font.deflated(shown.get(face, frozenset())) for face, (place, font) in self._programs.items()}

    def _line(self, which: str, text: str) -> bytes:
        """Return a line of one face, set as the layout set its model."""
        line, (face, size) = self._lines[which], self._types[which]
        drawn = set_line(text, [face], size=size)
        if drawn is None:
            raise CannotCompileError(which)
        return line.text(drawn.operators, x=number(line.x), y=number(line.y))

    def _name(self, text: str) -> bytes | None:
        """Return the name and what it claims to be, on the same line or below; None when they do not fall so."""
        place, size = self._lines["name"], self._types["name"][1]
        if len(self._name_faces) == 1:
            drawn: Set | None = self._name_line.set(text)
        else:
            drawn = set_line(text, self._name_faces, size=size, spacing=_SPACING["name"] * size)
        if drawn is None or drawn.width - size * _SPACE > self._layout.name_pixels - _DOUBT:
            return None
        name = place.text(drawn.operators, x=number(place.x), y=number(place.y))
        left = self._layout.name_pixels - drawn.width - self._claim.width
        if self._layout.is_broken:
            return name + self._lines["claim"].drawn if left < -_DOUBT else None
        if left < _DOUBT:
            return None
        claim = self._lines["claim"]
        return name + claim.text(self._claim.operators, x=number(place.x + drawn.width), y=number(claim.y))

    def _spaced(self, which: str, text: str) -> bytes:
        line = self._lines[which]
        digit = _DIGIT.search(text) if which in _LOG_LINES else None
        alike = digit.start() if digit else 2
        return line.text(self._spaced_lines[which].operators(text, alike=alike), x=number(line.x), y=number(line.y))

    def _shared(self, texts: tuple[str, ...]) -> Piece:
        """Return lines that many certificates have, set and compressed once."""
        known = self._known.get(texts)
        if known is None:
            if len(self._known) >= _MAXIMUM_KNOWN:
                self._known.clear()
            lines = [self._line(which, text) for which, text in zip(_SHARED_LINES, texts, strict=True)]
            known = self._known[texts] = deflated.piece(b"".join(lines))
        return known

    def _levels(self, ranks: tuple[int, ...]) -> Piece:
        """Return what opens the content and what the levels draw; profiles come back, so it is compressed once."""
        known = self._profiles.get(ranks)
        if known is None:
            if len(self._profiles) >= _MAXIMUM_KNOWN:
                self._profiles.clear()
            drawn = [owner[rank] for owner, rank in zip(self._page.levels, ranks, strict=True)]
            known = self._profiles[ranks] = deflated.piece(b"".join([self._page.frame, *drawn]), level=6)
        return known


def _spaced_line(drawn: tuple[Typeface, float], which: str) -> SpacedLine:
    face, size = drawn
    return SpacedLine(face, size=size, spacing=_SPACING.get(which, 0.0) * size)


def _drawn_code(page: CompiledPage) -> bytes:
    """Return what draws the image of the code in its place, and closes the varying content."""
    left, top, width = page.code_box
    return b"%sq\n0 0 0 rg\n%s 0 0 %s %s %s cm\n/QR Do\nQ\nEMC\nQ\n" % (
        page.code_opening,
        number(width),
        number(-width),
        number(left),
        number(top + width),
    )


def _type(line: Line, faces: Mapping[bytes, Typeface]) -> tuple[Typeface, float]:
    """Return the face and size of a line, as it was laid out."""
    operator = next(one for one in line.drawn.split(b"\n") if one.endswith(b" Tf"))
    resource, size, _operator = operator.split()
    return faces[resource[1:]], round(float(size) * UNITS) / UNITS
