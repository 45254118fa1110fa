"""The beginning of every file of one kind: the objects that never change, taken from a laid-out document.

They are numbered anew and compressed once, before those that each certificate writes: the references are already there.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pydyf
import zopfli.zlib
from fontTools.ttLib import TTFont

from certificates.shaping import CannotCompileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_STATE = re.compile(rb"/([\w.]+) gs\b")
_MATRIX = re.compile(rb"1 0 0 1 [-\d.]+ [-\d.]+ cm\n")
_NEEDED_TABLES = {"glyf", "head", "hhea", "hmtx", "loca", "maxp", "cvt ", "fpgm", "prep"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers of the objects that are written for each certificate, and of those that lead to them."""

    content: int
    code: int
    token: int
    metadata: int
    info: int
    figure: int
    signature: int
    table: int
    catalog: int


class Forms:
    """The drawings of a document. WeasyPrint makes one each time; here equal ones are one, moved to where it is drawn.

    Args:
        in_line: Whether each is written where it is drawn: a file then holds those of its own levels alone.
    """

    def __init__(self, pdf: pydyf.PDF, *, in_line: bool) -> None:
        first = page_of(pdf, int(pdf.pages["Kids"][0]))
        own = pdf.objects[int(first["Resources"].split()[0])]
        named, first_states = own["XObject"], [name.encode() for name in own["ExtGState"]]
        self._moves: dict[bytes, tuple[bytes, bytes]] = {}
        self._in_line: dict[bytes, bytes] = {}
        self.drawings: dict[bytes, pydyf.Stream] = {}
        names: dict[tuple[bytes, bytes], bytes] = {}
        self.group = pydyf.Dictionary({"Type": "/Group", "S": "/Transparency", "I": "true"})
        pdf.add_object(self.group)
        for name, reference in named.items():
            form = pdf.objects[int(reference.split()[0])]
            resources = pdf.objects[int(form.extra["Resources"].split()[0])]
            raw = raw_content(form)
            move = _MATRIX.match(raw)
            if move is None:
                raise CannotCompileError("a drawing is not moved to its place")
            body = raw[move.end() :]
            if in_line:
                if not set(_STATE.findall(body)) <= set(first_states):
                    raise CannotCompileError("a drawing needs what the page has not")
                self._in_line[name.encode()] = b"q\n%s%s\nQ" % (move[0], body)
                continue
            key = (body, resources.data)
            if key not in names:
                names[key] = b"S%d" % len(names)
                extra = {**form.extra, "Group": self.group.reference}  # once for all of them
                self.drawings[names[key]] = pydyf.Stream([body], extra, compress=True)
            self._moves[name.encode()] = (move[0], names[key])

    def renamed(self, found: re.Match[bytes]) -> bytes:
        """Return what draws the same, by the name of the drawing that is kept."""
        drawn = self._in_line.get(found[1])
        if drawn is not None:
            return drawn
        move, name = self._moves[found[1]]
        return b"q\n%s/%s Do\nQ" % (move, name)


