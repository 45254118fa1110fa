"""Find labels, show them to the machine as plain dossiers, and write down each step that the machine lets happen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, update

from app.audit import Action, record
from app.errors import NotFoundError
from app.identity.services import professional
from app.labels.models import Label, LabelAppeal, LabelEvent, LabelNotice
from app.transparency import services as log
from certificates import transparency
from certificates.dates import day_in_paris
from certificates.keys import KeyFamily
from certificates.label_rules.delays import Term
from certificates.label_rules.dossier import HELD, OVER, Dossier, Notice, NoticeKind, State
from certificates.label_rules.facts import Activity, Audit
from certificates.label_rules.machine import BARRING_GROUNDS, Act, Actor, follow
from certificates.label_rules.parameters import parameters
from certificates.label_rules.votes import ends_round
from certificates.transparency import Event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing
    from certificates.label_rules.criteria import Finding
    from certificates.label_rules.machine import Decider
    from certificates.label_rules.parameters import Parameters

_OVER = [state.value for state in OVER]
_OF_SUSPENSION = (LabelAppeal.against == State.SUSPENDED.value,)
#: How an appeal ended whose object was gone before its panel judged it.
MOOT = "moot"


def rules_of(label: Label) -> Parameters:
    """Return the rules under which a label was asked for and given: it keeps them."""
    return parameters(label.criteria_version)


def find_own(db: Session, *, person_id: int | None, lock: bool = False) -> Label | None:
    """Return the label of a person: the one that lives, else the last; None when there never was any."""
    rows = select(Label).where(Label.person_id == person_id).order_by(Label.state.in_(_OVER), Label.id.desc()).limit(1)
    return db.scalar(rows.with_for_update() if lock else rows)


def hold_own(db: Session, *, person_id: int | None) -> Label:
    """Return the label of a person, locked.

    Raises:
        NotFoundError: This person has none.
    """
    row = find_own(db, person_id=person_id, lock=True)
    if row is None or person_id is None:
        raise NotFoundError
    return row


def get(db: Session, *, reference: str) -> Label:
    """Return one label for the desk.

    Raises:
        NotFoundError: There is none, it is still its holder's own draft, or they have left.
    """
    return _found(db.scalar(select(Label).where(Label.reference == reference, *_SEEN)))


def hold(db: Session, *, reference: str) -> Label:
    """Return one label for the desk, locked; as `get` otherwise."""
    return _found(db.scalar(select(Label).where(Label.reference == reference, *_SEEN).with_for_update()))


#: A draft is nobody's business but its holder's.
_SEEN = (Label.state != State.DRAFT.value, Label.person_id.is_not(None))


def _found(row: Label | None) -> Label:
    if row is None:
        raise NotFoundError
    return row


def dossier_of(
    db: Session, *, label: Label, findings: tuple[Finding, ...] = (), activity: Activity = Activity.UNKNOWN
) -> Dossier:
    """Return what the machine looks at."""
    return replace(
        alone(label, activity=activity),
        findings=findings,
        notice=_notice(open_notice(db, label=label)),
        has_another=_has_another(db, label),
        last_revoked_on=_last_revoked_on(db, label),
        ended_from=_ended_from(db, label),
        is_suspension_appealed=has_suspension_appeal(db, label=label, is_running=True),
        is_suspension_contested=has_suspension_appeal(db, label=label),
    )


def alone(label: Label, *, activity: Activity = Activity.UNKNOWN) -> Dossier:
    """Return what the row of a label says by itself: enough for whatever time alone does."""
    return Dossier(
        state=State(label.state),
        since=day_in_paris(label.since),
        audit=Audit(label.audit),
        term=Term(awarded_on=label.term_from, extended_months=label.extended_months) if label.term_from else None,
        pause_announced_on=label.pause_announced_on,
        activity=activity,
        appealed=State(label.appealed) if label.appealed else None,
        paused_from=State(label.paused_from) if label.paused_from else None,
        is_paused_by_holder=label.is_paused_by_holder,
        is_renewal_pending=label.renewal_asked_at is not None,
        returned_on=label.renewal_returned_on,
    )


def open_notice(db: Session, *, label: Label) -> LabelNotice | None:
    """Return the notice that runs, if any."""
    return db.scalar(select(LabelNotice).where(LabelNotice.label_id == label.id, LabelNotice.closed_at.is_(None)))


def close_notice(db: Session, *, label: Label, now: datetime) -> None:
    """Close the notice that runs, if any."""
    running = LabelNotice.label_id == label.id, LabelNotice.closed_at.is_(None)
    db.execute(update(LabelNotice).where(*running).values(closed_at=now))


def has_suspension_appeal(db: Session, *, label: Label, is_running: bool = False) -> bool:
    """Tell whether the suspension that runs was appealed against; or only whether that still waits for its panel."""
    if label.state != State.SUSPENDED:
        return False
    own = select(LabelAppeal.id).where(*_OF_SUSPENSION, LabelAppeal.label_id == label.id)
    since = LabelAppeal.opened_at >= label.since
    return db.scalar(own.where(LabelAppeal.decided_at.is_(None) if is_running else since).limit(1)) is not None


def _drop_suspension_appeal(db: Session, *, label: Label, now: datetime) -> None:
    """Close the appeal against a suspension that ended before its panel judged it: nothing is left to judge."""
    running = (*_OF_SUSPENSION, LabelAppeal.label_id == label.id, LabelAppeal.decided_at.is_(None))
    db.execute(update(LabelAppeal).where(*running).values(decided_at=now, outcome=MOOT))


def events(db: Session, *, label: Label) -> Sequence[LabelEvent]:
    """Return what happened to a label, the latest first."""
    return db.scalars(select(LabelEvent).where(LabelEvent.label_id == label.id).order_by(LabelEvent.id.desc())).all()


def move(
    db: Session,
    *,
    label: Label,
    transition: str,
    actor: Actor,
    reason: str,
    ring: KeyRing,
    now: datetime,
    actor_id: int | None = None,
    deciders: tuple[Decider, ...] = (),
    findings: tuple[Finding, ...] = (),
    activity: Activity = Activity.UNKNOWN,
    note: str = "",
) -> LabelEvent:
    """Take one step, if the machine has it and every condition holds, and write it into row, trail and log.

    Args:
        actor_id: Whose act completed it; None for the clock.
        deciders: As the machine wants them, with what each has been to the person.

    Raises:
        certificates.errors.LabelError: The leaf that says what forbids it; nothing is changed.
    """
    dossier = dossier_of(db, label=label, findings=findings, activity=activity)
    act = Act(transition=transition, actor=actor, reason=reason, on=day_in_paris(now), deciders=deciders)
    after = follow(dossier, act, rules_of(label))
    event = LabelEvent(
        label_id=label.id,
        at=now,
        transition=transition,
        from_state=dossier.state.value,
        to_state=after.value,
        actor=actor.value,
        actor_id=actor_id,
        reason=reason,
        note=note,
    )
    if after is not dossier.state:
        label.state, label.since = after.value, now
        label.pause_announced_on = None
    if ends_round(dossier, transition):
        label.round += 1
    if actor is Actor.HOLDER:
        label.ending_proposed_by = label.ending_proposed_at = None  # whoever acts lives
    if after not in HELD:
        close_notice(db, label=label, now=now)
    if dossier.is_suspension_appealed and after not in (State.SUSPENDED, State.ENDED) and actor is not Actor.PANEL:
        _drop_suspension_appeal(db, label=label, now=now)
    db.add(event)
    db.flush()
    event.log_seq = _log(db, label, event, ring=ring, now=now)
    detail = {"transition": transition, "from": event.from_state, "to": event.to_state, "reason": reason}
    record(db, action=Action.LABEL_MOVED, actor_id=actor_id, subject_id=label.id, detail=detail, now=now)
    db.flush()
    return event


def _log(db: Session, label: Label, event: LabelEvent, *, ring: KeyRing, now: datetime) -> int | None:
    """Append a leaf that says that some label took some step; which, only the salt tells."""
    if label.log_salt is None:
        return None
    told = {
        "at": event.at.isoformat(),
        "from": event.from_state,
        "reason": event.reason,
        "to": event.to_state,
        "transition": event.transition,
    }
    commitment = transparency.commitment(
        salt=label.log_salt,
        credential_id=f"label:{label.reference}",
        payload_sha256=hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest(),
    )
    kid = ring.active(KeyFamily.TOKEN).kid
    return log.append(db, event=Event.LABEL, commitment=commitment, kid=kid, now=now)


def _notice(row: LabelNotice | None) -> Notice | None:
    if row is None:
        return None
    return Notice(
        kind=NoticeKind(row.kind),
        ground=row.ground,
        sent_on=day_in_paris(row.sent_at),
        is_answered=row.answered_at is not None,
        is_urgent=row.is_urgent,
    )


def _has_another(db: Session, label: Label) -> bool:
    others = Label.id != label.id, Label.state.not_in(_OVER), _of_same_holder(db, label)
    return db.scalar(select(Label.id).where(*others).limit(1)) is not None


def _ended_from(db: Session, label: Label) -> State | None:
    if label.state != State.ENDED:
        return None
    ended = LabelEvent.label_id == label.id, LabelEvent.to_state == State.ENDED.value
    before = db.scalar(select(LabelEvent.from_state).where(*ended).order_by(LabelEvent.id.desc()).limit(1))
    return State(before) if before is not None else None


def _last_revoked_on(db: Session, label: Label) -> date | None:
    """Return when a former label of the person was revoked, unless an appeal undid it; or handed back while fraud was looked into."""
    revoked_at = (
        select(func.max(LabelEvent.at))
        .where(LabelEvent.label_id == Label.id, LabelEvent.transition == "revoke")
        .correlate(Label)
        .scalar_subquery()
    )
    rows = db.execute(
        select(Label.since, Label.ground, revoked_at.label("revoked_at")).where(
            Label.id != label.id,
            Label.ground.is_not(None),
            Label.state.in_([State.REVOKED.value, State.UPHELD.value, State.VOLUNTARILY_WITHDRAWN.value]),
            _of_same_holder(db, label),
        )
    )
    moments = [
        row.revoked_at or row.since for row in rows if row.revoked_at is not None or row.ground in BARRING_GROUNDS
    ]
    return day_in_paris(max(moments)) if moments else None


def _of_same_holder(db: Session, label: Label) -> ColumnElement[bool]:
    """Return the condition under which another label is of the same human: their account, their RPPS number, their checked identity."""
    own = professional.find(db, person_id=label.person_id) if label.person_id is not None else None
    numbers = {label.rpps, own.rpps if own is not None else None} - {None}
    same: list[ColumnElement[bool]] = [Label.rpps.in_(sorted(one for one in numbers if one is not None))]
    if label.person_id is not None:
        same.append(Label.person_id == label.person_id)
    if label.identity_hmac is not None:
        same.append(Label.identity_hmac == label.identity_hmac)
    return or_(*same)
