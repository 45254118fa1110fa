"""A font program with the few glyphs that one name shows: a kilobyte instead of five.

Glyphs keep their numbers, so what the page says of widths and characters holds for every name. Only the tables that drawing
glyphs by number needs are written (ISO 32000-1, 9.9).
"""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from typing import TYPE_CHECKING

from fontTools.ttLib import TTFont

from certificates.shaping import CannotCompileError

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

#: The tables that are copied as they are, where a font has them.
_COPIED = ("cvt ", "fpgm", "head", "prep")
_TABLE = struct.Struct(">4sIII")
_MAXIMUM_KNOWN = 4096
#: In "head": what makes the sum of all words of the file come out; then whether offsets are halved.
_ADJUSTMENT, _OFFSETS = slice(8, 12), slice(50, 52)
_WHOLE = 0xB1B0AFBA
_WORD = 1 << 32


class FontProgram:
    """Writes the programs of one TrueType font.

    Args:
        data: The whole font file.

    Raises:
        CannotCompileError: It keeps its glyphs otherwise than our faces do.
    """

    def __init__(self, data: bytes) -> None:
        font = TTFont(io.BytesIO(data), recalcTimestamp=False, lazy=False)
        self._raw = {tag: font.reader[tag] for tag in font.reader.keys()}  # noqa: SIM118 (a reader is no mapping)
        if self._raw["head"][_OFFSETS] != b"\0\0":
            raise CannotCompileError("glyphs are found by long offsets")
        places, self._glyphs = list(font["loca"].locations), []
        for start, end in itertools.pairwise(places):
            self._glyphs.append(self._raw["glyf"][start:end])
        names = font.getGlyphOrder()
        self._metrics = [struct.pack(">Hh", *font["hmtx"].metrics[name]) for name in names]
        parts = (font["glyf"][name].getComponentNames(font["glyf"]) for name in names)
        self._parts = [[font.getGlyphID(one) for one in found] for found in parts]
        self._known: dict[frozenset[int], tuple[int, bytes]] = {}

    def deflated(self, glyphs: AbstractSet[int]) -> tuple[int, bytes]:
        """Return the length of the program that draws these glyphs, and the program deflated."""
        key = frozenset(glyphs)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MAXIMUM_KNOWN:
                self._known.clear()
            program = self.program(key)
            known = self._known[key] = len(program), zlib.compress(program, 9)
        return known

    def program(self, glyphs: AbstractSet[int]) -> bytes:
        """Return the program that draws these glyphs, and the one that stands for a missing one."""
        kept = self._with_parts(glyphs)
        number, empty = max(kept) + 1, bytes(4)
        drawn = [self._glyphs[one] if one in kept else b"" for one in range(number)]
        offsets, size = [0], 0
        for one in drawn:
            size += len(one) // 2
            offsets.append(size)
        tables = {tag: self._raw[tag] for tag in _COPIED if tag in self._raw}
        tables |= {
            "glyf": b"".join(drawn),
            "hhea": self._raw["hhea"][:-2] + number.to_bytes(2),
            "hmtx": b"".join([self._metrics[one] if one in kept else empty for one in range(number)]),
            "loca": struct.pack(f">{len(offsets)}H", *offsets),
            "maxp": self._raw["maxp"][:4] + number.to_bytes(2) + self._raw["maxp"][6:],
        }
        return _file(tables)

    def _with_parts(self, glyphs: AbstractSet[int]) -> set[int]:
        """Return these glyphs, those that they are put together from, and the first."""
        kept, waiting = {0}, list(glyphs)
        while waiting:
            one = waiting.pop()
            if one not in kept:
                kept.add(one)
                waiting += self._parts[one]
        return kept


def _file(tables: dict[str, bytes]) -> bytes:
    """Return tables as a TrueType file."""
    tables["head"] = _replaced(tables["head"], _ADJUSTMENT, bytes(4))
    order = sorted(tables)
    power = len(order).bit_length() - 1
    search = 16 << power
    head = struct.pack(">IHHHH", 0x00010000, len(order), search, power, 16 * len(order) - search)
    place, records, bodies = len(head) + _TABLE.size * len(order), [], []
    for tag in order:
        body = tables[tag]
        padded = body + bytes(-len(body) % 4)
        records.append(_TABLE.pack(tag.encode(), _sum(padded), place, len(body)))
        bodies.append(padded)
        place += len(padded)
    file = b"".join([head, *records, *bodies])
    start = len(head) + _TABLE.size * len(order) + sum(map(len, bodies[: order.index("head")])) + _ADJUSTMENT.start
    return _replaced(file, slice(start, start + 4), ((_WHOLE - _sum(file)) % _WORD).to_bytes(4))


def _replaced(data: bytes, place: slice, by: bytes) -> bytes:
    return data[: place.start] + by + data[place.stop :]


def _sum(data: bytes) -> int:
    """Return the sum of the words of a table."""
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(words) % _WORD
