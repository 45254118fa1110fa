"""`python -m app.sheets.reader < file`: read one spreadsheet in a process of its own.

Prints one JSON object: `{"rows": [[text, …], …], "kind": "xlsx" | "csv"}`, or `{"error": code}`. Standard library only:
a workbook is a ZIP of XML, of which we want the texts of the first sheet. Document types are refused in XML, so there is
no entity to expand; sizes are bounded as they unfold.

Source: ECMA-376 (Office Open XML), part 1, 18.3 (sheets) and 18.4 (shared strings).
"""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
import sys
import zipfile
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable

#: Lines with the heading, columns, characters of a cell: more is no list of codes and names.
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 501, 40, 300
#: Octets that one part of a workbook may unfold to.
LARGEST_PART = 24 * 1024 * 1024

_CELL = re.compile(r"([A-Z]{1,3})[0-9]+")
#: What spreadsheet programs write above a list to say what stands between its cells.
_SEPARATOR = re.compile(r"\s*sep=([;,\t])[;,\t]*\r?\n", re.IGNORECASE)


class UnreadableSheetError(Exception):
    """The file is no spreadsheet that we read; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(data: bytes) -> tuple[str, list[list[str]]]:
    """Return the kind of a file and the texts of its first sheet, empty lines left out.

    Raises:
        UnreadableSheetError: `not-a-sheet`, `too-many-lines` or `empty-sheet`.
    """
    is_workbook = data.startswith(b"PK")
    rows = _workbook(data) if is_workbook else _lines(data)
    rows = [row for row in rows if any(row)]
    if not rows:
        raise UnreadableSheetError("empty-sheet")
    if len(rows) > MOST_ROWS:
        raise UnreadableSheetError("too-many-lines")
    return "xlsx" if is_workbook else "csv", rows


def _lines(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    if "\0" in text:
        raise UnreadableSheetError("not-a-sheet")
    told = _SEPARATOR.match(text)
    text = text[told.end() :] if told else text
    head = text.lstrip().partition("\n")[0]
    delimiter = told[1] if told else max(";,\t", key=head.count)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells = [_clean(cell) for cell in row[:MOST_COLUMNS]]
            if any(cells):
                rows.append(cells)
            if len(rows) > MOST_ROWS:
                raise UnreadableSheetError("too-many-lines")
    except csv.Error:
        raise UnreadableSheetError("not-a-sheet") from None
    return rows


def _decoded(data: bytes) -> str:
    codecs = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise UnreadableSheetError("not-a-sheet")


def _workbook(data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            shared = _shared(_part(archive, "xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
            return _cells(_part(archive, _first_sheet(archive)), shared)
    except (zipfile.BadZipFile, KeyError, ValueError, expat.ExpatError, RuntimeError, OSError):
        raise UnreadableSheetError("not-a-sheet") from None


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        data = part.read(LARGEST_PART + 1)
    if len(data) > LARGEST_PART:
        raise UnreadableSheetError("not-a-sheet")
    return data


def _first_sheet(archive: zipfile.ZipFile) -> str:
    wanted: list[str] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            wanted.append(next((value for key, value in attributes.items() if key.endswith(":id") or key == "id"), ""))

    def relationship(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    _parse(_part(archive, "xl/workbook.xml"), start=sheet)
    _parse(_part(archive, "xl/_rels/workbook.xml.rels"), start=relationship)
    target = targets[wanted[0]] if wanted else ""
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _parse(
    data: bytes,
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk through XML; a name is told without its prefix."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = text
    parser.Parse(data, True)


def _refuse(*_declaration: object) -> None:
    raise UnreadableSheetError("not-a-sheet")


def _shared(data: bytes) -> list[str]:
    """Return the shared strings; phonetic readings (`rPh`) are not part of them."""
    found: list[str] = []
    state = {"in": False, "phonetic": False}

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            found.append("")
        elif name == "rPh":
            state["phonetic"] = True
        elif name == "t":
            state["in"] = not state["phonetic"]

    def end(name: str) -> None:
        if name == "t":
            state["in"] = False
        elif name == "rPh":
            state["phonetic"] = False

    def text(part: str) -> None:
        if state["in"] and found:
            found[-1] = (found[-1] + part)[: LONGEST_CELL * 2]

    _parse(data, start=start, end=end, text=text)
    return found


class _Grid:
    """Gathers the texts of a sheet, cell by cell."""

    def __init__(self, shared: list[str]) -> None:
        self.rows: list[list[str]] = []
        self._shared = shared
        self._column, self._type, self._text, self._is_inside = 0, "n", "", False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            if self.rows and not any(self.rows[-1]):  # drawn, and empty: a program may write thousands of them
                self.rows.pop()
            if len(self.rows) > MOST_ROWS:
                raise UnreadableSheetError("too-many-lines")
            self.rows.append([])
        elif name == "c" and self.rows:
            place = _CELL.fullmatch(attributes.get("r", ""))
            self._column = _column(place[1]) if place else len(self.rows[-1])
            self._type, self._text = attributes.get("t", "n"), ""
        elif name in ("v", "t"):
            self._is_inside = True

    def text(self, part: str) -> None:
        if self._is_inside:
            self._text = (self._text + part)[: LONGEST_CELL * 2]

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._is_inside = False
        elif name == "c" and self.rows and self._column < MOST_COLUMNS:
            row = self.rows[-1]
            row.extend([""] * (self._column + 1 - len(row)))
            row[self._column] = _clean(self._told())

    def _told(self) -> str:
        if self._type != "s" or not self._text:
            return self._text
        place = int(self._text)
        if not 0 <= place < len(self._shared):
            raise UnreadableSheetError("not-a-sheet")
        return self._shared[place]


def _cells(data: bytes, shared: list[str]) -> list[list[str]]:
    grid = _Grid(shared)
    _parse(data, start=grid.start, end=grid.end, text=grid.text)
    return grid.rows


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _clean(cell: str) -> str:
    """Return a text on one line, bounded; a number that a spreadsheet wrote "12.0" is left as it is."""
    return " ".join(cell.split())[:LONGEST_CELL]


if __name__ == "__main__":
    try:
        kind, found = read(sys.stdin.buffer.read())
        sys.stdout.write(json.dumps({"kind": kind, "rows": found}))
    except UnreadableSheetError as error:
        sys.stdout.write(json.dumps({"error": error.code}))
