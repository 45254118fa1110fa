"""Proofs: read in a process that can be killed, kept without metadata, shown to who decides, deleted when no longer needed.

One that a program could not read whole, or that bears a sign of a patient, waits until whoever gave it has looked at it once
more: it counts for nothing before, and nobody else sees it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.apart import ReadingFailedError, read_apart
from app.audit import Action, record
from app.database import affected
from app.errors import NotFoundError
from app.label_errors import BrokenProofError, NotAProofError, PatientDataError, TooLargeProofError
from app.labels.models import Label, LabelIdentityCheck, LabelPractice, LabelProof, LabelTraining
from app.labels.services import parts
from certificates.errors import NotIndependentError
from certificates.label_rules.dossier import State

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

LIMIT_BYTES = 5 * 1024 * 1024
SECONDS = 20
MEMORY_BYTES = 1024 * 1024 * 1024
#: As the register of personal data says.
KEPT_AFTER_DECISION = timedelta(days=183)
#: What nobody looked at again may be anything.
KEPT_UNSEEN = timedelta(days=1)
#: What a proof may be of, beside practices and trainings.
PAPERS = ("diploma", "employer")

_REFUSALS = {error.code: error for error in (BrokenProofError, NotAProofError, PatientDataError, TooLargeProofError)}


def add_to_practice(db: Session, *, label: Label, practice: LabelPractice, data: bytes, now: datetime) -> LabelProof:
    """Keep the proof of a practice, in place of a former one; the raised errors are those of `cleaned`."""
    return _add(db, label=label, subject="practice", practice_id=practice.id, data=data, now=now)


def add_to_training(db: Session, *, label: Label, training_id: int, data: bytes, now: datetime) -> LabelProof:
    """Keep the proof of a training, in place of a former one; the raised errors are those of `cleaned`.

    Raises:
        NotFoundError: The training is none of this label's.
    """
    own = LabelTraining.id == training_id, LabelTraining.label_id == label.id
    if db.scalar(select(LabelTraining.id).where(*own)) is None:
        raise NotFoundError
    return _add(db, label=label, subject="training", training_id=training_id, data=data, now=now)


def add_paper(db: Session, *, label: Label, subject: str, data: bytes, now: datetime) -> LabelProof:
    """Keep a diploma, or an employer's attestation; the raised errors are those of `cleaned`.

    Raises:
        NotFoundError: Neither of the two.
    """
    if subject not in PAPERS:
        raise NotFoundError
    return _add(db, label=label, subject=subject, data=data, now=now)


def get_own(db: Session, *, person_id: int | None, proof_id: int) -> LabelProof:
    """Return a proof that this person gave.

    Raises:
        NotFoundError: Absent, or not theirs.
    """
    own = LabelProof.id == proof_id, Label.person_id == person_id
    row = db.scalar(select(LabelProof).join(Label, Label.id == LabelProof.label_id).where(*own))
    if row is None or person_id is None:
        raise NotFoundError
    return row


def confirm(db: Session, *, proof: LabelProof, actor_id: int | None, now: datetime) -> None:
    """Keep a document that its holder has looked at once more; again, it changes nothing."""
    if proof.is_waiting:
        proof.is_waiting = False
        record(db, action=Action.LABEL_PROOF_CONFIRMED, actor_id=actor_id, subject_id=proof.id, now=now)
        db.flush()


def drop_waiting(db: Session, *, label: Label) -> None:
    """Delete what its holder never looked at again: it is not sent."""
    db.execute(delete(LabelProof).where(LabelProof.label_id == label.id, LabelProof.is_waiting))


def get_for_desk(db: Session, *, reference: str, proof_id: int, actor_id: int | None, now: datetime) -> LabelProof:
    """Return a proof to somebody of the desk, and write down who looked: a draft's only papers are of identity.

    Raises:
        NotFoundError: Absent, or in a draft.
        NotIndependentError: They train or manage the person, or are them.
    """
    found = db.execute(
        select(LabelProof, Label)
        .join(Label, Label.id == LabelProof.label_id)
        .where(
            LabelProof.id == proof_id,
            Label.reference == reference,
            LabelProof.is_waiting.is_(False),
            (Label.state != State.DRAFT.value) | LabelProof.subject.in_(PAPERS),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    row, label = found
    held = parts.parts_of(db, label=label, person_id=actor_id or 0, now=now)
    if (barring := parts.too_close(held)) is not None:
        raise NotIndependentError(barring.value)
    record(db, action=Action.LABEL_PROOF_READ, actor_id=actor_id, subject_id=row.id, now=now)
    return row


def remove(db: Session, *, proof: LabelProof, actor_id: int | None, now: datetime) -> None:
    """Delete a proof for good, with what was found of it."""
    forget_checks(db, label_id=proof.label_id, subject=proof.subject)
    record(db, action=Action.LABEL_PROOF_DELETED, actor_id=actor_id, subject_id=proof.id, now=now)
    db.delete(proof)
    db.flush()


def forget_checks(db: Session, *, label_id: int, subject: str) -> None:
    """Forget what officers found of a paper that is not there any more: they have not seen the next. The trail keeps who they were."""
    own = LabelIdentityCheck.label_id == label_id, LabelIdentityCheck.subject == subject
    db.execute(delete(LabelIdentityCheck).where(*own))


def purge(db: Session, *, now: datetime) -> int:
    """Delete what was given long before: no decision waits for it any more; and what waited a day to be looked at again.

    Returns how many.
    """
    waiting = select(Label.id).where(
        (Label.state.in_([State.DRAFT.value, State.SUBMITTED.value, State.UNDER_REVIEW.value, State.APPEAL.value]))
        | Label.renewal_asked_at.is_not(None)
        | (Label.since > now - KEPT_AFTER_DECISION)
    )
    old = LabelProof.added_at < now - KEPT_AFTER_DECISION
    unseen = LabelProof.is_waiting & (LabelProof.added_at < now - KEPT_UNSEEN)
    return affected(db, delete(LabelProof).where((old & LabelProof.label_id.not_in(waiting)) | unseen))


def cleaned(data: bytes) -> tuple[str, bytes, str]:
    """Return media type, clean bytes and flags of a file, read in a process of its own.

    Raises:
        TooLargeProofError, NotAProofError, BrokenProofError: It cannot be kept.
        PatientDataError: It holds a number of social security.
    """
    if len(data) > LIMIT_BYTES:
        raise TooLargeProofError
    try:
        done = read_apart("certificates.evidence", data=data, seconds=SECONDS, memory_bytes=MEMORY_BYTES)
    except ReadingFailedError as error:
        raise BrokenProofError from error
    head, _line, clean = done.partition(b"\n")
    answer = json.loads(head)
    if "error" in answer:
        raise _REFUSALS[answer["error"]]
    return answer["media_type"], clean, " ".join(answer["flags"])


def _add(
    db: Session,
    *,
    label: Label,
    subject: str,
    data: bytes,
    now: datetime,
    practice_id: int | None = None,
    training_id: int | None = None,
) -> LabelProof:
    media_type, clean, flags = cleaned(data)
    former = (
        LabelProof.label_id == label.id,
        LabelProof.subject == subject,
        LabelProof.practice_id.is_(practice_id) if practice_id is None else LabelProof.practice_id == practice_id,
        LabelProof.training_id.is_(training_id) if training_id is None else LabelProof.training_id == training_id,
    )
    db.execute(delete(LabelProof).where(*former))
    forget_checks(db, label_id=label.id, subject=subject)
    row = LabelProof(
        label_id=label.id,
        subject=subject,
        practice_id=practice_id,
        training_id=training_id,
        media_type=media_type,
        sha256=hashlib.sha256(clean).hexdigest(),
        flags=flags,
        is_waiting=bool(flags),
        data=clean,
        added_at=now,
        judgement="given",
    )
    db.add(row)
    db.flush()
    record(db, action=Action.LABEL_PROOF_ADDED, actor_id=label.person_id, subject_id=row.id, now=now)
    return row
