"""What pass rules do to made-up people, told in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizzes.pages import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizzes.passing_summary import PassSummary

    Rows = list[tuple[object, ...]]


def tables(found: PassSummary) -> list[tuple[str, Sequence[str], Rows]]:
    """Return caption, heads and rows of each table."""
    low, high = found.required
    return [
        (
            f"Réussite au seuil nominal ({found.cut:g} % des points du vivier, provisoire)",
            ("", "Valeur"),
            [
                ("Seuil, en logits", found.cut_ability),
                ("Points demandés par les formulaires", f"{low:.1f} à {high:.1f} %".replace(".", ",")),
                ("Vraiment au seuil ou au-dessus", percent(found.above, 1)),
                ("Réussissent", percent(found.passed, 1)),
                ("Réussissent sous le seuil", percent(found.passed_below, 1)),
                ("Échouent au seuil ou au-dessus", percent(found.failed_above, 1)),
                ("Vraiment au seuil, et chaque domaine à son minimum", percent(found.deserving, 1)),
                ("Réussissent sans cela", percent(found.false_pass, 1)),
                ("Échouent malgré cela", percent(found.false_fail, 1)),
                ("Vrai total dans la fourchette annoncée", percent(found.covered, 1)),
                ("Largeur de la fourchette, en points de pourcentage", found.width),
            ],
        ),
        (
            "Selon les vrais points (en % du vivier)",
            (
                "Vrais points", "Personnes", "Réussissent", "Le méritent", "… et réussissent", "… échec : domaine", "… échec : thème",
                "Échec : points", "Domaine", "Domaine seul", "Thème", "Thème seul", "Seconde série", "Si le domaine était jugé aux points",
            ),
            [
                (
                    f"{one.low} à {one.high}", one.people,
                    *(percent(share, 1) for share in (
                        one.passed, one.deserving, one.deserving_passed, one.deserving_by_areas, one.deserving_by_themes,
                        one.by_points, one.by_areas, one.by_areas_only, one.by_themes, one.by_themes_only, one.second_sets,
                        one.by_plain_areas,
                    )),
                )
                for one in found.bands
            ],
        ),
    ]  # fmt: skip
