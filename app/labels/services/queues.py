"""What waits at the desk, and what a decision page shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from app.certification.models import Certificate, Status
from app.errors import NotFoundError
from app.examination.services import identities
from app.labels.models import (
    Label,
    LabelAppeal,
    LabelIdentityCheck,
    LabelNotice,
    LabelPractice,
    LabelProof,
    LabelTraining,
)
from app.labels.services import deciding, dossiers, gathering, parts, reuse, seats
from app.labels.services.proofs import PAPERS
from certificates.dates import day_in_paris
from certificates.label_rules import delays
from certificates.label_rules.dossier import HELD, IN_FORCE, State
from certificates.label_rules.facts import Audit
from certificates.label_rules.independence import Part, conflict
from certificates.label_rules.machine import Actor, open_transitions
from certificates.label_rules.parameters import parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from app.labels.models import LabelEvent, LabelVote
    from app.labels.services.gathering import Given
    from app.labels.services.reuse import Use
    from certificates.keys import KeyRing
    from certificates.label_rules.machine import Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """What waits, the oldest first in each.

    Args:
        endings: Labels to close after a death, or to open again, that one officer proposed.
        ended: Those closed after a death, the latest first: from there an error is put right.
        unfounded: Labels in force of whose holder no certification stands in the register any more, and of which no notice runs yet.
        papers: Files whose diploma or employer's attestation waits for an officer, drafts included.
    """

    papers: Sequence[Label]
    applications: Sequence[Label]
    audits: Sequence[Label]
    renewals: Sequence[Label]
    notices: Sequence[Label]
    unfounded: Sequence[Label]
    suspended: Sequence[Label]
    appeals: Sequence[Label]
    endings: Sequence[Label]
    ended: Sequence[Label]
    in_force: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFile:
    """One file as an officer sees it.

    Args:
        decisions: What a committee, or a panel, may decide now.
        acts: What one officer may do now.
        joint_act: What two officers may do now, one proposing and another carrying out: "end", "undo_end".
        has_proposed: Whether whoever looks is the one who proposed it.
        seats: Which ones of a panel the officer may take.
        reused: By proof, what else the same file proves.
        is_close: Whether the officer trains or manages the person, or is them: what was given is not shown to them.
        asks: Whether something is asked for: training, practices and update test are looked at for that, and for nothing else.
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
    joint_act: str | None
    has_proposed: bool
    seats: tuple[Seat, ...]
    barred: dict[Part, Part | None]
    has_voted: bool
    proofs: Sequence[SeenProof]
    reused: Mapping[int, Sequence[Use]]
    is_close: bool
    asks: bool


class SeenProof(NamedTuple):
    """One document that the desk may see.

    Args:
        practice, title: Of the practice, or of the training, that it proves; None for a paper.
    """

    proof_id: int
    subject: str
    flags: str
    practice: str | None
    title: str | None


#: How many of the labels that ended the desk shows.
_LATEST = 20
_SUSPENSION_CONTESTED = select(LabelAppeal.label_id).where(
    LabelAppeal.against == State.SUSPENDED.value, LabelAppeal.decided_at.is_(None)
)
#: An appeal waits for its three judges: of a refusal, of a revocation, of a suspension, or of a renewal while the label goes on.
_JUDGED = (
    (Label.state == State.APPEAL.value)
    | ((Label.appealed == State.RENEWAL_DUE.value) & Label.state.in_([state.value for state in HELD]))
    | ((Label.state == State.SUSPENDED.value) & Label.id.in_(_SUSPENSION_CONTESTED))
)


