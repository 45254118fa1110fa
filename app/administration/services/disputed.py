"""Numbers that two accounts give, as the officers who decide see them: each account by what was checked of it, never by its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.errors import NotIndependentError, SamePersonError
from app.examination.models import Candidate
from app.examination.services import identities
from app.identity.services import disputes, professional
from app.labels.services import dossiers
from app.organisations.services import independence
from certificates.label_rules.dossier import State

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.identity.models import NumberDispute
    from app.identity.services.disputes import Outcome
    from app.labels.models import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two accounts.

    Args:
        name: As it was read on an identity document at an examination; None where nobody read one.
        label: Their label, where the desk may see it.
    """

    name: str | None
    label: Label | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """One number that waits.

    Args:
        directory_name, profession: What the directory says of it.
        is_mine: Whether whoever looks has proposed how it ends.
    """

    row: NumberDispute
    holder: Side
    claimant: Side
    directory_name: str
    profession: str
    outcomes: tuple[Outcome, ...]
    is_mine: bool


def list_waiting(db: Session, *, actor_id: int | None) -> list[Disputed]:
    """Return the numbers that wait for two officers, the oldest first."""
    found = []
    for row in disputes.list_open(db):
        number = professional.of_number(db, number=row.rpps)
        found.append(
            Disputed(
                row=row,
                holder=_side(db, row.holder_id),
                claimant=_side(db, row.claimant_id),
                directory_name=number.name if number else "",
                profession=number.profession if number else "",
                outcomes=disputes.OUTCOMES[disputes.Kind(row.kind)],
                is_mine=row.proposed_by is not None and row.proposed_by == actor_id,
            )
        )
    return found


def propose(db: Session, *, dispute_id: int, outcome: Outcome, actor_id: int, now: datetime) -> None:
    """Propose how one ends.

    Raises:
        NotIndependentError: The officer is one of the two, or trains or manages one of them.
        NotFoundError, MovedOnError: See `disputes`.
    """
    row = disputes.get(db, dispute_id=dispute_id)
    _check_free(db, row, actor_id=actor_id, now=now)
    disputes.propose(db, row=row, outcome=outcome, actor_id=actor_id, now=now)


def settle(db: Session, *, dispute_id: int, actor_id: int, now: datetime) -> None:
    """End one as another officer proposed.

    Raises:
        NotIndependentError: As for `propose`.
        NotFoundError, SamePersonError, MovedOnError: See `disputes`.
    """
    row = disputes.get(db, dispute_id=dispute_id)
    _check_free(db, row, actor_id=actor_id, now=now)
    if row.proposed_by in identities.same_people(db, person_id=actor_id):
        raise SamePersonError
    disputes.settle(db, row=row, actor_id=actor_id, now=now)


def _check_free(db: Session, row: NumberDispute, *, actor_id: int, now: datetime) -> None:
    """Check that somebody is neither of the two, and trains or manages neither, under whichever of their accounts."""
    for own_id in sorted(identities.same_people(db, person_id=actor_id)):
        for person_id in (row.holder_id, row.claimant_id):
            if person_id == own_id or independence.ties(db, actor_id=own_id, subject_id=person_id, now=now):
                raise NotIndependentError


def _side(db: Session, person_id: int) -> Side:
    read = select(Candidate.checked_name).where(
        Candidate.person_id == person_id, Candidate.identity_checked_at.is_not(None)
    )
    name = db.scalar(read.order_by(Candidate.identity_checked_at.desc()).limit(1))
    label = dossiers.find_own(db, person_id=person_id)
    return Side(name=name, label=label if label is not None and label.state != State.DRAFT else None)
