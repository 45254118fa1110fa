"""Looks are counted in memory and written a second later: a check must not wait for a write, nor be slower for one.

A look is when (to the minute) and by which link, nothing about who. What is counted and not yet written is lost if the
process is killed, and written if it ends. Adding up happens here: a thousand checks in a minute are one row.
"""

from __future__ import annotations

import atexit
from collections import Counter
from threading import Lock, Timer
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Integer, bindparam, insert, select

from app.certification.models import Certificate, SharingLook
from app.database import UTCDateTime

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Engine

    from app.certification.services.register import Standing

log = structlog.get_logger(__name__)

#: Different certificates, links and minutes that may wait at once; beyond, looks are not counted.
MOST_WAITING = 20_000

_WRITE = insert(SharingLook).from_select(
    ["certificate_id", "link_id", "at", "times"],
    # From the register itself: one that was erased meanwhile, or that nobody holds any more, gets no row.
    select(
        Certificate.id,
        bindparam("link", type_=Integer),
        bindparam("minute", type_=UTCDateTime),
        bindparam("count", type_=Integer),
    ).where(Certificate.id == bindparam("certificate", type_=Integer), Certificate.person_id.is_not(None)),
)


class Looks:
    """What has been looked at and is still to be written down.

    Args:
        delay_seconds: How long looks gather; none: each is written at once, by whoever looked.
    """

    def __init__(self, engine: Engine, *, delay_seconds: float = 1.0) -> None:
        self.delay_seconds = delay_seconds
        self._engine = engine
        self._waiting: Counter[tuple[int, int | None, datetime]] = Counter()
        self._lock = Lock()
        self._timer: Timer | None = None
        atexit.register(self.write)

    def note(self, standing: Standing | None, *, now: datetime) -> None:
        """Count one look at what was found, if anything was."""
        if standing is None or standing.person_id is None:
            return
        key = (standing.id, standing.link_id, now.replace(second=0, microsecond=0))
        with self._lock:
            if key in self._waiting or len(self._waiting) < MOST_WAITING:
                self._waiting[key] += 1
            if self._timer is None and self.delay_seconds:
                self._timer = Timer(self.delay_seconds, self.write)
                self._timer.daemon = True
                self._timer.start()
        if not self.delay_seconds:
            self.write()

    def write(self) -> None:
        """Write down what waits, in a short transaction of its own; what cannot be written now waits on."""
        with self._lock:
            waiting, self._waiting, self._timer = self._waiting, Counter(), None
        if not waiting:
            return
        rows = [
            {"certificate": certificate, "link": link, "minute": minute, "count": count}
            for (certificate, link, minute), count in waiting.items()
        ]
        try:
            with self._engine.begin() as connection:
                connection.execute(_WRITE, rows)
        except Exception:  # a database that is away comes back; the next look tries again
            log.exception("looks.not-written", count=len(rows))
            with self._lock:
                self._waiting.update(waiting)
