"""The QR code of a page: always the same version, level and mask for a text of one length.

With these three fixed, every module is an affine function, over GF(2), of the bits of the data codewords: error correction
and mask are. `draw` adds, for each codeword, the modules that it changes: tens of microseconds instead of thousands. How the codewords are protected and placed is written here; all that does not depend on them (finders, format,
mask) is taken from the code that segno makes.

Source: ISO/IEC 18004:2015, sections 7.4 (data), 7.5 (error correction), 7.6 (interleaving), 7.7.3 (placement).
"""

from __future__ import annotations

from functools import lru_cache, reduce
from itertools import chain, zip_longest
from operator import getitem, xor
from typing import TYPE_CHECKING, Any, NamedTuple

import segno
from segno import consts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: One of the eight masks, whatever the text: a family needs it fixed, and readers cope with any (7.8.1).
_MASK = 3
#: Version 12 takes a tenth of a second to prepare, and fifteen megabytes once all letters were met everywhere; no page needs a larger code.
_LARGEST = 16
#: Blocks of each version and level (table 9), and where alignment patterns stand, from version 2 on (annex E).
_BLOCKS: Any = consts.ECC
_CENTRES: tuple[tuple[int, ...], ...] = consts.ALIGNMENT_POS
_LEVELS = {
    "L": consts.ERROR_LEVEL_L,
    "M": consts.ERROR_LEVEL_M,
    "Q": consts.ERROR_LEVEL_Q,
    "H": consts.ERROR_LEVEL_H,
}
_BYTE_MODE = 0b0100
_PADS = b"\xec\x11"
_POLYNOMIAL = 0x11D


class Drawn(NamedTuple):
    """A code as rows of bits, 1 is dark, each row filled up to a whole number of bytes.

    Args:
        modules: Of one side, without the quiet zone.
    """

    modules: int
    rows: bytes


def make(text: str) -> segno.QRCode:
    """Return the code of a text: medium error correction, or better where the same size allows it."""
    version, error = _version_and_error(len(text.encode()))
    return _make(text, version, error)


def draw(text: str) -> Drawn | None:
    """Return the same code drawn fast, or None: the text has signs that are not ASCII, or is too long."""
    version, error = _version_and_error(len(text.encode()))
    if version > _LARGEST or not text.isascii():
        return None
    family = _family(version, error)
    return Drawn(family.modules, family.rows(text))


def _make(text: str, version: int, error: str) -> segno.QRCode:
    return segno.make(text, version=version, error=error, mode="byte", mask=_MASK, boost_error=False, micro=False)


@lru_cache(maxsize=256)
def _version_and_error(length: int) -> tuple[int, str]:
    measured = segno.make("A" * length, error="m", mode="byte", micro=False)
    return int(measured.version), str(measured.error)


@lru_cache(maxsize=4)
def _family(version: int, error: str) -> _Family:
    return _Family(version, error)


class _Changes(dict[int, int]):
    """Which modules each value of one codeword changes: added up from its bits when first met.

    Args:
        bits: What each bit changes, lowest first.
    """

    def __init__(self, bits: Sequence[int]) -> None:
        super().__init__()
        self._bits = bits

    def __missing__(self, value: int) -> int:
        """Return what a value changes, and keep it."""
        self[value] = reduce(xor, [change for place, change in enumerate(self._bits) if value >> place & 1], 0)
        return self[value]


