"""A PDF that somebody received: known to the letter, or examined in a process that can be killed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.apart import ReadingFailedError, read_apart
from app.certification.models import Certificate, HandedOutFile
from app.certification.services import register
from app.certification.services.printing import digest_of
from app.verification.services.verdicts import Outcome, Verdict, verdict_of
from certificates import errors as paper

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing

LIMIT_BYTES = 5 * 1024 * 1024
SECONDS = 20
MEMORY_BYTES = 1024 * 1024 * 1024

#: What an examination may end with, by code: these are the sender's mistakes, told as such.
_UNREADABLE = {
    error.code: error
    for error in (paper.NotPdfError, paper.EncryptedPdfError, paper.BrokenPdfError, paper.TooLargePdfError)
}
#: These are verdicts.
_NOT_OURS = {paper.UnsealedPdfError.code, paper.ForeignSealError.code}


def check_file(db: Session, *, data: bytes, ring: KeyRing, roots_file: Path, now: datetime) -> Verdict:
    """Say what a PDF is: ours and intact (and where it stands), ours and changed, or not ours.

    What is shown comes from the register, never from the file.

    Args:
        roots_file: PEM of the authorities that we trust, for the examining process.

    Raises:
        NotPdfError, EncryptedPdfError, BrokenPdfError, TooLargePdfError: The file cannot be read.
    """
    if len(data) > LIMIT_BYTES:
        raise paper.TooLargePdfError
    if not data.startswith(b"%PDF-"):  # said at once: no process is started for it
        raise paper.NotPdfError
    known = _handed_out(db, sha256=digest_of(data))
    if known is not None:
        return as_shared(db, known, ring=ring, now=now)
    return _examined(db, examine_apart(data, roots_file=roots_file), ring=ring, now=now)


def check_digest(db: Session, *, sha256: str, ring: KeyRing, now: datetime) -> Verdict:
    """Say what the file with this hash is, if we handed it out: what `check_file` says of it, and no more.

    The hash stands for the file: 256 bits that only whoever holds the file can know. Any other text is unknown; the
    file may still be ours and changed, which only the file itself can tell.

    Args:
        sha256: Hexadecimal, in either case.
    """
    known = _handed_out(db, sha256=sha256.lower())
    if known is None:
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=now, reason="not-handed-out")
    return as_shared(db, known, ring=ring, now=now)


def examine_apart(data: bytes, *, roots_file: Path) -> dict[str, str]:
    """Examine a file in a process of its own, bounded in time, processor and memory.

    Returns:
        `{"credential_id": …}` for an intact certificate of ours, `{"receipt": …}` for an intact receipt, or `{"error": code, "reason": …}`.
    """
    try:
        done = read_apart(
            "certificates.examine", str(roots_file), data=data, seconds=SECONDS, memory_bytes=MEMORY_BYTES
        )
    except ReadingFailedError:
        return {"error": paper.BrokenPdfError.code, "reason": "too-costly"}
    answer: dict[str, str] = json.loads(done)
    return answer


def _handed_out(db: Session, *, sha256: str) -> Certificate | None:
    found: Certificate | None = db.scalar(
        select(Certificate)
        .join(HandedOutFile, HandedOutFile.certificate_id == Certificate.id)
        .where(HandedOutFile.sha256 == sha256)
    )
    return found


def _examined(db: Session, found: dict[str, str], *, ring: KeyRing, now: datetime) -> Verdict:
    error = found.get("error")
    if error in _UNREADABLE:
        raise _UNREADABLE[error]
    if error in _NOT_OURS:
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=now, reason=error)
    if error is not None:
        return Verdict(outcome=Outcome.ALTERED, credential=None, checked_at=now, reason=found.get("reason", error))
    if "receipt" in found:  # it says what was answered one day; what it is about has to be checked itself
        return Verdict(outcome=Outcome.UNCONFIRMED, credential=None, checked_at=now, reason="receipt")
    row = register.find_by_credential(db, credential_id=found["credential_id"])
    if row is None:
        return Verdict(outcome=Outcome.UNCONFIRMED, credential=None, checked_at=now, reason="not-in-register")
    return as_shared(db, row, ring=ring, now=now)


def as_shared(db: Session, row: Certificate, *, ring: KeyRing, now: datetime) -> Verdict:
    """Say where an intact file or token stands, as far as its holder shows it.

    The seal speaks for itself; where the certificate stands today is only said while its holder shares it.

    A withdrawal is said whatever the switch, with its date and nothing else: whoever holds the file holds what we took
    back, and a switch must not turn "withdrawn" into "the holder closed the link".
    """
    verdict = verdict_of(db, row, ring=ring, now=now)
    if row.is_shared and verdict.is_listed:
        return verdict
    if verdict.is_withdrawn:
        return replace(verdict, credential=None)
    return Verdict(outcome=Outcome.UNCONFIRMED, credential=None, checked_at=now, reason="not-shared")
