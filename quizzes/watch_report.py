"""What the monitors say, for a human: flags on a terminal, everything on a page, each with what it means and does not mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from quizzes.charts import Axis, bars
from quizzes.pages import Section, columns, page, percent, plots, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quizzes.watch import Watch

    Rows = list[tuple[object, ...]]

LEAD = "Des signes pour un œil humain. Aucun ne sanctionne, ne retire une question ni n’accuse une personne."
_DRIFT = (
    "Les réponses à cette question s’éloignent de ce qu’on attend depuis la date indiquée.",
    "Plus facile : peut-être connue, ou la société a appris. Plus difficile : peut-être périmée ou mal traduite. Ce n’est pas une preuve de fuite.",
)
_DIFFERENCE = (
    "À capacité égale, un groupe réussit moins. B : à relire ; C : à relire d’abord. Delta négatif : plus difficile pour le second groupe.",
    "Ce n’est pas encore un biais : il faut une raison étrangère à ce que la question mesure. Sous 200 réponses par groupe, beaucoup échappe.",
)
_USE = (
    "La question est posée plus souvent que son plafond, ou jamais.",
    "Trop posée, elle finira connue : écrivez ses voisines. Jamais posée, elle est peut-être seulement trop facile ou trop difficile.",
)
_MISFIT = (
    "Les réponses de ce test ne se suivent pas comme chez une personne de cette capacité : moins d’un test honnête sur deux cents va aussi loin.",
    "Fatigue, interruption, aide, questions connues, handicap, hasard : le chiffre ne dit pas laquelle. Ce n’est jamais une fraude établie.",
)
_HASTE = (
    "Trois réponses ou plus en moins d’un cinquième du temps habituel.",
    "Quelqu’un qui connaît le sujet répond vite ; quelqu’un de pressé devine. La capacité est alors peut-être sous-estimée.",
)


def flagged_sittings(found: Watch) -> set[int]:
    """Return the sittings whose reference the report needs."""
    odd = {one.sitting for one in found.misfits if one.is_flagged}
    return odd | {one.sitting for one in found.hastes if one.is_flagged}


def _drifts(found: Watch, *, every: bool) -> Rows:
    return [
        (
            one.item_id,
            one.answers,
            "plus facile" if one.is_easier else "plus difficile",
            datetime.fromtimestamp(one.since, UTC).date().isoformat(),
            one.shift,
            one.peak,
            one.limit,
            "à regarder" if one.is_flagged else "",
        )
        for one in found.drifts
        if every or one.is_flagged
    ]


def _differences(found: Watch, *, every: bool) -> Rows:
    return [
        (one.item_id, group, one.reference, one.focal, one.delta, one.error, one.chi_square, one.ets)
        for group, one in found.differences
        if every or one.is_flagged
    ]


def _uses(found: Watch, *, every: bool) -> Rows:
    return [
        (
            one.item_id,
            one.policy_id,
            one.sittings,
            percent(one.share, 1),
            percent(one.cap),
            "au-dessus du plafond" if one.is_over else "jamais posée" if one.is_unused else "",
        )
        for one in found.uses
        if every or one.is_flagged
    ]


def _misfits(found: Watch, names: Mapping[int, str]) -> Rows:
    return [
        (names.get(one.sitting, "–"), one.answers, one.peak, percent(one.chance, 2))
        for one in found.misfits
        if one.is_flagged
    ]


def _hastes(found: Watch, names: Mapping[int, str]) -> Rows:
    return [(names.get(one.sitting, "–"), one.answers, one.rapid) for one in found.hastes if one.is_flagged]


def _tables(
    found: Watch, names: Mapping[int, str], *, every: bool
) -> list[tuple[str, tuple[str, str], Sequence[str], Rows]]:
    return [
        (
            "Dérive des questions",
            _DRIFT,
            ("Question", "Réponses", "Sens", "Depuis", "Écart", "Cumul", "Limite", "Avis"),
            _drifts(found, every=every),
        ),
        (
            "Traitement inégal de deux groupes",
            _DIFFERENCE,
            ("Question", "Groupe", "Référence", "Ce groupe", "Delta", "±", "Khi-deux", "Classe"),
            _differences(found, every=every),
        ),
        ("Exposition", _USE, ("Question", "Test", "Passations", "Part", "Plafond", "Avis"), _uses(found, every=every)),
        (
            "Tests inattendus",
            _MISFIT,
            ("Test", "Réponses", "Cumul", "Tests honnêtes aussi loin"),
            _misfits(found, names),
        ),
        ("Réponses très rapides", _HASTE, ("Test", "Réponses", "Rapides"), _hastes(found, names)),
    ]


def text(found: Watch, names: Mapping[int, str]) -> str:
    """Return what is flagged, for a terminal."""
    parts = [_title(found), LEAD]
    for title, (means, _not), heads, rows in _tables(found, names, every=False):
        parts.append(f"{title}\n{means}\n{columns(heads, rows)}" if rows else f"{title} : rien à regarder.")
    return "\n\n".join(parts)


def render(found: Watch, names: Mapping[int, str]) -> str:
    """Return everything on one page; of sittings, only the flagged ones."""
    drawn = {
        "Dérive des questions": bars(
            "Cumul sur limite des dix questions qui dérivent le plus ; au-dessus de 1, à regarder",
            [
                (one.item_id[4:], one.peak / one.limit)
                for one in sorted(found.drifts, key=lambda one: -one.peak / one.limit)[:10]
            ],
            up=Axis(title="cumul / limite", low=0),
            line=1.0,
        )
    }
    sections = [
        Section(
            title=title,
            words=(f"Ce que cela veut dire : {means}", f"Ce que cela ne veut pas dire : {is_not}"),
            parts=[
                plots([drawn[title]] if title in drawn else []),
                table(title, heads, rows) if rows else "<p>Rien à regarder.</p>",
            ],
        )
        for title, (means, is_not), heads, rows in _tables(found, names, every=True)
    ]
    return page(_title(found), sections, lead=LEAD)


def _title(found: Watch) -> str:
    return f"Surveillance {found.framework_code}, échelle {found.language} : {found.sittings} tests, {found.answers} réponses"
