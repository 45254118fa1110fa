"""Commands of whoever runs the service."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask.cli import with_appcontext

from app.access import Role
from app.accounts.services import people, retention
from app.administration.services import roles
from app.certification.services import register, superseding, withdrawing
from app.database import current_session
from app.errors import AppError, CertificateWithdrawnError
from app.identity.services import letters, second_factor
from app.identity.services.letters import News
from app.resources import current_resources
from certificates.keys import KeyFamily
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
    number, now = person.id, datetime.now(UTC)
    if people.grant_role(db, person_id=number, role=Role(role), actor_id=None, now=now):
        public_url = current_resources().settings.public_url
        roles.tell(db, person=person, role=Role(role), is_given=True, public_url=public_url, now=now)
    db.commit()
    click.echo(f"Account {number} is an {role}")


@admin.command("let-in")
@click.argument("email")
@with_appcontext
def let_in(email: str) -> None:
    """Ask the account at EMAIL for one proof only, and write to its owner, who has lost passkey and recovery codes.

    First make sure who it is that asks.
    """
    db, now = current_session(), datetime.now(UTC)
    person = people.find_by_address(db, email=email)
    if person is None or not second_factor.disable(db, person_id=person.id, now=now):
        raise click.ClickException("No account at this address asks for a second proof.")
    public_url = current_resources().settings.public_url
    letters.tell(db, person=person, news=News.SECOND_FACTOR_OFF, public_url=public_url, now=now)
    number = person.id
    db.commit()
    click.echo(f"Account {number} asks for one proof only")


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


@certificates.command()
@click.option("--kid", required=True, help="A key that signs no more, retired or compromised.")
@click.option("--apply", "is_applied", is_flag=True, help="Do it; without it, only say what it would do.")
@with_appcontext
def reissue(kid: str, is_applied: bool) -> None:  # noqa: FBT001 (click's flag)
    """Sign again, by today's key, what the key KID signed: the same statements, each of which replaces the former."""
    db, loaded = current_session(), current_resources()
    if kid == loaded.ring.active(KeyFamily.TOKEN).kid:
        raise click.ClickException("This key signs today: rotate it, or declare it compromised, and restart first.")
    rows = superseding.signed_by(db, kid=kid)
    click.echo(f"{len(rows)} certificates that {kid} signed are held by somebody and in the log")
    if not is_applied:
        click.echo("Nothing was changed. Run it again with --apply to replace them and to write to their holders.")
        return
    done = 0
    for row in rows:
        try:
            superseding.sign_again(
                db,
                row=row,
                ring=loaded.ring,
                issuer=loaded.issuer,
                reference_secret=loaded.settings.reference_secret,
                chances=register.draw_chances(db, random_bytes=secrets.token_bytes, random_below=secrets.randbelow),
                now=datetime.now(UTC),
            )
        except CertificateWithdrawnError:  # its time is over
            continue
        db.commit()
        done += 1
    click.echo(f"{done} replaced")


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
