"""Who works for the certifying authority: officers and authors are named here, administrators by a command only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.access import Role
from app.accounts.services import people
from app.errors import NotFoundError, SamePersonError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

#: An administrator is made by `flask admin grant`, by whoever holds the machine: a stolen session makes none.
GIVEN_HERE = (Role.OFFICER, Role.AUTHOR)


def change(db: Session, *, person_id: int, role: Role, gives: bool, actor_id: int, now: datetime) -> None:
    """Give a role, or take it back.

    Raises:
        NotFoundError: No such account, an address that nobody has confirmed, or a role that is not given here.
        SamePersonError: Nobody changes their own roles.
    """
    if role not in GIVEN_HERE:
        raise NotFoundError
    if person_id == actor_id:
        raise SamePersonError
    person = people.get_account(db, person_id=person_id)
    if not gives:
        people.take_back_role(db, person_id=person_id, role=role, actor_id=actor_id, now=now)
        return
    if person.email_confirmed_at is None:
        raise NotFoundError
    people.grant_role(db, person_id=person_id, role=role, actor_id=actor_id, now=now)
