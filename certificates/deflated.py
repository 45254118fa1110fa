"""Deflated data made of pieces, most of which were compressed long ago (RFC 1950, RFC 1951).

A piece ends on a byte and refers to nothing before it, unless it says after what it stands, so pieces may be put together
in any order; only the checksum of the whole is computed anew. A compiled page is written this way: its parts are compressed once, not once a certificate.
"""

from __future__ import annotations

import binascii
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: 32 kB window, default level.
_HEADER = b"\x78\x9c"
_LAST_BLOCK = b"\x03\x00"
#: What follows the three bits of an empty stored block, on the next byte.
_EMPTY_BLOCK = b"\x00\x00\xff\xff"

_DIGITS_AND_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BITS = 6
#: The code of a digit or letter is its rank; a stream holds the bits of a code in reverse (RFC 1951, 3.1.1 and 3.2.2).
_REVERSED = bytes.maketrans(_DIGITS_AND_LETTERS, bytes(_BASE64[int(f"{rank:06b}"[::-1], 2)] for rank in range(62)))
_OTHERS = {b"-": 0b0011111, b".": 0b1011111, b"_": 0b0111111}
_RUNS = re.compile(rb"([-._])")
#: Seven ones: the end of the block, after which an empty one begins with three zeros.
_END, _END_BITS = 0b1111111, 7 + 3


class Piece(NamedTuple):
    """Some bytes and what they deflate to."""

    raw: bytes
    packed: bytes


def piece(raw: bytes, *, level: int = 9, after: bytes = b"") -> Piece:
    """Deflate some bytes so that other pieces may stand before and after.

    Args:
        after: What stands right before in every stream that takes this piece; it may then refer to it, and is shorter.
    """
    deflater = zlib.compressobj(level, zlib.DEFLATED, -15, zdict=after)
    return Piece(raw, deflater.compress(raw) + deflater.flush(zlib.Z_SYNC_FLUSH))


def stored(raw: bytes) -> Piece:
    """Return a piece that is not compressed at all: for what is too short or too random to gain by it.

    Raises:
        ValueError: It is longer than one block may be, 65,535 bytes.
    """
    size = len(raw)
    if size > 0xFFFF:
        msg = "a stored block holds at most 65,535 bytes"
        raise ValueError(msg)
    return Piece(raw, b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + raw)


def six_bits(raw: bytes) -> Piece:
    """Return a piece where each digit or letter takes six bits: three quarters, for a quarter of the time of `piece`.

    Base64 that repeats little gains hardly more by anything else. What six bits hold is what base64 reads, from the
    other end: its own decoder packs them. Each of the other three signs takes seven.

    Args:
        raw: Digits, letters, "-", "." and "_".

    Raises:
        ValueError: There is another sign among them.
    """
    first, *runs = [raw] if raw.isalnum() else _RUNS.split(raw)
    packed, (whole, size) = _packed(first), divmod(_BITS * len(first), 8)
    bits = int.from_bytes(
        packed[whole : whole + 1]
    )  # what does not fill a byte; after another sign nothing falls on one
    for run in runs:
        bits |= (_OTHERS[run] if run in _OTHERS else int.from_bytes(_packed(run), "little")) << size
        size += _BITS * len(run) + (run in _OTHERS)
    bits |= _END << size
    end = bits.to_bytes((size + _END_BITS + 7) // 8, "little")
    return Piece(raw, b"".join((_OPENING, packed[:whole], end, _EMPTY_BLOCK)))


def _packed(run: bytes) -> bytes:
    """Return digits and letters as bytes, their codes from the lowest bit on."""
    if run and not run.isalnum():
        msg = "only base64 for addresses, and dots, have a code of six bits"
        raise ValueError(msg)
    filled = b"A" * (-len(run) % 4) + run.translate(_REVERSED)[::-1]  # "A" is zero in base64, and stands beyond the end
    return binascii.a2b_base64(filled)[::-1]


def joined(pieces: Sequence[Piece]) -> bytes:
    """Return the zlib stream whose content is these pieces, one after the other."""
    checksum = zlib.adler32(b"".join([one.raw for one in pieces]))
    return b"".join([_HEADER, *[one.packed for one in pieces], _LAST_BLOCK, checksum.to_bytes(4)])


def _opening() -> Iterator[tuple[int, int]]:
    """Yield the opening of a block of six bits, as values and how many bits each takes (RFC 1951, 3.2.7).

    Lengths of codes, of literals 0 to 256: six for digits and letters, seven for "-", ".", "_" and the end, none for all
    others. There are no distances: both of their codes take one bit, as no reader refuses.
    """
    yield from ((0, 1), (2, 2), (0, 5), (1, 5), (15, 4))  # not last; own codes; 257 literals, 2 distances, 19 lengths
    lengths = {16: 2, 6: 2, 7: 2, 0: 4, 1: 4, 17: 4, 18: 4}  # of the codes that tell lengths
    for told in (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15):
        yield lengths.get(told, 0), 3
    codes = {6: "00", 7: "01", 16: "10", 0: "1100", 1: "1101", 17: "1110", 18: "1111"}
    six_more, letters = (16, 3, 2), [(6, 0, 0), *[(16, 3, 2)] * 4, (6, 0, 0)]  # a length, what is added, its bits
    for told, more, bits in (
        *((18, 45 - 11, 7), (7, 0, 0), (7, 0, 0), (0, 0, 0)),  # up to "-", ".", "/"
        *((6, 0, 0), six_more, (16, 0, 2), (17, 7 - 3, 3)),  # ten digits, seven others
        *(*letters, (17, 4 - 3, 3), (7, 0, 0), (0, 0, 0), *letters),  # capitals, four others, "_", one other, letters
        *((18, 133 - 11, 7), (7, 0, 0), (1, 0, 0), (1, 0, 0)),  # up to the end, then the distances
    ):
        yield int(codes[told][::-1], 2), len(codes[told])
        yield more, bits


def _gathered(values: Iterator[tuple[int, int]]) -> bytes:
    """Return values put together, the first in the lowest bits; they fill whole bytes."""
    number = size = 0
    for value, bits in values:
        number |= value << size
        size += bits
    return number.to_bytes(size // 8, "little")


_OPENING = _gathered(_opening())
