"""Rooms on the day of the examination: accredited, watched, opened; everybody enrolled and seen. All by the services."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from app.access import Role
from app.accounts.services import people
from app.database import current_session
from app.examination.models import DocumentKind
from app.examination.services import enrolment, identities, invigilating, sessions, watch
from app.organisations.models import Part, StructureKind
from app.organisations.services import members, structures
from certificates.reference import new_code
from quizzes.policy import policies

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from app.accounts.models import Person
    from app.organisations.models import Structure
    from certificates.press import Press

PASSWORD = "tortue jaune sous la pluie"  # noqa: S105 (of people who do not exist)
#: A day each from here on: no two candidates of the same name are one person.
_OLDEST = date(1950, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One session.

    Args:
        reference, code: Its own; the code lets candidates in.
        numbers: Those of its candidates.
        invigilator: Address of the account that watches it; `PASSWORD` opens it.
    """

    reference: str
    code: str
    numbers: list[int]
    invigilator: str

    def plain(self) -> dict[str, object]:
        """Return it for JSON."""
        return asdict(self)


def open_rooms(app: Flask, *, secret: str, rooms: int, seats: int) -> list[Room]:
    """Open so many sessions of the professional examination with so many candidates each, every identity checked.

    Args:
        secret: The instance's `REFERENCE_SECRET`.
    """
    with app.app_context():
        db, now = current_session(), datetime.now(UTC)
        boss = _account(db, "agente@example.org", now)
        people.grant_role(db, person_id=boss.id, role=Role.OFFICER, actor_id=None, now=now)
        place = structures.accredit(
            db,
            name="Espace France services de Trévoux",
            kind=StructureKind.FRANCE_SERVICES,
            address="2 place de la Terrasse, 01600 Trévoux",
            finess=None,
            siret=None,
            accredited_from=now.date() - timedelta(days=30),
            accredited_until=now.date() + timedelta(days=700),
            reference=new_code(secrets.token_bytes(10)),
            actor_id=boss.id,
            now=now,
        )
        given = {"press": app.extensions["numericite.resources"].press, "secret": secret, "seats": seats, "now": now}
        opened = [_open_room(db, place, boss, number, **given) for number in range(rooms)]
        db.commit()
        return opened


def _account(db: Session, email: str, now: datetime) -> Person:
    row = people.create_account(
        db, email=email, password=PASSWORD, is_fifteen=True, language="fr", guest_id=None, now=now
    )
    row.email_confirmed_at = now
    db.flush()
    return row


def _open_room(
    db: Session, place: Structure, boss: Person, number: int, *, press: Press, secret: str, seats: int, now: datetime
) -> Room:
    watcher = _account(db, f"surveillante{number}@example.org", now)
    members.name(
        db,
        structure=place,
        email=watcher.email or "",
        part=Part.INVIGILATOR,
        framework_code=None,
        actor_id=boss.id,
        now=now,
    )
    row = sessions.plan(
        db,
        structure=place,
        framework_code="PRO",
        policy=policies()["examination"],
        place=f"Salle {number + 1}",
        starts_at=now + timedelta(minutes=1),
        seats=seats,
        reference=new_code(secrets.token_bytes(10)),
        secret=secret,
        actor_id=boss.id,
        now=now,
    )
    watch.join(db, session=row, person_id=watcher.id, duty="invigilator", now=now)
    sessions.open_doors(db, row=row, actor_id=boss.id, now=now)
    for seat in range(seats):
        born_on = _OLDEST + timedelta(days=number * seats + seat)
        given = {"family_name": "Martin", "given_names": "Dominique"}
        wanted = enrolment.make(**given, email="", born_on=born_on, accommodations=[], secret=secret, now=now)
        someone = enrolment.enrol(db, session=row, enrolment=wanted, language="fr", actor_id=boss.id, now=now)
        identities.check_identity(
            db,
            session=row,
            candidate=someone,
            version=someone.version,
            **given,
            born_on=born_on,
            document=DocumentKind.IDENTITY_CARD,
            credential_uuid=str(uuid4()),
            press=press,
            origin="https://numericite.example",
            secret=secret,
            actor_id=watcher.id,
            now=now,
        )
    return Room(
        reference=row.reference,
        code=sessions.code_of(row, secret=secret),
        numbers=list(range(1, seats + 1)),
        invigilator=watcher.email or "",
    )


def authorise_all(app: Flask, rooms: list[Room]) -> int:
    """Authorise every browser that waits; return how many there were."""
    count = 0
    with app.app_context():
        db, now = current_session(), datetime.now(UTC)
        for room in rooms:
            row = sessions.get(db, reference=room.reference)
            watcher = people.find_by_address(db, email=room.invigilator)
            for one in watch.see(db, session=row, now=now):
                if one.stage != "waiting" or one.arrival is None or watcher is None:
                    continue
                invigilating.authorise(
                    db,
                    session=row,
                    candidate=one.row,
                    version=one.row.version,
                    arrival_id=one.arrival.id,
                    actor_id=watcher.id,
                    now=now,
                )
                count += 1
        db.commit()
    return count
