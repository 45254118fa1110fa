"""The report of a calibration, for those who write items: fit, information against the cuts, exposure, what to write next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from quizzes import bank_information, calibration, fit
from quizzes.bank_information import THIN, told_thin
from quizzes.charts import Axis, Series, bars, plot
from quizzes.pages import Section, page, percent, plots, table, told
from quizzes.population import NODES
from quizzes.response import SCORES
from quizzes.scale import CALIBRATED_FROM, SLOPES_FROM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from quizzes.calibration import Calibration
    from quizzes.fit import ItemFit
    from quizzes.framework import Framework
    from quizzes.items import Item
    from quizzes.recalibration import Gathered, Shift
    from quizzes.scale import Scale

    Array = NDArray[np.float64]

_ABILITIES: Array = np.linspace(-4.0, 4.0, 81)
#: Plots are drawn for the items that fit worst.
DRAWN = 12


def fits_of(gathered: Gathered, found: Calibration) -> list[ItemFit | None]:
    """Return the fit of each item, in the order of the rows."""
    chances = calibration.chances(gathered.design, found)
    predicted = fit.predict(
        gathered.table, gathered.design.areas, chances, found.prior(int(gathered.design.areas.max()) + 1)
    )
    return [
        fit.fit_of(
            predicted,
            np.flatnonzero(gathered.table.item == row),
            estimated=0 if gathered.design.held[row] else 1 + int(found.answers[row] >= SLOPES_FROM),
        )
        for row in range(len(gathered.items))
    ]


def render(
    gathered: Gathered,
    found: Calibration,
    scale: Scale,
    *,
    pools: Sequence[tuple[str, Sequence[Item]]],
    moved: Shift | None = None,
) -> str:
    """Return the report as one HTML file.

    Args:
        pools: Name of each pool, and all its items in the bank.
        moved: How far items moved from the scale in use; None where there is none.
    """
    fits = fits_of(gathered, found)
    language = {"fr": "français", "en": "anglais"}[scale.language]
    sections = [
        _summary(gathered, found, scale, moved),
        _fit(gathered, found, fits),
        *(_bank(name, items, gathered.framework, scale) for name, items in pools),
        _exposure(gathered),
    ]
    title = f"Calibrage {scale.framework}, {language}, {scale.made_on.isoformat()}"
    lead = "Ce que les réponses ont appris des questions. À lire avant de mettre l’échelle en service."
    return page(title, sections, lead=lead)


def told_edited(gathered: Gathered) -> str:
    """Say in French which answers were left aside because their item was edited since."""
    named = ", ".join(f"{item_id} ({count})" for item_id, count in gathered.edited.items())
    return (
        f"Questions modifiées depuis que des gens y ont répondu : {named}. "
        "Ces réponses, données à l’ancien texte, sont laissées de côté."
    )


def told_shift(moved: Shift) -> str:
    """Say in French how far items moved from the scale in use, and what follows where its zero has moved."""
    told_move = (
        f"Par rapport à l’échelle en service, les {moved.items} questions calibrées dans les deux bougent de {told(moved.mean)} logit "
        f"en moyenne (écart type {told(moved.spread)})."
    )
    if not moved.is_large:
        return told_move
    return (
        f"{told_move} Le zéro a bougé : les mêmes seuils ne demanderaient plus la même chose. Recommencez avec --hold-calibrated, "
        "ou ne la mettez pas en service."
    )


def _summary(gathered: Gathered, found: Calibration, scale: Scale, moved: Shift | None) -> Section:
    correlation = "–"
    if found.correlation is not None and found.correlation_error is not None:
        at_the_end = math.isnan(found.correlation_error)
        told_error = "au bout de ce qui est essayé" if at_the_end else f"± {found.correlation_error:.2f}"
        correlation = f"{found.correlation:.2f} {told_error}"
    rows: list[tuple[str, object]] = [
        ("Personnes", gathered.people),
        ("Tests", gathered.table.people),
        ("Réponses", len(gathered.table)),
        ("Réponses à un ancien texte, laissées de côté", sum(gathered.edited.values())),
        ("Questions", len(gathered.items)),
        (f"Questions à {CALIBRATED_FROM} réponses ou plus", int((found.answers >= CALIBRATED_FROM).sum())),
        (f"Questions à moins de {SLOPES_FROM} réponses (pente 1)", int((found.answers < SLOPES_FROM).sum())),
        ("Moyenne des capacités (logits)", found.mean),
        ("Écart type des capacités (logits)", found.spread),
        ("Corrélation entre domaines, estimée", correlation.replace(".", ",")),
        ("Corrélation inscrite dans l’échelle", "aucune" if scale.correlation is None else scale.correlation),
        ("Tours de calcul", found.rounds),
        ("Calcul stabilisé", "oui" if found.converged else "non : ne mettez pas cette échelle en service"),
    ]
    words = [told_edited(gathered)] if gathered.edited else []
    words += [told_shift(moved)] if moved else []
    return Section(title="En bref", words=words, parts=[table("Population et calcul", ("Grandeur", "Valeur"), rows)])


def _fit(gathered: Gathered, found: Calibration, fits: Sequence[ItemFit | None]) -> Section:
    rows = [
        (
            item.id,
            int(found.answers[row]),
            float(found.difficulty[row]),
            float(found.difficulty_error[row]),
            float(found.slope[row]),
            float(found.slope_error[row]),
            None if own is None else own.chi_square,
            None if own is None else f"{own.chance:.3f}".replace(".", ","),
            None if own is None else own.misfit,
            "à relire" if own is not None and own.is_suspect else "",
        )
        for row, (item, own) in enumerate(zip(gathered.items, fits, strict=True))
    ]
    judged = [(own.chance, row) for row, own in enumerate(fits) if own is not None]
    chances = calibration.chances(gathered.design, found)
    drawn = [_curve(gathered.items[row], chances[row], fits[row]) for _chance, row in sorted(judged)[:DRAWN]]
    heads = ("Question", "Réponses", "b", "± b", "a", "± a", "Khi-deux", "p", "Écart moyen", "Avis")
    return Section(
        title="Chaque question répond-elle au modèle ?",
        words=(
            (
                "Pour chaque réponse, la capacité de la personne vient de ses autres réponses seulement. Les personnes sont rangées en cinq "
                "groupes de capacité ; le score observé de chaque groupe est comparé au score attendu. Le khi-deux est la somme des carrés des "
                "résidus standardisés (groupes de Yen, 1981, Q1 ; question tenue hors de son propre critère, à l’idée d’Orlando et Thissen, 2000)."
            ),
            (
                f"« À relire » : p sous {told(fit.SIGNIFICANT)} et écart moyen d’au moins {told(fit.LARGE)}. Une question à relire n’est "
                "pas fausse : clé, énoncé ambigu, option trop tentante, sujet à part, changement de loi sont à regarder d’abord."
            ),
        ),
        parts=[table("Questions", heads, rows), plots(drawn)],
    )


def _curve(item: Item, chances: Array, own: ItemFit | None) -> str:
    strata = () if own is None else own.strata
    expected = np.array(SCORES) @ chances
    inside = np.abs(NODES) <= 4
    return plot(
        f"{item.id} : score observé (points) et attendu (courbe) selon la capacité",
        [
            Series(name="attendu", xs=NODES[inside].tolist(), ys=expected[inside].tolist()),
            Series(
                name=f"observé, {item.id}",
                xs=[one.ability for one in strata],
                ys=[one.observed for one in strata],
                errors=[1.96 * one.error for one in strata],
                joined=False,
            ),
        ],
        across=Axis(title="capacité (logits)", low=-4, high=4),
        up=Axis(title="score", low=0, high=1),
        width=360,
        height=240,
    )


def _bank(name: str, items: Sequence[Item], framework: Framework, scale: Scale) -> Section:
    cuts = [(level.cut, level.id) for level in framework.levels]
    whole = bank_information.information(items, framework, scale, _ABILITIES)
    drawn = plot(
        f"Information du vivier {name} selon la capacité, et seuils des niveaux",
        [Series(name="information", xs=_ABILITIES.tolist(), ys=whole)],
        across=Axis(title="capacité (logits)"),
        up=Axis(title="information", low=0),
        marks=cuts,
    )
    places = bank_information.places(framework, items, scale)
    at_cuts = bank_information.information(items, framework, scale, np.array([cut for cut, _name in cuts]))
    words = (
        told_thin(places),
        f"Un endroit est maigre quand l’information du domaine au milieu du niveau est sous {percent(THIN)} de la moyenne des endroits.",
    )
    rows = [
        (f"{one.area_id} {one.level_id}", one.items, one.information, "à écrire" if one.is_thin else "")
        for one in places
    ]
    return Section(
        title=f"Vivier {name} : où l’on mesure, et quoi écrire ensuite",
        words=words,
        parts=[
            drawn,
            table(
                "Information aux seuils",
                ("Seuil", "Information"),
                [(n, v) for (_c, n), v in zip(cuts, at_cuts, strict=True)],
            ),
            table("Information par domaine et niveau", ("Endroit", "Questions", "Information", "Avis"), rows),
        ],
    )


def _exposure(gathered: Gathered) -> Section:
    shares = sorted(
        zip((gathered.table.counts / gathered.table.people).tolist(), gathered.items, strict=True),
        key=lambda one: (-one[0], one[1].id),
    )
    return Section(
        title="Quelles questions servent le plus ?",
        words=("Part des tests retenus ici, de tous les viviers, dans lesquels chaque question a été posée.",),
        parts=[
            bars(
                "Les dix questions les plus posées",
                [(item.id[4:], share) for share, item in shares[:10]],
                up=Axis(title="part des tests"),
            ),
            table(
                "Exposition", ("Question", "Part des tests"), [(item.id, percent(share, 1)) for share, item in shares]
            ),
        ],
    )
