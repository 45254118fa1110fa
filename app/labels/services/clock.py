"""What time alone does to labels: windows open, suspensions end, pauses begin and end, terms run out, reminders leave.

Each label is looked at in turn; one on which a step fails does not keep the others waiting, since the machine is asked
first which steps are open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.services import stopping
from app.labels.models import Label
from app.labels.services import crediting, dossiers, following, known, letters
from certificates.dates import day_in_paris
from certificates.label_rules.dossier import IN_FORCE, State
from certificates.label_rules.machine import TRANSITIONS, Actor, open_transitions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing

#: Steps of the clock, in the order in which they are tried; the panel's own consequences are not among them.
_STEPS = ("lift", "expire", "open_renewal", "forget_pause", "resume", "pause", "announce_pause")
#: Labels in one transaction of the periodic work: a tenth of a second, during which nobody else writes on SQLite.
AT_ONCE = 50
_WATCHED = [state.value for state in (*IN_FORCE, State.SUSPENDED, State.DORMANT)]


def turn(
    db: Session,
    *,
    ring: KeyRing,
    secret: str,
    origin: str,
    now: datetime,
    after: int = 0,
    count: int | None = None,
) -> int | None:
    """Take every step that time has made due: of all labels, or of so many, in the order of their rows.

    Returns the row to go on after; None once all were looked at, revocations that nobody contests were settled and reminders owed.
    """
    watched = Label.id > after, Label.state.in_(_WATCHED), Label.person_id.is_not(None)
    rows = db.scalars(select(Label).where(*watched).order_by(Label.id).limit(count)).all()
    for label in rows:
        _step(db, label, ring=ring, origin=origin, now=now)
    if count is not None and len(rows) == count:
        return rows[-1].id
    for label in db.scalars(select(Label).where(Label.state == State.REVOKED.value)).all():
        following.settle_revocation(db, label=label, actor_id=None, now=now)
    remind(db, secret=secret, origin=origin, now=now)
    return None


def react(db: Session, *, person_id: int, ring: KeyRing, origin: str, now: datetime) -> None:
    """Look at the label of a person whose number has just become active or inactive."""
    label = dossiers.find_own(db, person_id=person_id)
    if label is not None and label.state in _WATCHED:
        _step(db, label, ring=ring, origin=origin, now=now)


def remind(db: Session, *, secret: str, origin: str, now: datetime) -> int:
    """Owe the letters before the end of a term, each once, to whoever wants reminders.

    One that was missed is not sent on top of a nearer one.
    """
    today, count = day_in_paris(now), 0
    rows = db.scalars(
        select(Label)
        .join(Person, Person.id == Label.person_id)
        .where(
            Label.state.in_([state.value for state in IN_FORCE]),
            Label.ends_on >= today,
            Label.renewal_asked_at.is_(None),
            Person.email.is_not(None),
            Person.reminders_stopped_at.is_(None),
        )
    ).all()
    for label in rows:
        left = (label.ends_on - today).days if label.ends_on else 0
        days = min((days for days in dossiers.rules_of(label).reminders_days if left <= days), default=None)
        if days is None or (label.reminded_days is not None and label.reminded_days <= days):
            continue
        label.reminded_days = days
        stop_url = stopping.stop_url(person_id=label.person_id or 0, secret=secret, origin=origin)
        letters.send(db, label=label, letter="reminder", origin=origin, stop_url=stop_url, now=now)
        count += 1
    return count


def _step(db: Session, label: Label, *, ring: KeyRing, origin: str, now: datetime) -> None:
    while (name := _next(db, label, now=now)) is not None:
        _take(db, label, name, ring=ring, origin=origin, now=now)


def _next(db: Session, label: Label, *, now: datetime) -> str | None:
    dossier = dossiers.dossier_of(db, label=label, activity=known.activity_of(db, person_id=label.person_id))
    due = open_transitions(dossier, Actor.CLOCK, dossiers.rules_of(label), on=day_in_paris(now))
    return next((name for name in _STEPS if name in due), None)


def _take(db: Session, label: Label, name: str, *, ring: KeyRing, origin: str, now: datetime) -> None:
    activity, before = known.activity_of(db, person_id=label.person_id), label.state
    dossiers.move(
        db,
        label=label,
        transition=name,
        actor=Actor.CLOCK,
        reason=TRANSITIONS[name].reasons[0],
        activity=activity,
        ring=ring,
        now=now,
    )
    if name in ("announce_pause", "forget_pause"):
        label.pause_announced_on = day_in_paris(now) if name == "announce_pause" else None
    elif name == "pause":
        label.paused_from, label.is_paused_by_holder = before, False
    elif name == "resume":
        label.paused_from = None
    elif name == "lift":
        label.ground = None
        crediting.bring_back(db, label=label, actor_id=None, now=now)
        following.close_notice(db, label=label, now=now)
    letters.send(db, label=label, letter=name, origin=origin, now=now, reason=TRANSITIONS[name].reasons[0])
    db.flush()