class _Family:
    """All codes of one version, level and mask.

    Attributes:
        modules: Of one side.
    """

    def __init__(self, version: int, error: str) -> None:
        self.modules = 17 + 4 * version
        self._row_bits = (self.modules + 7) // 8 * 8
        self._count_bits = 8 if version < 10 else 16  # table 3: how long the number of characters is
        blocks = [
            (one.num_data, one.num_total - one.num_data)
            for one in _BLOCKS[version][_LEVELS[error]]
            for _block in range(one.num_blocks)
        ]
        self._capacity: int = sum(data for data, _corrections in blocks)
        self._pads = b"\0" + _PADS * (self._capacity // 2)  # zeros first, as segno does: readers stop before them
        self._changes = self._changes_of_codewords(blocks, self._places(version))
        matrix = _make("", version, error).matrix
        drawn = int.from_bytes(b"".join(_packed_row(row) for row in matrix))
        self._nothing = reduce(xor, map(getitem, self._changes, self._data("")), drawn)

    def rows(self, text: str) -> bytes:
        """Return the rows of the code of an ASCII text that this version and level hold."""
        drawn: int = reduce(xor, map(getitem, self._changes, self._data(text)), self._nothing)
        return drawn.to_bytes(self.modules * self._row_bits // 8)

    def _data(self, text: str) -> bytes:
        """Return the data codewords: mode, number of characters, text, end, pads (7.4)."""
        size = len(text)
        head = _BYTE_MODE << self._count_bits | size
        number = (head << 8 * size | int.from_bytes(text.encode("ascii"))) << 4
        used = (8 + self._count_bits) // 8 + size
        return number.to_bytes(used) + self._pads[: self._capacity - used]

    def _places(self, version: int) -> list[int]:
        """Return, for each bit of the message, the bit that its module is in a drawn code."""
        side = self.modules
        is_fixed = _fixed_modules(version, side)
        highest = side * self._row_bits - 1
        return [highest - (row * self._row_bits + column) for row, column in _path(side) if not is_fixed[row][column]]

    def _changes_of_codewords(self, blocks: Sequence[tuple[int, int]], places: Sequence[int]) -> list[_Changes]:
        """Return, for each data codeword, which modules its values change."""
        # Where each codeword stands in the message: data of all blocks in turn, then corrections of all blocks in turn.
        numbers = iter(range(sum(map(sum, blocks))))
        data_at, corrections_at = (_dealt([block[which] for block in blocks], numbers) for which in (0, 1))
        changes = []
        for block, (size, corrections) in enumerate(blocks):
            remainders = _remainders(size, corrections)
            for place in range(size):
                bits = []
                for bit in range(8):
                    remainder = remainders[place][bit]
                    modules = 1 << places[8 * data_at[block][place] + 7 - bit]
                    for at, codeword in zip(corrections_at[block], remainder, strict=True):
                        for shift in range(8):
                            if codeword >> shift & 1:
                                modules |= 1 << places[8 * at + 7 - shift]
                    bits.append(modules)
                changes.append(_Changes(bits))
        return changes


def _dealt(sizes: Sequence[int], numbers: Iterator[int]) -> list[list[int]]:
    """Number the codewords of blocks in turn (7.6): the first of each block, then the second of each."""
    dealt: list[list[int]] = [[] for _size in sizes]
    for turn in range(max(sizes)):
        for block, size in enumerate(sizes):
            if turn < size:
                dealt[block].append(next(numbers))
    return dealt


def _remainders(size: int, corrections: int) -> list[list[bytes]]:
    """Return the error correction of each single bit of a block, by place of its codeword, then lowest bit first (7.5.2)."""
    generator = [1]
    root = 1
    for _degree in range(corrections):
        generator = [high ^ _times(root, low) for high, low in zip_longest(generator, [0, *generator], fillvalue=0)]
        root = _times(root, 2)
    lower = generator[1:]
    found, remainder = [], lower
    for _place in range(size):
        bits, multiple = [], remainder
        for _bit in range(8):
            bits.append(bytes(multiple))
            multiple = [_times(one, 2) for one in multiple]
        found.append(bits)
        first, *rest = remainder  # the next place up: times x, then reduced
        remainder = [one ^ _times(first, other) for one, other in zip([*rest, 0], lower, strict=True)]
    return found[::-1]


def _times(one: int, other: int) -> int:
    """Multiply in the field of 256 elements."""
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one > 0xFF:
            one ^= _POLYNOMIAL
        other >>= 1
    return product


def _path(side: int) -> Iterator[tuple[int, int]]:
    """Yield rows and columns as the message goes (7.7.3): up and down by pairs of columns, from the right."""
    is_upwards = True
    for right in chain(range(side - 1, 6, -2), range(5, 0, -2)):  # the vertical timing pattern is passed over
        for row in reversed(range(side)) if is_upwards else range(side):
            yield row, right
            yield row, right - 1
        is_upwards = not is_upwards


def _fixed_modules(version: int, side: int) -> list[list[bool]]:
    """Return where no codeword goes (6.3): finders with their format, timing, alignment, version."""
    fixed = [[False] * side for _row in range(side)]

    def fix(top: int, left: int, height: int, width: int) -> None:
        for row in fixed[top : top + height]:
            row[left : left + width] = [True] * width

    fix(0, 0, 9, 9)
    fix(0, side - 8, 9, 8)
    fix(side - 8, 0, 8, 9)
    fix(6, 0, 1, side)
    fix(0, 6, side, 1)
    centres = _CENTRES[version - 2] if version > 1 else ()
    for row in centres:
        for column in centres:
            if (row, column) not in ((6, 6), (6, centres[-1]), (centres[-1], 6)):
                fix(row - 2, column - 2, 5, 5)
    if version >= 7:
        fix(0, side - 11, 6, 3)
        fix(side - 11, 0, 3, 6)
    return fixed


def _packed_row(row: Iterable[int]) -> bytes:
    """Return a row of modules as bits, filled up to whole bytes."""
    bits = "".join("1" if dark else "0" for dark in row)
    filled = bits + "0" * (-len(bits) % 8)
    return int(filled, 2).to_bytes(len(filled) // 8)
