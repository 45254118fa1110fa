"""One verdict for whatever an employer holds: a code, or a file.

1. the code is in the register and its holder shares it            unknown otherwise, in the same words and time
2. the statement is ours and unchanged                             altered (a file); a crash (our own register)
3. the register has not withdrawn it                               revoked, suspended, superseded
4. the moment lies inside its validity                             not_yet_valid, expired
5. all of these hold                                               valid
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from app.certification.models import Status
from app.certification.services import register
from app.errors import CorruptRegisterError
from certificates import verification
from certificates.errors import CompromisedKeyError, ExpiredError, NotYetValidError, VerificationError
from certificates.reference import normalise_code

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.certification.models import Certificate
    from certificates.credential import Credential
    from certificates.keys import KeyRing


class Outcome(StrEnum):
    """The nine verdicts, part of the API."""

    VALID = "valid"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    ALTERED = "altered"
    UNKNOWN = "unknown"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said to somebody who checks.

    Args:
        outcome: One of the nine.
        credential: What was issued, from the register and never from a file; None where nothing may be said.
        checked_at: The moment of the check.
        reason: A stable code that says more: what was altered, why it cannot be confirmed.
        since: From when the outcome holds: the withdrawal, the end of validity, or its beginning to come.
    """

    outcome: Outcome
    credential: Credential | None
    checked_at: datetime
    reason: str | None = None
    since: datetime | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Whether we no longer stand behind the document, for good or for now."""
        return self.outcome in _WITHDRAWN.values()

    @property
    def is_demonstration(self) -> bool:
        """Whether the document was only made to show the service: intact and ours, and worth nothing."""
        return self.credential is not None and self.credential.demonstration

    @property
    def tells_levels(self) -> bool:
        """Whether what was measured may be told: it holds, or it held until a date that is told with it."""
        return self.credential is not None and self.outcome in (Outcome.VALID, Outcome.EXPIRED)


_WITHDRAWN = {
    Status.REVOKED.value: Outcome.REVOKED,
    Status.SUSPENDED.value: Outcome.SUSPENDED,
    Status.SUPERSEDED.value: Outcome.SUPERSEDED,
}


def check_code(db: Session, *, text: str, ring: KeyRing, secret: str, now: datetime) -> Verdict:
    """Say what a typed or scanned code stands for now.

    A code that is malformed, unknown, or whose holder switched sharing off gets the same answer after the same work.

    Raises:
        CorruptRegisterError: Our own register holds a statement that does not verify.
    """
    row = register.find(db, code=normalise_code(text) or "", secret=secret)
    if row is None or not row.is_shared:
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=now)
    return verdict_of(row, ring=ring, now=now)


def statement_at(db: Session, *, credential_id: str, ring: KeyRing, now: datetime) -> tuple[Verdict, str | None]:
    """Return what the address of a statement answers: as its code does, and the token while we stand behind it.

    A statement that is unknown, or whose holder switched sharing off, gets the same answer: unknown, and no token.

    Raises:
        CorruptRegisterError: Our own register holds a statement that does not verify.
    """
    row = register.find_by_credential(db, credential_id=credential_id)
    if row is None or not row.is_shared:
        return Verdict(outcome=Outcome.UNKNOWN, credential=None, checked_at=now), None
    verdict = verdict_of(row, ring=ring, now=now)
    return verdict, None if verdict.is_withdrawn else row.token


def verdict_of(row: Certificate, *, ring: KeyRing, now: datetime) -> Verdict:
    """Say where a certificate of the register stands now.

    Raises:
        CorruptRegisterError: The stored statement does not verify.
    """
    outcome, since = _WITHDRAWN.get(row.status), row.status_changed_at
    if not row.token:
        # Its holder left, or its time was over: the row only remembers that it was withdrawn, and when.
        return Verdict(outcome=Outcome.REVOKED, credential=None, checked_at=now, since=since)
    try:
        credential = _verified(row.token, ring)
    except CompromisedKeyError as error:
        # Ours, since the register holds it; but whoever checks without us must refuse it, and so do we.
        credential = verification.read_registered(row.token, ring)
        outcome, since = (outcome, since) if outcome else (Outcome.REVOKED, error.since)
    except VerificationError as error:
        raise CorruptRegisterError(row.id) from error
    if outcome is None:
        outcome, since = _in_time(credential, now=now)
    return Verdict(outcome=outcome, credential=credential, checked_at=now, since=since)


def _in_time(credential: Credential, *, now: datetime) -> tuple[Outcome, datetime | None]:
    try:
        verification.check_period(credential, at=now)
    except NotYetValidError:
        return Outcome.NOT_YET_VALID, credential.valid_from
    except ExpiredError:
        return Outcome.EXPIRED, credential.valid_until
    return Outcome.VALID, None


@lru_cache(maxsize=4096)
def _verified(token: str, ring: KeyRing) -> Credential:
    """Check the signature once per process and ring; dates and status are looked at every time."""
    return verification.verify_signature(token, ring)
