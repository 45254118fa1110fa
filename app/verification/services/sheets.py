"""A list of codes and names that somebody drops: read apart, checked line by line, given back. Nothing of it is kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.errors import UnreadableSheetError
from app.sheets import apart
from app.sheets.reader import MOST_ROWS
from certificates.reference import normalise_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.verification.services.verdicts import Verdict

MOST_LINES = MOST_ROWS - 1

_CODES = {"code", "code de verification", "verification code", "certificat", "attestation", "lien", "link"}
_NAMES = {
    "nom",
    "name",
    "nom complet",
    "full name",
    "nom et prenom",
    "prenom et nom",
    "nom prenom",
    "prenom nom",
    "last name",
    "family name",
    "surname",
    "nom de famille",
    "titulaire",
    "holder",
}
_FIRST_NAMES = {"prenom", "prenoms", "first name", "given name"}
#: What may stand between the words of a heading.
_BETWEEN = re.compile(r"[\s,/&+()]+")
#: Lines that may stand above the headings: whose list it is, a date.
_MOST_TITLES = 10
_APOSTROPHES = str.maketrans("’ʼ‘`´", "'''''")
_APART = re.compile(r"[\s\-‐‑–'.,;]+")


class NameMatch(StrEnum):
    """How a name written by somebody else compares with the one on the document."""

    YES = "yes"
    CLOSE = "close"
    NO = "no"
    NOT_SHOWN = "not-shown"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One line of the list."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A list as it was read.

    Args:
        kind: `xlsx` or `csv`: it is given back as it came.
    """

    kind: str
    lines: tuple[SheetLine, ...]


def read_apart(data: bytes) -> Sheet:
    """Read a list in a process of its own, bounded in time, processor and memory.

    Raises:
        UnreadableSheetError: No list of codes was found in it; its reason says why.
    """
    found = apart.read_rows(data)
    return Sheet(kind=found.kind, lines=_lines(found.rows))


def compare(written: str, verdict: Verdict) -> NameMatch:
    """Compare a name with the one that a verdict tells: close is the same words but for accents, case, order, hyphens."""
    if not written.strip():
        return NameMatch.NOT_ASKED
    if verdict.credential is None or not verdict.tells_name:
        return NameMatch.NOT_SHOWN
    told = verdict.credential.holder_name
    if _as_written(written) == _as_written(told):
        return NameMatch.YES
    return NameMatch.CLOSE if _words(written) == _words(told) else NameMatch.NO


def _as_written(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).translate(_APOSTROPHES).split())


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _words(name: str) -> list[str]:
    return sorted(word for word in _APART.split(_plain(name)) if word)


def _lines(rows: Sequence[Sequence[str]]) -> tuple[SheetLine, ...]:
    """Find the columns by their headings, on the first line or below a title, or by a first line that holds a code already."""
    named = [[_heading(cell) for cell in row] for row in rows[:_MOST_TITLES]]
    top = next((place for place, headings in enumerate(named) if not _CODES.isdisjoint(headings)), None)
    if top is None:
        code = next((place for place, cell in enumerate(rows[0]) if normalise_code(cell)), -1)
        names, body = [place for place in range(len(rows[0])) if place != code][:1], rows
    else:
        headings = named[top]
        code = next(place for place, heading in enumerate(headings) if heading in _CODES)
        names = [place for place, heading in enumerate(headings) if heading in _FIRST_NAMES]
        names += [place for place, heading in enumerate(headings) if heading in _NAMES]
        body = rows[top + 1 :]
    if code < 0:
        raise UnreadableSheetError("no-code-column")
    if not body:
        raise UnreadableSheetError("empty-sheet")
    if len(body) > MOST_LINES:
        raise UnreadableSheetError("too-many-lines")
    return tuple(
        SheetLine(code=_at(row, code), name=" ".join(filter(None, (_at(row, place) for place in names))))
        for row in body
    )


def _heading(cell: str) -> str:
    """Return a heading as the sets above write it: "Nom, prénom" and "NOM / PRÉNOM" are one."""
    return " ".join(_BETWEEN.split(_plain(cell))).strip()


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""
