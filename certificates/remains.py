"""`python -m certificates.remains SIZE < files`: read what a file says whose seal does not hold, in a process of its own.

Two files come one after the other: the one that we sealed, of SIZE bytes, and the one that was changed. Prints one JSON list of what
each says, as `differences.Seen` has it, or null where nothing can be read. Nothing that is read here is believed.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import sys

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from certificates.differences import LONGEST, MOST_LINES, Seen, cleaned
from certificates.open_badge import MAXIMUM_LENGTH

#: Of a file with many pages, those that are read: ours have one or two.
MOST_PAGES = 4


def see(data: bytes) -> Seen | None:
    """Return what a file says; None where it cannot be read."""
    try:
        return _seen(PdfReader(io.BytesIO(data)))
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError, MemoryError):
        return None  # a hostile file trips its reader in many ways, and each of them says the same


def _seen(reader: PdfReader) -> Seen:
    pages = [reader.pages[place] for place in range(min(len(reader.pages), MOST_PAGES))]
    lines = [line for page in pages for line in page.extract_text().splitlines()[:MOST_LINES]]
    drawn = hashlib.sha256(str(len(reader.pages)).encode())
    for page in pages:
        contents = page.get_contents()
        drawn.update(contents.get_data() if contents is not None else b"")
    attached = next((one.content for one in reader.attachment_list), b"")
    return Seen(
        title=cleaned(str(reader.metadata.get("/Title", "")) if reader.metadata else ""),
        lines=tuple(filter(None, (cleaned(line[: 8 * LONGEST]) for line in lines[:MOST_LINES]))),
        overlays=sum(len(page.get("/Annots") or ()) for page in pages),
        drawing=drawn.hexdigest(),
        attached=hashlib.sha256(attached).hexdigest() if attached else "",
        token=attached.decode("ascii") if attached.isascii() and len(attached) <= MAXIMUM_LENGTH else "",
    )


def read(data: bytes, *, size: int) -> tuple[Seen | None, Seen | None]:
    """Return what the first file says, of so many bytes, and what the rest says."""
    return (see(data[:size]) if size else None), see(data[size:])


if __name__ == "__main__":
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    sent = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps(read(sent, size=int(sys.argv[1]))))
