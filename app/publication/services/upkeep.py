"""The periodic work of this room."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from app.outbox import PeriodicWork
from app.publication.services import publishing, watching, yearly

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing

#: Within so long, whoever follows a label is told of a decision.
SOON = timedelta(minutes=1)


def new_reference() -> str:
    """Return a name for a holder that says nothing of them."""
    return str(uuid.uuid4())


def works(*, ring: KeyRing, secret: str, origin: str) -> tuple[PeriodicWork, ...]:
    """Return what is due every minute, every hour, twice a day."""

    def note_changes(db: Session, now: datetime) -> None:
        publishing.publish_lately(db, new_reference=new_reference, now=now)
        watching.tell(db, ring=ring, secret=secret, origin=origin, now=now)

    place = 0  # a look that was cut short goes on from here, an hour later

    def look_at_everybody(db: Session, now: datetime) -> bool:
        nonlocal place
        _changed, last = publishing.publish_after(db, after=place, new_reference=new_reference, now=now)
        place = last or 0
        return last is not None

    def report(db: Session, now: datetime) -> None:
        yearly.publish_due(db, now=now)

    return (
        PeriodicWork(name="register-changes", every=SOON, run=note_changes),
        PeriodicWork(name="register-everybody", every=timedelta(hours=1), run=look_at_everybody),
        PeriodicWork(name="yearly-report", every=timedelta(hours=12), run=report),
    )
