"""Accredit a structure, change its accreditation, find it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.audit import Action, record
from app.errors import MalformedIdentifierError, NotAccreditedError, NotFoundError, ReversedPeriodError
from app.organisations.models import Member, Part, Structure, StructureState
from certificates.dates import day_in_paris

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from app.organisations.models import StructureKind

#: Nine signs: a department (2A and 2B too) and a number. Source: arrêté of 13 November 2013 on FINESS.
_FINESS = re.compile(r"[0-9][0-9AB][0-9]{7}")
_SIRET = re.compile(r"[0-9]{14}")


def accredit(
    db: Session,
    *,
    name: str,
    kind: StructureKind,
    address: str,
    finess: str | None,
    siret: str | None,
    accredited_from: date,
    accredited_until: date,
    reference: str,
    actor_id: int,
    now: datetime,
) -> Structure:
    """Accredit a structure.

    Raises:
        ReversedPeriodError: The accreditation ends before it begins.
        MalformedIdentifierError: A FINESS or SIRET number that cannot be one.
    """
    if accredited_until < accredited_from:
        raise ReversedPeriodError
    row = Structure(
        reference=reference,
        name=name,
        kind=kind.value,
        address=address,
        finess=_checked(finess, _FINESS),
        siret=_checked_siret(siret),
        accredited_from=accredited_from,
        accredited_until=accredited_until,
        state=StructureState.ACCREDITED.value,
        created_at=now,
    )
    db.add(row)
    db.flush()
    record(db, action=Action.STRUCTURE_ACCREDITED, actor_id=actor_id, subject_id=row.id, now=now)
    return row


def change_accreditation(
    db: Session, *, row: Structure, state: StructureState, accredited_until: date, actor_id: int, now: datetime
) -> None:
    """Suspend, end, extend or give back an accreditation.

    Raises:
        ReversedPeriodError: It would end before it began.
    """
    if accredited_until < row.accredited_from:
        raise ReversedPeriodError
    row.state, row.accredited_until = state.value, accredited_until
    record(
        db,
        action=Action.STRUCTURE_CHANGED,
        actor_id=actor_id,
        subject_id=row.id,
        detail={"state": state.value, "until": accredited_until.isoformat()},
        now=now,
    )


def get(db: Session, *, reference: str) -> Structure:
    """Return a structure, for the certifying authority.

    Raises:
        NotFoundError: There is none.
    """
    row = db.scalar(select(Structure).where(Structure.reference == reference))
    if row is None:
        raise NotFoundError
    return row


def get_own(db: Session, *, reference: str, person_id: int | None, parts: Sequence[Part]) -> Structure:
    """Return a structure in which this person has one of these parts now.

    Raises:
        NotFoundError: There is none, or they have no such part in it.
    """
    row = db.scalar(
        select(Structure)
        .join(Member, Member.structure_id == Structure.id)
        .where(
            Structure.reference == reference,
            Member.person_id == person_id,
            Member.part.in_([part.value for part in parts]),
            Member.ended_at.is_(None),
        )
        .limit(1)
    )
    if row is None:
        raise NotFoundError
    return row


def list_all(db: Session) -> Sequence[Structure]:
    """Return every structure, by name."""
    return db.scalars(select(Structure).order_by(Structure.name, Structure.id)).all()


def ending_soon(db: Session, *, on: date, days: int) -> tuple[int, date | None]:
    """Return how many accreditations that run end within so many days, and the nearest end."""
    ends = Structure.accredited_until
    near = Structure.state == StructureState.ACCREDITED.value, ends >= on, ends <= on + timedelta(days=days)
    count, nearest = db.execute(select(func.count(Structure.id), func.min(ends)).where(*near)).one()
    return count, nearest


def list_own(db: Session, *, person_id: int | None) -> list[tuple[Structure, list[Part]]]:
    """Return the structures in which a person has a part now, with these parts."""
    rows = db.execute(
        select(Structure, Member.part)
        .join(Member, Member.structure_id == Structure.id)
        .where(Member.person_id == person_id, Member.ended_at.is_(None))
        .order_by(Structure.name, Structure.id, Member.part)
    ).all()
    found: dict[int, tuple[Structure, list[Part]]] = {}
    for structure, part in rows:
        parts = found.setdefault(structure.id, (structure, []))[1]
        if Part(part) not in parts:
            parts.append(Part(part))
    return list(found.values())


def is_accredited(row: Structure, *, on: date) -> bool:
    """Tell whether an accreditation runs on a day."""
    return row.state == StructureState.ACCREDITED and row.accredited_from <= on <= row.accredited_until


def check_accredited(row: Structure, *, at: datetime) -> None:
    """Check that a structure may hold a session at a moment.

    Raises:
        NotAccreditedError: Its accreditation does not run that day, in Paris.
    """
    if not is_accredited(row, on=day_in_paris(at)):
        raise NotAccreditedError


def _checked(number: str | None, shape: re.Pattern[str]) -> str | None:
    bare = re.sub(r"[\s.]", "", number or "").upper()
    if not bare:
        return None
    if not shape.fullmatch(bare):
        raise MalformedIdentifierError
    return bare


def _checked_siret(number: str | None) -> str | None:
    """Check the key of a SIRET number (Luhn); the post office's own establishments, which have another key, pass by their sum."""
    bare = _checked(number, _SIRET)
    if bare is None:
        return None
    doubled = [int(sign) * (2 if place % 2 == 0 else 1) for place, sign in enumerate(bare)]
    is_luhn = sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0
    is_post_office = bare.startswith("356000000") and sum(map(int, bare)) % 5 == 0
    if not (is_luhn or is_post_office):
        raise MalformedIdentifierError
    return bare
