"""Reads of the register, counted for the person concerned: when, how, and by which software where it bears a key; never who else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Integer, String, bindparam, delete, func, insert, select

from app.database import UTCDateTime, affected
from app.publication.models import ApiClient, Channel, PublishedHolder, RegisterRead
from app.tally import Tally
from certificates.dates import day_in_paris

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.engine import Engine
    from sqlalchemy.orm import Session

#: What the holder is told in `privacy.yaml`.
KEPT = timedelta(days=365)
#: How many days a page shows.
SHOWN_DAYS = 30

_WRITE = insert(RegisterRead).from_select(
    ["holder_id", "client_id", "channel", "at", "times"],
    # From the table itself: somebody who left meanwhile gets no row.
    select(
        PublishedHolder.id,
        bindparam("client", type_=Integer),
        bindparam("channel", type_=String),
        bindparam("minute", type_=UTCDateTime),
        bindparam("count", type_=Integer),
    ).where(PublishedHolder.id == bindparam("holder", type_=Integer), PublishedHolder.person_id.is_not(None)),
)


class Read(NamedTuple):
    """What is counted of one read."""

    holder: int
    client: int | None
    channel: str
    minute: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfReads:
    """The reads of one day by one way.

    Args:
        reader: The name of the software that bears a key; None for everybody else.
    """

    day: date
    channel: str
    reader: str | None
    times: int


class Reads(Tally[Read]):
    """What was read and is still to be written down."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, name="reads", statement=_WRITE, parameters=lambda read: read._asdict())

    def note(
        self, holder_ids: tuple[int, ...], *, channel: Channel, now: datetime, client_id: int | None = None
    ) -> None:
        """Count one read of each of these holders."""
        minute = now.replace(second=0, microsecond=0)
        if holder_ids:
            self.count(*(Read(holder, client_id, channel.value, minute) for holder in holder_ids))


def list_own(db: Session, *, person_id: int, now: datetime) -> list[DayOfReads]:
    """Return the reads of a person's entry in the last days, the newest day first, summed up by way."""
    rows = db.execute(
        select(RegisterRead.at, RegisterRead.channel, ApiClient.name, func.sum(RegisterRead.times))
        .join(PublishedHolder, PublishedHolder.id == RegisterRead.holder_id)
        .outerjoin(ApiClient, ApiClient.id == RegisterRead.client_id)
        .where(PublishedHolder.person_id == person_id, RegisterRead.at > now - timedelta(days=SHOWN_DAYS))
        .group_by(RegisterRead.at, RegisterRead.channel, ApiClient.name)
    )
    sums: dict[tuple[date, str, str | None], int] = {}
    for at, channel, reader, times in rows:
        key = (day_in_paris(at), channel, reader)
        sums[key] = sums.get(key, 0) + int(times)
    found = [
        DayOfReads(day=day, channel=channel, reader=reader, times=times)
        for (day, channel, reader), times in sums.items()
    ]
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.channel, one.reader or ""))


def export(db: Session, *, person_id: int) -> list[dict[str, object]]:
    """Return every read of a person's entry that is kept."""
    rows = db.execute(
        select(RegisterRead.at, RegisterRead.channel, ApiClient.name, RegisterRead.times)
        .join(PublishedHolder, PublishedHolder.id == RegisterRead.holder_id)
        .outerjoin(ApiClient, ApiClient.id == RegisterRead.client_id)
        .where(PublishedHolder.person_id == person_id)
        .order_by(RegisterRead.at)
    )
    return [
        {"at": at.isoformat(), "channel": channel, "software": software, "times": times}
        for at, channel, software, times in rows
    ]


def forget_old(db: Session, *, now: datetime) -> int:
    """Delete the reads that are older than a year; return how many rows."""
    return affected(db, delete(RegisterRead).where(RegisterRead.at < now - KEPT))
