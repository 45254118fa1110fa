"""Commands of whoever runs the service."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app.access import Role
from app.accounts.services import people, retention
from app.certification.services import register, withdrawing
from app.database import current_session
from app.errors import AppError
from app.resources import current_resources
from certificates.reference import normalise_code

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.group()
def admin() -> None:
    """Who may use the desk."""


@admin.command()
@click.argument("email")
@click.option("--role", default=Role.ADMINISTRATOR.value, type=click.Choice([role.value for role in Role]))
@with_appcontext
def grant(email: str, role: str) -> None:
    """Make the account at EMAIL an administrator, or an author: somebody who may preview the content."""
    db = current_session()
    person = people.find_by_address(db, email=email)
    if person is None:
        raise click.ClickException("No account has this address. Create it on the site first, then run this again.")
    number = person.id
    people.grant_role(db, person_id=number, role=Role(role), actor_id=None, now=datetime.now(UTC))
    db.commit()
    click.echo(f"Account {number} is an {role}")


@click.group()
def certificates() -> None:
    """The register."""


@certificates.command()
@click.argument("code")
@click.option("--reason", required=True, type=click.Choice(withdrawing.REASONS), help="Kept, and told to the holder.")
@with_appcontext
def revoke(code: str, reason: str) -> None:
    """Withdraw the certificate CODE for good, and write to its holder."""
    with _changed(code) as change:
        withdrawing.revoke(reason=reason, **change)
    click.echo("Revoked")


@certificates.command()
@click.argument("code")
@click.option(
    "--reason", required=True, type=click.Choice(withdrawing.SUSPENSION_REASONS), help="Kept, and told to the holder."
)
@with_appcontext
def suspend(code: str, reason: str) -> None:
    """Set the certificate CODE aside for a time, and write to its holder."""
    with _changed(code) as change:
        withdrawing.suspend(reason=reason, **change)
    click.echo("Suspended")


@certificates.command()
@click.argument("code")
@with_appcontext
def reinstate(code: str) -> None:
    """End the suspension of the certificate CODE, and write to its holder."""
    with _changed(code) as change:
        withdrawing.reinstate(**change)
    click.echo("Reinstated")


@contextmanager
def _changed(code: str) -> Iterator[dict[str, Any]]:
    """Give what each change of the register needs; commit it, or say why it is refused."""
    db, loaded = current_session(), current_resources()
    try:
        yield {
            "db": db,
            "row": register.get(db, code=normalise_code(code) or "", secret=loaded.settings.reference_secret),
            "actor_id": None,
            "ring": loaded.ring,
            "origin": loaded.settings.public_url,
            "now": datetime.now(UTC),
        }
    except AppError as error:
        raise click.ClickException(f"Not changed: {error.code}") from error
    db.commit()


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
