"""Links that a holder makes beside the printed code, and what is told of looks: when, by which link, never who."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from app import audit
from app.certification.models import Certificate, Disclosure, SharingLink, SharingLook
from app.certification.services import register
from app.certification.services.issuing import code_hmac
from app.errors import NotFoundError, TooManyLinksError
from certificates.reference import ENTROPY_BYTES, new_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

#: Links of one certificate that may be open at once: enough for a search for work, few enough to oversee.
MOST_OPEN = 20
#: How long a link may be open, in days; the first is proposed.
PERIODS = (30, 7, 90, 365)
#: Looks are kept a year: what the holder is told in `privacy.yaml`.
KEPT = timedelta(days=365)
#: Looks shown on a page.
SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One minute in which somebody looked.

    Args:
        purpose: The holder's words for the link; None for the printed code.
    """

    at: datetime
    purpose: str | None
    times: int


def code_of(seed: str, *, secret: str) -> str:
    """Return the code of a link: derived from what chance gave it, so that the table alone opens no page."""
    digest = hmac.digest(secret.encode(), f"sharing-link:{seed}".encode(), hashlib.sha256)
    return new_code(digest[:ENTROPY_BYTES])


def make(
    db: Session,
    *,
    row: Certificate,
    purpose: str,
    disclosure: Disclosure,
    days: int,
    seed: str,
    secret: str,
    actor_id: int,
    now: datetime,
) -> SharingLink:
    """Make one more link to a certificate.

    Args:
        purpose: The holder's own words; shown to nobody else.
        days: How long it answers, one of `PERIODS`.
        seed: Thirty-two hexadecimal digits of chance.

    Raises:
        CertificateWithdrawnError: The register does not stand behind the certificate any more.
        TooManyLinksError: As many as may be are open.
        ValueError: The period is none of `PERIODS`.
    """
    register.check_in_force(row)
    if days not in PERIODS:
        msg = "unknown period"
        raise ValueError(msg)
    open_links = select(func.count(SharingLink.id)).where(
        SharingLink.certificate_id == row.id, SharingLink.closed_at.is_(None), SharingLink.expires_at > now
    )
    if (db.scalar(open_links) or 0) >= MOST_OPEN:
        raise TooManyLinksError
    link = SharingLink(
        certificate_id=row.id,
        seed=seed,
        code_hmac=code_hmac(code_of(seed, secret=secret), secret=secret),
        purpose=purpose,
        disclosure=disclosure.value,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.add(link)
    db.flush()
    audit.record(db, action=audit.Action.SHARING_LINK_MADE, actor_id=actor_id, subject_id=row.id, now=now)
    return link


def close(db: Session, *, row: Certificate, link_id: int, actor_id: int, now: datetime) -> None:
    """Take a link back: from now on it answers as an unknown code does. Closing twice changes nothing.

    Raises:
        NotFoundError: The certificate has no such link.
    """
    link = get(db, row=row, link_id=link_id)
    if link.closed_at is None:
        link.closed_at = now
        audit.record(db, action=audit.Action.SHARING_LINK_CLOSED, actor_id=actor_id, subject_id=row.id, now=now)


def get(db: Session, *, row: Certificate, link_id: int) -> SharingLink:
    """Return one link of a certificate.

    Raises:
        NotFoundError: It has no such link.
    """
    link = db.scalar(select(SharingLink).where(SharingLink.id == link_id, SharingLink.certificate_id == row.id))
    if link is None:
        raise NotFoundError
    return link


def list_links(db: Session, *, row: Certificate) -> Sequence[SharingLink]:
    """Return every link of a certificate, open or not, newest first."""
    return db.scalars(
        select(SharingLink).where(SharingLink.certificate_id == row.id).order_by(SharingLink.id.desc())
    ).all()


def list_looks(db: Session, *, row: Certificate) -> list[Look]:
    """Return the last looks at a certificate, newest first: one line a minute and link."""
    found = db.execute(
        select(SharingLook.at, SharingLink.purpose, func.sum(SharingLook.times))
        .outerjoin(SharingLink, SharingLink.id == SharingLook.link_id)
        .where(SharingLook.certificate_id == row.id)
        .group_by(SharingLook.at, SharingLook.link_id, SharingLink.purpose)
        .order_by(SharingLook.at.desc())
        .limit(SHOWN)
    )
    return [Look(at=at, purpose=purpose, times=times) for at, purpose, times in found]


def forget_looks(db: Session, *, now: datetime) -> None:
    """Delete the looks that have been kept long enough."""
    db.execute(delete(SharingLook).where(SharingLook.at < now - KEPT))


def carry_over(db: Session, *, former: Certificate, successor: Certificate) -> None:
    """Let the links of a certificate lead to the one that replaces it, and take what was looked at by them along."""
    moved = select(SharingLink.id).where(SharingLink.certificate_id == former.id)
    db.execute(
        update(SharingLook).where(SharingLook.link_id.in_(moved.scalar_subquery())).values(certificate_id=successor.id)
    )
    db.execute(update(SharingLink).where(SharingLink.certificate_id == former.id).values(certificate_id=successor.id))


def erase(db: Session, *, row: Certificate) -> None:
    """Delete links and looks of a certificate whose holder leaves: nobody is there any more to oversee them."""
    db.execute(delete(SharingLook).where(SharingLook.certificate_id == row.id))
    db.execute(delete(SharingLink).where(SharingLink.certificate_id == row.id))
