"""All that a person proves themselves with, taken together: whether a sign-in is recent, and what goes when it must."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.accounts.models import WebSession
from app.errors import RecentSignInError
from app.identity.models import LinkedIdentity, Passkey, PendingStep, ProfessionalNumber, RecoveryCode, SecondFactor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

#: How old a sign-in may be for what opens or closes a way into the account.
RECENT = timedelta(minutes=15)


def check_recent(db: Session, *, web_session_id: int | None, now: datetime) -> None:
    """Refuse a browser whose sign-in is not recent: somebody may have found it open.

    Raises:
        RecentSignInError: It was more than a quarter of an hour ago.
    """
    opened_at = db.scalars(select(WebSession.created_at).where(WebSession.id == web_session_id)).one_or_none()
    if opened_at is None or opened_at <= now - RECENT:
        raise RecentSignInError


def holds_any(db: Session, *, person_id: int) -> bool:
    """Tell whether anything but the address and the password opens this account."""
    return any(
        db.scalars(select(table.id).where(table.person_id == person_id).limit(1)).one_or_none() is not None
        for table in (Passkey, LinkedIdentity)
    )


def forget_all(db: Session, *, person_id: int) -> None:
    """Take away every proof but the address and the password: on erasure, and when the address turns out to be another's.

    Whoever opened an account under an address that is not theirs may have left a passkey or an identity in it.
    """
    for table in (PendingStep, LinkedIdentity, Passkey, RecoveryCode, SecondFactor, ProfessionalNumber):
        db.execute(delete(table).where(table.person_id == person_id))
