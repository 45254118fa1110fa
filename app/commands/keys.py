"""Commands over the keys: list, prepare the next, rotate, retire, declare compromised. docs/operations.md says when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from app import audit
from app.certification.services import compromise
from app.database import current_session
from app.resources import current_resources
from certificates import keys as rings
from certificates.errors import CertificateError
from certificates.key_store import add_next_key, complete_key_ring, load_key_ring, save_key_ring
from certificates.keys import KeyFamily, KeyState

if TYPE_CHECKING:
    from certificates.keys import KeyRing, SigningKey

_FAMILY = click.Choice([family.value for family in KeyFamily])
#: A key is named by base64url: one in sixty-four begins with what would otherwise be read as an option.
_NAMES_MAY_BEGIN_WITH_A_DASH = {"ignore_unknown_options": True}
_DRY = "Say what it would touch; change nothing."
_NOTHING = "Dry run: nothing was changed."
_RESTART = "Restart the service: a process keeps the keys that it started with."


@click.group(name="keys")
def keys_group() -> None:
    """The keys that sign tokens, seal pages, make Data Integrity proofs and sign the log."""


@keys_group.command(name="list")
@with_appcontext
def list_keys() -> None:
    """Say each key's name, family, state, and since when."""
    for key in _ring().keys:
        click.echo(f"{key.kid}  {key.family.value:14}  {key.state.value:11}  since {key.since.isoformat()}")


@keys_group.command(name="next")
@click.argument("family", type=_FAMILY)
@with_appcontext
def next_key(family: str) -> None:
    """Make the key of FAMILY that will sign after the next rotation, and publish it from now on."""
    loaded, now = current_resources(), datetime.now(UTC)
    known = {key.kid for key in _ring().keys}
    grown = add_next_key(loaded.settings.key_directory, loaded.settings.key_passphrase, KeyFamily(family), now=now)
    [kid] = {key.kid for key in grown.keys} - known
    _record(audit.Action.KEY_ADDED, kid, now=now)
    click.echo(f"{kid} waits for its turn. {_RESTART}")


@keys_group.command()
@with_appcontext
def complete() -> None:
    """Make an active key for each family that has none at all: once after an update that brings a family."""
    settings, now = current_resources().settings, datetime.now(UTC)
    known = {key.kid for key in _ring().keys}
    ring = complete_key_ring(settings.key_directory, settings.key_passphrase, now=now)
    made = [key for key in ring.keys if key.kid not in known]
    for key in made:
        _record(audit.Action.KEY_ADDED, key.kid, now=now)
        click.echo(f"{key.kid} signs for the family {key.family.value} from now on.")
    click.echo(_RESTART if made else "Every family has its keys: nothing to do.")


@keys_group.command()
@click.argument("family", type=_FAMILY)
@click.option("--dry-run", is_flag=True, help=_DRY)
@with_appcontext
def rotate(family: str, *, dry_run: bool) -> None:
    """Let the next key of FAMILY sign from now on; the former one is retired and still believed."""
    now, before = datetime.now(UTC), _ring()
    try:
        ring = rings.rotate(before, family, now=now)
    except CertificateError as error:
        raise click.ClickException(f"No key waits: run `flask keys next {family}` first, a day ahead.") from error
    kid = ring.active(family).kid
    if dry_run:
        _tell_retired(before, ring)
        click.echo(f"- {kid} ({family}), published since {_since(before, kid)}, signs from then on")
        click.echo(_NOTHING)
        return
    _save(ring)
    _record(audit.Action.KEY_ROTATED, kid, now=now)
    click.echo(f"{kid} signs from now on. {_RESTART}")


@keys_group.command(context_settings=_NAMES_MAY_BEGIN_WITH_A_DASH)
@click.argument("kid")
@click.option("--dry-run", is_flag=True, help=_DRY)
@with_appcontext
def retire(kid: str, *, dry_run: bool) -> None:
    """Let the key KID sign no more; what it signed is still believed."""
    ring, now = _ring(), datetime.now(UTC)
    key = _find(ring, kid)
    if key.state is KeyState.ACTIVE:
        raise click.ClickException(f"It is the one that signs: `flask keys rotate {key.family.value}` retires it.")
    try:
        retired = rings.retire(ring, kid, now=now)
    except CertificateError as error:
        raise click.ClickException(str(error)) from error
    if dry_run:
        _tell_retired(ring, retired)
        click.echo(_NOTHING)
        return
    _save(retired)
    _record(audit.Action.KEY_RETIRED, kid, now=now)
    click.echo(f"{kid} is retired. {_RESTART}")


