"""The badge: one drawing per kind of result, as SVG, and as PNG made beforehand from the same drawing.

Four steps, filled up to the level established. A broken ring says that the test was not supervised, a whole one that
it was, a double one that it is a certificate. A label shows a climbing line, since it measures no level. A demonstration says so in the drawing itself. Nothing in it looks like a
State's, and nobody's name is in it: the credential baked into it names its holder.

The PNG are shipped in `badges/`, made by `scripts/draw_badges`: rendering needs a browser, showing does not. Each bears
the SHA-256 of the SVG that it was made from, so that the two cannot part unseen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from certificates.credential import LEVELS
from certificates.drawing import TEAL, climbing_line, step_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certificates.credential import Credential

FOLDER = Path(__file__).parent / "badges"
FONT = Path(__file__).parent / "fonts" / "ahn-latin-700.ttf"
SIDE = 400
#: Keyword of the tEXt chunk in which a PNG names the SVG that it was made from.
SOURCE = "Source-SHA256"

_PAPER, _PANEL, _INK, _SUN = "#FBFAF7", "#E6EFEE", "#16213A", "#F2B441"
_KINDS = (("statement", "A1"), ("statement", "A2"), ("certificate", "A2"), ("label", "A2"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a drawing depends on.

    Args:
        level: 0 (none) to 4.
    """

    kind: str
    assurance: str
    level: int
    is_demonstration: bool

    @property
    def name(self) -> str:
        """The name of its file."""
        use = "demonstration" if self.is_demonstration else "real"
        return f"{self.kind}-{self.assurance}-{self.level}-{use}".lower()


def design_of(credential: Credential) -> Design:
    """Return the design of a credential's badge."""
    return Design(
        kind=credential.kind,
        assurance=credential.assurance,
        level=0 if credential.level is None else LEVELS.index(credential.level) + 1,
        is_demonstration=credential.demonstration,
    )


def designs() -> Iterator[Design]:
    """Yield every design that a credential may ask for: a certificate always has a level, a label never."""
    for (kind, assurance), level, demonstration in product(_KINDS, range(5), (False, True)):
        if kind == "statement" or bool(level) == (kind == "certificate"):
            yield Design(kind=kind, assurance=assurance, level=level, is_demonstration=demonstration)


@lru_cache(maxsize=64)
def draw(design: Design) -> str:
    """Return the drawing as an SVG document; its texts are outlines, so it needs no font."""
    middle = SIDE / 2
    if design.kind == "label":
        steps, told, size = climbing_line(180, 118, line=10), "Label", 60
    else:
        steps = step_shapes(180, 118, design.level, gap=9, line=2.4)
        told, size = f"L{design.level}" if design.level else "–", 68
    parts = [
        f'<rect width="{SIDE}" height="{SIDE}" rx="48" fill="{_PAPER}"/>',
        f'<circle cx="{middle}" cy="{middle}" r="170" fill="{_PANEL}"/>',
        *_rings(design),
        _text("Numéricité", size=30, middle=middle, baseline=104, colour=_INK),
        f'<g transform="translate({middle - 90} 126)">{steps}</g>',
        _text(told, size=size, middle=middle, baseline=312, colour=_INK),
    ]
    if design.is_demonstration:
        parts += [
            f'<rect x="40" y="330" width="320" height="48" rx="8" fill="{_SUN}"/>',
            _text("DÉMONSTRATION", size=30, middle=middle, baseline=365, colour=_INK),
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}">'
        f"<title>{_title(design)}</title>{''.join(parts)}</svg>"
    )


def png(design: Design) -> bytes:
    """Return the drawing as PNG."""
    return (FOLDER / f"{design.name}.png").read_bytes()


def digest(design: Design) -> str:
    """Return the SHA-256 of the drawing, in hexadecimal."""
    return hashlib.sha256(draw(design).encode()).hexdigest()


def _rings(design: Design) -> Iterator[str]:
    dashes = "" if design.assurance == "A2" else ' stroke-dasharray="18 12"'
    for radius, width in ((178, 7),) if design.kind == "statement" else ((182, 7), (168, 3)):
        yield (
            f'<circle cx="{SIDE / 2}" cy="{SIDE / 2}" r="{radius}" fill="none" stroke="{TEAL}" '
            f'stroke-width="{width}"{dashes}/>'
        )


def _title(design: Design) -> str:
    level = f"niveau L{design.level}" if design.level else "aucun niveau établi"
    supervision = "test surveillé" if design.assurance == "A2" else "test non surveillé"
    if design.kind == "label":
        return "Démonstration, sans valeur. Label" if design.is_demonstration else "Label"
    what = "Certificat" if design.kind == "certificate" else "Attestation de résultat"
    told = f"{what}, {supervision}, {level}"
    return f"Démonstration, sans valeur. {told}" if design.is_demonstration else told


def _text(text: str, *, size: float, middle: float, baseline: float, colour: str) -> str:
    """Return a centred line of text as one outline."""
    glyphs, characters, units = _font()
    scale, width, outlines = size / units, 0.0, []
    for character in text:
        pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.0f}")
        glyph = glyphs[characters[ord(character)]]
        glyph.draw(pen)
        outlines.append(f'<path transform="translate({width:.0f} 0)" d="{pen.getCommands()}"/>')
        width += glyph.width
    left = middle - width * scale / 2
    return (
        f'<g fill="{colour}" transform="translate({left:.2f} {baseline}) scale({scale:.5f} {-scale:.5f})">'
        f"{''.join(outlines)}</g>"
    )


@lru_cache(maxsize=1)
def _font():  # type: ignore[no-untyped-def]  # noqa: ANN202 -- fontTools has no types.
    font = TTFont(FONT)
    return font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