def queues(db: Session) -> Queues:
    """Return what waits at the desk."""
    pending = [State.SUBMITTED, State.UNDER_REVIEW]
    asked_again = Label.renewal_asked_at.is_not(None) & Label.state.in_([state.value for state in HELD])
    with_us = (Label.state == State.UNDER_REVIEW.value) | ((Label.state == State.RENEWAL_DUE.value) & asked_again)
    running = Label.id.in_(select(LabelNotice.label_id).where(LabelNotice.closed_at.is_(None)))
    in_force = Label.state.in_([state.value for state in IN_FORCE])
    return Queues(
        papers=_papers(db),
        applications=_rows(db, Label.state.in_([state.value for state in pending])),
        audits=_rows(db, Label.audit == Audit.DRAWN.value, with_us),
        renewals=_rows(db, asked_again),
        notices=_rows(db, running),
        unfounded=_rows(db, in_force, ~running, ~_is_certified()),
        suspended=_rows(db, Label.state == State.SUSPENDED.value),
        appeals=_rows(db, _JUDGED),
        endings=_rows(db, Label.ending_proposed_at.is_not(None)),
        ended=_ended(db),
        in_force=db.scalar(select(func.count(Label.id)).where(in_force)) or 0,
    )


def first_due(db: Session, found: Queues) -> dict[str, date]:
    """Return the nearest day of each queue that has one: a right of answer that ends, a suspension, a grace, an appeal."""
    sent = (
        select(LabelNotice.sent_at, Label.criteria_version)
        .join(Label, Label.id == LabelNotice.label_id)
        .where(LabelNotice.closed_at.is_(None), Label.person_id.is_not(None))
    )
    appeal = (
        select(func.min(LabelAppeal.due_on))
        .join(Label, Label.id == LabelAppeal.label_id)
        .where(LabelAppeal.decided_at.is_(None), _JUDGED, Label.person_id.is_not(None))
    )
    rules = dossiers.rules_of
    days: dict[str, list[date]] = {
        "renewals": [
            delays.months_after(row.ends_on, rules(row).grace_months)
            for row in found.renewals
            if row.ends_on is not None
        ],
        "notices": [
            delays.notice_ends_on(day_in_paris(at), parameters(version).suspension_notice_days)
            for at, version in db.execute(sent)
        ],
        "suspended": [delays.suspended_until(day_in_paris(row.since), rules(row)) for row in found.suspended],
        "appeals": [day for day in db.scalars(appeal) if day is not None],
    }
    return {name: min(some) for name, some in days.items() if some}


def get_for_papers(db: Session, *, reference: str) -> Label:
    """Return a label whose papers an officer may check, a draft included.

    Raises:
        NotFoundError: No such label, or it has no such papers.
    """
    given = Label.id.in_(_with_papers())
    row = db.scalar(select(Label).where(Label.reference == reference, Label.person_id.is_not(None), given))
    if row is None:
        raise NotFoundError
    return row


def hold_with_proofs(db: Session, *, reference: str) -> Label:
    """Return a label some documents of which the desk may see, a draft's papers included, locked.

    Raises:
        NotFoundError: No such label, or nothing of it is to be seen.
    """
    seen = (Label.state != State.DRAFT.value) | Label.id.in_(_with_papers())
    row = db.scalar(
        select(Label).where(Label.reference == reference, Label.person_id.is_not(None), seen).with_for_update()
    )
    if row is None:
        raise NotFoundError
    return row


def seen_proofs(db: Session, *, label: Label) -> list[SeenProof]:
    """Return the documents of a label that the desk may see: of a draft, the papers of identity only."""
    is_paper = LabelProof.subject.in_(PAPERS)
    rows = db.execute(
        select(LabelProof.id, LabelProof.subject, LabelProof.flags, LabelPractice.practice, LabelTraining.title)
        .outerjoin(LabelPractice, LabelPractice.id == LabelProof.practice_id)
        .outerjoin(LabelTraining, LabelTraining.id == LabelProof.training_id)
        .where(
            LabelProof.label_id == label.id,
            LabelProof.is_waiting.is_(False),
            is_paper if label.state == State.DRAFT else LabelProof.id.is_not(None),
        )
        .order_by(LabelProof.id)
    )
    return [SeenProof._make(row) for row in rows]


def papers_of(db: Session, *, label: Label) -> tuple[Sequence[LabelProof], Sequence[LabelIdentityCheck]]:
    """Return the papers of a label, and what was found of them."""
    own = LabelProof.label_id == label.id, LabelProof.subject.in_(PAPERS), LabelProof.is_waiting.is_(False)
    proofs = db.scalars(select(LabelProof).where(*own).order_by(LabelProof.subject)).all()
    checks = db.scalars(select(LabelIdentityCheck).where(LabelIdentityCheck.label_id == label.id))
    return proofs, checks.all()


