"""Looks: when (to the minute) and by which link, nothing about who; counted in memory (`app/tally.py`), added up, written later."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, exists, insert, or_, select

from app.certification.models import Certificate, SharingLink, SharingLook
from app.database import UTCDateTime
from app.tally import Tally

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from app.certification.services.register import Standing

_WRITE = insert(SharingLook).from_select(
    ["certificate_id", "link_id", "at", "times"],
    # From the register itself: one that was erased meanwhile with its links, or that nobody holds any more, gets no row.
    select(
        Certificate.id,
        bindparam("link", type_=Integer),
        bindparam("minute", type_=UTCDateTime),
        bindparam("count", type_=Integer),
    ).where(
        Certificate.id == bindparam("certificate", type_=Integer),
        Certificate.person_id.is_not(None),
        or_(
            bindparam("link", type_=Integer).is_(None),
            exists().where(SharingLink.id == bindparam("link", type_=Integer)),
        ),
    ),
)


class Looks(Tally[tuple[int, int | None, datetime]]):
    """What has been looked at and is still to be written down.

    Args:
        delay_seconds: How long looks gather; none: each is written at once, by whoever looked.
    """

    def __init__(self, engine: Engine, *, delay_seconds: float = 1.0) -> None:
        super().__init__(engine, name="looks", statement=_WRITE, parameters=_parameters, delay_seconds=delay_seconds)

    def note(self, standing: Standing | None, *, now: datetime) -> None:
        """Count one look at what was found, if anything was."""
        if standing is not None and standing.person_id is not None:
            self.count((standing.id, standing.link_id, now.replace(second=0, microsecond=0)))


def _parameters(key: tuple[int, int | None, datetime]) -> dict[str, Any]:
    certificate, link, minute = key
    return {"certificate": certificate, "link": link, "minute": minute}
