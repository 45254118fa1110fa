"""Lessons of tests: one with everything, and one without a plain version nor an act."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from quizzes.bank import make_bank
from quizzes.facts import Fact
from quizzes.paths import LearningPath, load_modules
from quizzes.rules.drawings import inline
from tests.banks import SCREENS, both, framework, item
from tests.corpora import DRAWING, fact_data, sound

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from app.resources import Resources

WHOLE, BARE = "TST-1.1", "TST-1.2"


def with_lessons(loaded: Resources, root: Path, *, changed_on: date | None = None) -> Resources:
    """Return resources whose lessons are the small corpus's: TST-1.1 is whole, TST-1.2 is bare."""
    files = sound()
    files.bodies["TST-1.1.fr"] = "## Comment faire\n\nOuvrez le journal."
    files.bodies["TST-1.1.plain"] = "## Comment faire\n\nLisez."
    del files.heads["TST-1.2.plain"]
    for language in ("fr", "en"):
        for name in ("act", "illustration", "illustration_alt", "facts", "practice"):
            del files.heads[f"TST-1.2.{language}"][name]
    files.write(root)
    items = [
        item(1, kind="single_choice", stem=both("Premier exercice ?")),
        item(2, kind="simulation", screen=SCREENS["booking"], stem=both("Réservez en vidéo.")),
        item(3, kind="short_text", stem=both("Dernier exercice ?")),
    ]
    paths = (
        path("tout-le-monde", modules=[WHOLE, BARE]),
        path("patients", modules=[WHOLE], profiles=["patient"], attests=both("Rien de plus.")),
    )
    return replace(
        loaded,
        bank=make_bank([framework()], items),
        modules=load_modules((root,)),
        paths=paths,
        facts=(Fact.model_validate(fact_data(changed_on=changed_on)),),
        drawings={"dessin.svg": inline(DRAWING.encode())},
    )


def path(name: str, **overrides: object) -> LearningPath:
    fields = {
        "id": name,
        "framework": "TST",
        "title": both(name),
        "summary": both("Un résumé"),
        "assessment": "practice",
    }
    return LearningPath.model_validate({**fields, **overrides})
