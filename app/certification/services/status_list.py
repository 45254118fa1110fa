"""The published list of withdrawn credentials, signed, as one bit each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.certification.services import register
from certificates import status

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from certificates.credential import Issuer
    from certificates.keys import KeyRing


def publish(db: Session, *, issuer: Issuer, ring: KeyRing, now: datetime) -> str:
    """Return the list of this moment as a signed token."""
    return status.issue_status_list(
        register.withdrawn_status_indices(db),
        list_url=f"{issuer.url}/status/1.jwt",
        purpose="revocation",
        issuer=issuer,
        ring=ring,
        now=now,
    )