def open_file(
    db: Session, *, label: Label, actor_id: int, ring: KeyRing, now: datetime, demonstration: bool = False
) -> DeskFile:
    """Return everything that a decision page shows.

    Args:
        demonstration: See `gathering.gather`.
    """
    given = gathering.gather(db, label=label, ring=ring, now=now, demonstration=demonstration)
    dossier = dossiers.dossier_of(db, label=label, findings=given.findings, activity=given.activity)
    rules, today = dossiers.rules_of(label), day_in_paris(now)
    held = parts.parts_of(db, label=label, person_id=actor_id, now=now)
    appeals = select(LabelAppeal).where(LabelAppeal.label_id == label.id).order_by(LabelAppeal.id.desc())
    return DeskFile(
        label=label,
        given=given,
        events=dossiers.events(db, label=label),
        votes=deciding.standing_votes(db, label=label, now=now),
        notice=dossiers.open_notice(db, label=label),
        appeals=db.scalars(appeals).all(),
        decisions=open_transitions(dossier, Actor.COMMITTEE, rules, on=today),
        panel_decisions=open_transitions(dossier, Actor.PANEL, rules, on=today),
        acts=open_transitions(dossier, Actor.OFFICER, rules, on=today),
        joint_act=next(iter(open_transitions(dossier, Actor.TWO_OFFICERS, rules, on=today)), None),
        has_proposed=label.ending_proposed_by in identities.same_people(db, person_id=actor_id),
        seats=seats.open_to(db, label=label, person_id=actor_id),
        barred={part: conflict(part, held) for part in (Part.COMMITTEE, Part.AUDITOR, Part.PANEL)},
        has_voted=deciding.has_voted(db, label=label, person_id=actor_id),
        proofs=seen_proofs(db, label=label),
        reused=reuse.for_desk(db, label=label),
        is_close=parts.too_close(held) is not None,
        asks=gathering.asks(label),
    )


def _is_certified() -> ColumnElement[bool]:
    """Return the condition that a certification behind a label stands: one that has merely ended founded it all the same."""
    rules = parameters()  # every version so far asks for the same framework and assurance
    stands = select(Certificate.id).where(
        Certificate.person_id == Label.person_id,
        Certificate.kind == "certificate",
        Certificate.status == Status.ACTIVE.value,
        Certificate.framework_code == rules.framework,
        Certificate.assurance == rules.assurance,
    )
    return stands.exists()


def _with_papers() -> Select[int]:
    return select(LabelProof.label_id).where(LabelProof.subject.in_(PAPERS), LabelProof.is_waiting.is_(False))


def _papers(db: Session) -> Sequence[Label]:
    """Return the files that have a diploma or an attestation which not enough officers have seen."""
    waiting = (State.DRAFT.value, State.SUBMITTED.value, State.UNDER_REVIEW.value)
    rows = _rows(
        db,
        Label.state.in_(waiting),
        Label.id.in_(_with_papers()),
    )
    seen = select(LabelIdentityCheck.label_id, LabelIdentityCheck.subject).join(
        Label, Label.id == LabelIdentityCheck.label_id
    )
    checks = Counter((label_id, subject) for label_id, subject in db.execute(seen.where(Label.state.in_(waiting))))
    return [label for label in rows if not _is_settled(label, checks)]


def _is_settled(label: Label, checks: Counter[tuple[int, str]]) -> bool:
    diplomas, employers = checks[label.id, "diploma"], checks[label.id, "employer"]
    return diplomas >= dossiers.rules_of(label).diploma_officers and employers > 0


def _ended(db: Session) -> Sequence[Label]:
    ended = select(Label).where(Label.state == State.ENDED.value, Label.person_id.is_not(None))
    return db.scalars(ended.order_by(Label.since.desc(), Label.id.desc()).limit(_LATEST)).all()


def _rows(db: Session, *conditions: object) -> Sequence[Label]:
    rows = select(Label).where(Label.person_id.is_not(None), *conditions)  # type: ignore[arg-type]  # as select takes them
    return db.scalars(rows.order_by(Label.since, Label.id)).all()
