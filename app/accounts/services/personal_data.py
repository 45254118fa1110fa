"""What becomes of a person's data: handed over, erased, or given by a guest to an account.

Data about one person lie in every room, and this is the lowest of them, so the rooms above are handed in.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sqlalchemy import delete, select, update

from app import outbox
from app.accounts.models import Background, Case, EmailLink, Person, PersonKind, PersonRole, ResumeCard, WebSession
from app.accounts.services import backgrounds, cases, people
from app.audit import Action, record
from app.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


class CertificateFate(StrEnum):
    """What a holder who leaves wants for the certificates already issued."""

    KEEP = "keep"  # employers can still check those whose link is open, for as long as the register keeps them
    WITHDRAW = "withdraw"  # from now on the code is like an unknown one, and the file says that it was withdrawn


class ExportPerson(Protocol):
    def __call__(self, db: Session, /, *, person_id: int) -> Mapping[str, object]: ...


class ErasePerson(Protocol):
    def __call__(self, db: Session, /, *, person_id: int, fate: CertificateFate, now: datetime) -> None: ...


class AdoptPerson(Protocol):
    def __call__(self, db: Session, /, *, from_id: int, to_id: int) -> None: ...


class CheckAdoption(Protocol):
    def __call__(self, db: Session, /, *, from_id: int, to_id: int, now: datetime) -> None: ...


class ExpireRoom(Protocol):
    def __call__(self, db: Session, /, *, now: datetime) -> int: ...


class KeepGuests(Protocol):
    def __call__(self, db: Session, /, *, person_ids: Collection[int], now: datetime) -> Collection[int]: ...


class PersonRoom(NamedTuple):
    """One room that holds personal rows; in a sequence of them the highest comes first, as what refers to others.

    `name` is the room's key in the exported file; what `export` returns must be ready for JSON. `expire`, where a room
    has it, lets go of what has been kept long enough whoever owns it, and returns how many rows that were. `keep` says
    which guests, of those whose time is over, still wait for something of the room's and stay. `check` refuses, by an
    error, an account that may not have what a guest did.
    """

    name: str
    export: ExportPerson
    erase: ErasePerson
    adopt: AdoptPerson
    expire: ExpireRoom | None = None
    keep: KeepGuests | None = None
    check: CheckAdoption | None = None


def export_all(db: Session, *, person_id: int, rooms: Sequence[PersonRoom], now: datetime) -> dict[str, object]:
    """Return everything held about a person, ready for JSON.

    Raises:
        NotFoundError: Nobody has this number any more.
    """
    person = people.get(db, person_id=person_id)
    held: dict[str, object] = {"exported_at": now.isoformat(), "account": _export_own(db, person)}
    for room in rooms:
        held[room.name] = dict(room.export(db, person_id=person_id))
    record(db, action=Action.ACCOUNT_EXPORTED, actor_id=person_id, subject_id=person_id, now=now)
    return held


def erase_all(
    db: Session, *, person_id: int, rooms: Sequence[PersonRoom], fate: CertificateFate, now: datetime
) -> None:
    """Erase a person from every room; an empty row stays, so that register and trail point at a number only.

    Raises:
        NotFoundError: Nobody has this number any more.
    """
    person = people.get(db, person_id=person_id)
    for room in rooms:
        room.erase(db, person_id=person_id, fate=fate, now=now)
    cases.forget_person(db, person_id=person_id, now=now)
    _forget_own(db, person_id=person_id)
    outbox.erase_person(db, person_id=person_id)
    person.email = person.email_confirmed_at = person.password_hash = person.printed_name = person.language = None
    person.reminders_stopped_at = None
    person.erased_at = now
    detail = {"fate": fate.value}
    record(db, action=Action.ACCOUNT_ERASED, actor_id=person_id, subject_id=person_id, detail=detail, now=now)


def adopt_all(db: Session, *, from_id: int, to_id: int, rooms: Sequence[PersonRoom], now: datetime) -> None:
    """Give what a guest did to an account, and forget the guest.

    Raises:
        NotFoundError: `from_id` is not a guest, or `to_id` is not an account.
        ClaimBarredError: A room refuses it; nothing is given, and the guest stays as they were.
    """
    guest, account = people.get(db, person_id=from_id), people.get_account(db, person_id=to_id)
    if guest.kind != PersonKind.GUEST:
        raise NotFoundError
    for room in rooms:
        if room.check is not None:
            room.check(db, from_id=guest.id, to_id=account.id, now=now)
    for room in rooms:
        room.adopt(db, from_id=guest.id, to_id=account.id)
    db.execute(update(Case).where(Case.person_id == guest.id).values(person_id=account.id))
    backgrounds.adopt(db, from_id=guest.id, to_id=account.id)
    _forget_own(db, person_id=guest.id)
    guest.erased_at = now
    record(db, action=Action.GUEST_ADOPTED, actor_id=account.id, subject_id=guest.id, now=now)


def _export_own(db: Session, person: Person) -> dict[str, object]:
    sessions = db.scalars(select(WebSession).where(WebSession.person_id == person.id).order_by(WebSession.id))
    roles = db.scalars(select(PersonRole).where(PersonRole.person_id == person.id).order_by(PersonRole.id))
    return {
        "created_at": person.created_at.isoformat(),
        "kind": person.kind,
        "email": person.email,
        "email_confirmed_at": _moment(person.email_confirmed_at),
        "has_password": person.password_hash is not None,
        "printed_name": person.printed_name,
        "language": person.language,
        "reminders_stopped_at": None
        if person.reminders_stopped_at is None
        else person.reminders_stopped_at.isoformat(),
        "background": backgrounds.export_own(db, person_id=person.id),
        "roles": [{"role": row.role, "granted_at": row.granted_at.isoformat()} for row in roles],
        "browsers": [
            {
                "label": row.label,
                "opened_at": row.created_at.isoformat(),
                "last_used_at": row.last_seen_at.isoformat(),
                "ends_at": row.expires_at.isoformat(),
                "shared_computer": row.shared_computer,
            }
            for row in sessions
        ],
        "cases": [
            {
                "number": row.number,
                "kind": row.kind,
                "email": row.email,
                "about": row.subject_reference,
                "text": row.text,
                "opened_at": row.opened_at.isoformat(),
                "answer": row.answer,
                "answered_at": _moment(row.answered_at),
            }
            for row in cases.list_own(db, person_id=person.id)
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _forget_own(db: Session, *, person_id: int) -> None:
    for table in (WebSession, EmailLink, ResumeCard, PersonRole, Background):
        db.execute(delete(table).where(table.person_id == person_id))
