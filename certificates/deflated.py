"""Deflated data made of pieces, most of which were compressed long ago (RFC 1950, RFC 1951).

A piece ends on a byte and refers to nothing before it, unless it says after what it stands, so pieces may be put together
in any order; only the checksum of the whole is computed anew. A compiled page is written this way: its parts are compressed once, not once a certificate.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

#: 32 kB window, default level.
_HEADER = b"\x78\x9c"
_LAST_BLOCK = b"\x03\x00"


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
    return Piece(raw, deflater.compress(raw) + deflater.flush(zlib.Z_FULL_FLUSH))


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


def joined(pieces: Sequence[Piece]) -> bytes:
    """Return the zlib stream whose content is these pieces, one after the other."""
    checksum = zlib.adler32(b"".join([one.raw for one in pieces]))
    return b"".join([_HEADER, *[one.packed for one in pieces], _LAST_BLOCK, checksum.to_bytes(4)])
