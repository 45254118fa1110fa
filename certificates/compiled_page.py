"""A page taken apart: what all certificates of one layout share, compressed once, and the places of what varies.

The ordinary page is laid out five times, each with every level at another step, and drawn in one document: the parts that
differ are those that the levels change; the lines whose text is a sentinel are those that a person changes. The rest is
fixed, and becomes the beginning of every file. Anything unexpected stops the compilation: a page that has changed so much
must be looked at by somebody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from certificates.compiled_prefix import Forms, Prefix, figure_of, page_of, raw_content
from certificates.shaping import CannotCompileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pydyf

    from certificates.compiled_prefix import Numbers
    from certificates.document import DrawnFace

_SHOWN = re.compile(rb"<([0-9a-f]+)>")
_FONT = re.compile(rb"/(\w+) ([\d.]+) Tf")
_DO = re.compile(rb"/(x\d+) Do")
#: Moves of nothing between two glyphs, which WeasyPrint writes.
_NO_MOVE = re.compile(rb">0<|(?<=>)0(?=\])")


class Block(NamedTuple):
    """One piece of marked content.

    Args:
        head: Its tag, up to the operator that opens it.
        colour: The operators that set the colour of its text, whoever wrote them.
        own: Those among them that it wrote itself: what follows may rely on them.
        body: All that it draws, without its tag and `EMC`.
    """

    head: bytes
    colour: bytes
    own: bytes
    body: tuple[bytes, ...]

    @property
    def is_text(self) -> bool:
        """Whether it is a line of text, drawn or blank; else it is decoration or the code."""
        return self.head.startswith(b"/Span")


@dataclass(frozen=True, slots=True)
class Line:
    """Where a line of text goes.

    Args:
        opening: All that stands before its place: tag and colour.
        x, y: Of its beginning, in pixels from the top left corner.
        drawn: The whole line as the layout drew it.
    """

    opening: bytes
    x: float
    y: float
    drawn: bytes

    def text(self, operators: bytes, *, x: bytes, y: bytes) -> bytes:
        """Return the line with these operators at this place."""
        return b"%sBT\n1 0 0 -1 %s %s Tm\n%s\nET\nEMC\n" % (self.opening, x, y, operators)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPage:
    """What every certificate of one layout begins with, and where the rest goes.

    Args:
        prefix: The beginning of the file.
        offsets: By object number, its entry in the cross-reference table, or None for what is written later.
        frame: What opens the varying content.
        lines: By sentinel.
        levels: Overall first, then the areas: what each draws, by rank.
        code_opening: The tag of the code.
        code_box: Left, top, width in pixels.
        figure: The structure element of the code, cut where its alternative text goes.
        metadata: The XMP packet, to be filled.
        programs: Of faces that each certificate brings with its own glyphs alone: by resource, the number of the object.
    """

    prefix: bytes
    entries: Sequence[tuple[int, int, int]]
    numbers: Numbers
    frame: bytes
    lines: Mapping[str, Line]
    levels: Sequence[Sequence[bytes]]
    code_opening: bytes
    code_box: tuple[float, float, float]
    figure: tuple[bytes, bytes]
    metadata: bytes
    programs: Mapping[str, int] = field(default_factory=dict)


def take_apart(
    pdf: pydyf.PDF,
    faces: Sequence[DrawnFace],
    *,
    signature: int,
    sentinels: Sequence[str],
    areas: int,
    own_faces: Sequence[str] = (),
) -> CompiledPage:
    """Take a document of several sheets apart; see `document.render_sheets`.

    Args:
        pdf: Five sheets, each with all levels at one rank from 0 to 4, then one of alphabets.
        signature: Number of the signature, which is written last.
        sentinels: Texts of the lines that vary.
        areas: How many rows the table has.
        own_faces: Resources of faces whose glyphs each certificate brings itself. Where there are any, it brings the drawings of its levels
            alone too: together they pay for the second face of a name.

    Raises:
        CannotCompileError: The page is not made as this module expects.
    """
    forms = Forms(pdf, in_line=bool(own_faces))
    pages = [page_of(pdf, int(number)) for number in pdf.pages["Kids"][::3]]
    sheets = [list(_cut(_content(pdf, page), forms)) for page in pages[:5]]
    _expect(len({len(sheet) for sheet in sheets}) == 1, "the sheets differ in structure")
    first = sheets[0]
    places = [place for place, part in enumerate(first) if any(sheet[place] != part for sheet in sheets)]
    levels = _levels([[sheet[place] for place in places] for sheet in sheets], areas)
    lines = _lines(first, faces, sentinels)
    [figure_place] = [place for place, part in enumerate(first) if _is_figure(part)]
    figure = _block(first[figure_place])
    _expect(set(lines.values()).isdisjoint(places), "a line of a person changes with the levels")
    removed = {*places, *lines.values(), figure_place}
    static = b"\n".join(_left(part) if place in removed else _whole(part) for place, part in enumerate(first))
    opening = static.split(b"\n", 3)
    _expect(opening[1] == b"q" and opening[2].endswith(b" cm"), "the page opens otherwise")
    box = _box(pdf)
    content = _NO_MOVE.sub(_no_move, static)
    writer = Prefix(pdf, pages[0], forms=forms, signature=signature, content=content, own_faces=own_faces)
    return CompiledPage(
        prefix=writer.data,
        entries=writer.entries,
        numbers=writer.numbers,
        frame=b"q\n%s\n%s\n" % (opening[0], opening[2]),
        lines={text: _line(_block(first[place])) for text, place in lines.items()},
        levels=levels,
        code_opening=figure.head,
        code_box=box,
        figure=writer.figure,
        metadata=writer.metadata,
        programs=writer.programs,
    )


def _block(part: Block | bytes) -> Block:
    """Return a part that is marked content."""
    if not isinstance(part, Block):
        raise CannotCompileError("operators where content was expected")
    return part


def _expect(holds: object, message: str) -> None:
    if not holds:
        raise CannotCompileError(message)


def _content(pdf: pydyf.PDF, page: pydyf.Dictionary) -> bytes:
    return raw_content(pdf.objects[int(page["Contents"].split()[0])])


def _cut(content: bytes, forms: Forms) -> Iterator[Block | bytes]:
    """Yield the marked content of a page, and the operators between, in order."""
    lines = content.split(b"\n")
    place, states = 0, [{b"gs": b"", b"rg": b""}]
    while place < len(lines):
        line = lines[place]
        opens = 1 if lines[place + 1 : place + 2] == [b"BMC"] else 2 if lines[place + 2 : place + 3] == [b"BDC"] else 0
        if not opens:
            if line == b"q":
                states.append(dict(states[-1]))
            elif line == b"Q":
                states.pop()
            yield line
            place += 1
            continue
        end = lines.index(b"EMC", place)
        body = lines[place + opens + 1 : end]
        own = [one for one in body[: body.index(b"BT")] if _is_colour(one)] if b"BT" in body else []
        for one in own:
            states[-1][one[-2:]] = one
        yield Block(
            head=b"\n".join(lines[place : place + opens + 1]) + b"\n",
            colour=b"".join(one + b"\n" for one in states[-1].values() if one),
            own=b"\n".join(own),
            body=tuple(_DO.sub(forms.renamed, one) for one in body),
        )
        place = end + 1


def _is_colour(operator: bytes) -> bool:
    return operator.endswith((b" gs", b" rg"))


def _is_figure(part: Block | bytes) -> bool:
    return isinstance(part, Block) and part.head.startswith(b"/Figure")


def _whole(part: Block | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.head + b"\n".join([*part.body, b"EMC"])


def _left(part: Block | bytes) -> bytes:
    """Return what stays in the fixed content where a part is taken out: the colours that others rely on."""
    return part.own if isinstance(part, Block) else part


def _no_move(found: re.Match[bytes]) -> bytes:
    del found
    return b""


def _levels(varying: Sequence[Sequence[Block | bytes]], areas: int) -> list[list[bytes]]:
    """Return what the overall result and each area draw, by rank: first their steps, then their words."""
    owners: list[list[bytes]] = [[b""] * len(varying) for _ in range(areas + 1)]
    for rank, parts in enumerate(varying):
        blocks = [_block(part) for part in parts]
        texts = [part for part in blocks if part.is_text]
        steps = [part for part in blocks if not part.is_text]
        _expect((len(steps), len(texts)) == (1 + areas, 2 + 3 * areas), "the levels change another number of parts")
        for owner in range(areas + 1):
            words = texts[3 * owner - 1 : 3 * owner + 2] if owner else texts[:2]
            drawn = [b"q\n" + _whole(steps[owner]) + b"\nQ\n", *map(_alone, words)]
            owners[owner][rank] = _NO_MOVE.sub(_no_move, b"".join(drawn))
    return owners


def _alone(block: Block) -> bytes:
    """Return a text so that it can stand anywhere: with its colours."""
    drawn = b"".join(line + b"\n" for line in block.body if not _is_colour(line))
    return block.head + block.colour + drawn + b"EMC\n"


def _lines(parts: Sequence[Block | bytes], faces: Sequence[DrawnFace], sentinels: Sequence[str]) -> dict[str, int]:
    """Return the place of each line that varies, by its sentinel."""
    texts = {face.resource.encode(): face.texts for face in faces}
    found: dict[str, int] = {}
    for place, part in enumerate(parts):
        text = _text(part, texts) if isinstance(part, Block) else ""
        if text in sentinels:
            _expect(text not in found, f"{text!r} is there twice")
            found[text] = place
    _expect(len(found) == len(sentinels), f"not there: {sorted(set(sentinels) - set(found))}")
    return found


def _text(block: Block, texts: Mapping[bytes, Mapping[int, str]]) -> str:
    """Return the text of a line, from the glyphs that it shows."""
    shown, glyphs = "", texts[next(iter(texts))]
    for line in block.body:
        font = _FONT.fullmatch(line)
        if font:
            glyphs = texts[font[1]]
        if line.endswith(b" TJ"):
            numbers = chain.from_iterable(bytes.fromhex(one.decode()) for one in _SHOWN.findall(line))
            pairs = iter(list(numbers))
            shown += "".join(glyphs[high << 8 | low] for high, low in zip(pairs, pairs, strict=True))
    return shown.replace("\u00a0", " ")  # one glyph draws both


def _line(part: Block) -> Line:
    matrix = next(line for line in part.body if line.endswith(b" Tm")).split()
    return Line(
        opening=part.head + part.colour,
        x=float(matrix[4]),
        y=float(matrix[5]),
        drawn=_NO_MOVE.sub(_no_move, _alone(part)),
    )


def _box(pdf: pydyf.PDF) -> tuple[float, float, float]:
    """Return where the code stands."""
    element = figure_of(pdf)
    left, top, right, _bottom = (float(one) for one in element["A"]["BBox"])
    return left, top, right - left
