"""Commands of authors: check, preview, count, schemas. They need only the requirements."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.resources import SHIPPED_CONTENT
from quizzes import statistics
from quizzes.bank import gather, load_bank
from quizzes.errors import ContentError
from quizzes.paths import load_modules
from quizzes.rules.corpus import read_corpus
from quizzes.rules.report import report
from quizzes.schemas import KINDS, content_schema
from quizzes.statistics import POOLS, TYPES

if TYPE_CHECKING:
    from quizzes.statistics import FrameworkCoverage

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class _Directory(click.Path):
    """A directory that exists; several of them in an environment variable, as the service reads it."""

    def split_envvar_value(self, rv: str) -> list[str]:
        return [part for part in rv.split(":") if part]


_DIRECTORIES = click.argument(
    "directories",
    nargs=-1,
    type=_Directory(exists=True, file_okay=False, path_type=Path),
    envvar="CONTENT_DIRS",
)
_SHORT = {
    "single_choice": "choix",
    "multiple_choice": "plusieurs",
    "short_text": "texte",
    "ordering": "ordre",
    "matching": "paires",
    "simulation": "simul.",
}


@click.group()
def content() -> None:
    """The banks, modules and paths."""


@content.command()
@_DIRECTORIES
@click.option("--amounts", is_flag=True, help="Hold quality and amounts too, not structure only.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Check as of this day: what is due for review.")
def check(directories: tuple[Path, ...], *, amounts: bool, day: datetime | None) -> None:
    """Check the shipped content, and DIRECTORIES (by default CONTENT_DIRS) with it; list every fault at once.

    What is only worth knowing (a calibrated item that was edited since) is told too, and is no fault.
    """
    corpus = read_corpus((SHIPPED_CONTENT, *directories), today=(day or datetime.now(UTC)).date())
    found = report(corpus)
    demands = [one for one in found if one.kind in ("quality", "amount")]
    told = [one for one in found if amounts or one not in demands]
    for one in told:
        click.echo(f"{one.fault} [{one.rule}]", err=True)
    if any(one.kind != "notice" for one in told):
        raise click.exceptions.Exit(1)
    click.echo(f"{len(corpus.items)} items, {len(corpus.modules)} modules, {len(corpus.paths)} paths: no fault")
    if demands:
        click.echo(f"{len(demands)} demands of quality and amount are not met yet: flask content check --amounts")


@content.command()
@click.argument("kind", default="items", type=click.Choice(KINDS))
@click.option("--to", "directory", type=click.Path(file_okay=False, path_type=Path), help="Write them all there.")
def schema(kind: str, directory: Path | None) -> None:
    """Print the JSON Schema of one KIND of content file, for editors."""
    if directory is None:
        click.echo(_schema(kind))
        return
    directory.mkdir(parents=True, exist_ok=True)
    for one in KINDS:
        (directory / f"{one}.schema.json").write_text(_schema(one) + "\n", encoding="utf-8")
    click.echo(f"{directory}: {', '.join(f'{one}.schema.json' for one in KINDS)}")


def _schema(kind: str) -> str:
    return json.dumps(content_schema(kind), indent=2, ensure_ascii=False)


@content.command()
@_DIRECTORIES
@click.option("--json", "as_json", is_flag=True, help="One line.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page there.")
def stats(directories: tuple[Path, ...], *, as_json: bool, html: Path | None) -> None:
    """Count the content by competency, level, type and pool."""
    everything = (SHIPPED_CONTENT, *directories)
    try:
        bank, modules = load_bank(everything), load_modules(everything)
    except ContentError as error:
        raise click.ClickException("The content has faults: flask content check lists them.") from error
    found = statistics.coverage(bank, modules)
    if html is not None:
        html.write_text(_page(found), encoding="utf-8")
        click.echo(f"Written to {html}")
    elif as_json:
        click.echo(json.dumps(statistics.summary(found), ensure_ascii=False))
    else:
        for code, one in found.items():
            click.echo(_table(code, one))


def _table(code: str, one: FrameworkCoverage) -> str:
    head = ["", *one.levels, *(_SHORT[kind] for kind in TYPES), "situat.", *POOLS, "leçon", "simple"]
    lines = ["".join(f"{cell:>10}" for cell in head)]
    for name, row in [*one.competencies.items(), (code, one.whole)]:
        cells = [
            name,
            *(row.by_level.get(level, 0) for level in one.levels),
            *(row.by_type.get(kind, 0) for kind in TYPES),
            row.situations,
            *(row.by_pool.get(pool, 0) for pool in POOLS),
            row.modules,
            row.plain,
        ]
        lines.append("".join(f"{cell:>10}" for cell in cells))
    return "\n".join([*lines, ""])


def _page(found: dict[str, FrameworkCoverage]) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(), undefined=StrictUndefined
    )
    template = environment.get_template("content/statistics.html")
    return template.render(found=found, types=TYPES, short=_SHORT, pools=POOLS)


@content.command()
@click.argument("item_id")
@_DIRECTORIES
@click.option("--origin", default="http://127.0.0.1:8000", help="Where the service answers.")
@click.option("--open", "is_opened", is_flag=True, help="Open it in this machine's browser.")
def preview(item_id: str, directories: tuple[Path, ...], origin: str, *, is_opened: bool) -> None:
    """Give the address at which ITEM_ID is shown as a person sees it; an administrator's account is asked for there."""
    if item_id not in gather((SHIPPED_CONTENT, *directories)).items:
        raise click.ClickException(f"No item of this identifier: {item_id}")
    address = f"{origin.rstrip('/')}/administration/contenu/questions/{item_id}"
    click.echo(address)
    if is_opened:
        click.launch(address)


COMMANDS: tuple[click.Command, ...] = (content,)
