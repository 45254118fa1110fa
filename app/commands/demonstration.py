"""The demonstration: fictional people, and the main job run once from end to end."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.access import Role
from app.accounts.models import Person
from app.accounts.services import people
from app.assessments.services import sittings
from app.certification.services import issuing, printing, register
from app.database import current_session
from app.resources import Resources, current_resources
from app.verification.services import verdicts
from certificates.reference import format_code, new_code
from quizzes.items import Response, right_response
from quizzes.policy import policies

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.certification.models import Certificate
    from quizzes.items import Item

CITIZEN, PROFESSIONAL, ADMINISTRATOR = "citoyenne@example.com", "soignant@example.com", "administratrice@example.com"
#: Address -> name to print.
NAMES = {CITIZEN: "Maëlys Hoarau", PROFESSIONAL: "Yann Le Goff", ADMINISTRATOR: "Inès Benali"}


@click.group()
def demo() -> None:
    """Fictional people and a first certificate; refused unless the public address is a loopback one."""


@demo.command(name="people")
@with_appcontext
def make_people() -> None:
    """Make a citizen, a professional and an administrator: whichever of them is not there."""
    db, loaded = current_session(), loopback_only()
    made = _make_missing(db, loaded=loaded, now=datetime.now(UTC))
    if not made:
        click.echo("Demonstration people are there already")
        return
    click.echo(
        f"Demonstration people made: {', '.join(made)}; their password is in {_file(loaded).name} of the instance directory"
    )


def _make_missing(db: Session, *, loaded: Resources, now: datetime) -> list[str]:
    """Make each of the three whom nobody has made, or who has left or moved to another address since; commit."""
    roles = {ADMINISTRATOR: Role.ADMINISTRATOR}
    return make_missing(db, names=NAMES, roles=roles, loaded=loaded, now=now)


def make_missing(
    db: Session, *, names: Mapping[str, str], roles: Mapping[str, Role], loaded: Resources, now: datetime
) -> list[str]:
    """Make each of these people who is not there, with the one password of the demonstration; commit, and write them down.

    Args:
        names: Address -> name to print.
        roles: Address -> role, for those who have one.
    """
    missing = [email for email in names if people.find_by_address(db, email=email) is None]
    if not missing:
        return []
    told, password = _told(loaded)
    for email in missing:
        person = people.create_account(
            db, email=email, password=password, is_fifteen=True, language="fr", guest_id=None, now=now
        )
        person.email_confirmed_at, person.printed_name = now, names[email]
        if email in roles:
            people.grant_role(db, person_id=person.id, role=roles[email], actor_id=None, now=now)
    db.commit()
    file = _file(loaded)
    file.touch(mode=0o600)
    written = [line for line in told if "@" in line]
    lines = [email for email in dict.fromkeys([*NAMES, *written, *missing]) if email in written or email in missing]
    file.write_text("\n".join([*lines, f"password: {password}\n"]), encoding="utf-8")
    return missing


def _file(loaded: Resources) -> Path:
    return loaded.settings.instance_directory / "demo.txt"


def _told(loaded: Resources) -> tuple[list[str], str]:
    """Return whom the file names and their password, which whoever joins them gets too; a new one where it is lost."""
    lines = _file(loaded).read_text(encoding="utf-8").splitlines() if _file(loaded).exists() else []
    written = [line.removeprefix("password: ") for line in lines if line.startswith("password: ")]
    return (lines, written[0]) if written else ([], secrets.token_urlsafe(12))


@demo.command()
@with_appcontext
def journey() -> None:
    """Sit the certification test as the citizen, issue, print, and check as an employer would."""
    db, loaded, now = current_session(), loopback_only(), datetime.now(UTC)
    _make_missing(db, loaded=loaded, now=now)
    citizen = db.scalars(select(Person).where(Person.email == CITIZEN)).one()
    rows = register.list_own(db, person_id=citizen.id)
    row = rows[0] if rows else _certify(db, citizen, loaded=loaded, now=now)
    origin = loaded.settings.public_url
    verdict = verdicts.verdict_of(db, row, ring=loaded.ring, now=datetime.now(UTC))
    code = format_code(verdict.credential.code) if verdict.credential else ""
    if verdict.is_withdrawn:  # somebody tried the desk: there is no file to hand out any more
        click.echo(f"Address: {origin}/c/{code}\nVerdict: {verdict.outcome.value}")
        return
    data = printing.hand_out(
        db, row=row, ring=loaded.ring, press=loaded.press, origin=origin, actor_id=citizen.id, now=now
    )
    db.commit()
    file = loaded.settings.instance_directory / f"attestation-{code}.pdf"
    file.write_bytes(data)
    click.echo(f"PDF:     {file}\nAddress: {origin}/c/{code}\nVerdict: {verdict.outcome.value}")


def _certify(db: Session, citizen: Person, *, loaded: Resources, now: datetime) -> Certificate:
    """Answer the whole test: right up to the third level, wrong above, so that the result is a middling one."""
    policy = policies()["certification"]
    row = sittings.start(
        db,
        person_id=citizen.id,
        framework_code="CIT",
        policy=policy,
        language="fr",
        bank=loaded.bank,
        seed=2026,
        reference=new_code(secrets.token_bytes(10)),
        now=now,
    )
    while row.current_item_id is not None:
        item = loaded.bank.item(row.current_item_id)
        held = sittings.hold_own(db, reference=row.reference, person_id=citizen.id, bank=loaded.bank)
        sittings.submit_answer(db, held, item_id=item.id, response=_response(item).to_json(), now=now)
    opened = sittings.get_own(db, reference=row.reference, person_id=citizen.id, bank=loaded.bank)
    return issuing.issue(
        db,
        opened=opened,
        printed_name=citizen.printed_name or NAMES[CITIZEN],
        ring=loaded.ring,
        press=loaded.press,
        issuer=loaded.issuer,
        demonstration=loaded.is_demonstration(one.item_id for one in opened.state.answers),
        reference_secret=loaded.settings.reference_secret,
        chances=register.draw_chances(db, random_bytes=secrets.token_bytes, random_below=secrets.randbelow),
        actor_id=citizen.id,
        now=now,
    )


def _response(item: Item) -> Response:
    return right_response(item) if item.level != "L4" else Response.skip()


def loopback_only() -> Resources:
    loaded = current_resources()
    if not loaded.settings.is_loopback:
        raise click.ClickException("The public address is not a loopback one: no demonstration people there.")
    return loaded


COMMANDS: tuple[click.Command, ...] = (demo,)
