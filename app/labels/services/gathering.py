"""The facts of one label, for the criteria: what its holder gave, and what other rooms know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.examination.services import identities
from app.labels.models import Label, LabelEvent, LabelIdentityCheck, LabelPractice, LabelProof, LabelTraining
from app.labels.services import known as outside
from app.labels.services.dossiers import rules_of
from certificates.dates import day_in_paris
from certificates.label import checklist
from certificates.label_rules import criteria, facts
from certificates.label_rules.delays import hours_count_from
from certificates.label_rules.dossier import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from app.labels.services.known import Known
    from certificates.keys import KeyRing
    from certificates.label_rules.criteria import Finding

#: Steps that send a file, and those that give a term on one.
_SENDING = ("submit", "apply_again")
_GIVING = ("award", "award_on_appeal", "renew", "renew_on_appeal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the holder of a label gave for the term that is asked for, and what was found.

    Args:
        checks: What was found of the papers that are there; not of those that they replaced.
        activity: Of the number that the label bears.
        hours_from: First day of the hours that count for the term that is ending; None for a first award.
        proofs: Waiting ones included, by the row that they prove: ("practice", id), ("training", id), ("diploma", None), ("employer", None).
    """

    known: Known
    practices: Sequence[LabelPractice]
    trainings: Sequence[LabelTraining]
    proofs: dict[tuple[str, int | None], LabelProof]
    checks: Sequence[LabelIdentityCheck]
    findings: tuple[Finding, ...]
    activity: facts.Activity
    hours_from: date | None

    @property
    def rpps(self) -> str | None:
        """The number that a label may bear: the one by which N1 is met, and no other."""
        is_met = any(one.criterion == "N1" and one.reason == "rpps-active" for one in self.findings)
        return self.known.number.rpps if is_met and self.known.number is not None else None


def cycle_of(label: Label) -> int:
    """Return the term that a file is about: the one asked for, else the one that runs; 0 for the first, then the renewals."""
    return label.renewals + (1 if label.term_from is not None and asks(label) else 0)


def asks(label: Label) -> bool:
    """Tell whether a label, or its renewal, is being asked for: then the criteria say what is met today."""
    is_renewing = label.state == State.RENEWAL_DUE or label.renewal_asked_at or label.renewal_returned_on
    return label.term_from is None or bool(is_renewing)


def gather(db: Session, *, label: Label, ring: KeyRing, now: datetime, demonstration: bool = False) -> Given:
    """Read everything and look at the criteria.

    Args:
        demonstration: See `known.read`; whoever forgets it is strict.
    """
    rules, cycle, today = rules_of(label), cycle_of(label), day_in_paris(now)
    known = outside.read(
        db,
        person_id=label.person_id or 0,
        ring=ring,
        rules=rules,
        certified_on=criteria.certified_on(term_from=label.term_from, renewal=cycle, rules=rules, on=today),
        demonstration=demonstration,
        now=now,
    )
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
    checks = [one for one in _checks(db, label) if _is_of_what_is_there(one, proofs)]
    earlier_sent_on = _earlier_sent_on(db, label)
    gathered = facts.Facts(
        identity=facts.Identity(
            number=known.number,
            family_name=known.family_name,
            given_names=known.given_names,
            diploma_officers=_humans(db, [one.person_id for one in checks if one.subject == "diploma" and one.is_good]),
            is_employer_attested=any(one.subject == "employer" and one.is_good for one in checks),
            is_paper_refused=any(not one.is_good for one in checks),
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
        asked_on=_asked_on(db, label),
        earlier_sent_on=earlier_sent_on,
    )
    return Given(
        known=known,
        practices=practices,
        trainings=trainings,
        proofs=proofs,
        checks=checks,
        findings=checklist(gathered, rules=rules, on=today),
        activity=_activity(label, known),
        hours_from=hours_count_from(term_from=label.term_from, sent_on=earlier_sent_on, is_first=cycle <= 1)
        if label.term_from is not None
        else None,
    )


def _asked_on(db: Session, label: Label) -> date | None:
    """Return when a file was sent that its holder may not change now."""
    is_theirs = label.renewal_asked_at is None and label.appealed != State.RENEWAL_DUE
    if label.state == State.DRAFT or (label.term_from is not None and is_theirs):
        return None
    sent = LabelEvent.label_id == label.id, LabelEvent.transition.in_(_SENDING)
    at = db.scalar(select(func.max(LabelEvent.at)).where(*sent))
    return day_in_paris(at) if at is not None else None


def _earlier_sent_on(db: Session, label: Label) -> date | None:
    """Return when the file was sent on which the term that runs was given: the last sending before it was."""
    mine = LabelEvent.label_id == label.id
    given = select(func.max(LabelEvent.id)).where(mine, LabelEvent.transition.in_(_GIVING)).scalar_subquery()
    sent = select(func.max(LabelEvent.at)).where(mine, LabelEvent.transition.in_(_SENDING), LabelEvent.id < given)
    at = db.scalar(sent)
    return day_in_paris(at) if at is not None else None


def _activity(label: Label, known: Known) -> facts.Activity:
    if known.number is None:
        return facts.borne(label.rpps, shown=None, activity=facts.Activity.UNKNOWN)
    return facts.borne(label.rpps, shown=known.number.rpps, activity=known.number.activity)


def _checks(db: Session, label: Label) -> Sequence[LabelIdentityCheck]:
    rows = select(LabelIdentityCheck).where(LabelIdentityCheck.label_id == label.id)
    return db.scalars(rows.order_by(LabelIdentityCheck.id)).all()


def _humans(db: Session, person_ids: list[int]) -> frozenset[int]:
    """Return one row for each human: two accounts under which one identity was checked have seen a paper once."""
    return frozenset(min(identities.same_people(db, person_id=one)) for one in person_ids)


def _is_of_what_is_there(check: LabelIdentityCheck, proofs: dict[tuple[str, int | None], LabelProof]) -> bool:
    """Tell whether a check is of the paper that is there; one that was deleted, once no longer needed, keeps what was found of it."""
    paper = proofs.get((check.subject, None))
    return paper is None or check.proof_sha256 in (None, paper.sha256)


def _proof(row: LabelProof | None) -> facts.Proof:
    return facts.Proof.ABSENT if row is None or row.is_waiting else facts.Proof(row.judgement)
