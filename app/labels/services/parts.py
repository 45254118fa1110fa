"""What somebody has been to the holder of a label: the machine wants to know before it lets them act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.models import Case
from app.audit import Action, AuditEntry
from app.examination.models import Candidate, ExamReview, ExamStaff, ReviewKind
from app.examination.services import identities
from app.label_errors import InvolvedError
from app.labels.models import Label, LabelEvent, LabelVote
from app.labels.services.dossiers import rules_of
from app.organisations.services import independence
from certificates.label_rules.independence import Part, conflict
from certificates.label_rules.machine import Actor, Decider, Seat
from certificates.label_rules.number import numbers_in

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

#: Of complaints about a label; the case bears its reference.
CASE_SUBJECT = "label"


def decider(db: Session, *, label: Label, person_id: int, now: datetime, seat: Seat | None = None) -> Decider:
    """Return somebody as the machine wants them."""
    return Decider(person_id=person_id, parts=parts_of(db, label=label, person_id=person_id, now=now), seat=seat)


def parts_of(db: Session, *, label: Label, person_id: int, now: datetime) -> frozenset[Part]:
    """Return what somebody is, or has been, to the holder of a label: under whichever accounts of the two of them."""
    if label.person_id is None:
        return frozenset()
    holders = _holders(db, label, label.person_id)
    accounts = identities.same_people(db, person_id=person_id)
    if accounts & holders:
        return frozenset({Part.HOLDER})
    return frozenset().union(*(_parts_under(db, label, one, holders, now=now) for one in sorted(accounts)))


def _parts_under(
    db: Session, label: Label, person_id: int, holders: frozenset[int], *, now: datetime
) -> frozenset[Part]:
    """Return what one account of somebody is, or has been."""
    ties = [independence.ties(db, actor_id=person_id, subject_id=one, now=now) for one in sorted(holders)]
    found = {Part(tie) for tie in frozenset[str]().union(*ties)}
    found |= {Part(duty) for duty in _duties(db, person_id, holders)}
    framework = rules_of(label).framework
    if independence.saw_reserved(db, person_id=person_id, framework_code=framework, now=now):
        found.add(Part.AUTHOR)
    return frozenset(found | _here(db, label, person_id))


def named_in(db: Session, text: str) -> list[str]:
    """Return the references of the labels whose number a text names: whoever complains of one writes it so."""
    return list(db.scalars(select(Label.reference).where(Label.number.in_(numbers_in(text))).order_by(Label.id)))


def too_close(held: frozenset[Part]) -> Part | None:
    """Return what keeps somebody of the desk from reading what the holder gave: a file is no way for an employer to learn of it."""
    return next((one for one in (Part.HOLDER, Part.TRAINER, Part.MANAGER) if one in held), None)


def _holders(db: Session, label: Label, person_id: int) -> frozenset[int]:
    """Return all rows of the human who holds a label: their account, and those under which the same identity was checked."""
    by_identity = identities.person_ids(db, identity_hmac=label.identity_hmac, person_id=person_id)
    return by_identity | identities.same_people(db, person_id=person_id)


def check_uninvolved(db: Session, *, reference: str, person_id: int, now: datetime) -> None:
    """Check that somebody may answer a complaint about a label: they had no part in it, and are nobody's trainer or manager.

    Raises:
        InvolvedError: They had.
    """
    label = db.scalar(select(Label).where(Label.reference == reference))
    if label is None:
        return
    if conflict(Part.COMPLAINT_HANDLER, parts_of(db, label=label, person_id=person_id, now=now)) is not None:
        raise InvolvedError


def _duties(db: Session, person_id: int, holders: frozenset[int]) -> set[str]:
    is_theirs = Candidate.person_id.in_(holders)
    rows = (
        select(ExamStaff.duty)
        .join(Candidate, Candidate.session_id == ExamStaff.session_id)
        .where(ExamStaff.person_id == person_id, is_theirs)
    )
    found = set(db.scalars(rows))
    touched = (Candidate.id == ExamReview.candidate_id) | (
        (Candidate.session_id == ExamReview.session_id) & (ExamReview.kind == ReviewKind.NEUTRALISE_ALL.value)
    )
    reviewed = (
        select(ExamReview.id)
        .join(Candidate, touched)
        .where(
            is_theirs,
            ExamReview.taken_at.is_not(None),
            (ExamReview.proposed_by == person_id) | (ExamReview.taken_by == person_id),
        )
    )
    if db.scalar(reviewed.limit(1)) is not None:
        found.add(Part.JUROR.value)  # whoever decided of an appeal judged the examination, like its jury
    return found


def _here(db: Session, label: Label, person_id: int) -> set[Part]:
    """Read what they did about this very label."""
    found: set[Part] = set()
    checked = (  # the trail: what was found of a paper goes with the paper
        AuditEntry.action == Action.LABEL_CHECKED.value,
        AuditEntry.actor_id == person_id,
        AuditEntry.subject_id == label.id,
    )
    if db.scalar(select(AuditEntry.id).where(*checked).limit(1)) is not None:
        found.add(Part.DIPLOMA_OFFICER)
    seats = db.scalars(select(LabelVote.seat).where(LabelVote.label_id == label.id, LabelVote.person_id == person_id))
    found |= {Part.PANEL if seat else Part.COMMITTEE for seat in seats}
    acts = db.scalars(
        select(LabelEvent.transition).where(
            LabelEvent.label_id == label.id,
            LabelEvent.actor_id == person_id,
            LabelEvent.actor.in_((Actor.OFFICER.value, Actor.TWO_OFFICERS.value)),
        )
    )
    found |= {Part.AUDITOR if transition == "audit" else Part.COMMITTEE for transition in acts}
    handled = (
        Case.subject_kind == CASE_SUBJECT,
        Case.subject_reference == label.reference,
        Case.answered_by == person_id,
    )
    if db.scalar(select(Case.id).where(*handled).limit(1)) is not None:
        found.add(Part.COMPLAINT_HANDLER)
    return found
