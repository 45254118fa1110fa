"""The sealed file of one certificate: made when asked for, from a statement that verifies, and remembered by its hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import select

from app import audit
from app.certification.models import HandedOutFile
from app.certification.services import register
from app.errors import CorruptRegisterError
from app.transparency import services as log
from certificates import verification
from certificates.errors import VerificationError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.certification.models import Certificate
    from certificates.credential import Credential
    from certificates.keys import KeyRing
    from certificates.press import Press


def digest_of(data: bytes) -> str:
    """Return the name under which a file is recognised."""
    return hashlib.sha256(data).hexdigest()


def hand_out(
    db: Session,
    *,
    row: Certificate,
    ring: KeyRing,
    press: Press,
    origin: str,
    actor_id: int | None,
    now: datetime,
) -> bytes:
    """Return the sealed PDF of a certificate and remember its SHA-256.

    Raises:
        CertificateWithdrawnError: The register no longer stands behind it; a clean copy would say that it does.
        CorruptRegisterError: The stored statement does not verify; what does not verify is never printed.
    """
    register.check_in_force(row)
    try:
        credential = verification.verify_signature(row.token, ring)
    except VerificationError as error:
        raise CorruptRegisterError(row.id) from error
    data = printed(db, row=row, credential=credential, press=press, origin=origin)
    digest = digest_of(data)
    if db.scalar(select(HandedOutFile.id).where(HandedOutFile.sha256 == digest)) is None:
        db.add(HandedOutFile(certificate_id=row.id, sha256=digest, made_at=now))
    audit.record(db, action=audit.Action.CERTIFICATE_DOWNLOADED, actor_id=actor_id, subject_id=row.id, now=now)
    return data


def was_handed_out(db: Session, *, row: Certificate, sha256: str) -> bool:
    """Tell whether a file is one that was handed out for this certificate."""
    file = HandedOutFile.certificate_id == row.id, HandedOutFile.sha256 == sha256
    return db.scalar(select(HandedOutFile.id).where(*file)) is not None


def printed(db: Session, *, row: Certificate, credential: Credential, press: Press, origin: str) -> bytes:
    """Return the sealed PDF of what a certificate states, for whoever has checked that it does."""
    # The log as it was at the issue: the same whenever the file is made again.
    head = None if row.log_seq is None else log.head_at(db, size=row.log_seq + 1)
    return press.print(credential, row.token, check_url=f"{origin}/c/{credential.code}", head=head)
