"""A verified name that has changed: two people of the desk each read it on what shows it, and each types what they read.

What the first typed waits as a keyed digest in the trail, never as a name. Where another types the same, the certificate is issued
again. So nobody puts a name on a verified certificate alone, nobody agrees to a name without having read it, and a slip of one
does not go through: whoever made it reads again, and the last reading of each counts.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from app import audit
from app.access import Role
from app.accounts.services import people
from app.accounts.services.tokens import keyed_digest
from app.audit import AuditEntry
from app.certification.models import Certificate, Status
from app.certification.services import register, superseding
from app.errors import NotFoundError
from app.examination.models import Candidate
from app.examination.services import identities
from certificates.names import check_printable_name

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.certification.services.issuing import Chances
    from app.resources import Resources

#: For how long a first reading waits for the second.
WAITS_DAYS = 30


class Reading(NamedTuple):
    """That somebody has read a name."""

    actor_id: int
    at: datetime
    mark: str


class Waiting(NamedTuple):
    """A certificate whose new name one person has read."""

    row: Certificate
    since: datetime


def check_may_read(db: Session, *, row: Certificate, actor_id: int, now: datetime) -> None:
    """Check that somebody of the desk may read the new name of a holder.

    Raises:
        NotFoundError: Nobody verified the name that it bears: it is its holder's to change. Or it is a label's document, which
            takes its name from its holder's certificate.
        CertificateWithdrawnError: It is not in force.
        NotIndependentError: They are the holder, under whichever account, or train or manage them.
    """
    if row.kind != "certificate":
        raise NotFoundError
    register.check_in_force(row)
    own = identities.same_people(db, person_id=actor_id)
    identities.check_untied(db, actor_ids=own, person_ids=_accounts_of_holder(db, row), now=now)


def readings(db: Session, *, row: Certificate, now: datetime) -> list[Reading]:
    """Return who has read a new name lately and still works at the desk: the last reading of each, the oldest first."""
    desk = {person.id for person, roles in people.list_with_roles(db) if Role.ADMINISTRATOR in roles}
    entries = db.scalars(
        select(AuditEntry).where(AuditEntry.subject_id == row.id, *_lately(now)).order_by(AuditEntry.id)
    )
    last = {
        one.actor_id: Reading(one.actor_id, one.at, one.detail["mark"]) for one in entries if one.actor_id is not None
    }
    return sorted((one for one in last.values() if one.actor_id in desk), key=lambda one: one.at)


def waiting(db: Session, *, now: datetime) -> list[Waiting]:
    """Return the certificates whose new name waits for a second reader, the oldest reading first."""
    first = (
        select(AuditEntry.subject_id, func.min(AuditEntry.id).label("id"))
        .where(*_lately(now))
        .group_by(AuditEntry.subject_id)
        .subquery()
    )
    rows = db.execute(
        select(Certificate, AuditEntry.at)
        .join(first, first.c.subject_id == Certificate.id)
        .join(AuditEntry, AuditEntry.id == first.c.id)
        .where(Certificate.status == Status.ACTIVE.value)
        .order_by(AuditEntry.id)
    )
    return [Waiting(row, at) for row, at in rows]


def read_name(
    db: Session,
    *,
    row: Certificate,
    printed_name: str,
    evidence: str,
    actor_id: int,
    loaded: Resources,
    chances: Chances,
    now: datetime,
) -> Certificate | None:
    """Note that somebody read a new name; issue the certificate again where another person has read the same.

    Args:
        evidence: What was seen, one of `superseding.EVIDENCE`.

    Returns:
        The new certificate; None while a second reader is waited for.

    Raises:
        NotFoundError, CertificateWithdrawnError, NotIndependentError: See `check_may_read`; or somebody else was faster.
        UnacceptableNameError: As at issue.
        SameNameError: It bears this name already.
    """
    db.refresh(row, with_for_update=True)  # two who read at the same moment find each other
    check_may_read(db, row=row, actor_id=actor_id, now=now)
    name = check_printable_name(printed_name)
    superseding.check_may_rename_verified(row, name=name, ring=loaded.ring, press=loaded.press, now=now)
    secret = loaded.settings.reference_secret
    mark = keyed_digest(f"name-read:{row.credential_id}:{name}", secret=secret)
    own = identities.same_people(db, person_id=actor_id)
    others = (one for one in readings(db, row=row, now=now) if one.actor_id not in own)
    first = next((one for one in others if hmac.compare_digest(one.mark, mark)), None)
    if first is None:
        detail = {"evidence": evidence, "mark": mark}
        audit.record(
            db, action=audit.Action.CERTIFICATE_NAME_READ, actor_id=actor_id, subject_id=row.id, detail=detail, now=now
        )
        return None
    return superseding.rename_verified(
        db,
        row=row,
        printed_name=name,
        evidence=evidence,
        seen_by=(first.actor_id, actor_id),
        ring=loaded.ring,
        press=loaded.press,
        issuer=loaded.issuer,
        reference_secret=secret,
        chances=chances,
        now=now,
    )


def _lately(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        AuditEntry.action == audit.Action.CERTIFICATE_NAME_READ.value,
        AuditEntry.at >= now - timedelta(days=WAITS_DAYS),
    )


def _accounts_of_holder(db: Session, row: Certificate) -> frozenset[int]:
    """Return every account of whoever holds a certificate, as far as a checked identity tells."""
    if row.person_id is None:
        return frozenset()
    known = Candidate.person_id == row.person_id, Candidate.identity_hmac.is_not(None)
    digests = set(db.scalars(select(Candidate.identity_hmac).where(*known)))
    found = {row.person_id}
    for digest in digests:
        found |= identities.person_ids(db, identity_hmac=digest, person_id=None)
    return frozenset(found)
