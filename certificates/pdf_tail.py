"""The end of a compiled file: what one certificate adds to the beginning that all of its kind share, and the seal.

The objects are written in one order, each with its place in the cross-reference table (ISO 32000-1, 7.5.8); the digest goes
on from that of the beginning, which is computed once.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from certificates import deflated, seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from certificates.cms import Container
    from certificates.compiled_page import CompiledPage
    from certificates.deflated import Piece
    from certificates.qr import Drawn

#: Kind of entry, offset or container, generation or place in it.
_ENTRY = struct.Struct(">BIB")
#: How each row of the table is written (PNG, 9.2): as what it adds to the one above, which deflates to a third.
_ADDED = b"\2"
_LATIN = re.compile(r"[ -~\u00a1-\u00ac\u00ae-\u00ff]*")
_END = b"\nendstream\nendobj\n"
#: Of what is a token's own: beyond it, a tenth of a kilobyte is gained for a tenth of the time of a certificate.
_TOKEN_LEVEL = 3
#: How much of a long text is looked for first, and how much of its end the rest of a token may refer to: more costs time only.
_TELLING, _REACH = 64, 2048


class Told(NamedTuple):
    """What one certificate says outside its page.

    Args:
        title, author, producer: Of the document.
        at: When it was issued, to the second; the seal bears it.
        alternative: Of the code, for who does not see it.
        token: The signed statement.
        shared: A long text that a token of its kind holds, in base64; one that does not is compressed whole.
    """

    title: str
    author: str
    producer: str
    at: datetime
    alternative: str
    token: bytes
    shared: bytes


class Metadata:
    """The XMP packet of a page, cut where its title and dates go.

    Args:
        packet: With `title` and `day` in their places.
    """

    def __init__(self, packet: bytes, *, title: str, day: str) -> None:
        before, after = packet.split(escape(title).encode())
        between, middle, rest = after.split(day.encode())
        self._parts = [deflated.piece(one) for one in (before, between, middle, rest)]

    def packed(self, *, title: str, day: str) -> bytes:
        """Return the packet of one certificate, deflated."""
        name, moment = deflated.stored(escape(title).encode()), deflated.stored(day.encode())
        first, second, third, fourth = self._parts
        return deflated.joined([first, name, second, moment, third, moment, fourth])


class Tail:
    """Writes the rest of files that begin alike.

    Args:
        page: What they begin with.
    """

    def __init__(self, page: CompiledPage, *, metadata: Metadata, container: Container) -> None:
        self._page, self._metadata, self._container = page, metadata, container
        self._digest = hashlib.sha256(page.prefix)
        rows = [_ENTRY.pack(*entry) for entry in page.entries]
        self._table, self._last_row = deflated.piece(_differences(rows, after=bytes(_ENTRY.size))), rows[-1]

    def write(
        self, told: Told, *, content: Sequence[Piece], code: Drawn, programs: Mapping[int, tuple[int, bytes]]
    ) -> bytes:
        """Return the whole sealed file.

        Args:
            content: What varies on the page.
            programs: Of its own faces, by number: length, and deflated.
        """
        numbers = self._page.numbers
        day, moment = _written(told.at)
        identifier = hashlib.sha256(told.token).hexdigest()[:32].encode()
        packed, packet = deflated.joined(content), self._metadata.packed(title=told.title, day=day)
        before, after = self._page.figure
        objects = [
            (numbers.content, _stream(b"", packed)),
            (numbers.code, _image(code)),
            (numbers.token, _attachment(told, moment)),
            (numbers.metadata, _stream(b"/Type/Metadata/Subtype/XML", packet)),
            (numbers.figure, before + text_string(told.alternative) + after + b"\nendobj\n"),
            (numbers.info, _info(told, moment[:10])),
            *[(number, _stream(b"/Length1 %d" % size, data)) for number, (size, data) in programs.items()],
        ]
        size, entries = len(self._page.prefix), {}
        written: list[bytes] = []
        for number, body in objects:
            entries[number] = size
            head = b"%d 0 obj\n" % number
            written += (head, body)
            size += len(head) + len(body)
        return self._sealed(told, b"".join(written), entries, size, identifier)

    def _sealed(self, told: Told, body: bytes, entries: dict[int, int], size: int, identifier: bytes) -> bytes:
        numbers = self._page.numbers
        entries[numbers.signature] = size
        head = b"%d 0 obj\n" % numbers.signature
        before, room, after = seal.signature_parts(
            self._container, at=told.at, byte_range=b"%010d %010d %010d" % (0, 0, 0)
        )
        start = size + len(head) + len(before)
        end = start + len(room)
        table_at = end + len(after) + len(b"\nendobj\n")
        entries[numbers.table] = table_at
        after += b"\nendobj\n" + self._cross_references(entries, table_at, identifier)
        before = seal.signature_parts(
            self._container, at=told.at, byte_range=b"%010d %010d %010d" % (start, end, len(after))
        )[0]
        digest = self._digest.copy()
        for part in (body, head, before, after):
            digest.update(part)
        signature = self._container.sign(digest.digest()).hex().encode()
        filled = b"<" + signature.ljust(len(room) - 2, b"0") + b">"
        return b"".join((self._page.prefix, body, head, before, filled, after))

    def _cross_references(self, entries: dict[int, int], table_at: int, identifier: bytes) -> bytes:
        numbers = self._page.numbers
        first = len(self._page.entries)
        rows = [_ENTRY.pack(1, entries[number], 0) for number in range(first, numbers.table + 1)]
        packed = deflated.joined([self._table, deflated.stored(_differences(rows, after=self._last_row))])
        extra = (
            b"/Type/XRef/W[1 4 1]/DecodeParms<</Predictor 12/Columns 6>>/Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]"
            % (
                numbers.table + 1,
                numbers.catalog,
                numbers.info,
                identifier,
                identifier,
            )
        )
        return b"%d 0 obj\n%sstartxref\n%d\n%%%%EOF\n" % (numbers.table, _stream(extra, packed), table_at)


def _differences(rows: Sequence[bytes], *, after: bytes) -> bytes:
    """Return the rows of a table, each as what it adds, byte by byte, to the one above.

    Args:
        after: The row above the first.
    """
    size, one = _ENTRY.size, b"".join(rows)
    above = b"".join([after, one[:-size]])
    # All bytes at once, as one number: the high bit of each is set, so that none borrows from the next, then put right.
    high = int.from_bytes(b"\x80" * len(one))
    this, other = int.from_bytes(one), int.from_bytes(above)
    added = (((this | high) - (other & ~high)) ^ ((this ^ ~other) & high)).to_bytes(len(one))
    return b"".join([_ADDED + added[start : start + size] for start in range(0, len(added), size)])


def text_string(text: str) -> bytes:
    """Return a PDF text string (ISO 32000-1, 7.9.2.2): PDFDocEncoding, as Latin-1 where both agree (D.2), or UTF-16."""
    data = text.encode("latin-1") if _LATIN.fullmatch(text) else b"\xfe\xff" + text.encode("utf-16-be")
    for sign, escaped in ((b"\\", b"\\\\"), (b"(", b"\\("), (b")", b"\\)"), (b"\r", b"\\r")):
        data = data.replace(sign, escaped)
    return b"(" + data + b")"


def _stream(extra: bytes, packed: bytes) -> bytes:
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s%s" % (extra, len(packed), packed, _END)


def _image(code: Drawn) -> bytes:
    return (
        b"<</Type/XObject/Subtype/Image/ImageMask true/Width %d/Height %d/BitsPerComponent 1/Decode[1 0]/Length %d>>"
        b"\nstream\n%s%s" % (code.modules, code.modules, len(code.rows), code.rows, _END)
    )


def _attachment(told: Told, moment: bytes) -> bytes:
    extra = b"/Type/EmbeddedFile/Subtype/application#2foctet-stream/Params<</Size %d/CreationDate(%s)/ModDate(%s)>>" % (
        len(told.token),
        moment,
        moment,
    )
    return _stream(extra, deflated.joined(list(_token_pieces(told.token, told.shared))))


def _token_pieces(token: bytes, shared: bytes) -> Iterator[Piece]:
    """Yield the parts of a token, the one that it shares with others compressed already."""
    for known in _in_base64(shared):
        place = token.find(known.raw[:_TELLING])  # searching for all of it takes as long as compressing it
        if place >= 0 and token.startswith(known.raw, place):
            header, dot, own = token[:place].partition(b".")
            yield _alike(header + dot)
            yield deflated.six_bits(own)
            yield known
            rest = token[place + len(known.raw) :]
            yield deflated.piece(rest, level=_TOKEN_LEVEL, after=known.raw[-_REACH:])
            return
    yield deflated.piece(token, level=_TOKEN_LEVEL)


@lru_cache(maxsize=64)
def _alike(header: bytes) -> Piece:
    """Return the header of a token: one key's are alike."""
    return deflated.piece(header)


@lru_cache(maxsize=64)
def _in_base64(shared: bytes) -> tuple[Piece, ...]:
    """Return a text as base64 has it, deflated: three ways, by the place where it begins; the ends depend on what stands around."""
    whole = [shared[start : start + (len(shared) - start) // 3 * 3] for start in range(3)]
    return tuple(deflated.piece(base64.urlsafe_b64encode(one)) for one in whole)


def _info(told: Told, day: bytes) -> bytes:
    return b"<</Producer %s/Title %s/Author %s/CreationDate(%s)/ModDate(%s)>>\nendobj\n" % (
        text_string(told.producer),
        text_string(told.title),
        text_string(told.author),
        day,
        day,
    )


@lru_cache(maxsize=256)
def _written(at: datetime) -> tuple[str, bytes]:
    """Return a moment as a day of the metadata, and as a moment of the file (ISO 32000-1, 7.9.4)."""
    return at.strftime("%Y-%m-%d"), at.strftime("D:%Y%m%d%H%M%SZ").encode()
