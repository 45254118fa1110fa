"""What waits at the desk, and what a decision page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.errors import NotFoundError
from app.labels.models import Label, LabelAppeal, LabelIdentityCheck, LabelNotice, LabelProof
from app.labels.services import deciding, dossiers, gathering, parts
from app.labels.services.proofs import PAPERS
from certificates.dates import day_in_paris
from certificates.label_rules.dossier import IN_FORCE, State
from certificates.label_rules.facts import Audit
from certificates.label_rules.independence import Part, conflict
from certificates.label_rules.machine import Actor, open_transitions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.labels.models import LabelEvent, LabelVote
    from app.labels.services.gathering import Given
    from certificates.keys import KeyRing


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """What waits, the oldest first in each.

    Args:
        papers: Files whose diploma or employer's attestation waits for an officer, drafts included.
    """

    papers: Sequence[Label]
    applications: Sequence[Label]
    audits: Sequence[Label]
    renewals: Sequence[Label]
    notices: Sequence[Label]
    suspended: Sequence[Label]
    appeals: Sequence[Label]
    in_force: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFile:
    """One file as an officer sees it.

    Args:
        decisions: What a committee, or a panel, may decide now.
        acts: What one officer may do now.
        barred: By part that they would take, what they have been that forbids it; None where nothing does.
    """

    label: Label
    given: Given
    events: Sequence[LabelEvent]
    votes: Sequence[LabelVote]
    notice: LabelNotice | None
    appeals: Sequence[LabelAppeal]
    decisions: tuple[str, ...]
    panel_decisions: tuple[str, ...]
    acts: tuple[str, ...]
    barred: dict[Part, Part | None]
    has_voted: bool


def queues(db: Session) -> Queues:
    """Return what waits at the desk."""
    pending = [State.SUBMITTED, State.UNDER_REVIEW]
    drawn = Label.audit == Audit.DRAWN.value, Label.state.in_(["under_review", "renewal_due"])
    running = Label.id.in_(select(LabelNotice.label_id).where(LabelNotice.closed_at.is_(None)))
    in_force = Label.state.in_([state.value for state in IN_FORCE])
    return Queues(
        papers=_papers(db),
        applications=_rows(db, Label.state.in_([state.value for state in pending])),
        audits=_rows(db, *drawn),
        renewals=_rows(db, Label.renewal_asked_at.is_not(None)),
        notices=_rows(db, running),
        suspended=_rows(db, Label.state == State.SUSPENDED.value),
        appeals=_rows(db, Label.state == State.APPEAL.value),
        in_force=db.scalar(select(func.count(Label.id)).where(in_force)) or 0,
    )


def get_for_papers(db: Session, *, reference: str) -> Label:
    """Return a label whose papers an officer may check, a draft included.

    Raises:
        NotFoundError: No such label, or it has no such papers.
    """
    given = Label.id.in_(select(LabelProof.label_id).where(LabelProof.subject.in_(PAPERS)))
    row = db.scalar(select(Label).where(Label.reference == reference, Label.person_id.is_not(None), given))
    if row is None:
        raise NotFoundError
    return row


def papers_of(db: Session, *, label: Label) -> tuple[Sequence[LabelProof], Sequence[LabelIdentityCheck]]:
    """Return the papers of a label, and what was found of them."""
    proofs = db.scalars(select(LabelProof).where(LabelProof.label_id == label.id, LabelProof.subject.in_(PAPERS))).all()
    checks = db.scalars(select(LabelIdentityCheck).where(LabelIdentityCheck.label_id == label.id)).all()
    return proofs, checks


def open_file(db: Session, *, label: Label, actor_id: int, ring: KeyRing, now: datetime) -> DeskFile:
    """Return everything that a decision page shows."""
    given = gathering.gather(db, label=label, ring=ring, now=now)
    dossier = dossiers.dossier_of(db, label=label, findings=given.findings, activity=given.activity)
    rules, today = dossiers.rules_of(label), day_in_paris(now)
    held = parts.parts_of(db, label=label, person_id=actor_id, now=now)
    votes = deciding.votes_of(db, label=label)
    appeals = select(LabelAppeal).where(LabelAppeal.label_id == label.id).order_by(LabelAppeal.id.desc())
    return DeskFile(
        label=label,
        given=given,
        events=dossiers.events(db, label=label),
        votes=votes,
        notice=dossiers.open_notice(db, label=label),
        appeals=db.scalars(appeals).all(),
        decisions=open_transitions(dossier, Actor.COMMITTEE, rules, on=today),
        panel_decisions=open_transitions(dossier, Actor.PANEL, rules, on=today),
        acts=open_transitions(dossier, Actor.OFFICER, rules, on=today),
        barred={part: conflict(part, held) for part in (Part.COMMITTEE, Part.AUDITOR, Part.PANEL)},
        has_voted=any(vote.person_id == actor_id for vote in votes),
    )


def _papers(db: Session) -> Sequence[Label]:
    """Return the files that have a diploma or an attestation which not enough officers have seen."""
    waiting = (State.DRAFT.value, State.SUBMITTED.value, State.UNDER_REVIEW.value)
    rows = _rows(
        db,
        Label.state.in_(waiting),
        Label.id.in_(select(LabelProof.label_id).where(LabelProof.subject.in_(PAPERS))),
    )
    return [label for label in rows if not _is_settled(db, label)]


def _is_settled(db: Session, label: Label) -> bool:
    _proofs, checks = papers_of(db, label=label)
    diplomas = sum(one.subject == "diploma" for one in checks)
    employer = any(one.subject == "employer" for one in checks)
    return diplomas >= dossiers.rules_of(label).diploma_officers and employer


def _rows(db: Session, *conditions: object) -> Sequence[Label]:
    rows = select(Label).where(Label.person_id.is_not(None), *conditions)  # type: ignore[arg-type]
    return db.scalars(rows.order_by(Label.since, Label.id)).all()
