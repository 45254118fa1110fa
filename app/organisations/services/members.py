"""Name somebody to a part in a structure, end it, list who has which."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, update

from app.accounts.models import Person
from app.accounts.services import people
from app.audit import Action, record
from app.database import affected
from app.errors import AlreadyNamedError, NotFoundError, ReservedItemsSeenError, UnknownAccountError
from app.organisations.models import Member, Part
from app.organisations.services import independence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.organisations.models import Structure


class NamedMember(NamedTuple):
    """A part with what a structure's page says of who has it."""

    row: Member
    email: str | None
    name: str | None


def name(
    db: Session,
    *,
    structure: Structure,
    email: str,
    part: Part,
    framework_code: str | None,
    actor_id: int,
    now: datetime,
) -> Member:
    """Give a part to whoever has the account of an address.

    Args:
        framework_code: What a trainer trains for; None for the other parts.

    Raises:
        UnknownAccountError: Nobody has a confirmed account at this address.
        AlreadyNamedError: They have this part already.
        ReservedItemsSeenError: Who wrote or saw reserved items of a framework does not train for it for 24 months.
    """
    person = find_account(db, email=email)
    if framework_code and independence.saw_reserved(db, person_id=person.id, framework_code=framework_code, now=now):
        raise ReservedItemsSeenError
    if _has(db, structure=structure, person_id=person.id, part=part, framework_code=framework_code or ""):
        raise AlreadyNamedError
    row = Member(
        structure_id=structure.id,
        person_id=person.id,
        part=part.value,
        framework_code=framework_code or "",
        named_at=now,
        named_by=actor_id,
    )
    db.add(row)
    db.flush()
    record(
        db,
        action=Action.STRUCTURE_MEMBER_NAMED,
        actor_id=actor_id,
        subject_id=structure.id,
        detail={"person": person.id, "part": part.value},
        now=now,
    )
    return row


def end(
    db: Session, *, structure: Structure, member_id: int, parts: Sequence[Part], actor_id: int, now: datetime
) -> None:
    """End a part; what was done under it stays.

    Args:
        parts: Those that the actor may end.

    Raises:
        NotFoundError: No such part in this structure, or it is over.
    """
    over = (
        update(Member)
        .where(
            Member.id == member_id,
            Member.structure_id == structure.id,
            Member.part.in_([part.value for part in parts]),
            Member.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    if not affected(db, over):
        raise NotFoundError
    record(
        db,
        action=Action.STRUCTURE_MEMBER_ENDED,
        actor_id=actor_id,
        subject_id=structure.id,
        detail={"member": member_id},
        now=now,
    )


def list_current(db: Session, *, structure: Structure) -> list[NamedMember]:
    """Return who has a part in a structure now."""
    rows = db.execute(
        select(Member, Person.email, Person.printed_name)
        .join(Person, Person.id == Member.person_id)
        .where(Member.structure_id == structure.id, Member.ended_at.is_(None))
        .order_by(Member.part, Member.id)
    )
    return [NamedMember(*row) for row in rows]


def has_part(db: Session, *, structure_id: int, person_id: int, parts: Sequence[Part]) -> bool:
    """Tell whether somebody has one of these parts in a structure now."""
    mine = select(Member.id).where(
        Member.structure_id == structure_id,
        Member.person_id == person_id,
        Member.part.in_([part.value for part in parts]),
        Member.ended_at.is_(None),
    )
    return db.scalar(mine.limit(1)) is not None


def find_account(db: Session, *, email: str) -> Person:
    """Return the account of an address.

    Raises:
        UnknownAccountError: There is none, or nobody has shown that the address is theirs.
    """
    person = people.find_by_address(db, email=email)
    if person is None or person.email_confirmed_at is None or person.erased_at is not None:
        raise UnknownAccountError
    return person


def _has(db: Session, *, structure: Structure, person_id: int, part: Part, framework_code: str) -> bool:
    same = select(Member.id).where(
        Member.structure_id == structure.id,
        Member.person_id == person_id,
        Member.part == part.value,
        Member.framework_code == framework_code,
        Member.ended_at.is_(None),
    )
    return db.scalar(same) is not None
