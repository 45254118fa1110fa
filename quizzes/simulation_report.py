"""A simulation told: tables on a terminal, or one HTML file with plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from quizzes import bank_information, passing_report
from quizzes.bank_information import told_thin
from quizzes.charts import Axis, Series, bars, plot
from quizzes.pages import Section, columns, page, percent, plots, table, told
from quizzes.posterior import SLIPPING
from quizzes.scale import EXPERT_ERROR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizzes.framework import Framework
    from quizzes.passing_summary import PassSummary
    from quizzes.scale import Scale
    from quizzes.simulation_summary import Accuracy, Summary
    from quizzes.simulator import Simulation

    Rows = list[tuple[object, ...]]

_REASONS = {
    "confident": "niveau assez sûr",
    "maximum": "nombre maximal atteint",
    "complete": "formulaire complet",
    "exhausted": "plus de question à poser",
}
_MOST = 10


def tables(found: Simulation, summary: Summary) -> list[tuple[str, Sequence[str], Rows]]:
    """Return caption, heads and rows of each table."""
    mean, low, high, longest = summary.lengths
    return [
        (
            "Capacités (logits)",
            ("", "Erreur (RMSE)", "Biais", "Erreur annoncée", "Intervalles à 95 % justes"),
            [_accuracy("Ensemble", summary.overall), *(_accuracy(area, one) for area, one in summary.areas.items())],
        ),
        (
            "Longueur et fin",
            ("", "Valeur"),
            [
                ("Questions, moyenne", mean),
                ("Questions, du 5e au 95e centile", f"{low:.0f} à {high:.0f}"),
                ("Questions, maximum", int(longest)),
                *((f"Fin : {_REASONS[name]}", percent(share)) for name, share in summary.reasons.items()),
            ],
        ),
        (
            "Exposition",
            ("", "Valeur"),
            [
                ("Part maximale d’une question", percent(summary.exposures[0][1])),
                ("Plafond voulu", percent(summary.cap)),
                ("Questions du vivier", len(found.pool)),
                ("Questions jamais posées", summary.unused),
                ("Questions communes à deux personnes", percent(summary.overlap)),
            ],
        ),
        (
            "Niveau d’ensemble",
            ("", "Part"),
            [
                ("Niveau le plus probable : juste", percent(summary.likely_right, 1)),
                ("Niveau le plus probable : à un niveau près", percent(summary.likely_one_off, 1)),
                ("Un niveau est certifié", percent(summary.certified, 1)),
                ("Le niveau certifié est exactement le bon", percent(summary.certified_right, 1)),
                ("Trop haut, parmi les certifiés", percent(summary.too_high, 1)),
                ("Trop haut, parmi les domaines certifiés", percent(summary.areas_too_high, 1)),
            ],
        ),
        (
            "Selon le vrai niveau",
            ("Niveau", "Personnes", "Questions", "Erreur", "Biais", "Probable juste", "À un près", "Certifié", "Exact", "Trop haut"),
            [
                (
                    one.level, one.people, one.length, one.accuracy.rmse, one.accuracy.bias,
                    *map(percent, (one.likely_right, one.likely_one_off, one.certified, one.certified_right, one.too_high)),
                )
                for one in summary.levels
            ],
        ),
        (
            "À chaque seuil (certifier : neuf chances sur dix)",
            ("Seuil", "Logits", "Au-dessus", "Certifiés", "Faux oui", "Faux non", "Faux parmi les oui", "Faux oui à 1 sur 2", "Faux non à 1 sur 2"),
            [
                (
                    one.name, one.cut,
                    *(percent(share, 1) for share in (
                        one.above, one.passed, one.false_pass, one.false_fail, one.wrong_among_passed,
                        one.likely_false_pass, one.likely_false_fail,
                    )),
                )
                for one in summary.cuts
            ],
        ),
    ]  # fmt: skip


def _accuracy(name: str, one: Accuracy) -> tuple[object, ...]:
    return (name, one.rmse, one.bias, one.claimed, percent(one.coverage, 1))


def assumptions(found: Simulation) -> str:
    """Say what was made up, in French."""
    if not found.uncalibrated:
        placed = "Les vraies difficultés s’écartent de l’échelle selon ses erreurs."
    else:
        placed = (
            f"{found.uncalibrated} questions sur {len(found.pool)} ne sont pas calibrées : leur vraie difficulté s’écarte de celle des "
            f"experts de {told(EXPERT_ERROR)} logit (écart type), tirée à nouveau pour chaque personne ; leur pente vaut 1."
        )
    return (
        f"Personnes inventées, tirées de la population que le moteur suppose ; une sur {1 / SLIPPING:.0f} a des étourderies. {placed} "
        "Les réponses suivent le modèle : de vraies personnes feront moins bien. Seuils provisoires tant qu’aucun jury ne les a signés."
    )


def text(found: Simulation, summary: Summary, passes: PassSummary | None = None) -> str:
    """Return the tables for a terminal.

    Args:
        passes: What pass rules did, where the test has some.
    """
    parts = [_title(found, summary), assumptions(found)]
    every = [*tables(found, summary), *(passing_report.tables(passes) if passes else ())]
    parts += [f"{caption}\n{columns(heads, rows)}" for caption, heads, rows in every]
    return "\n\n".join(parts)


def _title(found: Simulation, summary: Summary) -> str:
    return f"Simulation {found.framework_code}, {found.policy.title.fr.lower()}, {summary.people} personnes, graine {found.seed}"


def render(
    found: Simulation, summary: Summary, framework: Framework, scale: Scale | None, passes: PassSummary | None = None
) -> str:
    """Return one HTML file: the same tables, plots, and where the pool is thin."""
    drawn = {
        "Capacités (logits)": [_scatter(found, framework), _errors(summary)],
        "Exposition": [
            bars(
                "Les dix questions les plus posées, et le plafond",
                [(item_id[4:], share) for item_id, share in summary.exposures[:_MOST]],
                up=Axis(title="part des tests", low=0),
                line=summary.cap,
            )
        ],
        "À chaque seuil (certifier : neuf chances sur dix)": [
            bars(
                "Faux oui à chaque seuil", [(one.name, one.false_pass) for one in summary.cuts], up=Axis(title="part")
            ),
            bars(
                "Faux non à chaque seuil", [(one.name, one.false_fail) for one in summary.cuts], up=Axis(title="part")
            ),
        ],
    }
    sections = [
        Section(title=caption, parts=[plots(drawn.get(caption, [])), table(caption, heads, rows)])
        for caption, heads, rows in [*tables(found, summary), *(passing_report.tables(passes) if passes else ())]
    ]
    return page(_title(found, summary), [*sections, _thin(found, framework, scale)], lead=assumptions(found))


def _scatter(found: Simulation, framework: Framework) -> str:
    some = found.outcomes[:400]
    ends = [-4.0, 4.0]
    return plot(
        "Capacité d’ensemble : vraie et estimée, avec les seuils",
        [
            Series(name="sans erreur", xs=ends, ys=ends),
            Series(
                name="une personne",
                xs=[one.whole for one in some],
                ys=[one.measurement.overall.mean for one in some],
                joined=False,
            ),
        ],
        across=Axis(title="vraie (logits)", low=-4, high=4),
        up=Axis(title="estimée (logits)", low=-4, high=4),
        marks=[(level.cut, level.id) for level in framework.levels],
        width=460,
        height=420,
    )


def _errors(summary: Summary) -> str:
    return bars(
        "Erreur selon le vrai niveau",
        [(one.level, one.accuracy.rmse) for one in summary.levels],
        up=Axis(title="RMSE (logits)", low=0),
        line=summary.overall.rmse,
    )


def _thin(found: Simulation, framework: Framework, scale: Scale | None) -> Section:
    abilities = np.linspace(-4.0, 4.0, 81)
    curve = plot(
        "Information du vivier selon la capacité",
        [
            Series(
                name="information",
                xs=abilities.tolist(),
                ys=bank_information.information(found.pool, framework, scale, abilities),
            )
        ],
        across=Axis(title="capacité (logits)"),
        up=Axis(title="information", low=0),
        marks=[(level.cut, level.id) for level in framework.levels],
    )
    places = bank_information.places(framework, found.pool, scale)
    rows = [
        (f"{one.area_id} {one.level_id}", one.items, one.information, "à écrire" if one.is_thin else "")
        for one in places
    ]
    return Section(
        title="Où le vivier est maigre",
        words=[told_thin(places)],
        parts=[
            curve,
            table("Information par domaine et niveau", ("Endroit", "Questions", "Information", "Avis"), rows),
        ],
    )
