"""`flask certificates issue-batch`: the certificates of many finished tests, from a list."""

from __future__ import annotations

import gc
import json
import os
import secrets
import shutil
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from app.certification.services import batch, register
from app.certification.services.printing import digest_of
from app.commands.operation import certificates
from app.database import current_session
from app.resources import current_resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.certification.services.batch import Line, Outcome

#: In an output that is not finished: the list that it was begun from.
BEGUN_FROM = ".begun-from.json"
#: Lines in one transaction: enough to be quick, few enough to lose and to hold others up for little.
CHUNK = 50

#: What whoever corrects the list does about a refusal.
_ADVICE = {
    "not-found": "no test has this reference; copy it from the result page, sixteen characters",
    "nothing-to-certify": "not a finished certification test with a level established; take this line out",
    "address-not-confirmed": "the holder must confirm their e-mail address first; then give the list again",
    "other-name": "a certificate exists in another name; revoke it, or write that name in the list",
    "certificate-withdrawn": "this certificate was set aside or withdrawn; nothing is printed for it",
    "unknown-engine": "this test was sat with an engine that is gone; it cannot be read any more",
    "name-empty": "no name to print: write one in the list, or let the holder give one",
    "name-font": "no font here draws this name; install one (for instance fonts-noto-cjk), or write it in Latin letters",
}
_NAME_ADVICE = "this name cannot be printed; write first and last name alone, without title, digits or symbols"


@certificates.command(name="issue-batch")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be refused; issue and write nothing.")
@with_appcontext
def issue_batch(file: Path, output: Path, *, dry_run: bool) -> None:
    """Issue the certificates that FILE asks for, into the directory OUTPUT, or one archive if it ends with .zip.

    FILE is CSV with two columns, reference and name: the reference of a finished certification test, and the name to print
    (empty for the one that the holder gave). A test has one certificate, so the same list may be given again after any
    accident: what is missing is made, and nothing twice. A list is known by its content, whatever its name: until it is
    finished, its output takes no other.
    """
    data = file.read_bytes()
    try:
        lines = batch.read_list(data.decode("utf-8-sig"))
    except (batch.MalformedListError, UnicodeDecodeError) as error:
        raise click.ClickException(f"Nothing issued. {error}") from error
    is_archive = output.suffix == ".zip"
    if is_archive and output.exists():
        raise click.ClickException(f"Nothing issued. {output} exists: move it away, or name another.")
    directory = output.with_suffix(".partial") if is_archive else output
    _check_begun_from(directory, file.name, digest_of(data))
    if not dry_run:
        directory.mkdir(parents=True, exist_ok=True)
        _write(directory / BEGUN_FROM, json.dumps({"name": file.name, "sha256": digest_of(data)}).encode())
    counts: Counter[str] = Counter()
    refused: list[Outcome] = []
    made: set[Path] = set()
    gc.freeze()  # what is loaded stays: the collector need not look at it again at each certificate
    with click.progressbar(length=len(lines), label="Checking" if dry_run else "Issuing") as bar:
        for outcomes in _issued(lines, directory, dry_run=dry_run):
            refused += [one for one in outcomes if one.refusal]
            made |= {_file(directory, one.line.reference) for one in outcomes if not one.refusal}
            counts.update(_kind(one) for one in outcomes)
            bar.update(len(outcomes))
    for one in refused:
        click.echo(f"Line {one.line.number}, {one.line.reference}: {_advice(one.refusal or '')}", err=True)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in ("issued", "printed again", "already there", "refused"))
    click.echo(f"Dry run, nothing was changed. It would be: {told}" if dry_run else told)
    if not dry_run:
        (directory / BEGUN_FROM).unlink()  # finished: a list that was corrected may follow
    if is_archive and not dry_run:
        _pack(directory, output, made)
    if refused:
        raise click.exceptions.Exit(1)


def _issued(lines: list[Line], directory: Path, *, dry_run: bool) -> Iterator[list[Outcome]]:
    """Yield the outcomes of each chunk, once its rows are committed and its files written."""
    db, loaded = current_session(), current_resources()
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        there = {
            line.reference: digest_of(file.read_bytes())
            for line in chunk
            if (file := _file(directory, line.reference)).exists()
        }
        outcomes = batch.issue_lines(
            db,
            chunk,
            loaded=loaded,
            draw=lambda: register.draw_chances(db, random_bytes=secrets.token_bytes, random_below=secrets.randbelow),
            there=there,
            now=datetime.now(UTC),
        )
        if dry_run:
            db.rollback()
        else:
            db.commit()
            for one in outcomes:
                if one.data is not None:
                    _write(_file(directory, one.line.reference), one.data)
        db.expunge_all()
        yield outcomes


def _check_begun_from(directory: Path, name: str, sha256: str) -> None:
    """Refuse a list that would be mixed with another in an output that is not finished.

    Raises:
        click.ClickException: It was begun from a list with another content, whatever its name.
    """
    try:
        begun = json.loads((directory / BEGUN_FROM).read_bytes())
    except FileNotFoundError:
        return
    if begun["sha256"] != sha256:
        raise click.ClickException(
            f"Nothing issued. {directory} was begun from another list and is not finished: {begun['name']} with SHA-256 "
            f"{begun['sha256'][:16]}…, while {name} has {sha256[:16]}…. Give the first one again, under any name, or "
            "name another output."
        )
    told = "" if begun["name"] == name else f", which was called {begun['name']} then"
    click.echo(f"Going on with the same list{told}")


def _file(directory: Path, reference: str) -> Path:
    # A reference that is none names no file; whatever was typed, it stays inside the directory.
    return directory / f"{reference if reference.isalnum() else 'none'}.pdf"


def _write(file: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    partial = file.with_name(f"{file.name}.tmp")
    with partial.open("wb") as written:
        written.write(data)
        written.flush()
        os.fsync(written.fileno())
    partial.replace(file)


def _pack(directory: Path, output: Path, made: set[Path]) -> None:
    """Put the files of a finished batch into one archive."""
    partial = output.with_suffix(".zip.tmp")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(made):
            archive.write(file, file.name)
    partial.replace(output)
    shutil.rmtree(directory)


def _kind(one: Outcome) -> str:
    if one.refusal:
        return "refused"
    if one.is_new:
        return "issued"
    return "printed again" if one.data is not None else "already there"


def _advice(refusal: str) -> str:
    return _ADVICE.get(refusal, _NAME_ADVICE if refusal.startswith("name-") else refusal)


#: It joined the group of `operation`.
COMMANDS: tuple[click.Command, ...] = ()
