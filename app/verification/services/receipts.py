"""Receipts: the proof of one check, for whoever made it. Nothing of it is kept here."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from app.certification.models import Disclosure
from app.certification.services import register
from app.transparency import services as log
from certificates.receipt import LeafPlace, Receipt, sign_receipt
from certificates.reference import normalise_code

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.verification.services.verdicts import Verdict
    from certificates.checkpoint import TreeHead
    from certificates.keys import KeyRing


class Subject(NamedTuple):
    """What was checked: its kind, and its SHA-256 in hexadecimal."""

    kind: str
    sha256: str


def of_code(text: str) -> Subject:
    """Name a code, however it was typed; a text that is no code is named as it is."""
    return Subject("code", hashlib.sha256((normalise_code(text) or text).encode(errors="surrogatepass")).hexdigest())


def of_file(data: bytes) -> Subject:
    """Name a file."""
    return Subject("file", hashlib.sha256(data).hexdigest())


def make(
    db: Session,
    *,
    verdict: Verdict,
    subject: Subject,
    ring: KeyRing,
    origin: str,
    head: TreeHead | None = None,
) -> tuple[Receipt, str]:
    """Return the receipt of a check that has just been made, and its signed token.

    Args:
        head: Of the log, read after the check, where many receipts share it; read here by default.

    Raises:
        NoActiveKeyError: No key signs tokens.
    """
    stated = verdict.credential
    # A link that tells less than everything leads neither to the statement nor to its leaf.
    told = stated if verdict.disclosure is Disclosure.ALL else None
    receipt = Receipt(
        verdict=verdict.outcome.value,
        reason=verdict.reason,
        since=verdict.since,
        subject=subject.kind,
        subject_sha256=subject.sha256,
        at=verdict.checked_at,
        head=head or log.head(db),
        credential_id=told.credential_id if told else None,
        assurance=stated.assurance if stated else None,
        # The sentence on identity is that of the page, whose link may tell it without the name.
        name_verified=stated is not None and stated.name_verified and (verdict.tells_name or bool(verdict.first_line)),
        holder_name=stated.holder_name if stated and verdict.tells_name else None,
        demonstration=verdict.is_demonstration,
        leaf=_leaf(db, verdict, told.credential_id) if told else None,
        is_ours=verdict.disowned_since is None,
    )
    return receipt, sign_receipt(receipt, origin=origin, ring=ring)


def _leaf(db: Session, verdict: Verdict, credential_id: str) -> LeafPlace | None:
    row = verdict.standing or register.find_by_credential(db, credential_id=credential_id)
    if row is None or row.log_seq is None or row.log_salt is None:
        return None
    return LeafPlace(index=row.log_seq, salt=row.log_salt)
