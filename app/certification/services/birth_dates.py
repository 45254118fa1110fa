"""The date of birth of a supervised certificate: never kept, only whether a date typed from an identity document is it.

A date is one of some forty thousand, so a fast digest would hide nothing. What is stored is argon2 (salted, slow) over an
HMAC keyed by the instance's secret: neither the table alone nor the page lets anybody try them all.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import or_, update

from app.accounts.services.tokens import hash_secret, keyed_digest, matches
from app.certification.models import Certificate
from app.database import affected

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

#: Wrong dates in a row, for one certificate, whoever types them; then it answers nobody for a day.
TRIES = 5
LOCK = timedelta(days=1)


class BirthAnswer(StrEnum):
    """What is said of a date that was typed."""

    YES = "yes"
    NO = "no"
    LOCKED = "locked"


def keep(row: Certificate, born_on: date, *, secret: str) -> None:
    """Keep the digest of a date of birth that was read on an identity document.

    Raises:
        ValueError: Nobody checked an identity for this certificate.
    """
    if row.assurance != "A2":
        msg = "only a supervised certificate has a date of birth"
        raise ValueError(msg)
    row.birth_date_hash = digest_for(row.credential_id, born_on, secret=secret)


def digest_for(credential_id: str, born_on: date, *, secret: str) -> str:
    """Return the digest for a certificate whose identity is drawn already: the date itself need not wait for the issue."""
    return hash_secret(_keyed(credential_id, born_on, secret=secret))


def carry_over(former: Certificate, successor: Certificate) -> None:
    """Give a certificate that is issued again the digest of the one that it replaces, and the wrong tries with it.

    The digest is bound to an identity and the date itself is known to nobody here: so it stays bound to the first one.
    """
    successor.birth_date_hash = former.birth_date_hash
    successor.birth_date_bound_to = former.birth_date_bound_to or former.credential_id
    successor.birth_date_tries = former.birth_date_tries
    successor.birth_date_locked_until = former.birth_date_locked_until


def compare(db: Session, *, certificate_id: int, typed: date, secret: str, now: datetime) -> BirthAnswer | None:
    """Say whether a date is the holder's; None where the certificate has none to compare with.

    The try is counted before the date is looked at, by one conditional UPDATE: tries sent at once count each.
    """
    is_free = or_(Certificate.birth_date_locked_until.is_(None), Certificate.birth_date_locked_until <= now)
    mine = update(Certificate).where(Certificate.id == certificate_id, Certificate.birth_date_hash.is_not(None))
    tried = mine.where(is_free, Certificate.birth_date_tries < TRIES)
    if not affected(db, tried.values(birth_date_tries=Certificate.birth_date_tries + 1)):
        row = db.get(Certificate, certificate_id)
        return BirthAnswer.LOCKED if row is not None and row.birth_date_hash else None
    row = db.get_one(Certificate, certificate_id, populate_existing=True)
    if matches(_keyed(row.birth_date_bound_to or row.credential_id, typed, secret=secret), stored=row.birth_date_hash):
        row.birth_date_tries = 0
        return BirthAnswer.YES
    if row.birth_date_tries >= TRIES:  # told with this answer; counting begins again when the day is over
        row.birth_date_tries, row.birth_date_locked_until = 0, now + LOCK
    return BirthAnswer.NO


def _keyed(credential_id: str, born_on: date, *, secret: str) -> str:
    return keyed_digest(f"birth-date:{credential_id}:{born_on.isoformat()}", secret=secret)
