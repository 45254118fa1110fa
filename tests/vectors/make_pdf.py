"""Freeze sealed files: `python -m tests.vectors.make_pdf`; certificates, a label and a receipt, with the root that they lead to.

Where lines fall depends on the text libraries of a machine, and the page may be drawn better one day. So what a layout was is kept
beside its certificate, as plain data: the file is filled and sealed again from it, to the byte, on any machine whose zlib deflates
as zlib does. What has no compiled layout (a label, a receipt, a first certificate from before) is kept as it was handed out, and
its seal alone is made again. A file that is there is laid out no more: one that is drawn otherwise gets the next number.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from certificates import compact, compiled, qr, seal
from certificates.checkpoint import TreeHead
from certificates.cms import Container
from certificates.filling import Filler
from certificates.open_badge import issue
from certificates.press import Press
from certificates.receipt import LeafPlace, Receipt, sign_receipt
from tests.builders import NOW, ORGANISATION, ORIGIN, issuer, key_ring, token_key
from tests.vectors import layouts
from tests.vectors.make_credentials import CREDENTIALS

if TYPE_CHECKING:
    from certificates.credential import Credential
    from certificates.keys import KeyRing

FOLDER = Path(__file__).parent / "pdf"
SHOWN, LABEL = "schema-1-certificate-fr", "schema-2-label-fr"
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


#: Of the layouts whose file is made again, and where the issue stood in the log; the second needs three faces for its name.
FILLED = {
    "certificate-2": CREDENTIALS[SHOWN],
    "certificate-3": replace(CREDENTIALS[SHOWN], holder_name="Đặng Thị Łucja Țepeș"),
}
HEAD = TreeHead(size=1042, root=bytes(range(32)))
_BYTE_RANGE = re.compile(rb"/ByteRange\[0 (\d{10} \d{10} \d{10})\]/Contents<([0-9a-f]+)>")


def laid_out() -> dict[str, bytes]:
    """Return what this machine lays out today, by name: frozen once, never compared."""
    ring, label = key_ring(), CREDENTIALS[LABEL]
    receipt = sign_receipt(RECEIPT, origin=ORIGIN, ring=ring)
    token = issue(label, issuer=issuer(), ring=ring)
    return {
        **{f"{name}.json": _layout(stated, ring).encode() for name, stated in FILLED.items()},
        "label-1.pdf": Press(ring).print(label, token, check_url=label.check_url, head=HEAD),
        "receipt-1.pdf": Press(ring).print_receipt(RECEIPT, receipt, origin=ORIGIN),
    }


def _layout(stated: Credential, ring: KeyRing) -> str:
    token = issue(stated, issuer=issuer(), ring=ring)
    scanned = compact.fragment_url(stated, compact.compact(stated, token_key()), check_url=stated.check_url)
    families = compiled.families_for(stated.holder_name)
    assert families is not None
    layout = compiled.compile_layout(
        compiled.kind_of(stated, families, is_broken=False, is_logged=True),
        stated,
        container=Container(ring.active("pdf")),
        issuer=ORGANISATION,
    )
    varying = compiled.varying(stated, token, issuer=ORGANISATION, head=HEAD)
    return layouts.written(layout, varying, scanned=scanned)


def artefacts() -> dict[str, bytes]:
    """Return what is made again to the byte, by name, from what is kept here."""
    ring = key_ring()
    container = Container(ring.active("pdf"))
    kept = {path.name: path.read_bytes() for path in FOLDER.glob("*.pdf") if path.stem not in FILLED}
    return {
        **{f"{name}.pdf": _filled(name, container) for name in FILLED},
        **{name: sealed_again(data, container) for name, data in kept.items()},
        "roots.pem": ring.roots[0].public_bytes(Encoding.PEM),
    }


def _filled(name: str, container: Container) -> bytes:
    layout, varying, scanned = layouts.read((FOLDER / f"{name}.json").read_text())
    code = qr.draw(scanned)
    assert code is not None
    filled = Filler(layout, container).fill(varying, code=code)
    assert filled is not None
    return filled


def sealed_again(data: bytes, container: Container) -> bytes:
    """Return a file whose seal was taken off and put on again."""
    found = _BYTE_RANGE.search(data)
    assert found is not None
    range_, contents = found.span(1), found.span(2)
    blank = data[: range_[0]] + b"@" * 32 + data[range_[1] : contents[0]]
    return seal.close(blank + b"0" * (contents[1] - contents[0]) + data[contents[1] :], container)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    if not all(
        (FOLDER / name).exists() for name in ("label-1.pdf", "receipt-1.pdf", *(f"{one}.json" for one in FILLED))
    ):
        for name, data in laid_out().items():
            if not (FOLDER / name).exists():
                (FOLDER / name).write_bytes(data)
    for name, data in artefacts().items():
        (FOLDER / name).write_bytes(data)
