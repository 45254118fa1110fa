"""The command that answers an appeal: a sitting replayed and told step by step."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from app.assessments.services import appeals
from app.database import current_session
from app.errors import NotFoundError
from app.resources import current_resources
from certificates.reference import normalise_code
from quizzes.additions import Closure, Replacement, SecondSets

if TYPE_CHECKING:
    from app.assessments.services.appeals import Replay, Step
    from quizzes.additions import Addition
    from quizzes.measurement import AreaMeasurement

_SCORES = {0.0: "faux", 0.5: "à moitié juste", 1.0: "juste"}
_REASONS = {
    "confident": "le niveau était assez sûr",
    "maximum": "le nombre maximal de questions était atteint",
    "complete": "le formulaire était complet",
    "exhausted": "il n’y avait plus de question à poser",
    "stopped": "la personne a arrêté",
    "time": "le temps était écoulé",
    "ended": "la personne y a mis fin, ou qui surveillait",
    "annulled": "l’épreuve a été annulée",
    "called-off": "l’épreuve a été interrompue, sans compter",
}
_WHY = {
    "gentle-start": "début en douceur",
    "information": "la plus instructive à cette capacité",
    "form": "question du formulaire tiré au début",
    "trial": "question à l’essai, qui ne compte pas",
    "replacement": "à la place d’une question retirée",
    "second-set": "seconde série, sur le thème d’une question critique manquée",
}


@click.group()
def sittings() -> None:
    """Tests that were taken."""


@sittings.command()
@click.argument("reference")
@click.option("--with-keys", is_flag=True, help="Show answers to reserved items too; kept in the audit trail.")
@with_appcontext
def replay(reference: str, *, with_keys: bool) -> None:
    """Tell the sitting REFERENCE step by step, and check it against what was stored."""
    db, bank, code = current_session(), current_resources().bank, normalise_code(reference) or reference
    try:
        if with_keys:
            found = appeals.replay_with_keys(db, reference=code, bank=bank, now=datetime.now(UTC))
            db.commit()
        else:
            found = appeals.replay(db, reference=code, bank=bank)
    except NotFoundError as error:
        raise click.ClickException("Aucun test n’a cette référence.") from error
    click.echo(_told(found))
    if found.disagreements:
        raise click.exceptions.Exit(1)


def _told(found: Replay) -> str:
    row = found.row
    lines = [
        f"Test {row.reference} : {row.framework_code}, {row.policy_id}, langue {row.language}, commencé le {row.started_at:%Y-%m-%d %H:%M} UTC",
        (
            f"Moteur {row.engine_version}, banque {row.bank_hash[:12]}, graine {row.seed}, "
            f"{len(row.excluded)} questions écartées, {len(row.resting)} au repos"
        ),
    ]
    for step in found.steps:
        lines += ["", *map(_happened, step.before), *_step(step)]
    lines += ["", *map(_happened, found.last)]
    if found.state.finished is None:
        lines.append(f"Fin : pas encore ; à l’écran : {found.state.current_item_id}.")
    else:
        lines.append(f"Fin : {_REASONS[found.state.finished]}.")
    if found.disagreements:
        lines += ["Le rejeu ne concorde pas avec l’enregistrement :", *(f"- {one}" for one in found.disagreements)]
    else:
        lines.append("Le rejeu concorde avec l’enregistrement : questions, scores, fin et capacité.")
    return "\n".join(lines)


def _happened(one: Addition) -> str:
    match one:
        case Replacement():
            return f"(question {one.replaced} retirée : {one.item_id} la remplace)"
        case SecondSets():
            told = [f"{theme} : {', '.join(items) or 'plus de question à poser'}" for theme, items in one.sets]
            return f"(seconde série ouverte, {' ; '.join(told)})"
        case Closure():
            return f"(fermeture : {_REASONS[one.reason]} ; à l’écran : {one.left or 'rien'})"
        case _:
            return f"(questions ajoutées sur {one.area_id})"


def _step(step: Step) -> list[str]:
    item = step.item
    trace = {name: value for name, value in step.trace.items() if name != "reason"}
    details = ", ".join(f"{name} {value}" for name, value in trace.items())
    why = _WHY.get(str(step.trace.get("reason")), "raison non conservée")
    lines = [
        f"{step.position + 1}. {item.id} ({item.level}, {item.type}), répondu à {step.answered_at:%H:%M:%S}",
        f"   posée : {why}{f' ; {details}' if details else ''}",
        f"   réponse : {'je passe' if step.is_skip else _SCORES[step.score]}",
    ]
    if step.given:
        lines.append(f"   donnée : {' | '.join(step.given)}")
    if step.right is not None:
        lines.append(f"   attendue : {' | '.join(step.right)}")
    known = ", ".join(_known(one) for one in (*step.areas, step.overall))
    lines.append(f"   on sait : {known}")
    return lines


def _known(one: AreaMeasurement) -> str:
    name = "ensemble" if one.area_id == "overall" else one.area_id
    return f"{name} {one.mean:+.2f} ± {one.standard_deviation:.2f} ({one.likeliest_level or 'pas encore'})"


COMMANDS: tuple[click.Command, ...] = (sittings,)
