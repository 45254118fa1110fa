"""The compiled page: a kind of certificate is laid out once, then each one writes only what is its own.

What it cannot draw exactly as the ordinary page does, it leaves to it: `print` returns None for another script, a mark that
is moved, a name that is too wide, an address of another form. Which way a certificate goes depends on its statement alone,
so the same statement gives the same bytes wherever it is printed.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from certificates import deflated, document, qr, seal
from certificates.checkpoint import TreeHead
from certificates.claims import achievement_text
from certificates.compiled_page import take_apart
from certificates.credential import LEVELS
from certificates.dates import MONTHS
from certificates.pdf_tail import Metadata, Tail, Told
from certificates.reference import ALPHABET
from certificates.shaping import UNITS, CannotCompileError, SpacedLine, Typeface, number, set_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pydyf

    from certificates.cms import Container
    from certificates.compiled_page import CompiledPage, Line
    from certificates.credential import Credential
    from certificates.deflated import Piece
    from certificates.document import DrawnFace
    from certificates.shaping import Set

#: The families that a name may be drawn with, in the order of the style sheet: scripts whose signs stand alone.
_FAMILIES = ("AH", "AHX", "NG", "NC")
_TOGETHER = frozenset((("AH",), ("AHX",), ("AH", "AHX"), ("NG",), ("NC",)))
_BOLD, _REGULAR = 700, 400
#: Two letters that a face may draw as one.
_LIGATURES = ("ff", "fi", "fl", "ffi", "ffl", "fj", "tt", "ft")
_HEXADECIMAL = "0123456789abcdef"
#: Between the letters of a line, of its size, as the style sheet says.
_SPACING = {"name": -0.006, "claim": -0.006, "code": 0.045}
_SHARED_LINES = ("issued_fr", "issued_en", "how_fr", "how_en")
_LOG_LINES = ("log_fr", "log_en")
#: Up to its first digit a line of the log says what all of them say.
_DIGIT = re.compile("[0-9]")
#: Stands for any head where a kind is laid out: it is told from all other lines, and has each digit.
_HEAD = TreeHead(size=7_654_322, root=bytes.fromhex("0123456789abcdef" * 4))
#: What a person adds to the page is short, and like the lines before it.
_CONTENT_LEVEL = 1
#: How near to the end of its line a name may come, in pixels: nearer, the ordinary page decides where it breaks.
_DOUBT = 0.5
#: A space, of the size, at most: the one after a name counts for nothing where the line ends.
_SPACE = 0.25
_MAXIMUM_KINDS = 64
_MAXIMUM_KNOWN = 4096


@dataclass(frozen=True, slots=True)
class _Kind:
    """All that changes what certificates share: two that agree on it begin alike."""

    labels: tuple[object, ...]
    families: tuple[str, ...]
    is_broken: bool
    is_logged: bool


class Compiler:
    """Prints what it can for one key and issuer.

    Args:
        container: Seals.
        issuer: Name of who signs.
    """

    def __init__(self, container: Container, *, issuer: str) -> None:
        self._container, self._issuer = container, issuer
        self._printers: dict[_Kind, _Printer | None] = {}
        self._lock = threading.Lock()

    def print(
        self, credential: Credential, token: str, *, check_url: str, scanned: str, head: TreeHead | None = None
    ) -> bytes | None:
        """Return the sealed PDF, the token attached; None when the ordinary page must be printed.

        Args:
            check_url: The address that is printed.
            scanned: What the QR code holds.
            head: Of the log, when this certificate was its last line.
        """
        families = families_for(credential.holder_name)
        if families is None or check_url != credential.check_url or credential.kind == "label":
            return None  # labels are few: theirs is laid out each time
        code = qr.draw(scanned)
        if code is None:
            return None
        if families != _FAMILIES[:1] and document.is_long(
            credential.holder_name
        ):  # a long Latin one does not fit anyway
            return None
        for is_broken in (False, True):
            kind = _kind(credential, families, is_broken=is_broken, is_logged=head is not None)
            printer = self._printer(kind, credential)
            try:
                data = printer.print(credential, token, code=code, head=head) if printer else None
            except CannotCompileError:
                return None
            if data is not None:
                return data
        return None

    def _printer(self, kind: _Kind, credential: Credential) -> _Printer | None:
        with self._lock:
            if kind not in self._printers:
                if len(self._printers) >= _MAXIMUM_KINDS:
                    del self._printers[next(iter(self._printers))]
                try:
                    self._printers[kind] = _Printer(kind, credential, container=self._container, issuer=self._issuer)
                except CannotCompileError:
                    self._printers[kind] = None
            return self._printers[kind]


def families_for(name: str) -> tuple[str, ...] | None:
    """Return the families that draw a name, and no other, in order; None when they cannot.

    They decide at which height a line stands; a space is drawn by the family of its neighbours.
    """
    known = _families_of_characters()
    try:
        found = {known[character] for character in name if character != " "}
    except KeyError:
        return None
    families = tuple([family for family in _FAMILIES if family in found])
    return families if families in _TOGETHER else None


@lru_cache(maxsize=1)
def _families_of_characters() -> dict[str, str]:
    """Return which family draws each sign of a name; a mark that joins another sign goes the ordinary way."""
    found = {chr(code): family for family in reversed(_FAMILIES) for code in document.characters(family, _BOLD)}
    return {sign: family for sign, family in found.items() if _is_of_names(sign)}


def _kind(credential: Credential, families: tuple[str, ...], *, is_broken: bool, is_logged: bool) -> _Kind:
    one = credential
    labels = (one.kind, one.assurance, one.name_verified, one.provisional, one.demonstration, one.origin)
    framework = (one.framework_code, one.framework_version, one.framework_title)
    areas = tuple((area.area_id, area.title) for area in one.areas)
    return _Kind((*labels, *framework, areas), families, is_broken, is_logged)


class _Printer:
    """Prints the certificates of one kind."""

    def __init__(self, kind: _Kind, credential: Credential, *, container: Container, issuer: str) -> None:
        self._is_broken, self._issuer = kind.is_broken, issuer
        signs = [next(sign for sign in _alphabet(family) if sign.isupper()) for family in kind.families]
        model = _model(credential, name="".join(signs) + signs[-1] * (26 if kind.is_broken else 1))
        self._lines, self._page, faces = self._compiled(kind, model, container)
        by_resource = {face.resource: face for face in faces.values()}
        self._types = {name: _type(line, by_resource) for name, line in self._lines.items()}
        self._name_faces = [faces[family, _BOLD] for family in kind.families]
        name_size = self._types["name"][1]
        self._name_line = SpacedLine(self._name_faces[0], size=name_size, spacing=_SPACING["name"] * name_size)
        face, size = self._types["claim"]
        claim = set_line(
            document.varying_lines(model, None)["claim"], [face], size=size, spacing=_SPACING["claim"] * size
        )
        if claim is None:
            raise CannotCompileError("claim")
        self._claim = claim
        spaced = ("code", *(_LOG_LINES if kind.is_logged else ()))
        self._spaced_lines = {which: _spaced_line(self._types[which], which) for which in spaced}
        metadata = Metadata(self._page.metadata, title=document.title_of(model), day=model.issued_at.date().isoformat())
        self._tail = Tail(self._page, metadata=metadata, container=container)
        self._drawn_code = _drawn_code(self._page)
        self._profiles: dict[tuple[int, ...], Piece] = {}
        self._known: dict[tuple[str, ...], Piece] = {}

    def print(self, credential: Credential, token: str, *, code: qr.Drawn, head: TreeHead | None) -> bytes | None:
        """Return the file; None when a line does not fit its place."""
        lines = document.varying_lines(credential, head)
        name = self._name(lines["name"])
        if name is None:
            return None
        shared = self._shared(tuple([lines[which] for which in _SHARED_LINES]))
        spaced = [self._spaced(which, lines[which]) for which in self._spaced_lines]
        ranks = (_rank(credential.level), *[_rank(area.level) for area in credential.areas])
        levels = self._levels(ranks)
        own = b"".join([name, *spaced, self._drawn_code])
        told = Told(
            title=document.title_of(credential),
            author=self._issuer,
            producer=document.PRODUCER,
            at=credential.issued_at,
            alternative=document.code_alternative(credential.check_url),
            token=token.encode("ascii"),
            shared=achievement_text(credential),
        )
        content = (levels, shared, deflated.piece(own, level=_CONTENT_LEVEL, after=shared.raw))
        return self._tail.write(told, content=content, code=code)

    def _compiled(
        self, kind: _Kind, model: Credential, container: Container
    ) -> tuple[dict[str, Line], CompiledPage, dict[tuple[str, int], Typeface]]:
        head = _HEAD if kind.is_logged else None
        lines = document.varying_lines(model, head)
        found: list[CompiledPage] = []
        faces: dict[tuple[str, int], Typeface] = {}

        def finish(pdf: pydyf.PDF, drawn: Sequence[DrawnFace]) -> None:
            signature = seal.add_field(pdf, container, at=model.issued_at)
            sentinels = [text.replace("\u00a0", " ") for text in lines.values()]
            found.append(take_apart(pdf, drawn, signature=signature, sentinels=sentinels, areas=len(model.areas)))
            by_key = {one.key: one for one in drawn}
            for key, file in document.font_files().items():
                if key in by_key:
                    one, data = by_key[key], document.font_data(file)
                    faces[key] = Typeface(resource=one.resource, data=data, widths=one.widths)

        sheets = [_at_rank(model, rank) for rank in range(len(LEVELS) + 1)]
        document.render_sheets(
            sheets, alphabets=_alphabets(kind.families), issuer=self._issuer, head=head, finish=finish
        )
        [page] = found
        return {name: page.lines[text.replace("\u00a0", " ")] for name, text in lines.items()}, page, faces

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
        if drawn is None or drawn.width - size * _SPACE > document.NAME_PIXELS - _DOUBT:
            return None
        name = place.text(drawn.operators, x=number(place.x), y=number(place.y))
        left = document.NAME_PIXELS - drawn.width - self._claim.width
        if self._is_broken:
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


def _rank(level: str | None) -> int:
    return LEVELS.index(level) + 1 if level else 0


def _type(line: Line, faces: Mapping[bytes, Typeface]) -> tuple[Typeface, float]:
    """Return the face and size of a line, as it was laid out."""
    operator = next(one for one in line.drawn.split(b"\n") if one.endswith(b" Tf"))
    resource, size, _operator = operator.split()
    return faces[resource[1:]], round(float(size) * UNITS) / UNITS


def _model(credential: Credential, *, name: str) -> Credential:
    """Return a statement of the same kind whose own lines can be told from all others."""
    moment = datetime(1999, 9, 9, 12, tzinfo=UTC)
    return replace(
        credential,
        credential_id=f"{credential.origin}/credentials/00000000-0000-4000-8000-000000000000",
        code="ZYXWVTSRQPNMKJHG",
        holder_name=name,
        items_answered=7919,
        sat_on=date(1998, 8, 8),
        issued_at=moment,
        valid_from=moment,
        valid_until=None,
        supersedes=None,
    )


def _at_rank(model: Credential, rank: int) -> Credential:
    level = LEVELS[rank - 1] if rank else None
    overall = LEVELS[0] if model.kind == "certificate" and level is None else level  # a certificate establishes one
    return replace(model, level=overall, areas=tuple(replace(area, level=level) for area in model.areas))


def _alphabets(families: Sequence[str]) -> dict[str, list[str]]:
    """Return the signs that names and dates may need, by weight."""
    signs = dict.fromkeys(sign for family in families for sign in _alphabet(family))
    dates = [*ALPHABET, "1er", *MONTHS["fr"], *MONTHS["en"]]
    return {str(_BOLD): [*signs, *_LIGATURES, *dates], str(_REGULAR): [*dates, *_HEXADECIMAL]}


def _alphabet(family: str) -> list[str]:
    """Return the signs of names that a family has."""
    return [chr(code) for code in sorted(document.characters(family, _BOLD)) if _is_of_names(chr(code))]


def _is_of_names(sign: str) -> bool:
    return unicodedata.category(sign) in ("Lu", "Ll", "Lt", "Lo") or sign in "'’-‐‑.·"
