"""What follows from a decision: term, credential, notice, appeal, letter."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 (read at run time by NamedTuple)
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, update

from app.certification.models import Status
from app.labels.models import Label, LabelAppeal
from app.labels.services import crediting, dossiers, letters
from certificates.dates import day_in_paris
from certificates.label_rules.dossier import State
from certificates.label_rules.facts import Audit
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
    rpps: str | None
    actor_id: int | None
    registrar: Registrar
    now: datetime


def _award(at: _Common) -> None:
    crediting.award(
        at.db,
        label=at.label,
        name=at.name,
        rpps=at.rpps,
        registrar=at.registrar,
        actor_id=at.actor_id,
        now=at.now,
    )


def _renew(at: _Common) -> None:
    crediting.renew(
        at.db,
        label=at.label,
        name=at.name,
        rpps=at.rpps,
        registrar=at.registrar,
        actor_id=at.actor_id,
        now=at.now,
    )


def _return_renewal(at: _Common) -> None:
    at.label.renewal_asked_at, at.label.renewal_returned_on = None, day_in_paris(at.now)


def _uphold_return(at: _Common) -> None:
    at.label.appealed = at.label.renewal_returned_on = None


def _suspend(at: _Common) -> None:
    at.label.ground = at.reason
    crediting.set_aside(at.db, label=at.label, reason=at.reason, actor_id=at.actor_id, now=at.now)


def _reinstate(at: _Common) -> None:
    at.label.ground = None
    crediting.bring_back(at.db, label=at.label, actor_id=at.actor_id, now=at.now)


def _revoke(at: _Common) -> None:
    at.label.ground, at.label.appealed = at.reason, None
    settle_revocation(at.db, label=at.label, actor_id=at.actor_id, now=at.now)


def _uphold(at: _Common) -> None:
    settle_revocation(at.db, label=at.label, actor_id=at.actor_id, now=at.now)


#: How an appeal ended, by the decision of the panel.
_OUTCOMES: Mapping[str, State] = {
    "uphold": State.UPHELD,
    "overturn": State.OVERTURNED,
    "uphold_return": State.UPHELD,
    "overturn_return": State.OVERTURNED,
    "uphold_suspension": State.UPHELD,
    "overturn_suspension": State.OVERTURNED,
}
#: What an appeal was against, by what its panel decides of; of all else, a refusal or a revocation.
_MATTERS: Mapping[str, tuple[State, ...]] = {"return": (State.RENEWAL_DUE,), "suspension": (State.SUSPENDED,)}
#: What each decision does beside moving the label.
_FOLLOWS: Mapping[str, Callable[[_Common], None]] = {
    "award": _award,
    "renew": _renew,
    "return_renewal": _return_renewal,
    "uphold_return": _uphold_return,
    "suspend": _suspend,
    "reinstate": _reinstate,
    "revoke": _revoke,
    "uphold": _uphold,
    "overturn_suspension": _reinstate,
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
    name = given.known.name or label.printed_name or ""
    common = _Common(db, label, reason, name, given.rpps, actor_id, registrar, now)
    label.identity_hmac = given.known.identity_hmac or label.identity_hmac
    if transition in _FOLLOWS:
        _FOLLOWS[transition](common)
    if transition in ("suspend", "reinstate", "overturn_suspension", "revoke"):
        dossiers.close_notice(db, label=label, now=now)
    if transition in _OUTCOMES:
        close_appeal(db, label=label, transition=transition, now=now)
    if transition in ("overturn", "overturn_return"):
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


def close_appeal(db: Session, *, label: Label, transition: str, now: datetime) -> None:
    """Write down how the appeal that a panel has just judged ended; another one may wait for its turn."""
    _step, _of, matter = transition.partition("_")
    against = _MATTERS.get(matter, (State.REFUSED, State.REVOKED))
    judged = LabelAppeal.against.in_([state.value for state in against])
    running = LabelAppeal.label_id == label.id, LabelAppeal.decided_at.is_(None), judged
    db.execute(update(LabelAppeal).where(*running).values(decided_at=now, outcome=_OUTCOMES[transition].value))


def _waiting_appeal(db: Session, label: Label) -> str | None:
    """Return what an appeal is against that had to wait for another: of a renewal, while a revocation was judged."""
    waiting = LabelAppeal.label_id == label.id, LabelAppeal.decided_at.is_(None)
    return db.scalar(select(LabelAppeal.against).where(*waiting).order_by(LabelAppeal.id).limit(1))


def _undo(db: Session, label: Label, *, given: Given, registrar: Registrar, origin: str, now: datetime) -> None:
    """Carry out at once what an overturned decision leaves: an award, another look, a reinstatement."""
    transition = _consequence(db, label, given=given, now=now)
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
    label.appealed = _waiting_appeal(db, label)
    if transition in ("review_again", "review_renewal_again") and label.audit == Audit.REFUSED:
        label.audit = Audit.DRAWN.value  # what was overturned was that audit too: somebody else looks
    if transition == "reinstate_on_appeal":
        label.ground = None
        held = crediting.current(db, label=label)
        if held is not None and held.status == Status.REVOKED:  # for safety, at once: a new one, since that is for good
            crediting.reissue(db, label=label, registrar=registrar, actor_id=None, now=now)
        else:
            crediting.bring_back(db, label=label, actor_id=None, now=now)
    elif transition == "award_on_appeal":
        name = given.known.name or ""
        crediting.award(db, label=label, name=name, rpps=given.rpps, registrar=registrar, actor_id=None, now=now)
    elif transition == "renew_on_appeal":
        name = given.known.name or label.printed_name or ""
        crediting.renew(db, label=label, name=name, rpps=given.rpps, registrar=registrar, actor_id=None, now=now)
    elif transition == "review_renewal_again":
        label.renewal_asked_at, label.renewal_returned_on = now, None
    letters.send(db, label=label, letter=transition, origin=origin, now=now, reason="overturned")


def _consequence(db: Session, label: Label, *, given: Given, now: datetime) -> str:
    """Return the step that an overturned decision leads to: what it refused, where nothing is missing, else another look."""
    if label.appealed == State.REVOKED:
        return "reinstate_on_appeal"
    given_at_once, again = {
        State.REFUSED.value: ("award_on_appeal", "review_again"),
        State.RENEWAL_DUE.value: ("renew_on_appeal", "review_renewal_again"),
    }[label.appealed or ""]
    line, rules = TRANSITIONS[given_at_once], dossiers.rules_of(label)
    dossier = dossiers.dossier_of(db, label=label, findings=given.findings, activity=given.activity)
    is_there = dossier.state in line.sources and unmet(dossier, line, rules, on=day_in_paris(now)) is None
    return given_at_once if is_there and given.known.name is not None else again
