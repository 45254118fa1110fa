"""Make the frozen credentials again: one token per kind of statement and schema version.

They must not change. A difference means that old certificates would be read otherwise than they were written: add a
schema version, keep the former writer, and write a line under "Formats" in the change log. Tokens of former schemas
stay in the folder and are verified for ever.
"""

from __future__ import annotations

from pathlib import Path

from certificates.open_badge import issue
from tests.builders import AREAS, ORIGIN, credential, issuer, key_ring, label_credential, supervised

FOLDER = Path(__file__).parent / "credentials"

CREDENTIALS = {
    "schema-1-statement-fr": credential(),
    "schema-1-statement-en": credential(language="en", level=None, level_probability=0.7143, demonstration=False),
    "schema-1-certificate-fr": supervised(),
    "schema-1-certificate-en": supervised(
        language="en",
        credential_id=f"{ORIGIN}/credentials/0b5c7d1e-92f4-4a36-8d20-5e6f7a8b9c0d",
        supersedes=f"{ORIGIN}/credentials/6f1c2a9e-3b7d-4c58-9a10-2f4e8d5b7c61",
        holder_name="Jean-Baptiste N’Guyen",
        areas=AREAS[:2],
        status_index=262_151,
    ),
    "schema-2-label-fr": label_credential(),
    "schema-2-label-en": label_credential(
        language="en",
        credential_id=f"{ORIGIN}/credentials/1c8b4d2e-5a63-4f97-b0e1-7d9c3a6f8b24",
        supersedes=f"{ORIGIN}/credentials/6f1c2a9e-3b7d-4c58-9a10-2f4e8d5b7c61",
        status_index=131_075,
        demonstration=True,
    ),
}


def tokens() -> dict[str, str]:
    """Return the tokens, by name."""
    ring = key_ring()
    return {name: issue(stated, issuer=issuer(), ring=ring) for name, stated in CREDENTIALS.items()}


if __name__ == "__main__":
    for name, token in tokens().items():
        (FOLDER / f"{name}.jwt").write_text(token, encoding="ascii")
