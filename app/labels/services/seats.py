"""Seats on panels of appeal: granted to officers by an administrator, so that nobody takes one of their own accord."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from app.access import Role
from app.accounts.services import people
from app.audit import Action, record
from app.database import affected
from app.errors import NotFoundError, SamePersonError
from app.examination.services import identities
from app.labels.models import LabelSeat
from certificates.label_rules import panel
from certificates.label_rules.machine import Seat
from certificates.label_rules.panel import Granted
from certificates.professions import PROFESSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.models import Person
    from app.labels.models import Label


def grant(
    db: Session, *, person_id: int, seat: Seat, profession: str | None, actor_id: int | None, now: datetime
) -> None:
    """Grant a seat; granting it again changes the profession of a peer.

    Raises:
        NotFoundError: No officer, a seat that is not granted, or a profession where there is none or the other way round.
        SamePersonError: Nobody grants themselves a seat, under whichever account.
    """
    if actor_id is not None and person_id in identities.same_people(db, person_id=actor_id):
        raise SamePersonError
    is_right = profession in PROFESSIONS if seat is Seat.PEER else profession is None
    if seat not in panel.GRANTED or not is_right or person_id not in {person.id for person in officers(db)}:
        raise NotFoundError
    db.execute(delete(LabelSeat).where(LabelSeat.person_id == person_id, LabelSeat.seat == seat.value))
    db.add(LabelSeat(person_id=person_id, seat=seat.value, profession=profession, granted_by=actor_id, granted_at=now))
    db.flush()
    detail: dict[str, str | int | bool | None] = {"seat": seat.value, "profession": profession}
    record(db, action=Action.LABEL_SEAT_GRANTED, actor_id=actor_id, subject_id=person_id, detail=detail, now=now)


def take_back(db: Session, *, person_id: int, seat: Seat, actor_id: int | None, now: datetime) -> None:
    """Take a seat back; taking back what is not held changes nothing."""
    if affected(db, delete(LabelSeat).where(LabelSeat.person_id == person_id, LabelSeat.seat == seat.value)):
        detail = {"seat": seat.value}
        record(db, action=Action.LABEL_SEAT_TAKEN_BACK, actor_id=actor_id, subject_id=person_id, detail=detail, now=now)


def officers(db: Session) -> list[Person]:
    """Return whoever may sit on a panel at all, by name."""
    return [person for person, held in people.list_with_roles(db) if Role.OFFICER in held]


def list_held(db: Session, *, person_id: int | None = None) -> Sequence[LabelSeat]:
    """Return the seats of somebody, or of everybody."""
    rows = select(LabelSeat).order_by(LabelSeat.person_id, LabelSeat.seat)
    return db.scalars(rows if person_id is None else rows.where(LabelSeat.person_id == person_id)).all()


def granted(db: Session, *, person_id: int) -> list[Granted]:
    """Return the seats of somebody, as the rules want them."""
    return [Granted(seat=Seat(one.seat), profession=one.profession) for one in list_held(db, person_id=person_id)]


def open_to(db: Session, *, label: Label, person_id: int) -> tuple[Seat, ...]:
    """Return the seats that somebody may take on the panel of a label."""
    return panel.open_seats(granted(db, person_id=person_id), profession=label.profession)
