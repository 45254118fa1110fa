"""A PDF that somebody received: known to the letter, or examined in a process that can be killed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.apart import ReadingFailedError, read_apart
from app.certification.models import Certificate, HandedOutFile
from app.certification.services import printing, register
from app.certification.services.printing import digest_of
from app.verification.services.verdicts import Outcome, Verdict, verdict_of
from certificates import errors as paper
from certificates import open_badge, verification
from certificates.differences import Seen, between
from certificates.errors import VerificationError
from certificates.keys import KeyFamily, KeyState
from certificates.receipt import read_receipt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing
    from certificates.press import Press

LIMIT_BYTES = 5 * 1024 * 1024
SECONDS = 20
#: Many files at once: what may be sent, and for how long those that we do not know by heart are examined.
MANY_BYTES = 60 * 1024 * 1024
MANY_SECONDS = 60
MEMORY_BYTES = 1024 * 1024 * 1024

#: What an examination may end with, by code: these are the sender's mistakes, told as such.
_UNREADABLE = {
    error.code: error
    for error in (paper.NotPdfError, paper.EncryptedPdfError, paper.BrokenPdfError, paper.TooLargePdfError)
}
#: What was done to the room of the signature: the file cannot be read as one that is sealed, and may be ours all the same.
_TAMPERED = ("seal-erased", "gap")
#: No seal of ours is on these: strangers, unless a statement of ours is attached. What became of its seal, then.
_NOT_OURS = {paper.UnsealedPdfError.code: "seal-removed", paper.ForeignSealError.code: "seal-replaced"}


def check_file(
    db: Session, *, data: bytes, ring: KeyRing, roots_file: Path, press: Press, origin: str, now: datetime
) -> Verdict:
    """Say what a PDF is: ours and intact (and where it stands), ours and changed (and what differs), or not ours.

    What is said of the document comes from the register, never from the file.

    Args:
        roots_file: PEM of the authorities that we trust, for the examining process.
        press: Makes the page again that a changed file is compared with.
        origin: Public address of the site, printed on it.

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
    found = examine_apart(data, roots_file=roots_file)
    if "error" in found:
        return _changed(db, data, found, ring=ring, press=press, origin=origin, now=now)
    return _whole(db, found, ring=ring, now=now)


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


def examine_apart(data: bytes, *, roots_file: Path) -> dict[str, Any]:
    """Examine a file in a process of its own, bounded in time, processor and memory.

    Returns:
        What `certificates.examine` prints.
    """
    try:
        done = read_apart(
            "certificates.examine", str(roots_file), data=data, seconds=SECONDS, memory_bytes=MEMORY_BYTES
        )
    except ReadingFailedError:
        return {"error": paper.BrokenPdfError.code, "reason": "too-costly"}
    answer: dict[str, Any] = json.loads(done)
    return answer


def _seen_apart(was: bytes, now: bytes) -> tuple[Seen | None, Seen | None]:
    """Return what a file said when we sealed it, and what it says; None for what is empty or cannot be read.

    Another process: where it dies of the file, what the first one found stands.
    """
    try:
        done = read_apart(
            "certificates.remains", str(len(was)), data=was + now, seconds=SECONDS, memory_bytes=MEMORY_BYTES
        )
    except ReadingFailedError:
        return None, None
    first, second = (None if one is None else Seen(*one) for one in json.loads(done))
    return first, second


def _handed_out(db: Session, *, sha256: str) -> Certificate | None:
    found: Certificate | None = db.scalar(
        select(Certificate)
        .join(HandedOutFile, HandedOutFile.certificate_id == Certificate.id)
        .where(HandedOutFile.sha256 == sha256)
    )
    return found


def _whole(db: Session, found: Mapping[str, Any], *, ring: KeyRing, now: datetime) -> Verdict:
    """Say what a file is whose seal holds: that of a key of ours that nobody stole, around what we issued."""
    token, doubt = found["token"], _doubt(found, ring)
    if doubt is not None:
        return _unconfirmed(doubt, now=now)
    try:
        stated = verification.read_registered(token, ring)
    except VerificationError:
        return _of_receipt(token, ring, now=now)
    row = register.find_by_credential(db, credential_id=stated.credential_id)
    if row is None:
        return _unconfirmed("not-in-register", now=now)
    if not _is_issued(row, token):
        return Verdict(outcome=Outcome.ALTERED, credential=None, checked_at=now, reason="attachment")
    return as_shared(db, row, ring=ring, now=now)


