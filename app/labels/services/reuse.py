"""What else a document proves: the same file beside another practice or training, in this file or an earlier one of its holder.

One document may prove several practices, if it shows each: it is told, never refused. It is known by the SHA-256 of what is
kept, as long as the other one is kept: six months after its decision (`proofs.purge`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.examination.services import identities
from app.labels.models import Label, LabelPractice, LabelProof, LabelTraining
from app.labels.services.proofs import PAPERS
from certificates.label_rules.dossier import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session


class Use(NamedTuple):
    """Another place where the same file was given.

    Args:
        practice, title: Of the practice, or of the training, that it proves there; None for a paper.
        is_earlier: Whether it was for another request: an earlier application, another renewal.
        is_refused: Whether an audit refused it there.
    """

    subject: str
    practice: str | None
    title: str | None
    is_earlier: bool
    is_refused: bool


def own(db: Session, *, label: Label) -> Mapping[int, Sequence[Use]]:
    """Return, by proof of a label, where else its holder gave the same file, as the holder reads it."""
    return _uses(db, label, frozenset({label.person_id or 0}), is_desk=False)


def for_desk(db: Session, *, label: Label) -> Mapping[int, Sequence[Use]]:
    """Return the same for those who decide: under every account of the human, and nothing that the desk may not see."""
    if label.person_id is None:
        return {}
    return _uses(db, label, identities.same_people(db, person_id=label.person_id), is_desk=True)


def _uses(db: Session, label: Label, people: frozenset[int], *, is_desk: bool) -> Mapping[int, Sequence[Use]]:
    mine, other = aliased(LabelProof), aliased(LabelProof)
    my_practice, my_training = aliased(LabelPractice), aliased(LabelTraining)
    seen = (other.is_waiting.is_(False), (Label.state != State.DRAFT.value) | other.subject.in_(PAPERS))
    rows = db.execute(
        select(
            mine.id,
            my_practice.cycle,
            my_training.cycle,
            other.label_id,
            other.subject,
            other.judgement,
            LabelPractice.practice,
            LabelPractice.cycle,
            LabelTraining.title,
            LabelTraining.cycle,
        )
        .join(other, (other.sha256 == mine.sha256) & (other.id != mine.id))
        .join(Label, Label.id == other.label_id)
        .outerjoin(my_practice, my_practice.id == mine.practice_id)
        .outerjoin(my_training, my_training.id == mine.training_id)
        .outerjoin(LabelPractice, LabelPractice.id == other.practice_id)
        .outerjoin(LabelTraining, LabelTraining.id == other.training_id)
        .where(mine.label_id == label.id, Label.person_id.in_(people), *(seen if is_desk else ()))
        .order_by(mine.id, other.id)
    )
    found = defaultdict(list)
    for proof_id, a, b, label_id, subject, judgement, practice, c, title, d in rows:
        own_cycle, its_cycle = (a if a is not None else b), (c if c is not None else d)
        is_other_term = None not in (own_cycle, its_cycle) and own_cycle != its_cycle
        found[proof_id].append(
            Use(
                subject=subject,
                practice=practice,
                title=title,
                is_earlier=label_id != label.id or is_other_term,
                is_refused=judgement == "refused",
            )
        )
    return found