class Prefix:
    """The beginning of every file: the objects that never change, numbered anew, then those that lead to the rest."""

    def __init__(
        self,
        pdf: pydyf.PDF,
        page: pydyf.Dictionary,
        *,
        forms: Forms,
        signature: int,
        content: bytes,
        own_faces: Sequence[str] = (),
    ) -> None:
        figure = figure_of(pdf)
        self._pdf = pdf
        self._link(page, forms, content)
        token = next(
            one.number
            for one in pdf.objects
            if isinstance(one, pydyf.Stream) and dict(one.extra).get("Type") == "/EmbeddedFile"
        )
        metadata = int(pdf.catalog["Metadata"].split()[0])
        self.metadata = raw_content(pdf.objects[metadata])
        programs = [_program(pdf, page, resource) for resource in own_faces]
        varying = [self._content.number, self._code.number, token, metadata, figure.number, signature, *programs]
        fixed = [number for number in self._reached(pdf.catalog.number) if number not in varying]
        streams = [number for number in fixed if isinstance(pdf.objects[number], pydyf.Stream)]
        others = [number for number in fixed if number not in streams]
        order = [*streams, *others]
        self._new = {old: new for new, old in enumerate(order, 1)}
        container = len(order) + 1
        self._new.update({old: new for new, old in enumerate(varying, container + 1)})
        last = container + len(varying)
        self.numbers = Numbers(
            **dict(
                zip(
                    ("content", "code", "token", "metadata", "figure", "signature"),
                    (self._new[old] for old in varying),
                    strict=False,
                )
            ),
            info=last + 1,
            table=last + 2,
            catalog=self._new[pdf.catalog.number],
        )
        self.programs = {name: self._new[old] for name, old in zip(own_faces, programs, strict=True)}
        alternative = figure["Alt"].data
        before, _alt, after = self._renumbered(figure.data).partition(alternative)
        self.figure = (before, after)
        self._write(streams, others, container)

    def _link(self, page: pydyf.Dictionary, forms: Forms, content: bytes) -> None:
        """Keep the first page alone, and give it the content that varies before the content that is fixed."""
        pdf = self._pdf
        fixed = pydyf.Stream([content], compress=True)
        self._content, self._code = pydyf.Stream(), pydyf.Stream()
        for one in (fixed, self._content, self._code, *forms.drawings.values()):
            pdf.add_object(one)
        page["Contents"] = pydyf.Array([self._content.reference, fixed.reference])
        drawings = {name.decode(): form.reference for name, form in forms.drawings.items()}
        resources = pdf.objects[int(page["Resources"].split()[0])]
        resources["XObject"] = pydyf.Dictionary({**drawings, "QR": self._code.reference})
        pdf.pages["Kids"], pdf.pages["Count"] = pydyf.Array([page.reference]), 1
        root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
        parents = pdf.objects[int(root["ParentTree"].split()[0])]
        parents["Nums"] = pydyf.Array(parents["Nums"][:2])
        document = pdf.objects[int(root["K"][0].split()[0])]
        kept = [one for one in document["K"] if pdf.objects[int(one.split()[0])].get("Pg") == page.reference]
        document["K"] = pydyf.Array(kept)

    def _reached(self, start: int) -> list[int]:
        """Return the numbers of all objects that one leads to, itself first."""
        found, waiting = {start: None}, [start]
        while waiting:
            one = self._pdf.objects[waiting.pop()]
            data = pydyf.Dictionary(one.extra).data if isinstance(one, pydyf.Stream) else one.data
            for reference in _REFERENCE.findall(data):
                if int(reference) not in found:
                    found[int(reference)] = None
                    waiting.append(int(reference))
        return list(found)

    def _renumbered(self, data: bytes) -> bytes:
        return _REFERENCE.sub(lambda found: b"%d 0 R" % self._new[int(found[1])], data)

    def _write(self, streams: Iterable[int], others: Sequence[int], container: int) -> None:
        written = [b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"]
        size = len(written[0])
        entries: list[tuple[int, int, int]] = [(0, 0, 0)]
        for number in streams:
            one = self._pdf.objects[number]
            raw = _lean(raw_content(one)) if "Length1" in one.extra else raw_content(one)
            packed = _packed(raw)
            extra = pydyf.Dictionary(
                {
                    **one.extra,
                    **({"Length1": len(raw)} if "Length1" in one.extra else {}),
                    "Filter": "/FlateDecode",
                    "Length": len(packed),
                }
            )
            header = b"%d 0 obj\n%s\nstream\n" % (self._new[number], self._renumbered(extra.data))
            written.append(header + packed + b"\nendstream\nendobj\n")
            entries.append((1, size, 0))
            size += len(written[-1])
        entries += [(2, container, place) for place in range(len(others))]
        packed, first = _object_stream(
            [(self._new[one], self._renumbered(self._pdf.objects[one].data)) for one in others]
        )
        written.append(
            b"%d 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n"
            % (container, len(others), first, len(packed), packed)
        )
        entries.append((1, size, 0))
        self.data = b"".join(written)
        self.entries = entries


def lean_fonts(pdf: pydyf.PDF) -> None:
    """Cut the fonts of a document to what drawing needs, a kilobyte less each."""
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream) and "Length1" in one.extra:
            program = _lean(raw_content(one))
            one.stream, one.extra["Length1"] = [program], len(program)


def _lean(font: bytes) -> bytes:
    """Return a font with the tables that drawing glyphs by number needs (ISO 32000-1, 9.9), and no other."""
    file = TTFont(io.BytesIO(font), recalcTimestamp=False)
    for tag in file.reader.keys() - _NEEDED_TABLES:
        del file[tag]
    written = io.BytesIO()
    file.save(written, reorderTables=False)
    return written.getvalue()


def _object_stream(objects: Sequence[tuple[int, bytes]]) -> tuple[bytes, int]:
    """Return objects packed together, and where the first begins (ISO 32000-1, 7.5.7)."""
    heads, position = [], 0
    for number, data in objects:
        heads.append(b"%d %d" % (number, position))
        position += len(data) + 1
    head = b" ".join(heads) + b"\n"
    return _packed(head + b"\n".join(data for _number, data in objects)), len(head)


def _packed(raw: bytes) -> bytes:
    """Deflate what is written once for all of a kind; looking for several blocks would take forty times as long."""
    packed: bytes = zopfli.zlib.compress(raw, numiterations=5, blocksplitting=0)
    return packed


def raw_content(stream: pydyf.Stream) -> bytes:
    """Return the content of a stream, whatever it will be compressed to."""
    data: bytes = pydyf.Stream(stream.stream).data
    return data[data.index(b"stream\n") + 7 : -len(b"\nendstream")]


def page_of(pdf: pydyf.PDF, number: int) -> pydyf.Dictionary:
    return pdf.objects[number]


def _program(pdf: pydyf.PDF, page: pydyf.Dictionary, resource: str) -> int:
    """Return the number of the program of a font of a page."""
    fonts = pdf.objects[int(page["Resources"].split()[0])]["Font"]
    named = pdf.objects[int(fonts.split()[0])] if isinstance(fonts, bytes) else fonts
    font = pdf.objects[int(named[resource].split()[0])]
    below = pdf.objects[int(font["DescendantFonts"][0].split()[0])]
    described = pdf.objects[int(below["FontDescriptor"].split()[0])]
    return int(described["FontFile2"].split()[0])


def figure_of(pdf: pydyf.PDF) -> pydyf.Dictionary:
    element: pydyf.Dictionary = next(
        one for one in pdf.objects if isinstance(one, pydyf.Dictionary) and one.get("S") == "/Figure"
    )
    return element
