"""The demonstration of a supervised examination: a structure, its people, and a session whose doors are open."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.access import Role
from app.accounts.services import people
from app.commands.demonstration import CITIZEN, PROFESSIONAL, demo, loopback_only, make_missing
from app.database import current_session
from app.examination.services import enrolment, sessions, watch
from app.organisations.models import Part, Structure, StructureKind
from app.organisations.services import members, structures
from certificates.dates import day_in_paris
from certificates.reference import new_code
from quizzes.policy import policies

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.examination.models import ExamSession
    from app.resources import Resources

MANAGER, INVIGILATOR = "responsable@example.com", "surveillant@example.com"
OFFICERS = ("jury1@example.com", "jury2@example.com")
#: Address -> name to print.
NAMES = {
    MANAGER: "Awa Diallo",
    INVIGILATOR: "Paul Morvan",
    OFFICERS[0]: "Hélène Roussel",
    OFFICERS[1]: "Karim Haddad",
}
_PLACE = "Espace France services de démonstration"
#: Family name, given name, address of the account where there is one, accommodations.
_CANDIDATES: tuple[tuple[str, str, str, list[str]], ...] = (
    ("Le Goff", "Yann", PROFESSIONAL, []),
    ("Hoarau", "Maëlys", CITIZEN, ["third_time"]),
    ("Nguyen", "Linh", "", ["large_type", "reader"]),
)


@demo.command()
@click.option("--framework", default="PRO", type=click.Choice(["PRO", "CIT"]), help="Whose examination.")
@with_appcontext
def examination(framework: str) -> None:
    """Open a session with three candidates, to try every desk; refused unless the public address is a loopback one."""
    db, loaded, now = current_session(), loopback_only(), datetime.now(UTC)
    make_missing(db, names=NAMES, roles=dict.fromkeys(OFFICERS, Role.OFFICER), loaded=loaded, now=now)
    row = _open_session(db, framework=framework, loaded=loaded, now=now)
    db.commit()
    origin = loaded.settings.public_url
    code = sessions.code_of(row, secret=loaded.settings.reference_secret)
    click.echo(f"Invigilator: {INVIGILATOR}, {origin}/examens/sessions/{row.reference}/direct")
    click.echo(f"Candidates:  {origin}/examens/entrer, code {code}, numbers 1 to {len(_CANDIDATES)}")
    click.echo(f"Jury:        {', '.join(OFFICERS)}, {origin}/examens/jury/{row.reference}")


def _open_session(db: Session, *, framework: str, loaded: Resources, now: datetime) -> ExamSession:
    secret, place = loaded.settings.reference_secret, _structure(db, now=now)
    manager, invigilator = (_number(db, email) for email in (MANAGER, INVIGILATOR))
    policy = policies()["examination" if framework == "PRO" else "supervised"]
    row = sessions.plan(
        db,
        structure=place,
        framework_code=framework,
        policy=policy,
        place="Salle de démonstration",
        starts_at=now + timedelta(minutes=5),
        seats=10,
        reference=new_code(secrets.token_bytes(10)),
        secret=secret,
        actor_id=manager,
        now=now,
    )
    watch.join(db, session=row, person_id=invigilator, duty="invigilator", now=now)
    for family_name, given_names, email, accommodations in _CANDIDATES:
        one = enrolment.make(
            family_name=family_name,
            given_names=given_names,
            email=email,
            born_on=None,
            accommodations=accommodations,
            secret=secret,
            now=now,
        )
        enrolment.enrol(db, session=row, enrolment=one, language="fr", actor_id=manager, now=now)
    sessions.open_doors(db, row=row, actor_id=manager, now=now)
    return row


def _structure(db: Session, *, now: datetime) -> Structure:
    """Return the structure of the demonstration, made with its people if nobody has."""
    found = db.scalars(select(Structure).where(Structure.name == _PLACE).order_by(Structure.id.desc())).first()
    today = day_in_paris(now)
    if found is not None and structures.is_accredited(found, on=today):
        return found
    officer = _number(db, OFFICERS[0])
    row = structures.accredit(
        db,
        name=_PLACE,
        kind=StructureKind.FRANCE_SERVICES,
        address="1 rue de l’Exemple, 00000 Démonstration",
        finess=None,
        siret=None,
        accredited_from=today,
        accredited_until=today + timedelta(days=365),
        reference=new_code(secrets.token_bytes(10)),
        actor_id=officer,
        now=now,
    )
    for email, part in ((MANAGER, Part.MANAGER), (INVIGILATOR, Part.INVIGILATOR)):
        members.name(db, structure=row, email=email, part=part, framework_code=None, actor_id=officer, now=now)
    return row


def _number(db: Session, email: str) -> int:
    person = people.find_by_address(db, email=email)
    if person is None:
        raise click.ClickException(f"{email} has left: run the command again.")
    return person.id


COMMANDS: tuple[click.Command, ...] = ()  # it belongs to the group `demo`
