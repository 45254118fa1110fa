"""Two accounts, one RPPS number: the second is refused, the first is told, and two officers look at whose it is.

A name alone may be two people's. What a provider proves needs no officer: the proof takes the number at once, whoever had declared it is
told, and what was given to them on that number is looked at.

1. claimed   declared by another account first        two officers: "kept" by the first, or "freed" for the second to declare
2. proved    a provider gave it to somebody else       two officers: "seen", once they have looked at the former holder's label
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, or_, select, update

from app.audit import Action, record
from app.database import affected
from app.errors import MovedOnError, NotFoundError, SamePersonError
from app.identity.models import NumberDispute, ProfessionalNumber, Source
from app.identity.services import dispute_letters, professional, rpps

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


class Kind(StrEnum):
    CLAIMED = "claimed"
    PROVED = "proved"


class Outcome(StrEnum):
    KEPT = "kept"  # whoever declared it first keeps it
    FREED = "freed"  # it is taken from them; the other may declare it
    SEEN = "seen"  # the former holder's label was looked at
    PROVED = "proved"  # a provider settled it meanwhile


#: What officers may decide.
OUTCOMES = {Kind.CLAIMED: (Outcome.KEPT, Outcome.FREED), Kind.PROVED: (Outcome.SEEN,)}


def claim(db: Session, *, person_id: int, typed: str, now: datetime) -> bool:
    """Open a dispute, where another account declared this number and nobody has proved it; tell whether one is open now."""
    number = rpps.normalise(typed)
    other = _declared_by_another(db, number=number or "", person_id=person_id)
    if other is None:
        return False
    _open(db, kind=Kind.CLAIMED, number=other.rpps, holder_id=other.person_id, claimant_id=person_id, now=now)
    return True


def prove(db: Session, *, person_id: int, number: str, now: datetime) -> None:
    """Let a proof win, before it takes the number: what was disputed is settled, and whoever had declared it is told and looked at."""
    disputed = update(NumberDispute).where(NumberDispute.rpps == number, NumberDispute.settled_at.is_(None))
    db.execute(
        disputed.where(NumberDispute.kind == Kind.CLAIMED.value).values(
            settled_as=Outcome.PROVED.value, settled_at=now, settled_by=None
        )
    )
    other = _declared_by_another(db, number=number, person_id=person_id)
    if other is not None:
        _open(db, kind=Kind.PROVED, number=number, holder_id=other.person_id, claimant_id=person_id, now=now)


def list_open(db: Session) -> Sequence[NumberDispute]:
    """Return what waits, the oldest first."""
    waiting = select(NumberDispute).where(NumberDispute.settled_at.is_(None))
    return db.scalars(waiting.order_by(NumberDispute.opened_at, NumberDispute.id)).all()


def count_open(db: Session) -> tuple[int, datetime | None]:
    """Return how many wait, and since when the oldest does."""
    waiting = select(func.count(NumberDispute.id), func.min(NumberDispute.opened_at))
    count, since = db.execute(waiting.where(NumberDispute.settled_at.is_(None))).one()
    return count, since


def get(db: Session, *, dispute_id: int) -> NumberDispute:
    """Return one that waits, locked.

    Raises:
        NotFoundError: There is none, or it is settled.
    """
    one = select(NumberDispute).where(NumberDispute.id == dispute_id, NumberDispute.settled_at.is_(None))
    row = db.scalar(one.with_for_update())
    if row is None:
        raise NotFoundError
    return row


def propose(db: Session, *, row: NumberDispute, outcome: Outcome, actor_id: int, now: datetime) -> None:
    """Propose how it ends; nothing changes before another officer agrees. One's own proposal may be changed.

    Raises:
        NotFoundError: This kind does not end so.
        MovedOnError: Somebody else has proposed.
    """
    if outcome not in OUTCOMES[Kind(row.kind)]:
        raise NotFoundError
    if row.proposed_by not in (None, actor_id):
        raise MovedOnError
    row.proposed_as, row.proposed_by = outcome.value, actor_id
    _record(db, row, Action.NUMBER_DISPUTE_PROPOSED, outcome, actor_id=actor_id, now=now)


def settle(db: Session, *, row: NumberDispute, actor_id: int, now: datetime) -> None:
    """End it as another officer proposed, and tell both people.

    Raises:
        SamePersonError: It is one's own proposal.
        MovedOnError: Nothing is proposed; or the number has been proved, or taken back, and is not to be freed any more.
    """
    if row.proposed_as is None:
        raise MovedOnError
    if row.proposed_by == actor_id:
        raise SamePersonError
    outcome = Outcome(row.proposed_as)
    if outcome is Outcome.FREED and not professional.release(
        db, person_id=row.holder_id, number=row.rpps, actor_id=actor_id, now=now
    ):
        raise MovedOnError
    row.settled_as, row.settled_by, row.settled_at = outcome.value, actor_id, now
    _record(db, row, Action.NUMBER_DISPUTE_SETTLED, outcome, actor_id=actor_id, now=now)
    if outcome in (Outcome.KEPT, Outcome.FREED):
        dispute_letters.send(db, letter=f"{outcome.value}-claimant", person_id=row.claimant_id, now=now)
        dispute_letters.send(db, letter=f"{outcome.value}-holder", person_id=row.holder_id, now=now)


def list_of(db: Session, *, person_id: int) -> Sequence[NumberDispute]:
    """Return those in which a person is one of the two."""
    mine = or_(NumberDispute.holder_id == person_id, NumberDispute.claimant_id == person_id)
    return db.scalars(select(NumberDispute).where(mine).order_by(NumberDispute.id)).all()


def forget(db: Session, *, person_id: int) -> None:
    """Delete those of a person who leaves: a number alone is disputed by nobody; and the name of an officer who leaves."""
    mine = or_(NumberDispute.holder_id == person_id, NumberDispute.claimant_id == person_id)
    db.execute(delete(NumberDispute).where(mine))
    proposed, settled = NumberDispute.proposed_by == person_id, NumberDispute.settled_by == person_id
    db.execute(update(NumberDispute).where(proposed).values(proposed_by=None, proposed_as=None))
    db.execute(update(NumberDispute).where(settled).values(settled_by=None))


def _declared_by_another(db: Session, *, number: str, person_id: int) -> ProfessionalNumber | None:
    return db.scalar(
        select(ProfessionalNumber).where(
            ProfessionalNumber.rpps == number,
            ProfessionalNumber.person_id != person_id,
            ProfessionalNumber.source == Source.DECLARED.value,
        )
    )


def _open(db: Session, *, kind: Kind, number: str, holder_id: int, claimant_id: int, now: datetime) -> None:
    same = (NumberDispute.rpps == number, NumberDispute.claimant_id == claimant_id, NumberDispute.settled_at.is_(None))
    if affected(db, update(NumberDispute).where(*same).values(kind=kind.value)):
        return
    row = NumberDispute(kind=kind.value, rpps=number, holder_id=holder_id, claimant_id=claimant_id, opened_at=now)
    db.add(row)
    db.flush()
    detail = {"kind": kind.value}
    record(db, action=Action.NUMBER_DISPUTED, actor_id=claimant_id, subject_id=holder_id, detail=detail, now=now)
    dispute_letters.send(db, letter=f"{kind.value}-holder", person_id=holder_id, now=now)


def _record(db: Session, row: NumberDispute, action: Action, outcome: Outcome, *, actor_id: int, now: datetime) -> None:
    record(db, action=action, actor_id=actor_id, subject_id=row.holder_id, detail={"kind": outcome.value}, now=now)
