"""A document that holds a patient's data: deleted at once by whoever sees it, told to whoever gave it, written in the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.models import Person
from app.audit import Action, record
from app.errors import NotFoundError
from app.labels.models import LabelPractice, LabelProof, LabelTraining
from app.labels.services import dossiers, letters
from app.labels.services.proofs import PAPERS
from certificates.label_rules.dossier import EXAMINED, State
from certificates.label_rules.facts import Audit
from certificates.label_rules.machine import Actor
from certificates.label_rules.words import word

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.labels.models import Label
    from certificates.keys import KeyRing

#: Why, in the trail and among the steps of the label.
REASON = "patient-data"


def delete_proof(
    db: Session, *, label: Label, proof_id: int, actor_id: int, ring: KeyRing, origin: str, now: datetime
) -> None:
    """Delete a document that holds a patient's data, and give the file back where one waits for a decision.

    Whoever sees it deletes it, close to the person or not: nothing is judged by that, and the patient comes first. Giving
    the file back is the clock's step for the same reason: the officer takes no part in the decision.

    Raises:
        NotFoundError: It is none of this label's, or one that the desk does not see.
    """
    proof = db.scalar(
        select(LabelProof).where(
            LabelProof.id == proof_id,
            LabelProof.label_id == label.id,
            LabelProof.is_waiting.is_(False),
        )
    )
    if proof is None or (label.state == State.DRAFT and proof.subject not in PAPERS):
        raise NotFoundError
    about = _called(db, label, proof)
    detail: dict[str, str | int | bool | None] = {"reason": REASON, "subject": proof.subject, "label": label.id}
    record(db, action=Action.LABEL_PROOF_DELETED, actor_id=actor_id, subject_id=proof.id, detail=detail, now=now)
    db.delete(proof)
    db.flush()
    is_returned = _give_back(db, label, actor_id=actor_id, ring=ring, now=now)
    letter = "proof-removed-returned" if is_returned else "proof-removed"
    letters.send(db, label=label, letter=letter, origin=origin, now=now, about=about)


def _give_back(db: Session, label: Label, *, actor_id: int, ring: KeyRing, now: datetime) -> bool:
    """Return whether somebody was to decide on the file, who does not any more."""
    if label.state in EXAMINED:
        transition = "give_back"
    elif label.renewal_asked_at is not None:
        transition = "give_renewal_back"
    else:
        return False
    dossiers.move(
        db,
        label=label,
        transition=transition,
        actor=Actor.CLOCK,
        reason=REASON,
        actor_id=actor_id,
        ring=ring,
        now=now,
    )
    label.renewal_asked_at, label.audit = None, Audit.NOT_DRAWN.value
    label.round += 1  # what was voted was voted on another file
    return True


def _called(db: Session, label: Label, proof: LabelProof) -> str:
    """Return what the document was about, in the language of whoever gave it."""
    holder = db.get(Person, label.person_id) if label.person_id is not None else None
    language = "en" if holder is not None and holder.language == "en" else "fr"
    if proof.practice_id is not None:
        return word("practices", db.get_one(LabelPractice, proof.practice_id).practice, language)
    if proof.training_id is not None:
        return db.get_one(LabelTraining, proof.training_id).title
    return word("papers", proof.subject, language)
