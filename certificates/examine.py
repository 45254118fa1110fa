"""`python -m certificates.examine ROOTS.pem < file.pdf`: examine one file in a process of its own.

Prints one JSON object: `{"token": …, "signer": …}` for a file of ours that is whole, else `{"error": code, "reason": …}`, with
`"original": {"token": …, "signer": …, "size": …}` where the file begins with a whole one of ours. The token is what is attached:
whose it is, and whether it is what we issued, is for whoever holds the register and the keys to say.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.x509 import load_pem_x509_certificates

from certificates import seal
from certificates.errors import AlteredPdfError, BrokenPdfError, SealError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


def examine(data: bytes, roots_pem: bytes) -> dict[str, Any]:
    """Return what the examination found, as plain data."""
    roots = load_pem_x509_certificates(roots_pem)
    try:
        return seal.examine(data, roots=roots)._asdict()
    except (AlteredPdfError, BrokenPdfError) as error:
        found = {"error": error.code, "reason": error.reason}
        original = _original(data, roots)
        return found if original is None else {**found, "original": original}
    except SealError as error:
        return {"error": error.code, "reason": error.code}


def _original(data: bytes, roots: list[Certificate]) -> dict[str, Any] | None:
    """Return what was attached when we sealed this file, where that part of it is whole."""
    size = seal.sealed_size(data)
    if size is None or size >= len(data):
        return None
    try:
        return {**seal.examine(data[:size], roots=roots)._asdict(), "size": size}
    except SealError:
        return None


if __name__ == "__main__":
    # A hostile file makes pyHanko tell its whole story; the one line above is the answer.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    sys.stdout.write(json.dumps(examine(sys.stdin.buffer.read(), Path(sys.argv[1]).read_bytes())))
