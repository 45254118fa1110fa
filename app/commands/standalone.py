"""Commands that need only the requirements: setup, sample, simulate."""

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
from certificates.dates import day_in_paris
from certificates.document import render_html
from certificates.errors import KeyDirectoryError
from certificates.key_store import create_key_ring, load_key_ring
from certificates.press import Press
from certificates.reference import format_code, new_code
from quizzes import simulation_report, simulation_summary, simulator
from quizzes.bank import load_bank
from quizzes.errors import EmptyPoolError, UnknownFrameworkError
from quizzes.policy import policies
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


@click.command()
@click.option("--people", type=click.IntRange(2, 100_000), default=1000, show_default=True)
@click.option("--policy", "policy_id", type=click.Choice(sorted(policies())), default="positioning", show_default=True)
@click.option("--framework", "framework_code", default="CIT", show_default=True)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--cut", type=float, help="One more cut to look at, in logits: one that a panel proposes.")
@click.option("--content", "directories", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write the report with plots there."
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON instead of tables.")
def simulate(
    *,
    people: int,
    policy_id: str,
    framework_code: str,
    language: str,
    seed: int,
    cut: float | None,
    directories: tuple[Path, ...],
    page: Path | None,
    as_json: bool,
) -> None:
    """Try the bank on made-up people, through the engine itself: errors, lengths, exposure, levels right and wrong."""
    bank = load_bank((SHIPPED_CONTENT, *directories))
    try:
        found = simulator.simulate(
            bank,
            framework_code=framework_code,
            policy=policies()[policy_id],
            people=people,
            seed=seed,
            language=language,
        )
    except (UnknownFrameworkError, EmptyPoolError) as error:
        raise click.ClickException(f"Rien à simuler : {error.code} ({framework_code}, {policy_id}).") from error
    framework = bank.framework(framework_code)
    summary = simulation_summary.summarise(found, framework, extra_cut=cut)
    if page is not None:
        scale = bank.scales.get((framework_code, language))
        page.write_text(simulation_report.render(found, summary, framework, scale), encoding="utf-8")
    if as_json:
        told = {"framework": framework_code, "policy": policy_id, "seed": seed, "bank": bank.content_hash}
        click.echo(json.dumps({**told, **summary.to_json()}, ensure_ascii=False))
    else:
        click.echo(simulation_report.text(found, summary))


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
        sat_on=day_in_paris(now),
        issued_at=now,
        valid_from=now,
        valid_until=None,
        engine_version=ENGINE_VERSION,
        bank_hash=bank.content_hash,
        status_index=secrets.randbelow(131_072),
        supersedes=None,
        demonstration=True,
    )


COMMANDS: tuple[click.Command, ...] = (setup, sample, simulate)
