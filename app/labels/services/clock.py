"""What time alone does to labels: windows open, suspensions end, pauses begin and end, terms run out, reminders leave.

The database is asked once for the labels on which something may be due: what it answers is a few
too many, never one too few, and the machine says which steps are open. A label on which nothing is due costs nothing.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import and_, false, func, or_, select

from app.accounts.models import Person
from app.accounts.services import stopping
from app.certification.models import Certificate, Status
from app.certification.services import extras
from app.identity.models import ProfessionalNumber
from app.labels.models import Label
from app.labels.services import crediting, dossiers, following, known, letters
from certificates.dates import PARIS, day_in_paris
from certificates.label_rules.delays import months_after
from certificates.label_rules.dossier import HELD, IN_FORCE, State
from certificates.label_rules.facts import Activity, borne
from certificates.label_rules.machine import NOT_SHOWN, RUNNING, TRANSITIONS, Actor, open_transitions
from certificates.label_rules.parameters import parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from certificates.credential import Credential
    from certificates.keys import KeyRing
    from certificates.label_rules.parameters import Parameters

#: Steps of the clock, in the order in which they are tried; the panel's own consequences are not among them.
_STEPS = ("lift", "expire", "open_renewal", "forget_pause", "resume", "pause", "announce_pause")
#: Labels in one transaction of the periodic work: a tenth of a second, during which nobody else writes on SQLite.
AT_ONCE = 50
#: Months differ in length: the database looks a little further than the machine.
_SLACK = timedelta(days=4)


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
    """Take every step that time has made due: on all labels, or on so many, in the order of their rows.

    Returns the row to go on after; None once all were looked at, documents and revocations settled, and reminders owed.
    """
    versions = db.scalars(select(Label.criteria_version).distinct().order_by(Label.criteria_version)).all()
    rules = [parameters(version) for version in versions]
    found = due(db, rules=rules, on=day_in_paris(now), after=after, count=count)
    for label, activity in found:
        _step(db, label, activity, ring=ring, origin=origin, now=now)
    if count is not None and len(found) == count:
        return found[-1][0].id
    _set_aside_again(db, now=now)
    _settle_revocations(db, now=now)
    for one in rules:
        remind(db, rules=one, ring=ring, secret=secret, origin=origin, now=now)
    return None


def react(db: Session, *, person_id: int, ring: KeyRing, origin: str, now: datetime) -> None:
    """Look at the label of a person whose number has just become active or inactive."""
    label = dossiers.find_own(db, person_id=person_id)
    if label is not None and label.state in _values(HELD):
        _step(db, label, known.activity_of(db, label=label), ring=ring, origin=origin, now=now)


def due(
    db: Session, *, rules: Sequence[Parameters], on: date, after: int = 0, count: int | None = None
) -> list[tuple[Label, Activity]]:
    """Return the labels on which a step of the clock may be due, with what is known of the numbers that they bear.

    Args:
        rules: Every version under which a label was given.
        after, count: Where to begin, and how many at most.
    """
    wanted = [and_(Label.criteria_version == one.version, or_(*_may_be_due(one, on=on))) for one in rules]
    rows = db.execute(
        select(Label, ProfessionalNumber.rpps, ProfessionalNumber.activity)
        .outerjoin(ProfessionalNumber, ProfessionalNumber.person_id == Label.person_id)
        .where(Label.id > after, Label.person_id.is_not(None), or_(false(), *wanted))
        .order_by(Label.id)
        .limit(count)
    )
    return [
        (label, borne(label.rpps, shown=shown, activity=Activity(said or Activity.UNKNOWN.value)))
        for label, shown, said in rows.all()
    ]


def _may_be_due(rules: Parameters, *, on: date) -> Iterable[ColumnElement[bool]]:
    """Yield, for each of `_STEPS`, what the database may look for."""
    in_force, announced = Label.state.in_(_values(IN_FORCE)), Label.pause_announced_on
    is_active = ProfessionalNumber.activity == Activity.ACTIVE.value
    is_shown = func.coalesce(ProfessionalNumber.rpps, "") == Label.rpps
    shows_no_right = and_(
        Label.rpps.is_not(None), or_(~is_shown, ProfessionalNumber.activity == Activity.INACTIVE.value)
    )
    yield and_(
        Label.state == State.SUSPENDED.value,
        Label.since <= _moment(months_after(on, -rules.suspension_months) + _SLACK),
    )
    yield and_(
        Label.state.in_(_values(HELD)),
        Label.ends_on <= months_after(on, -rules.grace_months) + _SLACK,
        Label.renewal_asked_at.is_(None),
    )
    yield and_(Label.state.in_(_values(RUNNING)), Label.ends_on <= months_after(on, rules.window_months) + _SLACK)
    yield and_(in_force, announced.is_not(None), is_active)
    yield and_(Label.state == State.DORMANT.value, Label.is_paused_by_holder.is_(False), is_active)
    yield and_(in_force, announced <= on - timedelta(days=rules.dormancy_notice_days), shows_no_right)
    yield and_(in_force, announced.is_(None), shows_no_right)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=PARIS)


def _values(states: Iterable[State]) -> list[str]:
    return sorted(state.value for state in states)


def _set_aside_again(db: Session, *, now: datetime) -> None:
    """Set the bit of labels that do not hold today and whose document came anew: signed again, or from before pauses set it."""
    rows = db.scalars(
        select(Label)
        .join(Certificate, Certificate.id == Label.certificate_id)
        .where(
            Label.state.in_(_values((State.DORMANT, State.SUSPENDED, State.REVOKED))),
            Certificate.status.in_((Status.ACTIVE.value, Status.SUPERSEDED.value)),
        )
        .order_by(Label.id)
    )
    for label in rows.all():
        held = crediting.current(db, label=label)
        if held is not None and held.status == Status.ACTIVE:
            reason = crediting.PAUSED if label.state == State.DORMANT else label.ground or ""
            crediting.set_aside(db, label=label, reason=reason, actor_id=None, now=now)


def _settle_revocations(db: Session, *, now: datetime) -> None:
    """Withdraw for good the documents of revoked labels that nobody appealed against."""
    rows = db.scalars(
        select(Label)
        .join(Certificate, Certificate.id == Label.certificate_id)
        .where(Label.state == State.REVOKED.value, Certificate.status != Status.REVOKED.value)
        .order_by(Label.id)
    )
    for label in rows.all():
        following.settle_revocation(db, label=label, actor_id=None, now=now)


def remind(db: Session, *, rules: Parameters, ring: KeyRing, secret: str, origin: str, now: datetime) -> int:
    """Owe the letters before the end of a term, each once, to whoever wants reminders, with the end for their calendar.

    One that was missed is not sent on top of a nearer one.
    """
    today, count = day_in_paris(now), 0
    rows = db.scalars(
        select(Label)
        .join(Person, Person.id == Label.person_id)
        .where(
            Label.criteria_version == rules.version,
            Label.state.in_(_values(IN_FORCE)),
            Label.ends_on.between(today, today + timedelta(days=max(rules.reminders_days))),
            Label.renewal_asked_at.is_(None),
            Label.reminded_days.is_(None) | (Label.reminded_days > min(rules.reminders_days)),
            Person.email.is_not(None),
            Person.reminders_stopped_at.is_(None),
        )
        .order_by(Label.id)
    ).all()
    for label in rows:
        left = (label.ends_on - today).days if label.ends_on else 0
        days = min((days for days in rules.reminders_days if left <= days), default=None)
        if days is None or (label.reminded_days is not None and label.reminded_days <= days):
            continue
        label.reminded_days = days
        stop_url = stopping.stop_url(person_id=label.person_id or 0, secret=secret, origin=origin)
        stated = crediting.stated(db, label=label, ring=ring)
        letters.send(
            db,
            label=label,
            letter="reminder",
            origin=origin,
            stop_url=stop_url,
            calendar=partial(_calendar, stated, days=rules.reminders_days) if stated is not None else None,
            now=now,
        )
        count += 1
    return count


def _calendar(stated: Credential, language: str, *, days: Sequence[int]) -> str | None:
    made = extras.calendar(stated, language, days_before=days)
    return made.decode() if made is not None else None


def _step(db: Session, label: Label, activity: Activity, *, ring: KeyRing, origin: str, now: datetime) -> None:
    while (name := next_step(label, activity, on=day_in_paris(now))) is not None:
        _take(db, label, name, activity, ring=ring, origin=origin, now=now)


def next_step(label: Label, activity: Activity, *, on: date) -> str | None:
    """Return the step of the clock that is due on a label; None for none."""
    dossier, rules = dossiers.alone(label, activity=activity), dossiers.rules_of(label)
    open_ones = open_transitions(dossier, Actor.CLOCK, rules, on=on)
    return next((name for name in _STEPS if name in open_ones), None)


def _take(
    db: Session, label: Label, name: str, activity: Activity, *, ring: KeyRing, origin: str, now: datetime
) -> None:
    before, reason = label.state, _reason(name, activity)
    dossiers.move(
        db,
        label=label,
        transition=name,
        actor=Actor.CLOCK,
        reason=reason,
        activity=activity,
        ring=ring,
        now=now,
    )
    if name in ("announce_pause", "forget_pause"):
        label.pause_announced_on = day_in_paris(now) if name == "announce_pause" else None
    elif name == "pause":
        label.paused_from, label.is_paused_by_holder = before, False
        crediting.pause(db, label=label, actor_id=None, now=now)
    elif name == "resume":
        label.paused_from = None
        crediting.bring_back(db, label=label, actor_id=None, now=now)
    elif name == "expire":
        # Its end is stated in the document; nothing sets it aside any more.
        crediting.bring_back(db, label=label, actor_id=None, now=now)
    elif name == "lift":
        label.ground = None
        crediting.bring_back(db, label=label, actor_id=None, now=now)
        dossiers.close_notice(db, label=label, now=now)
    letter = f"{name}_not_shown" if reason == NOT_SHOWN else name
    letters.send(db, label=label, letter=letter, origin=origin, now=now, reason=reason)
    db.flush()


def _reason(name: str, activity: Activity) -> str:
    """Return why the clock takes a step; of a pause, what is known of the number tells the two reasons apart."""
    reasons = TRANSITIONS[name].reasons
    return NOT_SHOWN if activity is Activity.NOT_SHOWN and NOT_SHOWN in reasons else reasons[0]
