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
from certificates.errors import ExpiredError, NotYetValidError, VerificationError
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
    """

    outcome: Outcome
    credential: Credential | None
    checked_at: datetime
    reason: str | None = None


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


def verdict_of(row: Certificate, *, ring: KeyRing, now: datetime) -> Verdict:
    """Say where a certificate of the register stands now.

    Raises:
        CorruptRegisterError: The stored statement does not verify.
    """
    outcome = _WITHDRAWN.get(row.status)
    try:
        credential = _verified(row.token, ring)
        verification.check_period(credential, at=now)
    except NotYetValidError as error:
        credential, outcome = error.credential, outcome or Outcome.NOT_YET_VALID
    except ExpiredError as error:
        credential, outcome = error.credential, outcome or Outcome.EXPIRED
    except VerificationError as error:
        raise CorruptRegisterError(row.id) from error
    return Verdict(outcome=outcome or Outcome.VALID, credential=credential, checked_at=now)


@lru_cache(maxsize=4096)
def _verified(token: str, ring: KeyRing) -> Credential:
    """Check the signature once per process and ring; dates and status are looked at every time."""
    return verification.verify_signature(token, ring)
