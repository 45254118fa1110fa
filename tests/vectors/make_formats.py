"""Make the frozen artefacts of the open formats again: twin, compact form, status lists, baked badges, DID document.

They must not change: each is compared byte for byte. A difference means that what was written before would be read
otherwise; see `make_credentials.py`. One thing may change on purpose, the drawing of a badge, with the wording of a
sentence: make them again, and say so in the change log.
"""

from __future__ import annotations

import json
from pathlib import Path

from certificates import badge, baking, compact, data_integrity, did, status, status_document
from certificates.open_badge import issue
from tests.builders import NOW, ORIGIN, issuer, key_ring, token_key
from tests.vectors.make_credentials import CREDENTIALS

FOLDER = Path(__file__).parent / "formats"
#: Withdrawn entries of the frozen lists: the first, the last, and that of the statements.
POSITIONS = (0, 94_567, 131_071)


def artefacts() -> dict[str, bytes]:
    """Return the artefacts, by file name."""
    ring, files = key_ring(), dict[str, bytes]()
    for name, stated in CREDENTIALS.items():
        files[f"{name}.json"] = as_json(data_integrity.twin(stated, issuer=issuer(), ring=ring))
        files[f"{name}.cose"] = compact.compact(stated, token_key())
    shown = CREDENTIALS["schema-1-statement-fr"]
    token, design = issue(shown, issuer=issuer(), ring=ring), badge.design_of(shown)
    common = {"purpose": "revocation", "issuer": issuer(), "ring": ring, "now": NOW}
    return {
        **files,
        "badge.png": baking.bake_png(badge.png(design), token),
        "badge.svg": baking.bake_svg(badge.draw(design), token).encode(),
        "status.jwt": status.issue_status_list(POSITIONS, list_url=f"{ORIGIN}/status/1.jwt", **common).encode(),
        "status.json": as_json(
            status_document.issue_status_document(POSITIONS, list_url=f"{ORIGIN}/status/1", **common)
        ),
        "did.json": as_json(did.document(ring, ORIGIN)),
    }


def as_json(document: object) -> bytes:
    """Return the JSON of a document, as it is frozen."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


if __name__ == "__main__":
    for name, data in artefacts().items():
        (FOLDER / name).write_bytes(data)
