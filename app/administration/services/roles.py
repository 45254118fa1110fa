"""Who works for the certifying authority: officers and authors are named here, administrators by a command only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app import mail
from app.access import Role
from app.accounts.services import people
from app.accounts.services.letters import LetterName, compose
from app.errors import NotFoundError, SamePersonError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from app.accounts.models import Person

#: An administrator is made by `flask admin grant`, by whoever holds the machine: a stolen session makes none.
GIVEN_HERE = (Role.OFFICER, Role.AUTHOR)


#: In letters, in French, in English.
_WORDS = {
    Role.ADMINISTRATOR: ("administration", "administration"),
    Role.OFFICER: ("organisme certificateur", "certifying authority"),
    Role.AUTHOR: ("rédaction", "authoring"),
}
_WHERE = {
    Role.ADMINISTRATOR: "/administration/",
    Role.OFFICER: "/administration/",
    Role.AUTHOR: "/administration/contenu",
}


def change(
    db: Session, *, person_id: int, role: Role, gives: bool, actor_id: int, public_url: str, now: datetime
) -> None:
    """Give a role, or take it back, and write to whoever has it, or had it.

    Raises:
        NotFoundError: No such account, an address that nobody has confirmed, or a role that is not given here.
        SamePersonError: Nobody changes their own roles.
    """
    if role not in GIVEN_HERE:
        raise NotFoundError
    if person_id == actor_id:
        raise SamePersonError
    person = people.get_account(db, person_id=person_id)
    if gives and person.email_confirmed_at is None:
        raise NotFoundError
    act = people.grant_role if gives else people.take_back_role
    if act(db, person_id=person_id, role=role, actor_id=actor_id, now=now):
        tell(db, person=person, role=role, is_given=gives, public_url=public_url, now=now)


def tell(db: Session, *, person: Person, role: Role, is_given: bool, public_url: str, now: datetime) -> None:
    """Owe the letter that a role was given or taken back; a stolen desk must not work in silence."""
    if person.email is None:
        return
    letter = compose(
        LetterName.ROLE_GIVEN if is_given else LetterName.ROLE_TAKEN_BACK,
        language=person.language,
        role=_WORDS[role][person.language == "en"],
        page=f"{public_url}{_WHERE[role]}",
        url=f"{public_url}/reclamations",
    )
    mail.send(db, to=person.email, subject=letter.subject, body=letter.body, person_id=person.id, now=now)
