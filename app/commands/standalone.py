"""Commands that need only the requirements: setup, sample, simulate."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import secrets
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click
import segno

from app.resources import SHIPPED_CONTENT
from certificates import (
    badge,
    baking,
    checkpoint,
    compact,
    data_integrity,
    open_badge,
    status,
    status_check,
    status_document,
    transparency,
    verification,
)
from certificates.checkpoint import TreeHead
from certificates.credential import AreaResult, Credential, Issuer
from certificates.dates import day_in_paris
from certificates.did import document as did_document
from certificates.document import render_html
from certificates.errors import KeyDirectoryError
from certificates.key_store import complete_key_ring, create_key_ring, load_key_ring
from certificates.press import Press
from certificates.receipt import LeafPlace, Receipt, sign_receipt
from certificates.reference import format_code, new_code
from quizzes import passing_summary, simulation_report, simulation_summary, simulator
from quizzes.bank import load_bank
from quizzes.engine_versions import ENGINE_VERSION
from quizzes.errors import EmptyPoolError, NotOfferedError, UnknownFrameworkError
from quizzes.policy import policies

if TYPE_CHECKING:
    from certificates.keys import KeyRing

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
    written = dict(
        line.split("=", 1)
        for line in environment.read_text(encoding="utf-8").splitlines()
        if "=" in line and line[0] != "#"
    )
    # What the environment says goes before the file, as for every other command.
    values = {name: os.environ.get(name) or value for name, value in written.items()}
    directory = Path(values.get("KEY_DIRECTORY") or ROOT / values.get("INSTANCE_DIRECTORY", "instance") / "keys")
    try:
        known = {key.kid for key in load_key_ring(directory, values["KEY_PASSPHRASE"]).keys}
        ring = complete_key_ring(directory, values["KEY_PASSPHRASE"], now=datetime.now(UTC))
        click.echo(f"Keys found in {_shown(directory)}")
        for key in ring.keys:
            if key.kid not in known:
                click.echo(f"Key added for the family {key.family.value}")
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
        key_directory = Path(temporary) / "keys"
        passphrase = secrets.token_urlsafe(24)
        ring = create_key_ring(key_directory, passphrase, now=now, organisation="Organisme de démonstration")
        issuer = Issuer(name="Organisme de démonstration", url=origin, email="contact@example.com")
        credential = _fictional(origin=origin, now=now)
        token = open_badge.issue(credential, issuer=issuer, ring=ring)
        address = f"{origin}/c/{credential.code}"
        scanned = compact.fragment_url(credential, compact.compact(credential, ring.active("token")))
        lists: dict[str, Any] = {"purpose": "revocation", "issuer": issuer, "ring": ring, "now": now}
        head, receipt = _checked(credential, token, now=now)
        proof = sign_receipt(receipt, origin=origin, ring=ring)
        press = Press(ring)
        files: dict[str, bytes] = {
            "certificate.pdf": press.print(credential, token, check_url=address, head=head),
            "certificate.html": render_html(
                credential, check_url=address, issuer=ring.organisation, head=head
            ).encode(),
            "credential.jwt": token.encode(),
            "credential.json": _json(verification.read_claims(token)),
            "credential.di.json": _json(data_integrity.twin(credential, issuer=issuer, ring=ring)),
            "badge.png": baking.bake_png(badge.png(badge.design_of(credential)), token),
            "badge.svg": baking.bake_svg(badge.draw(badge.design_of(credential)), token).encode(),
            "qr.png": _qr(scanned),
            "qr.txt": f"{scanned}\n".encode(),
            "status.jwt": status.issue_status_list([], list_url=f"{origin}/status/1.jwt", **lists).encode(),
            "status.di.json": _json(status_document.issue_status_document([], list_url=f"{origin}/status/1", **lists)),
            "jwks.json": _json(ring.jwks()),
            "did.json": _json(did_document(ring, origin)),
            "checkpoint.txt": checkpoint.sign_checkpoint(head, site=origin, ring=ring).encode(),
            "log-keys.txt": "".join(f"{line}\n" for line in checkpoint.verifier_keys(origin, ring)).encode(),
            "receipt.jwt": proof.encode(),
            "receipt.pdf": press.print_receipt(receipt, proof, origin=origin),
        }
        for name, data in files.items():
            (directory / name).write_bytes(data)
        _check_sample(files, ring, at=now)
    click.echo(f"{directory}: {', '.join(files)}; code {format_code(credential.code)}; the credential verifies")


def _check_sample(files: dict[str, bytes], ring: KeyRing, *, at: datetime) -> None:
    """Read every form back and compare: they state the same.

    Raises:
        ClickException: Two forms disagree.
        VerificationError: One of them does not verify.
    """
    token, twin = files["credential.jwt"].decode(), files["credential.di.json"].decode()
    credential = verification.verify(token, ring, at=at)
    scanned = files["qr.txt"].decode().strip().partition("#")[2]
    claims, listed = verification.read_claims(token), status_check.read_token(files["status.jwt"].decode(), ring)
    agreements = (
        data_integrity.verify(twin, ring, at=at) == credential,
        compact.read_compact(compact.from_fragment(scanned), ring) == compact.stated(credential),
        all(baking.token_in_image(files[name]) == token for name in ("badge.png", "badge.svg")),
        not status_check.is_set_in(listed, claims["credentialStatus"], issuer=claims["issuer"]["id"], at=at),
    )
    if not all(agreements):
        raise click.ClickException("Two forms of the sample disagree.")


def _qr(text: str) -> bytes:
    data = io.BytesIO()
    segno.make(text, error="m", micro=False).save(data, kind="png", scale=8, border=4)
    return data.getvalue()


def _a_number(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """Refuse what float() takes and no cut is."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter("un seuil est un nombre de logits")
    return value


