"""`python -m certificates.examine ROOTS.pem < file.pdf`: examine one file in a process of its own.

Prints one JSON object: `{"credential_id": …}` for an intact certificate of ours, `{"receipt": …}` for an intact receipt, else `{"error": code, "reason": …}`.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates

from certificates import open_badge, seal
from certificates.errors import AlteredPdfError, MalformedCredentialError, SealError, VerificationError
from certificates.records import RecordType


def examine(data: bytes, roots_pem: bytes) -> dict[str, str]:
    """Return what the examination found, as plain data."""
    try:
        token = seal.examine(data, roots=load_pem_x509_certificates(roots_pem))
        return _found(token)
    except AlteredPdfError as error:
        return {"error": error.code, "reason": error.reason}
    except SealError as error:
        return {"error": error.code, "reason": error.code}
    except VerificationError:
        return {"error": AlteredPdfError.code, "reason": "attachment"}


def _found(token: str) -> dict[str, str]:
    try:
        return {"credential_id": str(open_badge.read(token).claims["id"])}
    except MalformedCredentialError:
        open_badge.read(token, token_type=RecordType.RECEIPT)
        return {"receipt": RecordType.RECEIPT.value}


if __name__ == "__main__":
    # A hostile file makes pyHanko tell its whole story; the one line above is the answer.
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    sys.stdout.write(json.dumps(examine(sys.stdin.buffer.read(), Path(sys.argv[1]).read_bytes())))
