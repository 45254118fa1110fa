"""The QR code of a page: always the same version, level and mask for a text of one length.

With these three fixed, every module is a bit of a codeword, turned over or not: `draw` computes the codewords of error
correction from a table and gathers all modules at once, in tens of microseconds instead of thousands. How the codewords are
protected and placed is written here; all that does not depend on them (finders, format, mask) is taken from the code that segno makes.

Source: ISO/IEC 18004:2015, sections 7.4 (data), 7.5 (error correction), 7.6 (interleaving), 7.7.3 (placement).
"""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import chain, count, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import segno
from segno import consts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Codewords = NDArray[np.uint8]

#: One of the eight masks, whatever the text: a family needs it fixed, and readers cope with any (7.8.1).
_MASK = 3
#: No page needs a larger code; version 12 takes some hundredths of a second to prepare, and 200 kB.
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


#: How every PNG begins.
PNG = b"\x89PNG\r\n\x1a\n"


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


def png(text: str) -> bytes:
    """Return the code as an image of one dot a module, without the quiet zone: a tenth of what drawing its squares takes."""
    buffer = io.BytesIO()
    make(text).save(buffer, kind="png", border=0)
    return buffer.getvalue()


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


class _Family:
    """All codes of one version, level and mask.

    Attributes:
        modules: Of one side.
    """

    def __init__(self, version: int, error: str) -> None:
        self.modules = 17 + 4 * version
        self._count_bits = 8 if version < 10 else 16  # table 3: how long the number of characters is
        blocks = [one for one in _BLOCKS[version][_LEVELS[error]] for _block in range(one.num_blocks)]
        sizes, corrections = [one.num_data for one in blocks], blocks[0].num_total - blocks[0].num_data
        self._capacity: int = sum(sizes)
        self._pads = b"\0" + _PADS * (self._capacity // 2)  # zeros first, as segno does: readers stop before them
        self._blocks, longest = len(sizes), max(sizes)
        # Codewords by how many are left after them, of all blocks at once; a block that is shorter begins with the zero at the end.
        ends = np.cumsum(sizes)
        left = np.repeat(np.arange(longest)[::-1, np.newaxis], self._blocks, axis=1)
        self._turns = np.where(left < sizes, ends - 1 - left, self._capacity).ravel()
        # What each value adds to the corrections of its block, by how many codewords are left in it after this one.
        self._corrections = _products()[_remainders(longest, corrections)].swapaxes(1, 2).reshape(-1, corrections)
        self._offsets = 256 * left.ravel()
        self._sources = self._bits_of_modules(version, sizes, corrections)
        drawn = np.array(_make("", version, error).matrix, dtype=np.uint8)
        self._turned = self._filled(drawn) ^ self._bits("")[self._sources]

    def rows(self, text: str) -> bytes:
        """Return the rows of the code of an ASCII text that this version and level hold."""
        modules = self._bits(text).take(self._sources, mode="clip")  # all are there: so numpy need not look
        return np.packbits(np.bitwise_xor(modules, self._turned, out=modules)).tobytes()

    def _bits(self, text: str) -> Codewords:
        """Return the bits of the data codewords, block by block, of a zero, and of the codewords of error correction."""
        data = np.frombuffer(self._data(text) + b"\0", dtype=np.uint8)
        added = self._corrections.take(data.take(self._turns) + self._offsets, axis=0, mode="clip")
        corrections = np.bitwise_xor.reduce(added.reshape(-1, self._blocks * added.shape[1]), axis=0)
        return np.unpackbits(np.concatenate((data, corrections)))

    def _data(self, text: str) -> bytes:
        """Return the data codewords: mode, number of characters, text, end, pads (7.4)."""
        size = len(text)
        head = _BYTE_MODE << self._count_bits | size
        number = (head << 8 * size | int.from_bytes(text.encode("ascii"))) << 4
        used = (8 + self._count_bits) // 8 + size
        return number.to_bytes(used) + self._pads[: self._capacity - used]

    def _bits_of_modules(self, version: int, sizes: Sequence[int], corrections: int) -> NDArray[np.intp]:
        """Return, for each module by rows, which of `_bits` it shows: the zero where no codeword goes."""
        numbers = count()
        codewords = list(_dealt(sizes, numbers))
        nothing = 8 * next(numbers)
        codewords += _dealt([corrections] * len(sizes), numbers)
        is_fixed = _fixed_modules(version, self.modules)
        free = [(row, column) for row, column in _path(self.modules) if not is_fixed[row][column]]
        bits = np.full((self.modules, self.modules), nothing)
        for place, (row, column) in enumerate(free[: 8 * len(codewords)]):  # up to seven modules remain
            bits[row, column] = 8 * codewords[place // 8] + place % 8
        return self._filled(bits, with_value=nothing)

    def _filled(self, modules: NDArray[Any], *, with_value: int = 0) -> NDArray[Any]:
        """Return modules as one line, each row filled up to whole bytes."""
        return np.pad(modules, ((0, 0), (0, -self.modules % 8)), constant_values=with_value).ravel()


def _dealt(sizes: Sequence[int], numbers: Iterator[int]) -> Iterator[int]:
    """Number the codewords of blocks, one block after the other; yield the numbers as they are sent: in turn (7.6)."""
    blocks = [[next(numbers) for _codeword in range(size)] for size in sizes]
    return (number for turn in zip_longest(*blocks) for number in turn if number is not None)


def _remainders(size: int, corrections: int) -> list[list[int]]:
    """Return the error correction of a codeword of 1, by how many codewords of its block are left after it (7.5.2)."""
    generator = [1]
    root = 1
    for _degree in range(corrections):
        generator = [high ^ _times(root, low) for high, low in zip_longest(generator, [0, *generator], fillvalue=0)]
        root = _times(root, 2)
    lower = generator[1:]
    found = [lower]
    for _place in range(size - 1):
        first, *rest = found[-1]  # the next place up: times x, then reduced
        found.append([one ^ _times(first, other) for one, other in zip([*rest, 0], lower, strict=True)])
    return found


@lru_cache(maxsize=1)
def _products() -> Codewords:
    """Return the products of all pairs in the field of 256 elements: of each bit of one, added up."""
    every = np.arange(256)
    found, multiples = np.zeros((256, 256), dtype=np.intp), every
    for bit in range(8):
        found ^= np.where(every[:, None] >> bit & 1, multiples, 0)
        multiples = multiples << 1 ^ np.where(multiples & 0x80, _POLYNOMIAL, 0)
    return found.astype(np.uint8)


def _times(one: int, other: int) -> int:
    """Multiply in the field of 256 elements."""
    return int(_products()[one, other])


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
