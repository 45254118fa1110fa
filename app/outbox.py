"""Effects owed and periodic work: a row in the same transaction, delivered after by whoever holds its lease.

A killed worker loses nothing: the lease runs out and the row is delivered again, so handlers must be idempotent or
harmless when repeated (a letter sent twice). The worker is a thread of the web process by default; several processes may
each run one, because taking a lease is one conditional UPDATE.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import JSON, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import Model, UTCDateTime, affected, current_session

if TYPE_CHECKING:
    from flask import Flask

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
MAXIMUM_ATTEMPTS = 8
KEPT_AFTER_DELIVERY = timedelta(days=30)

Handler = Callable[[Session, Mapping[str, Any], datetime], None]


class OutboxEntry(Model):
    """One effect owed. Delivered rows are purged after thirty days."""

    __tablename__ = "outbox_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    person_id: Mapped[int | None] = mapped_column(index=True)  # whose data the payload holds, for erasure
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    failure: Mapped[str | None]  # class of the last exception, never its text


class PeriodicRun(Model):
    """When each piece of periodic work last began; taking the turn is one conditional UPDATE."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicWork:
    """A callable of a room, due `every` so often.

    Args:
        run: Returns True where it did a part and there is more: the part is committed, so that nobody waits behind the whole, and
            it is called again.
    """

    name: str
    every: timedelta
    run: Callable[[Session, datetime], bool | None]


def owe(db: Session, *, kind: str, payload: Mapping[str, Any], now: datetime, person_id: int | None = None) -> None:
    """Write down an effect in the caller's transaction; nothing happens unless it commits."""
    db.add(OutboxEntry(kind=kind, payload=dict(payload), due_at=now, person_id=person_id))


def deliver_due(db: Session, *, handlers: Mapping[str, Handler], now: datetime, limit: int = 50) -> int:
    """Deliver what is due, one transaction a row; return how many were delivered."""
    due = db.scalars(
        select(OutboxEntry.id)
        .where(
            OutboxEntry.delivered_at.is_(None),
            OutboxEntry.due_at <= now,
            OutboxEntry.attempts < MAXIMUM_ATTEMPTS,
            (OutboxEntry.leased_until.is_(None)) | (OutboxEntry.leased_until < now),
        )
        .order_by(OutboxEntry.due_at, OutboxEntry.id)
        .limit(limit)
    ).all()
    db.rollback()
    return sum(_deliver_one(db, entry_id=entry_id, handlers=handlers, now=now) for entry_id in due)


def _deliver_one(db: Session, *, entry_id: int, handlers: Mapping[str, Handler], now: datetime) -> bool:
    taken = affected(
        db,
        update(OutboxEntry)
        .where(
            OutboxEntry.id == entry_id,
            OutboxEntry.delivered_at.is_(None),
            (OutboxEntry.leased_until.is_(None)) | (OutboxEntry.leased_until < now),
        )
        .values(leased_until=now + LEASE, attempts=OutboxEntry.attempts + 1),
    )
    db.commit()
    if not taken:
        return False
    entry = db.get_one(OutboxEntry, entry_id)
    try:
        handlers[entry.kind](db, entry.payload, now)
    except Exception as failure:  # whatever a handler raises, the row stays owed and the worker lives on
        db.rollback()
        log.exception("outbox.failed", entry=entry_id, kind=entry.kind)
        entry = db.get_one(OutboxEntry, entry_id)
        entry.failure = type(failure).__name__
        entry.leased_until = None
        entry.due_at = now + timedelta(minutes=2**entry.attempts)
        db.commit()
        return False
    entry.delivered_at, entry.leased_until, entry.failure = now, None, None
    db.commit()
    return True


def run_due(db: Session, *, works: Sequence[PeriodicWork], now: datetime) -> list[str]:
    """Run the periodic work whose time has come; return the names that ran."""
    return [work.name for work in works if _take_turn(db, work=work, now=now) and _run(db, work=work, now=now)]


def _take_turn(db: Session, *, work: PeriodicWork, now: datetime) -> bool:
    if db.get(PeriodicRun, work.name) is None:
        db.add(PeriodicRun(name=work.name, started_at=datetime(1970, 1, 1, tzinfo=UTC)))
        db.commit()
    taken = affected(
        db,
        update(PeriodicRun)
        .where(PeriodicRun.name == work.name, PeriodicRun.started_at <= now - work.every)
        .values(started_at=now),
    )
    db.commit()
    return bool(taken)


def _run(db: Session, *, work: PeriodicWork, now: datetime) -> bool:
    try:
        while work.run(db, now):
            db.commit()
        db.commit()
    except Exception:  # one failing work must not stop the others
        db.rollback()
        log.exception("periodic.failed", work=work.name)
        return False
    return True


def purge(db: Session, *, now: datetime) -> int:
    """Delete what was delivered more than thirty days ago."""
    return affected(db, delete(OutboxEntry).where(OutboxEntry.delivered_at < now - KEPT_AFTER_DELIVERY))


def erase_person(db: Session, *, person_id: int) -> None:
    """Delete the letters about one person, sent or not."""
    db.execute(delete(OutboxEntry).where(OutboxEntry.person_id == person_id))


class Worker:
    """The embedded worker: a daemon thread that wakes every few seconds."""

    def __init__(
        self, app: Flask, *, handlers: Mapping[str, Handler], works: Sequence[PeriodicWork], pause_seconds: float = 2.0
    ) -> None:
        self._app, self._handlers, self._works, self._pause = app, handlers, works, pause_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="outbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    def turn(self) -> None:
        """Deliver and run once."""
        with self._app.app_context():
            now = datetime.now(UTC)
            deliver_due(current_session(), handlers=self._handlers, now=now)
            run_due(current_session(), works=self._works, now=now)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                self.turn()
            except Exception:  # a database that is away comes back; the thread must still be there
                log.exception("outbox.turn-failed")
            self._stopping.wait(self._pause)
