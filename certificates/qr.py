"""The QR code of a page: always the same version, level and mask for an address of one length.

Within such a family every module is an affine function, over GF(2), of the bits of the text: headers, Reed-Solomon (ISO/IEC
18004, 7.5) and mask are. `Family` measures it once, by asking segno for the text that differs by one bit, and then draws
a code by adding rows: about ten microseconds instead of thousands.
"""

from __future__ import annotations

from functools import lru_cache

import segno

#: One of the eight masks, whatever the text: a family needs it fixed, and readers cope with any (ISO/IEC 18004, 7.8.1).
_MASK = 3
#: A character of base: its bits are those that the others are compared with.
_BASE = "A"


def make(text: str) -> segno.QRCode:
    """Return the code of a text: medium error correction, or better where the same size allows it."""
    version, error = _version_and_error(len(text.encode()))
    return segno.make(text, version=version, error=error, mode="byte", mask=_MASK, boost_error=False, micro=False)


@lru_cache(maxsize=64)
def _version_and_error(length: int) -> tuple[int, str]:
    measured = segno.make(_BASE * length, error="m", mode="byte", micro=False)
    return int(measured.version), str(measured.error)


class Family:
    """The codes of all texts that begin alike and have one length.

    Args:
        start: What all of them begin with.
        length: How many ASCII characters follow.

    Attributes:
        modules: Of one side, without the quiet zone.
    """

    def __init__(self, start: str, length: int) -> None:
        base = start + _BASE * length
        self._length = length
        self._base = _bits(base)
        self.modules = len(make(base).matrix)
        self._changes: list[list[int]] = []
        for place in range(len(start), len(base)):
            flipped = [base[:place] + chr(ord(_BASE) ^ 1 << bit) + base[place + 1 :] for bit in range(7)]
            self._changes.append([_bits(text) ^ self._base for text in flipped])
        self._known: list[dict[str, int]] = [{} for _ in range(length)]

    def rows(self, rest: str) -> bytes:
        """Return the modules as rows of bits, 1 is dark, each row filled up to a whole number of bytes.

        Args:
            rest: What follows the common start: `length` ASCII characters.

        Raises:
            ValueError: It has another length, or another character.
        """
        if len(rest) != self._length or not rest.isascii():
            msg = f"a code of this family ends with {self._length} ASCII characters"
            raise ValueError(msg)
        bits = self._base
        for place, (character, known) in enumerate(zip(rest, self._known, strict=True)):
            change = known.get(character)
            if change is None:
                change = known[character] = self._change(place, character)
            bits ^= change
        side, spare = self.modules, -self.modules % 8
        text = format(bits, f"0{side * side}b")
        padding = "0" * spare
        filled = "".join([text[start : start + side] + padding for start in range(0, side * side, side)])
        return int(filled, 2).to_bytes(len(filled) // 8)

    def _change(self, place: int, character: str) -> int:
        """Return which modules differ from those of the base when this character stands at this place."""
        differing, change = ord(character) ^ ord(_BASE), 0
        for bit, modules in enumerate(self._changes[place]):
            if differing >> bit & 1:
                change ^= modules
        return change


def _bits(text: str) -> int:
    """Return the modules of a code as one number, the first module is its highest bit."""
    return int("".join("1" if dark else "0" for row in make(text).matrix for dark in row), 2)
