"""A label that ends with its holder's life, or comes back because that was an error: one officer proposes, another carries it out.

Nobody is written to, so nobody could object in time: the second officer is the only guard. Nothing is withdrawn for good; the
credential is set aside, and an error can be put right for as long as the file is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.audit import Action, record
from app.errors import MovedOnError, SamePersonError
from app.examination.services import identities
from app.labels.models import Label, LabelEvent
from app.labels.services import crediting, dossiers, parts
from certificates.dates import day_in_paris
from certificates.errors import NoSuchTransitionError
from certificates.label_rules import independence
from certificates.label_rules.dossier import State
from certificates.label_rules.independence import Part
from certificates.label_rules.machine import TRANSITIONS, Actor, open_transitions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from certificates.keys import KeyRing

#: In these an appeal may be made: the days on which the label was ended by error are given back.
_CONTESTABLE = (State.REFUSED, State.REVOKED)


def propose(db: Session, *, label: Label, transition: str, actor_id: int, now: datetime) -> None:
    """Propose to end a label, or to bring it back; nothing changes before another officer agrees.

    Raises:
        NotIndependentError: The officer is too close to the person.
        MovedOnError: Somebody has proposed it already.
        certificates.errors.LabelError: The machine has no such step here.
    """
    dossier, rules = dossiers.dossier_of(db, label=label), dossiers.rules_of(label)
    if transition not in open_transitions(dossier, Actor.TWO_OFFICERS, rules, on=day_in_paris(now)):
        raise NoSuchTransitionError(transition, label.state)
    independence.check(Part.COMMITTEE, parts.parts_of(db, label=label, person_id=actor_id, now=now))
    if label.ending_proposed_by is not None:
        raise MovedOnError
    label.ending_proposed_by, label.ending_proposed_at = actor_id, now
    _record(db, label, Action.LABEL_ENDING_PROPOSED, transition, actor_id=actor_id, now=now)


def drop(db: Session, *, label: Label, actor_id: int, now: datetime) -> None:
    """Let go of what was proposed.

    Raises:
        MovedOnError: Nothing is.
    """
    if label.ending_proposed_by is None:
        raise MovedOnError
    label.ending_proposed_by = label.ending_proposed_at = None
    _record(db, label, Action.LABEL_ENDING_DROPPED, "drop", actor_id=actor_id, now=now)


def carry_out(db: Session, *, label: Label, transition: str, actor_id: int, ring: KeyRing, now: datetime) -> None:
    """Do what another officer proposed: the label leaves the search without a reason, or is what it was. Nobody is written to.

    Raises:
        MovedOnError: Nothing is proposed any more.
        SamePersonError: It is one's own proposal, under whichever account.
        certificates.errors.LabelError: The machine forbids it, or one of the two is too close to the person.
    """
    proposed_by = label.ending_proposed_by
    if proposed_by is None:
        raise MovedOnError
    if proposed_by in identities.same_people(db, person_id=actor_id):
        raise SamePersonError
    ended_at = label.since
    dossiers.move(
        db,
        label=label,
        transition=transition,
        actor=Actor.TWO_OFFICERS,
        reason=TRANSITIONS[transition].reasons[0],
        actor_id=actor_id,
        deciders=tuple(parts.decider(db, label=label, person_id=one, now=now) for one in (proposed_by, actor_id)),
        ring=ring,
        now=now,
    )
    label.ending_proposed_by = label.ending_proposed_at = None
    if transition == "end":
        crediting.close(db, label=label, actor_id=actor_id, now=now)
    else:
        label.since = _entered_at(db, label)
        if label.state in _CONTESTABLE:
            label.since += now - ended_at
        crediting.open_again(db, label=label, actor_id=actor_id, now=now)
    db.flush()


def _entered_at(db: Session, label: Label) -> datetime:
    """Return since when a label that comes back had been what it is again: its delays go on from there."""
    own, was = LabelEvent.label_id == label.id, LabelEvent.from_state
    entered = select(LabelEvent.at).where(own, LabelEvent.to_state == label.state, was.not_in((label.state, "ended")))
    return db.scalar(entered.order_by(LabelEvent.id.desc()).limit(1)) or label.opened_at


def _record(db: Session, label: Label, action: Action, transition: str, *, actor_id: int, now: datetime) -> None:
    record(db, action=action, actor_id=actor_id, subject_id=label.id, detail={"transition": transition}, now=now)
    db.flush()
