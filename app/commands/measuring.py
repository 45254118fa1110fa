"""Commands of those who answer for the measure: calibration, monitors, cut scores."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from app.assessments.services import recorded
from app.certification.services import cut_records
from app.database import current_session
from app.resources import SHIPPED_CONTENT, current_resources
from certificates.dates import day_in_paris
from quizzes import calibration_report, cutscore_report, panel, recalibration, watch_report
from quizzes.cutscore import cut_of
from quizzes.errors import PanelError, ScaleExistsError, TooFewPeopleError, UnknownFrameworkError

if TYPE_CHECKING:
    from quizzes.cutscore import CutScore
    from quizzes.panel import Judged, Panel

FRAMEWORK = click.option("--framework", "framework_code", required=True, help="CIT or PRO.")
LANGUAGE = click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)


@click.group()
def items() -> None:
    """What answers say of the items."""


@items.command()
@FRAMEWORK
@LANGUAGE
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Content directory to write scales/… into; by default the first of CONTENT_DIRS, else instance/content.",
)
@click.option("--hold-calibrated", is_flag=True, help="Leave items that the scale in use calibrates where they are.")
@with_appcontext
def calibrate(framework_code: str, language: str, output: Path | None, *, hold_calibrated: bool) -> None:
    """Estimate a new scale from finished sittings; write it and its report, overwriting nothing."""
    loaded, today = current_resources(), datetime.now(UTC).date()
    settings = loaded.settings
    directory = output or next(iter(settings.content_directories), settings.instance_directory / "content")
    in_use = loaded.bank.scales.get((framework_code, language))
    held = in_use if hold_calibrated else None
    lines = recorded.lines(current_session(), framework_code=framework_code, language=language, bank=loaded.bank)
    try:
        gathered = recalibration.gather(loaded.bank, framework_code, lines, language=language, held=held)
        found = recalibration.estimate(gathered)
        if not found.converged:
            raise click.ClickException(f"Le calcul ne s’est pas stabilisé en {found.rounds} tours. Rien n’a été écrit.")
        scale = recalibration.scale_of(gathered, found, language=language, made_on=today, held=held)
        path = recalibration.write(scale, directory)
    except UnknownFrameworkError as error:
        raise click.ClickException(f"Référentiel inconnu : {framework_code}.") from error
    except TooFewPeopleError as error:
        raise click.ClickException(
            f"{error.found} personnes ont terminé un test de {framework_code} en langue {language} ; "
            f"il en faut {error.wanted}. Rien n’a été écrit."
        ) from error
    except ScaleExistsError as error:
        raise click.ClickException(f"{error} existe déjà : une échelle ne s’écrase pas.") from error
    except OSError as error:
        raise _unwritten(error) from error
    moved = recalibration.shift(in_use, scale) if in_use else None
    pools = [
        (name, loaded.bank.items_of(framework_code, code))
        for name, code in (("ouvert", "open"), ("réservé", "reserved"))
    ]
    report = path.with_suffix(".html")
    report.write_text(calibration_report.render(gathered, found, scale, pools=pools, moved=moved), encoding="utf-8")
    if gathered.edited:
        click.echo(f"{calibration_report.told_edited(gathered)} [edited-items]", err=True)
    if moved is not None and moved.is_large:
        click.echo(f"{calibration_report.told_shift(moved)} [moved-zero]", err=True)
    click.echo(
        f"{len(gathered.items)} questions, {gathered.people} personnes, {len(gathered.table)} réponses. "
        f"Moyenne {found.mean:.2f}, écart type {found.spread:.2f}, corrélation {scale.correlation}.\n"
        f"Échelle : {path}\nRapport : {report}\n"
        "Relisez le rapport avant de la mettre en service : elle sert au prochain démarrage si ce dossier est dans CONTENT_DIRS."
    )


def _unwritten(error: OSError) -> click.ClickException:
    return click.ClickException(f"{error.filename} ne peut pas être écrit : {error.strerror}.")


@items.command()
@FRAMEWORK
@LANGUAGE
@click.option("--sittings", type=click.IntRange(1), default=5000, show_default=True, help="The newest that are read.")
@click.option(
    "--fitted", type=click.IntRange(0), default=200, show_default=True, help="Of them, whose person fit is looked at."
)
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write the whole report there.")
@with_appcontext
def monitor(framework_code: str, language: str, sittings: int, fitted: int, page: Path | None) -> None:
    """Say which items and sittings deserve a look. For a human: nothing is sanctioned."""
    db = current_session()
    try:
        found = recorded.watch(
            db,
            framework_code=framework_code,
            language=language,
            bank=current_resources().bank,
            sittings=sittings,
            fitted=fitted,
        )
    except UnknownFrameworkError as error:
        raise click.ClickException(f"Référentiel inconnu : {framework_code}.") from error
    names = recorded.references(db, ids=watch_report.flagged_sittings(found))
    click.echo(watch_report.text(found, names))
    if page is not None:
        try:
            page.write_text(watch_report.render(found, names), encoding="utf-8")
        except OSError as error:
            raise _unwritten(error) from error
        click.echo(f"\nRapport : {page}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the signed record there.")
@with_appcontext
def cutscore(file: Path, out: Path | None) -> None:
    """Say which cut the panel of FILE set, and how surely; sign it when asked to."""
    loaded, data, now = current_resources(), file.read_bytes(), datetime.now(UTC)
    try:
        judged = panel.read(data.decode("utf-8", errors="replace"), name=file.name, bank=loaded.bank)
    except PanelError as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        raise click.ClickException(f"{len(error.faults)} défauts : ce jury ne fonde aucun seuil.") from error
    own = judged.panel
    framework = loaded.bank.framework(own.framework)
    found = cut_of(judged, framework, loaded.bank.scales.get((own.framework, own.language)))
    current_cut = None if own.boundary == "pass" else framework.level(own.boundary).cut
    click.echo(cutscore_report.text(judged, found, current_cut=current_cut))
    if out is not None:
        _sign(judged, found, out, panel_sha256=hashlib.sha256(data).hexdigest(), now=now)
    _tell_standing(own, current_cut)


def _sign(judged: Judged, found: CutScore, out: Path, *, panel_sha256: str, now: datetime) -> None:
    loaded, held_on = current_resources(), judged.panel.held_on
    if found.final.ability is None:
        raise click.ClickException("Rien n’est signé : ces questions ne placent pas ce seuil.")
    if held_on > day_in_paris(now):
        raise click.ClickException(
            f"Rien n’est signé : ce jury est daté du {held_on.isoformat()}, qui n’est pas encore venu."
        )
    record = cutscore_report.record_of(judged, found, bank=loaded.bank, panel_sha256=panel_sha256)
    try:
        cut_records.write(record, out, origin=loaded.settings.public_url, ring=loaded.ring, now=now)
    except FileExistsError as error:
        raise click.ClickException(f"{out.name} existe déjà : un procès-verbal ne s’écrase pas.") from error
    except OSError as error:
        raise _unwritten(error) from error
    click.echo(f"\nProcès-verbal signé : {out}")


def _tell_standing(own: Panel, current_cut: float | None) -> None:
    """Say whether a signed record sets this cut, whether tests use it, and which files only look like records."""
    loaded = current_resources()
    directories = (SHIPPED_CONTENT, *loaded.settings.content_directories)
    for refused in cut_records.refused(directories, ring=loaded.ring):
        click.echo(
            f"{refused.name} ne prouve rien : sa signature ne se vérifie pas. Il est ignoré. [unproved-record]",
            err=True,
        )
    known = cut_records.established(directories, ring=loaded.ring, framework_code=own.framework).get(own.boundary)
    if known is None:
        click.echo(
            f"\nSeuil {own.boundary} de {own.framework} : provisoire. Il le reste tant qu’aucun procès-verbal signé n’est dans le dossier "
            "cutscores/ d’un dossier de contenu."
        )
    else:
        click.echo(
            f"\nSeuil {own.boundary} de {own.framework} : établi le {known['held_on']}, {known['cut']['ability']:.2f} logit."
        )
        if current_cut is not None and not cut_records.is_in_force(known, current_cut):
            click.echo(
                f"Il ne sert pas encore : le référentiel écrit {current_cut:.2f}. Pour qu’il serve, écrivez « cut: {known['cut']['ability']:.2f} » au niveau "
                f"{own.boundary} de frameworks/{own.framework}.yaml, puis redémarrez : ce qui a été passé avant garde l’ancien."
            )


COMMANDS: tuple[click.Command, ...] = (items, cutscore)
