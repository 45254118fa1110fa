"""Commands of whoever runs the service."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app.access import Role
from app.accounts.services import people, retention
from app.certification.services import register
from app.database import current_session
from app.errors import AppError
from app.resources import current_resources
from certificates.reference import normalise_code


@click.group()
def admin() -> None:
    """Who may use the desk."""


@admin.command()
@click.argument("email")
@with_appcontext
def grant(email: str) -> None:
    """Make the account at EMAIL an administrator."""
    db = current_session()
    person = people.find_by_address(db, email=email)
    if person is None:
        raise click.ClickException("No account has this address. Create it on the site first, then run this again.")
    number = person.id
    people.grant_role(db, person_id=number, role=Role.ADMINISTRATOR, actor_id=None, now=datetime.now(UTC))
    db.commit()
    click.echo(f"Account {number} is an administrator")


@click.group()
def certificates() -> None:
    """The register."""


@certificates.command()
@click.argument("code")
@click.option("--reason", required=True, type=click.Choice(register.REASONS), help="Kept in the register.")
@with_appcontext
def revoke(code: str, reason: str) -> None:
    """Revoke the certificate CODE."""
    try:
        register.revoke(
            current_session(),
            code=normalise_code(code) or "",
            reason=reason,
            secret=current_resources().settings.reference_secret,
            actor_id=None,
            now=datetime.now(UTC),
        )
    except AppError as error:
        raise click.ClickException(f"Not revoked: {error.code}") from error
    current_session().commit()
    click.echo("Revoked")


@click.group(name="retention")
def retention_group() -> None:
    """What is kept, and how long."""


@retention_group.command()
@with_appcontext
def run() -> None:
    """Delete what has been kept long enough."""
    rooms = current_app.extensions["numericite.person_rooms"]
    counts = retention.run(current_session(), rooms=rooms, now=datetime.now(UTC))
    current_session().commit()
    click.echo(", ".join(f"{name}: {count}" for name, count in asdict(counts).items()))


@click.group()
def outbox() -> None:
    """Letters and periodic work."""


@outbox.command()
@with_appcontext
def deliver() -> None:
    """Deliver what is due, once."""
    current_app.extensions["numericite.outbox"].turn()
    click.echo("Delivered what was due")


COMMANDS: tuple[click.Command, ...] = (admin, certificates, retention_group, outbox)
