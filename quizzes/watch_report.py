"""What the monitors say, for a human: flags on a terminal, everything on a page, each with what it means and does not mean."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from quizzes.charts import Axis, bars
from quizzes.differential import COMPARED_FROM
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
    "À capacité égale, un groupe réussit moins. B : à relire ; C : à relire d’abord. Delta négatif : plus difficile pour ce groupe.",
    "Ce n’est pas encore un biais : il faut une raison étrangère à ce que la question mesure. Sous 200 réponses par groupe, beaucoup échappe.",
)
#: What tells groups apart, and the groups, as the report says them.
ATTRIBUTE_WORDS: Mapping[str, str] = {
    "language": "langue du test",
    "age_band": "âge",
    "sex": "sexe",
    "first_language": "première langue",
}
GROUP_WORDS: Mapping[tuple[str, str], str] = {
    ("language", "fr"): "français",
    ("language", "en"): "anglais",
    ("sex", "female"): "femmes",
    ("sex", "male"): "hommes",
    ("first_language", "fr"): "français",
    ("first_language", "other"): "autre",
}
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
        (
            compared.difference.item_id,
            ATTRIBUTE_WORDS[compared.attribute],
            _group_word(compared.attribute, compared.group),
            compared.difference.reference,
            compared.difference.focal,
            compared.difference.delta,
            compared.difference.error,
            compared.difference.chi_square,
            compared.difference.ets,
        )
        for compared in found.differences
        if every or compared.difference.is_flagged
    ]


def _group_word(attribute: str, group: str) -> str:
    return GROUP_WORDS.get((attribute, group), group)


def told_groups(found: Watch) -> str:
    """Say how many people each group has, where that may be told, and how many flags chance alone would raise."""
    told = ", ".join(
        f"{ATTRIBUTE_WORDS[one.attribute]} {_group_word(one.attribute, one.group)} "
        + (f"{one.people}" if one.people is not None else f"moins de {COMPARED_FROM}")
        for one in found.groups
    )
    by_chance = (
        f" Par hasard seul : {found.flagged_by_chance:.1f} signes attendus sur {len(found.differences)} comparaisons."
    )
    return f"Personnes par groupe : {told}.{by_chance if found.differences else ''}"


def told_edited(found: Watch) -> str:
    """Say which answers were left aside since they were given to another text; "" where there are none."""
    if not found.edited:
        return ""
    listed = ", ".join(f"{item_id} ({count})" for item_id, count in found.edited.items())
    return f"Réponses à un texte modifié depuis, laissées de côté : {listed}."


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
            ("Question", "Selon", "Groupe", "Référence", "Ce groupe", "Delta", "±", "Khi-deux", "Classe"),
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
    parts = [_title(found), LEAD, told_groups(found), *filter(None, [told_edited(found)])]
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
    return page(_title(found), sections, lead=" ".join(filter(None, [LEAD, told_groups(found), told_edited(found)])))


def _title(found: Watch) -> str:
    return f"Surveillance {found.framework_code}, échelle {found.language} : {found.sittings} tests, {found.answers} réponses"
