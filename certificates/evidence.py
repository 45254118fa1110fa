"""A proof that somebody uploads: what it really is, written again without metadata, and whether it smells of a patient.

    python -m certificates.evidence < file > answer

The answer is one line of JSON, then the cleaned bytes. It runs in a process that can be killed: files of strangers are
parsed nowhere else. What is kept is what we wrote ourselves: the pixels of a picture, the pages of a PDF; nothing that
acts, nothing attached, nothing that says who made it, where or with what.

1. its first bytes are those of a PDF, a JPEG or a PNG, whatever its name          not-a-proof
2. it opens, is not encrypted, and is no larger than allowed once open             broken-proof, too-large-proof
3. the texts of a PDF hold no number of social security, which is an INS too       patient-data
4. what may be a patient's is pointed out, and so is what nothing here can read    flags

Pictures are not read, nor scans inside a PDF: the flag "unread" says so, and a file with any flag waits until whoever gave
it has looked at it once more. Source: JPEG, ITU-T T.81, annex B (markers). `patient_signs.py` says what a text may hold.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from certificates.patient_signs import holds_nir, signs

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_BYTES = 5 * 1024 * 1024
PAGES = 20
#: A photograph of a telephone has twelve million; more is an attack on memory.
PIXELS = 40_000_000
#: A picture in a PDF that is larger than this, in pixels, may hold words: a scan, a capture of a screen. Logos are smaller.
READABLE = 300 * 100
#: Of what only eyes can read.
UNREAD = "unread"
#: The longest side that is kept: an A4 page at 250 dots to the inch.
SIDE = 2900

_SIGNATURES = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
#: JPEG segments that are kept: what decoding needs, JFIF, the colour profile, Adobe's transform.
_DROPPED_MARKERS = frozenset((0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE))


#: Entries of a PDF that say who made it and with what, or that do something.
_TELLING = (
    "/Metadata",
    "/PieceInfo",
    "/AA",
    "/OpenAction",
    "/JS",
    "/JavaScript",
    "/EmbeddedFiles",
    "/Producer",
    "/Creator",
)
_JPEG_FILTERS = ("/DCTDecode", ArrayObject([NameObject("/DCTDecode")]))


class UnfitProofError(Exception):
    """The file is no proof that we keep; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What is kept.

    Args:
        flags: What should make whoever uploads look twice; sorted codes.
    """

    media_type: str
    data: bytes
    flags: tuple[str, ...]


def clean(data: bytes) -> Cleaned:
    """Take steps 1 to 4.

    Raises:
        UnfitProofError: The code of the first failing step.
    """
    _check(len(data) <= LIMIT_BYTES, "too-large-proof")
    media_type = next((kind for start, kind in _SIGNATURES.items() if data.startswith(start)), None)
    if media_type is None:
        raise UnfitProofError("not-a-proof")
    if media_type == "application/pdf":
        return _pdf(data)
    return Cleaned(media_type=media_type, data=_picture(data, media_type), flags=(UNREAD,))


def _check(holds: object, code: str) -> None:
    if not holds:
        raise UnfitProofError(code)


def _picture(data: bytes, media_type: str) -> bytes:
    """Return a picture made anew from its pixels, upright."""
    written = "JPEG" if media_type == "image/jpeg" else "PNG"
    Image.MAX_IMAGE_PIXELS = PIXELS // 2  # beyond twice that, Pillow refuses before it decodes
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=(written,)) as found:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            upright = ImageOps.exif_transpose(found).convert("RGB")
    except Image.DecompressionBombError as error:
        raise UnfitProofError("too-large-proof") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise UnfitProofError("broken-proof") from error
    upright.thumbnail((SIDE, SIDE))
    fresh = Image.new("RGB", upright.size)
    fresh.paste(upright)  # pixels only: whatever else the file carried stays behind
    buffer = io.BytesIO()
    fresh.save(buffer, written, quality=85, optimize=True) if written == "JPEG" else fresh.save(
        buffer, written, optimize=True
    )
    return buffer.getvalue()


def _pdf(data: bytes) -> Cleaned:
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        _check(not reader.is_encrypted and reader.pages, "broken-proof")
        _check(len(reader.pages) <= PAGES, "too-large-proof")
        texts = [page.extract_text() for page in reader.pages]
        unread = (UNREAD,) if not all(map(str.strip, texts)) or any(_are_pictures(reader)) else ()
        written = _rewritten(reader)
    except UnfitProofError:
        raise
    except Exception as error:  # a parser of strangers' files fails in any way that it likes
        raise UnfitProofError("broken-proof") from error
    text = "\n".join(texts)
    _check(not holds_nir(text), "patient-data")
    _check(len(written) <= LIMIT_BYTES, "too-large-proof")
    return Cleaned(media_type="application/pdf", data=written, flags=(*signs(text), *unread))


def _are_pictures(reader: PdfReader) -> Iterator[bool]:
    """Yield, for each thing that the pages draw, whether it is a picture large enough to hold words; nothing is decoded."""
    waiting, seen = [*reader.pages], set[int]()
    while waiting:
        holder = waiting.pop()
        resources = holder.get("/Resources", DictionaryObject()).get_object()
        for held in resources.get("/XObject", DictionaryObject()).get_object().values():
            drawn = held.get_object()
            if drawn.get("/Subtype") == "/Image":
                yield int(drawn["/Width"]) * int(drawn["/Height"]) >= READABLE
            elif id(drawn) not in seen:  # a form, which may draw in its turn, itself in the worst case
                seen.add(id(drawn))
                waiting.append(drawn)


def _rewritten(reader: PdfReader) -> bytes:
    """Return the pages and what draws them, and nothing else."""
    writer = PdfWriter()
    for page in reader.pages:
        bare = DictionaryObject(
            {
                NameObject(key): page[key]
                for key in ("/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents")
                if key in page
            }
        )
        kept = page.__class__(page.pdf, page.indirect_reference)
        kept.update(bare)
        writer.add_page(kept)
    # Every object that will be written, which no public name gives.
    for held in filter(_is_dictionary, writer._objects):  # noqa: SLF001 (see above)
        _strip(cast("DictionaryObject", held))
    writer.metadata = None
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _is_dictionary(held: object) -> bool:
    return isinstance(held, DictionaryObject)


def _strip(held: DictionaryObject) -> None:
    """Take from one object what tells who made it, or acts."""
    for key in _TELLING:
        held.pop(NameObject(key), None)
    if isinstance(held, StreamObject) and held.get("/Filter") in _JPEG_FILTERS:
        held._data = without_segments(held._data)  # noqa: SLF001 -- the encoded bytes; `set_data` would encode them again.


def without_segments(data: bytes) -> bytes:
    """Return a JPEG without the segments that say where, when and with what it was taken.

    A stream that is no JPEG comes back as it was: whoever draws it will say so.
    """
    if not data.startswith(b"\xff\xd8"):
        return data
    kept, place = [data[:2]], 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4])
        if data[place + 1] not in _DROPPED_MARKERS:
            kept.append(data[place:end])
        place = end
    return b"".join((*kept, data[place:]))


def main() -> None:
    """Read a file, answer."""
    try:
        found = clean(sys.stdin.buffer.read(LIMIT_BYTES + 1))
    except UnfitProofError as error:
        sys.stdout.buffer.write(json.dumps({"error": error.code}).encode() + b"\n")
        return
    told = {"media_type": found.media_type, "flags": list(found.flags)}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + found.data)


if __name__ == "__main__":
    main()
