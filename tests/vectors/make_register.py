"""Make the frozen answers of the register again: `python -m tests.vectors.make_register`; one token per type and shape.

They must not change: software of others checks such tokens. A difference means a new shape: keep the former one here, and write a
line under "Formats" in the change log.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from certificates.fhir.attestation import signed_status
from certificates.status_event import StatusEvent, sign_event
from tests.builders import NOW, ORIGIN, key_ring
from tests.domain.fhir_builders import NUMBER, TERMS, holder

FOLDER = Path(__file__).parent / "register"
#: To whom the frozen event is addressed.
AUDIENCE = "https://rh.example.org/labels"


def tokens() -> dict[str, str]:
    """Return the tokens, by name."""
    ring = key_ring()
    event = StatusEvent(
        event_id="5f8c9d0e1a2b3c4d5e6f708192a3b4c5",
        audience=AUDIENCE,
        number=NUMBER,
        status="suspended",
        since=date(2027, 3, 2),
        page=TERMS.page(NUMBER),
    )
    return {
        "label-status-1": signed_status(holder(), TERMS, ring=ring, now=NOW),
        "status-event-1": sign_event(event, origin=ORIGIN, ring=ring, now=NOW),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, token in tokens().items():
        (FOLDER / f"{name}.jwt").write_text(token, encoding="ascii")
