"""The compiled page: a kind of certificate is laid out once, then each one writes only what is its own.

What it cannot draw exactly as the ordinary page does, it leaves to it: `print` returns None for another script, a mark that
is moved, a name that is too wide, an address of another form. Which way a certificate goes depends on its statement alone,
so the same statement gives the same bytes wherever it is printed.
"""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from certificates import document, qr, seal
from certificates.checkpoint import TreeHead
from certificates.claims import achievement_text
from certificates.compiled_page import take_apart
from certificates.credential import LEVELS
from certificates.dates import MONTHS
from certificates.filling import Face, Filler, Layout, Varying
from certificates.pdf_tail import Told
from certificates.reference import ALPHABET
from certificates.shaping import CannotCompileError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pydyf

    from certificates.cms import Container
    from certificates.compiled_page import CompiledPage
    from certificates.credential import Credential
    from certificates.document import DrawnFace

#: The families that a name may be drawn with, in the order of the style sheet: scripts whose signs stand alone.
_FAMILIES = ("AH", "AHX", "NG", "NC", "NV")
_LATIN = ("AH", "AHX", "NV")
_TOGETHER = frozenset((("NG",), ("NC",), *(one for size in (1, 2, 3) for one in combinations(_LATIN, size))))
#: Of these a certificate brings the glyphs of its own name alone.
_OWN = ("AHX", "NV")
_BOLD, _REGULAR = 700, 400
#: Two letters that a face may draw as one.
_LIGATURES = ("ff", "fi", "fl", "ffi", "ffl", "fj", "tt", "ft")
_HEXADECIMAL = "0123456789abcdef"
#: Stands for any head where a kind is laid out: it is told from all other lines, and has each digit.
_HEAD = TreeHead(size=7_654_322, root=bytes.fromhex("0123456789abcdef" * 4))
_MAXIMUM_KINDS = 64


@dataclass(frozen=True, slots=True)
class Kind:
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
        self._printers: dict[Kind, _Printer | None] = {}
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
            kind = kind_of(credential, families, is_broken=is_broken, is_logged=head is not None)
            printer = self._printer(kind, credential)
            try:
                data = printer.print(credential, token, code=code, head=head) if printer else None
            except CannotCompileError:
                return None
            if data is not None:
                return data
        return None

    def _printer(self, kind: Kind, credential: Credential) -> _Printer | None:
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


def kind_of(credential: Credential, families: tuple[str, ...], *, is_broken: bool, is_logged: bool) -> Kind:
    one = credential
    labels = (one.kind, one.assurance, one.name_verified, one.provisional, one.demonstration, one.origin)
    framework = (one.framework_code, one.framework_version, one.framework_title)
    areas = tuple((area.area_id, area.title) for area in one.areas)
    return Kind((*labels, *framework, areas), families, is_broken, is_logged)


class _Printer:
    """Prints the certificates of one kind."""

    def __init__(self, kind: Kind, credential: Credential, *, container: Container, issuer: str) -> None:
        self._issuer = issuer
        self._filler = Filler(compile_layout(kind, credential, container=container, issuer=issuer), container)

    def print(self, credential: Credential, token: str, *, code: qr.Drawn, head: TreeHead | None) -> bytes | None:
        """Return the file; None when a line does not fit its place."""
        return self._filler.fill(varying(credential, token, issuer=self._issuer, head=head), code=code)


def varying(credential: Credential, token: str, *, issuer: str, head: TreeHead | None) -> Varying:
    """Return what one certificate says that others of its kind say otherwise."""
    told = Told(
        title=document.title_of(credential),
        author=issuer,
        producer=document.PRODUCER,
        at=credential.issued_at,
        alternative=document.code_alternative(credential.check_url),
        token=token.encode("ascii"),
        shared=achievement_text(credential),
    )
    ranks = (_rank(credential.level), *[_rank(area.level) for area in credential.areas])
    return Varying(document.varying_lines(credential, head), ranks, told)


def compile_layout(kind: Kind, credential: Credential, *, container: Container, issuer: str) -> Layout:
    """Lay one kind out and take the page apart.

    Raises:
        CannotCompileError: The page is not made as compiling it expects.
    """
    signs = [_specimen(family) for family in kind.families]
    model = _model(credential, name="".join(signs) + signs[-1] * (26 if kind.is_broken else 1))
    head = _HEAD if kind.is_logged else None
    lines = document.varying_lines(model, head)
    found: list[CompiledPage] = []
    faces: dict[tuple[str, int], Face] = {}

    def finish(pdf: pydyf.PDF, drawn: Sequence[DrawnFace]) -> None:
        signature = seal.add_field(pdf, container, at=model.issued_at)
        sentinels = [text.replace("\u00a0", " ") for text in lines.values()]
        by_key = {one.key: one for one in drawn}
        own = [by_key[family, _BOLD].resource for family in kind.families if family in _OWN]
        areas = len(model.areas)
        found.append(take_apart(pdf, drawn, signature=signature, sentinels=sentinels, areas=areas, own_faces=own))
        for key, file in document.font_files().items():
            if key in by_key:
                one, data = by_key[key], document.font_data(file)
                faces[key] = Face(resource=one.resource, data=data, widths=one.widths)

    sheets = [_at_rank(model, rank) for rank in range(len(LEVELS) + 1)]
    document.render_sheets(sheets, alphabets=_alphabets(kind.families), issuer=issuer, head=head, finish=finish)
    [page] = found
    return Layout(
        page=page,
        lines={name: page.lines[text.replace("\u00a0", " ")] for name, text in lines.items()},
        faces=tuple(faces.values()),
        name_faces=tuple([faces[family, _BOLD].resource for family in kind.families]),
        name_pixels=document.NAME_PIXELS,
        is_broken=kind.is_broken,
        claim=lines["claim"],
        title=document.title_of(model),
        day=model.issued_at.date().isoformat(),
    )


def _rank(level: str | None) -> int:
    return LEVELS.index(level) + 1 if level else 0


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


def _specimen(family: str) -> str:
    """Return a wide capital that this family draws, and no other before it: an A, whatever it bears, where there is one."""
    drawn_by = _families_of_characters()
    capitals = [sign for sign in _alphabet(family) if sign.isupper() and drawn_by[sign] == family]
    return next((sign for sign in capitals if unicodedata.normalize("NFD", sign)[0] == "A"), capitals[0])


def _is_of_names(sign: str) -> bool:
    return unicodedata.category(sign) in ("Lu", "Ll", "Lt", "Lo") or sign in "'’-‐‑.·"
