"""Steps pending in one browser: begun, found again, burnt. The browser holds the token, the table its SHA-256."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from app.accounts.services.tokens import digest
from app.database import affected
from app.errors import StepSpentError
from app.identity.models import PendingStep

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.identity.models import Purpose

LIFETIME = timedelta(minutes=15)


def begin(
    db: Session,
    *,
    purpose: Purpose,
    token: str,
    person_id: int | None,
    payload: Mapping[str, str | bool | None],
    now: datetime,
) -> None:
    """Write down what must come back with `token`: at least 256 bits of chance."""
    db.add(
        PendingStep(
            purpose=purpose.value,
            token_hash=digest(token),
            person_id=person_id,
            payload=dict(payload),
            expires_at=now + LIFETIME,
        )
    )
    db.flush()


def find(db: Session, *, purpose: Purpose, token: str, now: datetime) -> PendingStep:
    """Return a step that still waits, without burning it.

    Raises:
        StepSpentError: It was burnt, has expired or never was.
    """
    step = db.scalars(select(PendingStep).where(*_live(purpose=purpose, token=token, now=now))).one_or_none()
    if step is None:
        raise StepSpentError
    return step


def burn(db: Session, *, purpose: Purpose, token: str, now: datetime) -> tuple[int | None, dict[str, Any]]:
    """Burn a step and return whose it is and what it holds; of two calls at the same moment one is refused.

    Raises:
        StepSpentError: It was burnt, has expired or never was.
    """
    step = find(db, purpose=purpose, token=token, now=now)
    person_id, payload = step.person_id, dict(step.payload)
    db.expunge(step)
    if not affected(db, delete(PendingStep).where(*_live(purpose=purpose, token=token, now=now))):
        raise StepSpentError
    return person_id, payload


def purge(db: Session, *, now: datetime) -> int:
    """Delete the steps that nobody came back with; return how many."""
    return affected(db, delete(PendingStep).where(PendingStep.expires_at <= now))


def _live(*, purpose: Purpose, token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PendingStep.token_hash == digest(token),
        PendingStep.purpose == purpose.value,
        PendingStep.expires_at > now,
    )
