"""Freeze sealed files: `python -m tests.vectors.make_pdf`; one certificate and one receipt, with the root that they lead to.

What is frozen here is what was handed out, not what would be printed today: where lines fall depends on the text libraries of the
machine, and the page may be drawn better. So a file that is there is never made again, and every one of them is read for ever.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from certificates.checkpoint import TreeHead
from certificates.open_badge import issue
from certificates.press import Press
from certificates.receipt import LeafPlace, Receipt, sign_receipt
from tests.builders import NOW, ORIGIN, issuer, key_ring
from tests.vectors.make_credentials import CREDENTIALS

FOLDER = Path(__file__).parent / "pdf"
SHOWN = "schema-1-certificate-fr"
RECEIPT = Receipt(
    verdict="valid",
    reason=None,
    since=None,
    subject="code",
    subject_sha256="a" * 64,
    at=NOW,
    head=TreeHead(size=1042, root=bytes(range(32))),
    credential_id=CREDENTIALS[SHOWN].credential_id,
    assurance=CREDENTIALS[SHOWN].assurance,
    name_verified=True,
    holder_name=CREDENTIALS[SHOWN].holder_name,
    leaf=LeafPlace(index=7, salt=b"s" * 32),
)


def artefacts() -> dict[str, bytes]:
    """Return the files, by name."""
    ring, stated = key_ring(), CREDENTIALS[SHOWN]
    press, token = Press(ring), issue(stated, issuer=issuer(), ring=ring)
    receipt = sign_receipt(RECEIPT, origin=ORIGIN, ring=ring)
    return {
        "certificate-1.pdf": press.print(stated, token, check_url=stated.check_url),
        "receipt-1.pdf": press.print_receipt(RECEIPT, receipt, origin=ORIGIN),
        "roots.pem": ring.roots[0].public_bytes(Encoding.PEM),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, data in artefacts().items():
        if not (FOLDER / name).exists():
            (FOLDER / name).write_bytes(data)