def _doubt(found: Mapping[str, Any], ring: KeyRing) -> str | None:
    """Return why a whole seal proves nothing of a document of ours."""
    signer = ring.find(found["signer"])
    if signer is None or signer.family is not KeyFamily.PDF:
        return "unknown-key"
    if signer.state is KeyState.COMPROMISED:
        # Its own date proves nothing, and no log knows what was sealed: only what we handed out is known, by its hash.
        return "compromised-key"
    return None if found["token"] else "other-paper"


def _of_receipt(token: str, ring: KeyRing, *, now: datetime) -> Verdict:
    """A receipt says what was answered one day; what it is about has to be checked itself."""
    try:
        read_receipt(token, ring)
    except VerificationError:
        return Verdict(outcome=Outcome.ALTERED, credential=None, checked_at=now, reason="attachment")
    return _unconfirmed("receipt", now=now)


def _unconfirmed(reason: str, *, now: datetime) -> Verdict:
    return Verdict(outcome=Outcome.UNCONFIRMED, credential=None, checked_at=now, reason=reason)


def _is_issued(row: Certificate, token: str) -> bool:
    """Tell whether a token says what the register issued under its number; a row that was emptied says nothing any more."""
    return not row.token or open_badge.payload_of(token) == open_badge.payload_of(row.token)


def _changed(
    db: Session, data: bytes, found: Mapping[str, Any], *, ring: KeyRing, press: Press, origin: str, now: datetime
) -> Verdict:
    """Say what was changed in a file whose seal does not hold, and what the register says of the document it was made from.

    Which document that is, a token says: the one under the seal if the file begins with a whole one of ours, else the one
    that is attached. It must be ours to the letter. Without one, a file that cannot be read is just that, and a page with no
    seal of ours is a stranger's.

    Raises:
        NotPdfError, EncryptedPdfError, BrokenPdfError, TooLargePdfError: The file cannot be read.
    """
    error, reason = found["error"], found["reason"]
    if error in _UNREADABLE and reason not in _TAMPERED:
        raise _UNREADABLE[error]
    original = found.get("original")
    if original is not None and _doubt(original, ring) is not None:  # sealed by a key that was stolen: no page of ours
        original = None
    sealed = data[: original["size"]] if original else b""
    was, seen = _seen_apart(sealed, data)
    row = _issued(db, original["token"] if original else (seen.token if seen else ""), ring=ring)
    if row is None and error in _UNREADABLE:
        raise _UNREADABLE[error]
    if row is None and error in _NOT_OURS:
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=now, reason=error)
    verdict = Verdict(outcome=Outcome.ALTERED, credential=None, checked_at=now, reason=_NOT_OURS.get(error, reason))
    if row is None:
        return verdict
    told = as_shared(db, row, ring=ring, now=now)
    if told.credential is None:  # closed by its holder, or emptied: that the file was changed is all that is said
        return replace(verdict, standing=told.standing)
    verdict = replace(verdict, standing=told.standing, original=told)
    if told.outcome not in (Outcome.VALID, Outcome.EXPIRED):
        return verdict  # what it said is vouched for no more, so what differs from that is not told either
    if was is None:  # no page that we sealed is left in it: made again
        again = printing.printed(db, row=row, credential=told.credential, press=press, origin=origin)
        was, seen = _seen_apart(again, data)
    if was is None or seen is None:
        return verdict
    return replace(verdict, differences=between(was, seen, name=told.credential.holder_name))


def _issued(db: Session, token: str, *, ring: KeyRing) -> Certificate | None:
    """Return the certificate of the register that a token of ours states to the letter."""
    try:
        stated = verification.read_registered(token, ring)
    except VerificationError:
        return None
    row = register.find_by_credential(db, credential_id=stated.credential_id)
    return row if row is not None and _is_issued(row, token) else None


def as_shared(db: Session, row: Certificate, *, ring: KeyRing, now: datetime) -> Verdict:
    """Say where an intact file or token stands, as far as its holder shows it.

    The seal speaks for itself; where the certificate stands today is only said while its holder shares it.

    A withdrawal is said whatever the switch, with its date and nothing else: whoever holds the file holds what we took
    back, and a switch must not turn "withdrawn" into "the holder closed the link".
    """
    verdict = verdict_of(db, row, ring=ring, now=now)
    if row.is_shared and verdict.is_listed:
        return replace(verdict, standing=register.standing_of(row))
    if verdict.is_withdrawn:
        return replace(verdict, credential=None, standing=register.standing_of(row))
    return _unconfirmed("not-shared", now=now)
