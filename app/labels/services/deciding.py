"""What officers do about a file: take it up, ask again, check a diploma, audit, extend, vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.audit import Action, record
from app.errors import MovedOnError, NotFoundError, NothingToCertifyError
from app.examination.services import identities
from app.label_errors import AlreadyVotedError, NameNotCheckedError, SeatNotGrantedError
from app.labels.models import Label, LabelIdentityCheck, LabelProof, LabelVote
from app.labels.services import crediting, dossiers, following, gathering, letters, parts, seats
from certificates.dates import day_in_paris
from certificates.errors import (
    ConditionNotMetError,
    NoSuchTransitionError,
    NotIndependentError,
    UnknownReasonError,
)
from certificates.label_rules import independence
from certificates.label_rules.conditions import Condition
from certificates.label_rules.dossier import State
from certificates.label_rules.facts import Audit
from certificates.label_rules.independence import Part
from certificates.label_rules.machine import TRANSITIONS, Actor, Seat, unmet
from certificates.label_rules.votes import Vote, decided

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.labels.services.crediting import Registrar
    from app.labels.services.gathering import Given
    from certificates.keys import KeyRing


def take_up(db: Session, *, label: Label, actor_id: int, ring: KeyRing, now: datetime) -> None:
    """Take an application up for the committee.

    Raises:
        certificates.errors.LabelError: The machine forbids it, or the officer is too close.
    """
    _act(db, label, "take_up", "taken-up", actor_id=actor_id, ring=ring, now=now)


def ask_again(
    db: Session, *, label: Label, reason: str, note: str, actor_id: int, ring: KeyRing, origin: str, now: datetime
) -> None:
    """Give an application back to its holder, with what has to change; everything given stays.

    Raises:
        certificates.errors.LabelError: As `take_up`.
    """
    _act(db, label, "ask_again", reason, actor_id=actor_id, ring=ring, now=now, note=note)
    letters.send(db, label=label, letter="asked-again", origin=origin, now=now, reason=reason, note=note)


def check_paper(
    db: Session,
    *,
    label: Label,
    subject: str,
    is_good: bool,
    seen: str,
    name: str | None,
    actor_id: int,
    now: datetime,
) -> LabelIdentityCheck:
    """Write down what an officer found of a diploma, or of an employer's attestation; two officers see the diploma.

    Args:
        seen: SHA-256 of the paper that the officer's page showed.
        name: Of the person, as it was checked at the examination: what the paper has to bear.

    Raises:
        NotFoundError: No such paper was given.
        NameNotCheckedError: The person was not examined yet: any paper could be anybody's.
        MovedOnError: Another paper has replaced the one that was seen.
        AlreadyVotedError: They saw it already, under another account of theirs.
        NotIndependentError: The officer trains or manages the person, or is them.
    """
    independence.check(Part.DIPLOMA_OFFICER, parts.parts_of(db, label=label, person_id=actor_id, now=now))
    given = LabelProof.label_id == label.id, LabelProof.subject == subject, LabelProof.is_waiting.is_(False)
    sha256 = db.scalar(select(LabelProof.sha256).where(*given))
    if sha256 is None:
        raise NotFoundError
    if name is None:
        raise NameNotCheckedError
    if seen != sha256:
        raise MovedOnError
    others = identities.same_people(db, person_id=actor_id) - {actor_id}  # themselves: the table says so
    by_them = (
        LabelIdentityCheck.label_id == label.id,
        LabelIdentityCheck.subject == subject,
        LabelIdentityCheck.person_id.in_(others),
    )
    if db.scalar(select(LabelIdentityCheck.id).where(*by_them).limit(1)) is not None:
        raise AlreadyVotedError
    row = LabelIdentityCheck(
        label_id=label.id, person_id=actor_id, subject=subject, proof_sha256=sha256, is_good=is_good, at=now
    )
    db.add(row)
    db.flush()  # one officer checks one paper once: the table says so
    detail: dict[str, str | int | bool | None] = {"subject": subject, "good": is_good}
    record(db, action=Action.LABEL_CHECKED, actor_id=actor_id, subject_id=label.id, detail=detail, now=now)
    return row


def audit_proofs(
    db: Session,
    *,
    label: Label,
    refused: frozenset[int],
    note: str,
    actor_id: int,
    ring: KeyRing,
    now: datetime,
) -> None:
    """Judge every proof of a file that was drawn; one that is refused counts for nothing.

    Args:
        refused: Identifiers of the proofs that are not what they say.

    Raises:
        certificates.errors.LabelError: It was not drawn, or the officer is too close, or has judged these documents before.
    """
    accounts = identities.same_people(db, person_id=actor_id)
    mine = LabelProof.label_id == label.id, LabelProof.judged_by.in_(accounts)
    if db.scalar(select(LabelProof.id).where(*mine).limit(1)) is not None:
        raise NotIndependentError(Part.AUDITOR.value)
    reason = "audit-refused" if refused else "audit-clear"
    _act(db, label, "audit", reason, actor_id=actor_id, ring=ring, now=now, note=note)
    label.audit = (Audit.REFUSED if refused else Audit.CLEAR).value
    for proof in db.scalars(select(LabelProof).where(LabelProof.label_id == label.id)):
        proof.judgement = "refused" if proof.id in refused else "accepted"
        proof.judged_by, proof.judged_at = actor_id, now
        record(db, action=Action.LABEL_PROOF_JUDGED, actor_id=actor_id, subject_id=proof.id, now=now)
    db.flush()


def extend(
    db: Session,
    *,
    label: Label,
    months: int,
    reason: str,
    actor_id: int,
    registrar: Registrar,
    origin: str,
    now: datetime,
) -> None:
    """Move the end of a term for an illness, a birth or a leave; no medical detail is asked for nor kept.

    Raises:
        certificates.errors.LabelError: As `take_up`; or no extension is left.
    """
    if not 1 <= months <= dossiers.rules_of(label).extension_months - label.extended_months:
        raise ConditionNotMetError(Condition.EXTENSION_LEFT.value)
    _act(db, label, "extend", reason, actor_id=actor_id, ring=registrar.ring, now=now)
    crediting.extend(db, label=label, months=months, registrar=registrar, actor_id=actor_id, now=now)
    letters.send(db, label=label, letter="extended", origin=origin, now=now, reason=reason)


def vote(
    db: Session,
    *,
    label: Label,
    transition: str,
    reason: str,
    note: str,
    actor_id: int,
    registrar: Registrar,
    origin: str,
    now: datetime,
    seat: Seat | None = None,
) -> bool:
    """Write one vote down, and carry the decision out once there are enough; return whether there were.

    Raises:
        NotIndependentError: Whoever votes has been something to the person that forbids it.
        AlreadyVotedError: They voted in this round, under whichever of their accounts.
        SeatNotGrantedError: They take a seat of a panel that they were not granted.
        certificates.errors.LabelError: The machine has no such decision here, for such a reason, now.
    """
    given = gathering.gather(db, label=label, ring=registrar.ring, now=now, demonstration=registrar.demonstration)
    actor = _check_votable(db, label, transition, reason, given=given, now=now)
    held = parts.parts_of(db, label=label, person_id=actor_id, now=now)
    independence.check(Part.PANEL if actor is Actor.PANEL else Part.COMMITTEE, held)
    if has_voted(db, label=label, person_id=actor_id):
        raise AlreadyVotedError
    if actor is Actor.PANEL and seat not in (None, *seats.open_to(db, label=label, person_id=actor_id)):
        raise SeatNotGrantedError
    db.add(
        LabelVote(
            label_id=label.id,
            round=label.round,
            person_id=actor_id,
            transition=transition,
            reason=reason,
            seat=seat.value if actor is Actor.PANEL and seat is not None else None,
            note=note,
            at=now,
        )
    )
    db.flush()
    detail: dict[str, str | int | bool | None] = {"transition": transition, "round": label.round}
    record(db, action=Action.LABEL_VOTED, actor_id=actor_id, subject_id=label.id, detail=detail, now=now)
    return _count(db, label, actor, given=given, actor_id=actor_id, registrar=registrar, origin=origin, now=now)


def votes_of(db: Session, *, label: Label) -> list[LabelVote]:
    """Return the votes of the round that runs, in the order in which they were cast."""
    rows = select(LabelVote).where(LabelVote.label_id == label.id, LabelVote.round == label.round)
    return list(db.scalars(rows.order_by(LabelVote.id)))


def has_voted(db: Session, *, label: Label, person_id: int) -> bool:
    """Tell whether somebody voted in the round that runs, under whichever account their identity was checked."""
    accounts = identities.same_people(db, person_id=person_id)
    return any(one.person_id in accounts for one in votes_of(db, label=label))


def standing_votes(db: Session, *, label: Label, now: datetime) -> list[LabelVote]:
    """Return the votes of the round that count: without those of somebody who has become too close to the person since.

    One of these would otherwise either decide, or keep everybody else from deciding. Nor does a second vote of one human count, whose
    two accounts were found to be theirs only after both had voted.
    """
    seen: set[int] = set()
    first = []
    for one in votes_of(db, label=label):
        if one.person_id not in seen:
            first.append(one)
        seen |= identities.same_people(db, person_id=one.person_id)
    return [
        one
        for one in first
        if independence.conflict(
            TRANSITIONS[one.transition].part or Part.COMMITTEE,
            parts.parts_of(db, label=label, person_id=one.person_id, now=now),
        )
        is None
    ]


def _check_votable(db: Session, label: Label, transition: str, reason: str, *, given: Given, now: datetime) -> Actor:
    """Check, before a vote is written down, that its decision could be carried out now."""
    line = TRANSITIONS.get(transition)
    if line is None or line.actor not in (Actor.COMMITTEE, Actor.PANEL) or State(label.state) not in line.sources:
        raise NoSuchTransitionError(transition, label.state)
    if reason not in line.reasons:
        raise UnknownReasonError
    dossier = dossiers.dossier_of(db, label=label, findings=given.findings, activity=given.activity)
    failing = unmet(dossier, line, dossiers.rules_of(label), on=day_in_paris(now))
    if failing is not None:
        raise ConditionNotMetError(failing.value)
    if transition in ("suspend", "revoke") and dossier.notice is not None and reason != dossier.notice.ground:
        raise UnknownReasonError
    if transition in ("award", "renew") and given.known.name is None:
        raise NothingToCertifyError
    return line.actor


def _count(
    db: Session,
    label: Label,
    actor: Actor,
    *,
    given: Given,
    actor_id: int,
    registrar: Registrar,
    origin: str,
    now: datetime,
) -> bool:
    # An appeal of a renewal may wait while a committee decides of something else: each is counted apart.
    cast = [one for one in standing_votes(db, label=label, now=now) if TRANSITIONS[one.transition].actor is actor]
    ballots = [
        Vote(
            person_id=one.person_id,
            transition=one.transition,
            reason=one.reason,
            seat=Seat(one.seat) if one.seat else None,
        )
        for one in cast
    ]
    found = decided(ballots, actor=actor, rules=dossiers.rules_of(label))
    if found is None:
        return False
    deciders = tuple(
        parts.decider(db, label=label, person_id=one.person_id, now=now, seat=Seat(one.seat) if one.seat else None)
        for one in cast
    )
    dossiers.move(
        db,
        label=label,
        transition=found.transition,
        actor=actor,
        reason=found.reason,
        actor_id=actor_id,
        deciders=deciders,
        findings=given.findings,
        activity=given.activity,
        note="\n\n".join(one.note for one in cast if one.note and one.transition == found.transition),
        ring=registrar.ring,
        now=now,
    )
    following.carry_out(
        db,
        label=label,
        transition=found.transition,
        reason=found.reason,
        given=given,
        actor_id=actor_id,
        registrar=registrar,
        origin=origin,
        now=now,
    )
    return True


def _act(
    db: Session,
    label: Label,
    transition: str,
    reason: str,
    *,
    actor_id: int,
    ring: KeyRing,
    now: datetime,
    note: str = "",
) -> None:
    dossiers.move(
        db,
        label=label,
        transition=transition,
        actor=Actor.OFFICER,
        reason=reason,
        actor_id=actor_id,
        deciders=(parts.decider(db, label=label, person_id=actor_id, now=now),),
        note=note,
        ring=ring,
        now=now,
    )
