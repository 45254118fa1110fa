"""What follows from a decision: term, credential, notice, appeal, letter."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 (read at run time by NamedTuple)
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import update

from app.certification.models import Status
from app.labels.models import Label, LabelAppeal, LabelNotice
from app.labels.services import crediting, dossiers, letters
from certificates.dates import day_in_paris
from certificates.label_rules.dossier import State
from certificates.label_rules.machine import TRANSITIONS, Actor, unmet
from certificates.label_rules.public import is_final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from app.labels.services.crediting import Registrar
    from app.labels.services.gathering import Given


class _Common(NamedTuple):
    db: Session
    label: Label
    reason: str
    name: str
    actor_id: int | None
    registrar: Registrar
    now: datetime


def _award(at: _Common) -> None:
    crediting.award(at.db, label=at.label, name=at.name, registrar=at.registrar, actor_id=at.actor_id, now=at.now)


def _renew(at: _Common) -> None:
    crediting.renew(at.db, label=at.label, name=at.name, registrar=at.registrar, actor_id=at.actor_id, now=at.now)


def _return_renewal(at: _Common) -> None:
    at.label.renewal_asked_at = None


def _suspend(at: _Common) -> None:
    at.label.ground = at.reason
    crediting.set_aside(at.db, label=at.label, reason=at.reason, actor_id=at.actor_id, now=at.now)


def _reinstate(at: _Common) -> None:
    at.label.ground = None
    crediting.bring_back(at.db, label=at.label, actor_id=at.actor_id, now=at.now)


def _revoke(at: _Common) -> None:
    at.label.ground = at.reason
    settle_revocation(at.db, label=at.label, actor_id=at.actor_id, now=at.now)


def _uphold(at: _Common) -> None:
    settle_revocation(at.db, label=at.label, actor_id=at.actor_id, now=at.now)


#: What each decision does beside moving the label.
_FOLLOWS: Mapping[str, Callable[[_Common], None]] = {
    "award": _award,
    "renew": _renew,
    "return_renewal": _return_renewal,
    "suspend": _suspend,
    "reinstate": _reinstate,
    "revoke": _revoke,
    "uphold": _uphold,
}


def carry_out(
    db: Session,
    *,
    label: Label,
    transition: str,
    reason: str,
    given: Given,
    actor_id: int | None,
    registrar: Registrar,
    origin: str,
    now: datetime,
) -> None:
    """Do what follows from a decision: term, credential, notice, appeal, letter."""
    common = _Common(db, label, reason, given.known.name or label.printed_name or "", actor_id, registrar, now)
    if transition in _FOLLOWS:
        _FOLLOWS[transition](common)
    if transition in ("suspend", "reinstate", "revoke"):
        close_notice(db, label=label, now=now)
    if transition in ("uphold", "overturn"):
        _close_appeal(db, label, outcome=label.state, now=now)
    if transition == "overturn":
        _undo(db, label, given=given, registrar=registrar, origin=origin, now=now)
    else:
        letters.send(db, label=label, letter=transition, origin=origin, now=now, reason=reason)


def settle_revocation(db: Session, *, label: Label, actor_id: int | None, now: datetime) -> None:
    """Withdraw the credential of a revoked label, once no appeal can change that any more, or at once for safety."""
    if label.state not in (State.REVOKED, State.UPHELD) or label.ground is None:
        return
    dossier, rules = dossiers.dossier_of(db, label=label), dossiers.rules_of(label)
    if is_final(dossier, ground=label.ground, rules=rules, on=day_in_paris(now)):
        crediting.take_back(db, label=label, reason=label.ground, actor_id=actor_id, now=now)


def close_notice(db: Session, *, label: Label, now: datetime) -> None:
    """Close the notice that runs, if any."""
    running = LabelNotice.label_id == label.id, LabelNotice.closed_at.is_(None)
    db.execute(update(LabelNotice).where(*running).values(closed_at=now))


def _close_appeal(db: Session, label: Label, *, outcome: str, now: datetime) -> None:
    running = LabelAppeal.label_id == label.id, LabelAppeal.decided_at.is_(None)
    db.execute(update(LabelAppeal).where(*running).values(decided_at=now, outcome=outcome))


def _undo(db: Session, label: Label, *, given: Given, registrar: Registrar, origin: str, now: datetime) -> None:
    """Carry out at once what an overturned decision leaves: an award, another look, a reinstatement."""
    if label.appealed == State.REVOKED:
        transition = "reinstate_on_appeal"
    else:
        line, rules = TRANSITIONS["award_on_appeal"], dossiers.rules_of(label)
        dossier = dossiers.dossier_of(db, label=label, findings=given.findings, activity=given.activity)
        is_due = unmet(dossier, line, rules, on=day_in_paris(now)) is None and given.known.name is not None
        transition = "award_on_appeal" if is_due else "review_again"
    dossiers.move(
        db,
        label=label,
        transition=transition,
        actor=Actor.CLOCK,
        reason="overturned",
        findings=given.findings,
        activity=given.activity,
        ring=registrar.ring,
        now=now,
    )
    label.appealed = None
    if transition == "reinstate_on_appeal":
        label.ground = None
        held = crediting.current(db, label=label)
        if held is not None and held.status == Status.REVOKED:  # for safety, at once: a new one, since that is for good
            crediting.reissue(db, label=label, registrar=registrar, actor_id=None, now=now)
        else:
            crediting.bring_back(db, label=label, actor_id=None, now=now)
    elif transition == "award_on_appeal":
        name = given.known.name or ""
        crediting.award(db, label=label, name=name, registrar=registrar, actor_id=None, now=now)
    letters.send(db, label=label, letter=transition, origin=origin, now=now, reason="overturned")
