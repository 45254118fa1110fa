"""What this room holds of a person: exported, erased, adopted; and what is deleted when its time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from app.publication.models import PublishedHolder, RegisterRead, Watch, WatchState
from app.publication.services import lists, reads, watching
from certificates.fhir.practitioner import Holder, digest

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.services.personal_data import CertificateFate
    from certificates.keys import KeyRing


def export_person(db: Session, *, person_id: int) -> dict[str, object]:
    """Return how a person is published, who follows their label, and every read."""
    row = db.scalar(select(PublishedHolder).where(PublishedHolder.person_id == person_id))
    return {
        "published_as": row.reference if row else None,
        "followed_by": [
            {
                "label": one.number,
                "organisation": one.organisation,
                "address": one.email,
                "software_is_told": one.has_webhook,
                "waiting": one.is_waiting,
                "since": one.since.isoformat(),
            }
            for one in watching.list_own(db, person_id=person_id)
        ],
        "reads": reads.export(db, person_id=person_id),
    }


def erase_person(
    db: Session,
    *,
    person_id: int,
    fate: CertificateFate,  # noqa: ARG001 (one signature for every room)
    now: datetime,
    ring: KeyRing,
    secret: str,
    origin: str,
) -> None:
    """Leave an identifier of ours that says `active: false`, and tell whoever was told of the label that it left.

    The room of labels takes the number itself away; it lies below.
    """
    active = db.scalars(select(Watch).where(Watch.person_id == person_id, Watch.state == WatchState.ACTIVE.value)).all()
    watching.tell_left(db, watches=active, ring=ring, secret=secret, origin=origin, now=now)
    db.flush()
    # The number stays on the employer's list as one that nobody has.
    db.execute(update(Watch).where(Watch.person_id == person_id).values(person_id=None, label_id=None))
    row = db.scalar(select(PublishedHolder).where(PublishedHolder.person_id == person_id))
    if row is not None:
        db.execute(delete(RegisterRead).where(RegisterRead.holder_id == row.id))
        row.person_id, row.changed_at = None, now
        row.digest = digest(Holder(reference=row.reference, changed_at=now))
    db.flush()


def adopt_person(db: Session, *, from_id: int, to_id: int) -> None:
    """Give what a guest holds to an account: nothing, since every label is an account's."""


def expire(db: Session, *, now: datetime) -> int:
    """Delete old reads, lists never confirmed and lists that ended a year ago; return how many rows."""
    return reads.forget_old(db, now=now) + lists.purge(db, now=now)
