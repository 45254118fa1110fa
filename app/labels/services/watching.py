"""Suspension, revocation, appeal: a reasoned notice first, an answer, a decision of several, and others to appeal to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.errors import NotFoundError
from app.labels.models import Label, LabelAppeal, LabelNotice
from app.labels.services import dossiers, letters, parts
from certificates.dates import day_in_paris
from certificates.errors import ConditionNotMetError
from certificates.label_rules import delays
from certificates.label_rules.conditions import Condition
from certificates.label_rules.dossier import HELD, NoticeKind, State
from certificates.label_rules.machine import Actor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing


_HELD = [state.value for state in HELD]
#: By what it is against, the step that an appeal is; of all else, "appeal".
_APPEALS: Mapping[State, str] = {State.RENEWAL_DUE: "appeal_return", State.SUSPENDED: "appeal_suspension"}


def announce(
    db: Session,
    *,
    label: Label,
    ground: str,
    text: str,
    is_urgent: bool,
    actor_id: int,
    ring: KeyRing,
    origin: str,
    now: datetime,
) -> LabelNotice:
    """Send a reasoned notice: of a suspension, or, where the label is suspended already, of a revocation.

    Args:
        is_urgent: Whether a committee may suspend before an answer, because waiting would put somebody at risk.

    Raises:
        certificates.errors.LabelError: The machine forbids it, or the officer is too close.
    """
    kind = NoticeKind.REVOCATION if label.state == State.SUSPENDED else NoticeKind.SUSPENSION
    dossiers.move(
        db,
        label=label,
        transition=f"announce_{kind}",
        actor=Actor.OFFICER,
        reason=ground,
        actor_id=actor_id,
        deciders=(parts.decider(db, label=label, person_id=actor_id, now=now),),
        note=text,
        ring=ring,
        now=now,
    )
    row = LabelNotice(
        label_id=label.id,
        kind=kind.value,
        ground=ground,
        text=text,
        is_urgent=is_urgent and kind is NoticeKind.SUSPENSION,
        sent_at=now,
    )
    db.add(row)
    db.flush()
    letters.send(db, label=label, letter=f"announce-{kind}", origin=origin, now=now, reason=ground, note=text)
    return row


def answer(db: Session, *, person_id: int | None, text: str, ring: KeyRing, now: datetime) -> LabelNotice:
    """Write down what the holder answers to the notice that runs; a second answer is added to the first.

    Raises:
        NotFoundError: This person has no label.
        certificates.errors.LabelError: No notice runs.
    """
    label = dossiers.hold_own(db, person_id=person_id)
    dossiers.move(
        db,
        label=label,
        transition="answer_notice",
        actor=Actor.HOLDER,
        reason="answered",
        actor_id=person_id,
        ring=ring,
        now=now,
    )
    notice = dossiers.open_notice(db, label=label)
    if notice is None:
        raise ConditionNotMetError(Condition.NOTICE_OPEN.value)
    notice.answer = f"{notice.answer}\n\n{text}" if notice.answer else text
    notice.answered_at = now
    db.flush()
    return notice


def drop(db: Session, *, label: Label, reason: str, actor_id: int, ring: KeyRing, origin: str, now: datetime) -> None:
    """Let go of the notice that runs.

    Raises:
        certificates.errors.LabelError: None runs, or the officer is too close.
    """
    dossiers.move(
        db,
        label=label,
        transition="drop_notice",
        actor=Actor.OFFICER,
        reason=reason,
        actor_id=actor_id,
        deciders=(parts.decider(db, label=label, person_id=actor_id, now=now),),
        ring=ring,
        now=now,
    )
    dossiers.close_notice(db, label=label, now=now)
    letters.send(db, label=label, letter="notice-dropped", origin=origin, now=now, reason=reason)


def appeal(db: Session, *, person_id: int | None, text: str, ring: KeyRing, origin: str, now: datetime) -> LabelAppeal:
    """Contest a refusal, a suspension, a renewal that was not given or a revocation; a draft opened meanwhile gives way.

    Raises:
        NotFoundError: Nothing of this person's can be appealed against.
        certificates.errors.LabelError: The two months are over.
    """
    label = _contestable(db, person_id=person_id)
    against = matter_of(db, label=label, on=day_in_paris(now))
    draft = dossiers.find_own(db, person_id=person_id, lock=True)
    if draft is not None and draft.id != label.id and draft.state == State.DRAFT:
        dossiers.move(
            db,
            label=draft,
            transition="withdraw",
            actor=Actor.HOLDER,
            reason="own-wish",
            actor_id=person_id,
            ring=ring,
            now=now,
        )
    dossiers.move(
        db,
        label=label,
        transition=_APPEALS.get(against, "appeal"),
        actor=Actor.HOLDER,
        reason="contested",
        actor_id=person_id,
        ring=ring,
        now=now,
    )
    if against is not State.SUSPENDED:  # judged beside whatever else is appealed against
        label.appealed = against.value
    row = LabelAppeal(
        label_id=label.id,
        against=against.value,
        text=text,
        opened_at=now,
        due_on=delays.appeal_decided_by(day_in_paris(now), dossiers.rules_of(label)),
    )
    db.add(row)
    db.flush()
    letter = "appeal_suspension" if against is State.SUSPENDED else "appeal"
    letters.send(db, label=label, letter=letter, origin=origin, now=now)
    return row


def find_contestable(db: Session, *, person_id: int | None) -> Label | None:
    """Return the latest of a person's labels with something to appeal against, whether the time for it runs or not.

    It was refused, suspended, not renewed or revoked.
    """
    return db.scalar(
        select(Label)
        .where(
            Label.person_id == person_id,
            Label.state.in_([State.REFUSED.value, State.REVOKED.value, State.SUSPENDED.value])
            | (Label.renewal_returned_on.is_not(None) & Label.appealed.is_(None) & Label.state.in_(_HELD)),
        )
        .order_by(Label.id.desc())
        .limit(1)
    )


def matter_of(db: Session, *, label: Label, on: date) -> State:
    """Return what an appeal would be against: the suspension first, while it may be contested."""
    is_of_renewal = label.state in _HELD and label.renewal_returned_on is not None
    if label.state == State.SUSPENDED and is_of_renewal:
        is_in_time = on <= delays.appeal_until(day_in_paris(label.since), dossiers.rules_of(label))
        is_of_renewal = not is_in_time or dossiers.has_suspension_appeal(db, label=label)
    return State.RENEWAL_DUE if is_of_renewal else State(label.state)


def appeal_until(db: Session, *, label: Label, on: date) -> date:
    """Return the last day to contest what `matter_of` names."""
    is_of_renewal = matter_of(db, label=label, on=on) is State.RENEWAL_DUE
    decided_on = label.renewal_returned_on if is_of_renewal else None
    return delays.appeal_until(decided_on or day_in_paris(label.since), dossiers.rules_of(label))


def list_appeals(db: Session, *, label: Label) -> Sequence[LabelAppeal]:
    """Return the appeals of a label, the latest first."""
    rows = select(LabelAppeal).where(LabelAppeal.label_id == label.id).order_by(LabelAppeal.id.desc())
    return db.scalars(rows).all()


def _contestable(db: Session, *, person_id: int | None) -> Label:
    found = find_contestable(db, person_id=person_id)
    row = found if found is not None else dossiers.find_own(db, person_id=person_id)
    if row is None or person_id is None:
        raise NotFoundError
    return db.get_one(Label, row.id, with_for_update=True)
