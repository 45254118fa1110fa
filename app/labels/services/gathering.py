"""The facts of one label, for the criteria: what its holder gave, and what other rooms know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.labels.models import Label, LabelIdentityCheck, LabelPractice, LabelProof, LabelTraining
from app.labels.services import known as outside
from app.labels.services.dossiers import rules_of
from certificates.dates import day_in_paris
from certificates.label import checklist
from certificates.label_rules import facts
from certificates.label_rules.dossier import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.labels.services.known import Known
    from certificates.keys import KeyRing
    from certificates.label_rules.criteria import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the holder of a label gave for the term that is asked for, and what was found.

    Args:
        proofs: Waiting ones included, by the row that they prove: ("practice", id), ("training", id), ("diploma", None), ("employer", None).
    """

    known: Known
    practices: Sequence[LabelPractice]
    trainings: Sequence[LabelTraining]
    proofs: dict[tuple[str, int | None], LabelProof]
    checks: Sequence[LabelIdentityCheck]
    findings: tuple[Finding, ...]

    @property
    def activity(self) -> facts.Activity:
        """What the directory says of the person's number."""
        return self.known.number.activity if self.known.number else facts.Activity.UNKNOWN


def cycle_of(label: Label) -> int:
    """Return the term that a file is about: the one asked for, else the one that runs; 0 for the first, then the renewals."""
    return label.renewals + (1 if label.term_from is not None and asks(label) else 0)


def asks(label: Label) -> bool:
    """Tell whether a label, or its renewal, is being asked for: then the criteria say what is met today."""
    is_renewing = label.state == State.RENEWAL_DUE or label.renewal_asked_at or label.renewal_returned_on
    return label.term_from is None or bool(is_renewing)


def gather(db: Session, *, label: Label, ring: KeyRing, now: datetime) -> Given:
    """Read everything and look at the criteria."""
    rules, cycle = rules_of(label), cycle_of(label)
    known = outside.read(db, person_id=label.person_id or 0, ring=ring, rules=rules, now=now)
    practices = db.scalars(
        select(LabelPractice).where(LabelPractice.label_id == label.id, LabelPractice.cycle == cycle)
    ).all()
    trainings = db.scalars(
        select(LabelTraining)
        .where(LabelTraining.label_id == label.id, LabelTraining.cycle == cycle)
        .order_by(LabelTraining.done_on, LabelTraining.id)
    ).all()
    proofs = {
        (proof.subject, proof.practice_id or proof.training_id): proof
        for proof in db.scalars(select(LabelProof).where(LabelProof.label_id == label.id))
    }
    checks = db.scalars(select(LabelIdentityCheck).where(LabelIdentityCheck.label_id == label.id)).all()
    gathered = facts.Facts(
        identity=facts.Identity(
            number=known.number,
            diploma_officers=frozenset(one.person_id for one in checks if one.subject == "diploma" and one.is_good),
            is_employer_attested=any(one.subject == "employer" and one.is_good for one in checks),
        ),
        certification=known.certification,
        trainings=tuple(
            facts.Training(
                hours=one.hours,
                theme=one.theme,
                done_on=one.done_on,
                is_initial=one.is_initial,
                proof=_proof(proofs.get(("training", one.id))),
            )
            for one in trainings
        ),
        evidence=tuple(
            facts.Evidence(
                practice=one.practice,
                done_on=one.done_on,
                is_declared=bool(one.declaration),
                proof=_proof(proofs.get(("practice", one.id))),
            )
            for one in practices
        ),
        charter=facts.Charter(
            version=label.charter_version,
            interests=label.interests,
            is_public_accepted=label.public_accepted_at is not None,
        ),
        update_test=known.update_test,
        is_prescriber=label.is_prescriber,
        is_tested_out=label.is_tested_out,
        term_from=label.term_from,
        renewal=cycle,
        accommodations=known.accommodations,
    )
    return Given(
        known=known,
        practices=practices,
        trainings=trainings,
        proofs=proofs,
        checks=checks,
        findings=checklist(gathered, rules=rules, on=day_in_paris(now)),
    )


def _proof(row: LabelProof | None) -> facts.Proof:
    return facts.Proof.ABSENT if row is None or row.is_waiting else facts.Proof(row.judgement)
