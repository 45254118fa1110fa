"""Baking: a token inside the image of a badge, PNG or SVG, so that the picture that travels carries its proof.

A PNG bears exactly one uncompressed `iTXt` chunk whose keyword is `openbadgecredential`; an SVG has
`<openbadges:credential verify="…"/>` as its first child. Reading an image believes nothing of it but where the token
stands: what is read is then verified as any token.

Source: Open Badges 3.0 (errata 1.3), section 5.3 "Baked badges"; PNG, third edition, section 11.3.3.4 (iTXt).
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING
from xml.parsers import expat

from certificates.errors import MalformedCredentialError

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYWORD = b"openbadgecredential"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
MAXIMUM_BYTES = 1_048_576

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD, _END, _TEXT = b"IHDR", b"IEND", b"iTXt"
# Keyword, end of keyword, not compressed, method, no language, no translated keyword.
_BEFORE = KEYWORD + b"\0\0\0\0\0"
_TOKEN = re.compile(r"[A-Za-z0-9_.-]+")
_ROOT = re.compile(r"<svg\b([^>]*)>")
_ELEMENT = f"{NAMESPACE} credential"


def bake_png(image: bytes, token: str) -> bytes:
    """Return the PNG with the token in it, in place of any other.

    Raises:
        MalformedCredentialError: The image is not a PNG, or the token not a compact one.
    """
    _check_token(token)
    kept = [(kind, data) for kind, data in _chunks(image) if not _is_baked(kind, data)]
    text = (_TEXT, _BEFORE + token.encode())
    return _SIGNATURE + b"".join(_chunk(*one) for one in (kept[0], text, *kept[1:]))


def token_in_png(image: bytes) -> str:
    """Return the token that a PNG bears.

    Raises:
        MalformedCredentialError: Not a PNG, or not exactly one token written as the standard says.
    """
    baked = [data for kind, data in _chunks(image) if _is_baked(kind, data)]
    if len(baked) != 1 or not baked[0].startswith(_BEFORE):
        raise MalformedCredentialError("image: not exactly one token, uncompressed")
    return _check_token(baked[0].removeprefix(_BEFORE).decode("latin-1"))


def bake_svg(drawing: str, token: str) -> str:
    """Return the SVG with the token in it.

    Args:
        drawing: One of ours, not baked yet.

    Raises:
        MalformedCredentialError: The drawing has no root or is baked, or the token is not a compact one.
    """
    _check_token(token)
    root = _ROOT.search(drawing)
    if root is None or NAMESPACE in drawing:
        raise MalformedCredentialError("image: not an SVG to bake")
    element = f'<openbadges:credential verify="{token}"/>'
    return f'{drawing[: root.start()]}<svg xmlns:openbadges="{NAMESPACE}"{root[1]}>{element}{drawing[root.end() :]}'


def token_in_svg(data: bytes) -> str:
    """Return the token that an SVG bears.

    Raises:
        MalformedCredentialError: Not an SVG, or not exactly one token, as first child; or a document type, which none
            of ours has.
    """
    if len(data) > MAXIMUM_BYTES:
        raise MalformedCredentialError("image: too large")
    parser, path, found = expat.ParserCreate(namespace_separator=" "), list[str](), list[tuple[str, str]]()

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == _ELEMENT:
            place = "first" if path == ["http://www.w3.org/2000/svg svg"] else "elsewhere"
            found.append((place, attributes.get("verify", "")))
        elif len(path) == 1 and not found:
            found.append(("late", ""))
        path.append(name)

    def refuse(*_: object) -> None:
        raise MalformedCredentialError("image: a document type is none of ours")

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _name: path.pop()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MalformedCredentialError("image: not XML") from error
    if len(found) != 1 or found[0][0] != "first":
        raise MalformedCredentialError("image: not exactly one token, as first child")
    return _check_token(found[0][1])


def token_in_image(data: bytes) -> str:
    """Return the token that an image bears, PNG or SVG.

    Raises:
        MalformedCredentialError: It bears none, or is neither.
    """
    return token_in_png(data) if data.startswith(_SIGNATURE) else token_in_svg(data)


def add_text(image: bytes, keyword: str, text: str) -> bytes:
    """Return the PNG with one more plain text in it, before its pixels.

    Raises:
        MalformedCredentialError: The image is not a PNG.
    """
    head, *others = _chunks(image)
    note = (b"tEXt", f"{keyword}\0{text}".encode("latin-1"))
    return _SIGNATURE + b"".join(_chunk(*one) for one in (head, note, *others))


def text_in(image: bytes, keyword: str) -> str | None:
    """Return the plain text that a PNG bears under a keyword, or None.

    Raises:
        MalformedCredentialError: The image is not a PNG.
    """
    before = f"{keyword}\0".encode("latin-1")
    texts = [data for kind, data in _chunks(image) if kind == b"tEXt" and data.startswith(before)]
    return texts[0].removeprefix(before).decode("latin-1") if texts else None


def _chunks(image: bytes) -> list[tuple[bytes, bytes]]:
    """Return the chunks of a PNG that is whole and has nothing after its end."""
    if len(image) > MAXIMUM_BYTES or not image.startswith(_SIGNATURE):
        raise MalformedCredentialError("image: not a PNG")
    chunks = list(_walk(image))
    kinds = [kind for kind, _ in chunks]
    if kinds[:1] != [_HEAD] or kinds[-1:] != [_END] or kinds.count(_END) != 1:
        raise MalformedCredentialError("image: not a whole PNG")
    return chunks


def _walk(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    while place < len(image):
        if len(image) - place < 12:
            raise MalformedCredentialError("image: cut short")
        length, kind = struct.unpack_from(">I4s", image, place)
        end = place + 8 + length
        if end + 4 > len(image) or struct.unpack_from(">I", image, end)[0] != zlib.crc32(image[place + 4 : end]):
            raise MalformedCredentialError("image: a chunk is damaged")
        yield kind, image[place + 8 : end]
        place = end + 4


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _is_baked(kind: bytes, data: bytes) -> bool:
    return kind == _TEXT and data.partition(b"\0")[0] == KEYWORD


def _check_token(token: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise MalformedCredentialError("image: not a compact token")
    return token