@keys_group.command(name="compromise", context_settings=_NAMES_MAY_BEGIN_WITH_A_DASH)
@click.argument("kid")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d"]), help="UTC.")
@click.option("--apply", "is_applied", is_flag=True, help="Do it; without it, only say what it would touch.")
@with_appcontext
def declare(kid: str, since: datetime, is_applied: bool) -> None:  # noqa: FBT001 (click's flag)
    """Believe nothing that the key KID signed at SINCE or later. Cannot be undone.

    If it is the key that signs, the next one takes its place; one is made if none waits.
    """
    db, loaded, ring, now = current_session(), current_resources(), _ring(), datetime.now(UTC)
    moment, key = since.replace(tzinfo=UTC), _find(ring, kid)
    if moment > now:
        raise click.ClickException(
            f"{moment.isoformat()} is yet to come (UTC): until then the thief would be believed."
        )
    found = compromise.touched(db, kid=kid, since=moment) if key.family is KeyFamily.TOKEN else None
    rows = found.refused if found is not None else ()
    click.echo(f"Key {kid} ({key.family.value}, {key.state.value}), compromised since {moment.isoformat()}:")
    if found is not None:
        click.echo(f"- {found.kept} credentials stay valid: the log shows that they were issued before that moment")
        click.echo(f"- {len(rows)} credentials that it signed since will be withdrawn, and their holders written to")
        click.echo(f"  ({found.not_logged} of these are in no leaf of the log: nothing shows when they were issued)")
    elif key.family is KeyFamily.LOG:
        click.echo("- the checkpoints that it signed are believed no more; no leaf and no credential is touched")
    elif key.family is KeyFamily.PDF:
        count = compromise.handed_out_since(db, since=moment)
        click.echo(f"- {count} files were handed out since: each is still known by its hash, whatever its date")
        click.echo('- any other file that it sealed, of any date, is told "unconfirmed"; no credential is touched')
    else:
        click.echo("- what it signed since is believed no more; no credential is touched: each is under a token key")
    click.echo(
        f"- the next {key.family.value} key signs instead"
        if key.state is KeyState.ACTIVE
        else "- it signs nothing today"
    )
    if not is_applied:
        click.echo("Nothing was changed. Run it again with --apply to do it.")
        return
    _save(_without(ring, key, since=moment, now=now))
    compromise.withdraw(db, rows=rows, ring=loaded.ring, origin=loaded.settings.public_url, now=now)
    audit.record(
        db, action=audit.Action.KEY_COMPROMISED, actor_id=None, detail={"kid": kid, "withdrawn": len(rows)}, now=now
    )
    db.commit()
    click.echo(f"Done. {_RESTART}")


def _tell_retired(before: KeyRing, after: KeyRing) -> None:
    """Say of each key that is to sign no more what rests on it, none of which changes."""
    for key in after.keys:
        if key.state is KeyState.RETIRED and _find(before, key.kid).state is not KeyState.RETIRED:
            click.echo(f"- {key.kid} ({key.family.value}) signs no more, stays published, and is still believed")
            if key.family is KeyFamily.TOKEN:
                count = compromise.count_signed(current_session(), kid=key.kid)
                click.echo(f"  {count} credentials that it signed stay as they are")


def _since(ring: KeyRing, kid: str) -> str:
    return _find(ring, kid).since.isoformat()


def _without(ring: KeyRing, key: SigningKey, *, since: datetime, now: datetime) -> KeyRing:
    """Return the ring that believes this key no more and can still sign."""
    if key.state is KeyState.ACTIVE and not any(
        one.family is key.family and one.state is KeyState.NEXT for one in ring.keys
    ):
        settings = current_resources().settings
        ring = add_next_key(settings.key_directory, settings.key_passphrase, key.family, now=now)
    declared = rings.declare_compromised(ring, key.kid, since=since)
    return rings.rotate(declared, key.family, now=now) if key.state is KeyState.ACTIVE else declared


def _ring() -> KeyRing:
    """Return the ring as the directory holds it now, not as this process loaded it."""
    settings = current_resources().settings
    return load_key_ring(settings.key_directory, settings.key_passphrase)


def _save(ring: KeyRing) -> None:
    settings = current_resources().settings
    save_key_ring(ring, settings.key_directory, settings.key_passphrase)


def _find(ring: KeyRing, kid: str) -> SigningKey:
    key = ring.find(kid)
    if key is None:
        raise click.ClickException("No key has this name: `flask keys list` says which there are.")
    return key


def _record(action: audit.Action, kid: str, *, now: datetime) -> None:
    audit.record(current_session(), action=action, actor_id=None, detail={"kid": kid}, now=now)
    current_session().commit()


COMMANDS: tuple[click.Command, ...] = (keys_group,)
