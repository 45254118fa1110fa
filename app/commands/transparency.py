"""Commands over the transparency log."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app.certification.services import leaves
from app.database import current_session
from app.resources import current_resources
from app.transparency import services as log
from certificates import checkpoint
from certificates.transparency import SALT_BYTES


@click.group(name="log")
def log_group() -> None:
    """The transparency log."""


@log_group.command()
@with_appcontext
def complete() -> None:
    """Append the certificates issued before there was a log. Run once after an upgrade; again, it appends nothing.

    Their leaves bear the date of today: if a key turns out to have been stolen before today, the log cannot speak for them.
    """
    db = current_session()
    count = leaves.complete(db, draw_salt=lambda: secrets.token_bytes(SALT_BYTES), now=datetime.now(UTC))
    db.commit()
    click.echo(f"{count} certificates appended; the log has {log.size(db)} leaves")


@log_group.command(name="checkpoint")
@with_appcontext
def show() -> None:
    """Print the signed checkpoint: what to keep elsewhere, or to send to whoever should be able to compare."""
    loaded = current_resources()
    click.echo(
        checkpoint.sign_checkpoint(log.head(current_session()), site=loaded.settings.public_url, ring=loaded.ring),
        nl=False,
    )


COMMANDS: tuple[click.Command, ...] = (log_group,)
