"""Who follows a label: the holder answers and may stop at any time; employers are told when what the register says has changed.

A change is seen by comparing what was told last with what holds now, so that it makes no difference what changed it: a decision, a
day that passed, a holder who left.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from app import audit, mail, outbox
from app.errors import NotFoundError
from app.publication.models import PublishedHolder, Watch, WatchList, WatchState
from app.publication.services import consent, lists, register, webhooks, words
from app.publication.services.letters import LetterName, compose
from certificates.dates import day_in_paris
from certificates.status_event import StatusEvent, sign_event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.publication.services.register import Entry
    from certificates.keys import KeyRing


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """An employer as the holder sees them.

    Args:
        organisation: What they typed: nobody checked it.
        email: The address, which they proved to be theirs.
        has_webhook: Whether software of theirs is told too.
    """

    watch_id: int
    number: str
    organisation: str
    email: str
    has_webhook: bool
    is_waiting: bool
    since: datetime


def list_own(db: Session, *, person_id: int) -> list[Watcher]:
    """Return who asks to follow a person's label, and who follows it."""
    rows = db.execute(
        select(Watch, WatchList)
        .join(WatchList, WatchList.id == Watch.list_id)
        .where(Watch.person_id == person_id, Watch.state.in_((WatchState.WAITING.value, WatchState.ACTIVE.value)))
        .order_by(Watch.state.desc(), Watch.asked_at)
    )
    return [
        Watcher(
            watch_id=watch.id,
            number=watch.number,
            organisation=row.organisation,
            email=row.email,
            has_webhook=row.webhook_url is not None,
            is_waiting=watch.state == WatchState.WAITING.value,
            since=watch.answered_at or watch.asked_at,
        )
        for watch, row in rows
    ]


def accept(db: Session, *, watch_id: int, person_id: int, now: datetime) -> None:
    """Let an employer follow one's label; they are told the status of today at the next turn.

    Raises:
        NotFoundError: No such request, not to this person, or answered already.
    """
    watch = _get_own(db, watch_id=watch_id, person_id=person_id, state=WatchState.WAITING)
    watch.state, watch.answered_at = WatchState.ACTIVE.value, now
    _record(db, watch, audit.Action.WATCH_ACCEPTED, now=now)


def decline(db: Session, *, watch_id: int, person_id: int, now: datetime) -> None:
    """Refuse; nobody is told.

    Raises:
        NotFoundError: No such request, not to this person, or answered already.
    """
    watch = _get_own(db, watch_id=watch_id, person_id=person_id, state=WatchState.WAITING)
    watch.state, watch.answered_at = WatchState.DECLINED.value, now
    _record(db, watch, audit.Action.WATCH_DECLINED, now=now)


def stop(db: Session, *, watch_id: int, person_id: int, now: datetime) -> None:
    """End what one accepted; nothing more is sent, not even that.

    Raises:
        NotFoundError: No such employer follows this person's label.
    """
    watch = _get_own(db, watch_id=watch_id, person_id=person_id, state=WatchState.ACTIVE)
    watch.state, watch.answered_at = WatchState.STOPPED.value, now
    _record(db, watch, audit.Action.WATCH_STOPPED, now=now)


def _get_own(db: Session, *, watch_id: int, person_id: int, state: WatchState) -> Watch:
    watch = db.scalar(
        select(Watch)
        .where(Watch.id == watch_id, Watch.person_id == person_id, Watch.state == state.value)
        .with_for_update()
    )
    if watch is None:
        raise NotFoundError
    return watch


def _record(db: Session, watch: Watch, action: audit.Action, *, now: datetime) -> None:
    audit.record(db, action=action, actor_id=watch.person_id, subject_id=watch.id, now=now)


