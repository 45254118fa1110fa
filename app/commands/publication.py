"""Commands over the public register of labels: the keys of software that reads it at length."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app.database import current_session
from app.errors import NotFoundError
from app.publication.services import clients


@click.group(name="register-keys")
def register_keys() -> None:
    """Keys of software that reads the register of labels at length (FHIR)."""


@register_keys.command()
@click.argument("name")
@with_appcontext
def add(name: str) -> None:
    """Make a key for the organisation NAME, which holders will read, and print it once."""
    if not 2 <= len(name.strip()) <= 80:
        raise click.ClickException("A name has 2 to 80 characters: holders read it.")
    row, key = clients.add(current_session(), name=name.strip(), token=secrets.token_urlsafe(32), now=datetime.now(UTC))
    current_session().commit()
    click.echo(f"Key {row.id} of {row.name}. It is not kept and cannot be shown again:\n{key}")


@register_keys.command(name="list")
@with_appcontext
def list_keys() -> None:
    """Say whose keys there are; the keys themselves are not kept."""
    for row in clients.list_all(current_session()):
        state = f"taken back {row.revoked_at.date()}" if row.revoked_at else "good"
        click.echo(f"{row.id:5}  {row.name:40}  made {row.created_at.date()}  {state}")


@register_keys.command()
@click.argument("number", type=int)
@with_appcontext
def revoke(number: int) -> None:
    """Take back the key NUMBER: it answers no more from now on."""
    try:
        row = clients.revoke(current_session(), client_id=number, now=datetime.now(UTC))
    except NotFoundError:
        raise click.ClickException("No good key has this number: `flask register-keys list` says which do.") from None
    current_session().commit()
    click.echo(f"The key {row.id} of {row.name} is taken back.")


COMMANDS: tuple[click.Command, ...] = (register_keys,)
