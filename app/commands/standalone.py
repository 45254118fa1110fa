"""Commands that need only the requirements: setup, content, sample."""

from __future__ import annotations

import json
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from app.resources import SHIPPED_CONTENT
from certificates import open_badge, verification
from certificates.credential import AreaResult, Credential, Issuer
from certificates.document import render_html
from certificates.errors import KeyDirectoryError
from certificates.key_store import create_key_ring, load_key_ring
from certificates.press import Press
from certificates.reference import format_code, new_code
from quizzes.bank import content_schema, load_bank
from quizzes.errors import ContentError
from quizzes.paths import load_modules, load_paths
from quizzes.sitting import ENGINE_VERSION

ROOT = Path(__file__).resolve().parent.parent.parent


@click.command()
def setup() -> None:
    """Prepare this machine: secrets in .env, demonstration keys under instance/keys. Changes nothing that exists."""
    environment = ROOT / ".env"
    if not environment.exists():
        example = (ROOT / ".env.example").read_text(encoding="utf-8")
        for line in ("SECRET_KEY", "REFERENCE_SECRET", "KEY_PASSPHRASE"):
            old = next(text for text in example.splitlines() if text.startswith(f"{line}="))
            example = example.replace(old, f"{line}={secrets.token_urlsafe(36)}")
        environment.touch(mode=0o600)
        environment.write_text(example, encoding="utf-8")
        click.echo("Secrets written to .env")
    values = dict(
        line.split("=", 1)
        for line in environment.read_text(encoding="utf-8").splitlines()
        if "=" in line and line[0] != "#"
    )
    directory = Path(values.get("KEY_DIRECTORY") or ROOT / values.get("INSTANCE_DIRECTORY", "instance") / "keys")
    try:
        load_key_ring(directory, values["KEY_PASSPHRASE"])
        click.echo(f"Keys found in {_shown(directory)}")
    except KeyDirectoryError:
        directory.parent.mkdir(parents=True, exist_ok=True)
        create_key_ring(
            directory, values["KEY_PASSPHRASE"], now=datetime.now(UTC), organisation=values["ORGANISATION_NAME"]
        )
        click.echo(f"Demonstration keys made in {_shown(directory)}")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


@click.group()
def content() -> None:
    """The banks, modules and paths."""


@content.command()
@click.argument("directories", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(directories: tuple[Path, ...]) -> None:
    """Check the shipped content, and DIRECTORIES with it; list every fault at once."""
    everything = (SHIPPED_CONTENT, *directories)
    try:
        bank, modules, paths = load_bank(everything), load_modules(everything), load_paths(everything)
    except ContentError as error:
        for fault in error.faults:
            click.echo(f"{fault.file}:{fault.line}: {fault.message} {fault.remedy}", err=True)
        raise click.exceptions.Exit(1) from error
    click.echo(f"{len(bank.items)} items, {len(modules)} modules, {len(paths)} paths; bank {bank.content_hash[:12]}")


@content.command()
def schema() -> None:
    """Print the JSON Schema of the content files, for editors."""
    click.echo(json.dumps(content_schema(), indent=2, ensure_ascii=False))


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--origin", default="https://numericite.example", help="What is printed and signed as public address.")
def sample(directory: Path, origin: str) -> None:
    """Write the certificate of a fictional person, and all that goes with it, into DIRECTORY."""
    directory.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).replace(microsecond=0)
    with tempfile.TemporaryDirectory() as temporary:
        keys = Path(temporary) / "keys"
        passphrase = secrets.token_urlsafe(24)
        ring = create_key_ring(keys, passphrase, now=now, organisation="Organisme de démonstration")
        issuer = Issuer(name="Organisme de démonstration", url=origin, email="contact@example.com")
        credential = _fictional(origin=origin, now=now)
        token = open_badge.issue(credential, issuer=issuer, ring=ring)
        address = f"{origin}/c/{credential.code}"
        files: dict[str, bytes] = {
            "certificate.pdf": Press(ring).print(credential, token, check_url=address),
            "certificate.html": render_html(credential, check_url=address, issuer=ring.organisation).encode(),
            "credential.jwt": token.encode(),
            "credential.json": _json(verification.read_claims(token)),
            "jwks.json": _json(ring.jwks()),
            "did.json": _json(ring.did_document(origin)),
        }
        for name, data in files.items():
            (directory / name).write_bytes(data)
        verification.verify(token, ring, at=now)
    click.echo(f"{directory}: {', '.join(files)}; code {format_code(credential.code)}; the credential verifies")


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _fictional(*, origin: str, now: datetime) -> Credential:
    bank = load_bank((SHIPPED_CONTENT,))
    framework = bank.framework("CIT")
    levels: tuple[str | None, ...] = ("L3", "L2", "L2", "L1", None)
    return Credential(
        credential_id=f"{origin}/credentials/{uuid4()}",
        code=new_code(secrets.token_bytes(10)),
        kind="statement",
        assurance="A1",
        holder_name="Maëlys Hoarau",
        name_verified=False,
        framework_code=framework.code,
        framework_version=framework.version,
        framework_title=(framework.title.fr, framework.title.en),
        level="L2",
        level_probability=0.94,
        areas=tuple(
            AreaResult(
                area_id=area.id,
                title=(area.title.fr, area.title.en),
                level=level,
                probability=0.93,
                mean=0.1,
                error=0.5,
            )
            for area, level in zip(framework.areas, levels, strict=True)
        ),
        items_answered=27,
        provisional=True,
        sat_on=now.date(),
        issued_at=now,
        valid_from=now,
        valid_until=None,
        engine_version=ENGINE_VERSION,
        bank_hash=bank.content_hash,
        status_index=secrets.randbelow(131_072),
        supersedes=None,
        demonstration=True,
    )


COMMANDS: tuple[click.Command, ...] = (setup, content, sample)
