"""What the desk reads across rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.audit import AuditEntry
from app.certification.services import register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Fifty entries of the trail, newest first."""

    entries: Sequence[AuditEntry]
    page: int
    has_next: bool


def audit_page(db: Session, *, page: int) -> AuditPage:
    """Return one page of the audit trail, counted from 1."""
    page = max(1, page)
    rows = db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    return AuditPage(entries=rows[:PAGE], page=page, has_next=len(rows) > PAGE)


def counts(db: Session) -> dict[str, int]:
    """Return the figures of the desk's first page."""
    return {
        "certificates": register.count(db),
        "audit_entries": db.scalar(select(func.count(AuditEntry.id))) or 0,
    }