@click.command()
@click.option("--people", type=click.IntRange(2, 100_000), default=1000, show_default=True)
@click.option("--policy", "policy_id", type=click.Choice(sorted(policies())), default="positioning", show_default=True)
@click.option("--framework", "framework_code", default="CIT", show_default=True)
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--cut", type=float, callback=_a_number, help="One more cut to look at, in logits: one that a panel proposes."
)
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
    """Try the bank on made-up people, through the engine itself: errors, lengths, exposure, levels and passes right and wrong."""
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
    except (UnknownFrameworkError, NotOfferedError, EmptyPoolError) as error:
        raise click.ClickException(f"Rien à simuler : {error.code} ({framework_code}, {policy_id}).") from error
    framework = bank.framework(framework_code)
    summary = simulation_summary.summarise(found, framework, extra_cut=cut)
    passes = passing_summary.summarise_passes(found, bank)
    if page is not None:
        scale = bank.scales.get((framework_code, language))
        page.write_text(simulation_report.render(found, summary, framework, scale, passes), encoding="utf-8")
    if as_json:
        told = {"framework": framework_code, "policy": policy_id, "seed": seed, "bank": bank.content_hash}
        data = {**told, **summary.to_json(), **({"passing": passes.to_json()} if passes else {})}
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        click.echo(simulation_report.text(found, summary, passes))


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _checked(credential: Credential, token: str, *, now: datetime) -> tuple[TreeHead, Receipt]:
    """Return the head of a log that holds this credential alone, and the receipt of a check of it."""
    salt = secrets.token_bytes(transparency.SALT_BYTES)
    leaf = transparency.Leaf(
        seq=0,
        event=transparency.Event.ISSUE,
        commitment=transparency.commitment(
            salt=salt,
            credential_id=credential.credential_id,
            payload_sha256=hashlib.sha256(open_badge.payload_of(token).encode()).digest(),
        ),
        kid=open_badge.read(token).kid,
        at=now,
    )
    head = TreeHead(size=1, root=leaf.hash())
    return head, Receipt(
        verdict="valid",
        reason=None,
        since=None,
        subject="code",
        subject_sha256=hashlib.sha256(credential.code.encode()).hexdigest(),
        at=now,
        head=head,
        credential_id=credential.credential_id,
        assurance=credential.assurance,
        name_verified=credential.name_verified,
        holder_name=credential.holder_name,
        demonstration=credential.demonstration,
        leaf=LeafPlace(index=0, salt=salt),
    )


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