def tell(db: Session, *, ring: KeyRing, secret: str, origin: str, now: datetime) -> int:
    """Owe the letters and messages of what changed since each employer was told last; return how many changes.

    A label that left the register is told once, and its watch ends. Only those are looked at whose entry has been noted as
    changed since (`publishing`), who were never told, or whose label is over: it leaves the register on a day of its own.
    """
    may_have_changed = or_(
        Watch.told_at.is_(None),
        Watch.told.in_([word.value for word in register.OVER]),
        PublishedHolder.id.is_(None),
        PublishedHolder.changed_at >= Watch.told_at,
    )
    active = db.execute(
        select(Watch, WatchList)
        .join(WatchList, WatchList.id == Watch.list_id)
        .outerjoin(PublishedHolder, PublishedHolder.person_id == Watch.person_id)
        .where(Watch.state == WatchState.ACTIVE.value, WatchList.ended_at.is_(None), may_have_changed)
        .order_by(Watch.id)
    ).all()
    if not active:
        return 0
    people = sorted({watch.person_id for watch, _row in active if watch.person_id is not None})
    shown = {
        entry.label_id: entry
        for found in register.list_people(db, person_ids=people, on=day_in_paris(now))
        for entry in found.entries
    }
    voice = _Voice(ring=ring, secret=secret, origin=origin, now=now)
    return sum(voice.tell(db, watch, row, shown.get(watch.label_id or 0)) for watch, row in active)


def tell_left(db: Session, *, watches: Sequence[Watch], ring: KeyRing, secret: str, origin: str, now: datetime) -> None:
    """Tell whoever follows these labels that the register does not show them any more."""
    voice = _Voice(ring=ring, secret=secret, origin=origin, now=now)
    for watch in watches:
        voice.tell(db, watch, db.get_one(WatchList, watch.list_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """What telling needs, beside what is told."""

    ring: KeyRing
    secret: str
    origin: str
    now: datetime

    def tell(self, db: Session, watch: Watch, row: WatchList, entry: Entry | None) -> bool:
        code = entry.word.value if entry else words.LEFT
        if watch.told == code:
            return False
        watch.told, watch.told_at = code, self.now
        if entry is None:
            watch.state = WatchState.STOPPED.value
        self._write(db, watch, row, entry, code)
        if row.webhook_url is not None:
            self._post(db, watch, row.webhook_url, entry, code)
        return True

    def _page(self, watch: Watch) -> str:
        return f"{self.origin}/registre/{watch.number}"

    def _write(self, db: Session, watch: Watch, row: WatchList, entry: Entry | None, code: str) -> None:
        manage = lists.manage_url(row, secret=self.secret, origin=self.origin)
        letter = compose(
            LetterName.STATUS,
            language=row.language,
            number=watch.number,
            word=words.word_of(code, row.language),
            since=words.since(entry.since if entry else None, row.language),
            page=self._page(watch),
            manage=manage,
        )
        # Once somebody has left, nothing in the letter is theirs any more: it must survive their erasure.
        person_id = watch.person_id if entry else None
        mail.send(
            db,
            to=row.email,
            subject=letter.subject,
            body=letter.body,
            person_id=person_id,
            stop_url=f"{manage}/arreter",
            condition=consent.condition_of(watch, is_last=entry is None, channel="mail"),
            now=self.now,
        )

    def _post(self, db: Session, watch: Watch, url: str, entry: Entry | None, code: str) -> None:
        event = StatusEvent(
            event_id=hashlib.sha256(f"{watch.id} {code} {self.now.isoformat()}".encode()).hexdigest()[:32],
            audience=url,
            number=watch.number,
            status=code,
            since=entry.since if entry else None,
            page=self._page(watch),
        )
        condition = consent.condition_of(watch, is_last=entry is None, channel="webhook")
        token = sign_event(event, origin=self.origin, ring=self.ring, now=self.now)
        outbox.owe(
            db,
            kind=webhooks.KIND,
            payload={"url": url, "token": token, "condition": condition},
            person_id=watch.person_id if entry else None,
            now=self.now,
        )
