"""A small bank for tests: one framework, two areas of two competencies, every type in each pool."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from quizzes.bank import Bank, make_bank
from quizzes.framework import Bilingual, Framework
from quizzes.items import ITEM

if TYPE_CHECKING:
    from quizzes.items import Item

LEVELS = (("L1", -1.2, -1.6), ("L2", -0.4, -0.8), ("L3", 0.4, 0.0), ("L4", 1.2, 0.8))


def both(text: str) -> dict[str, str]:
    """The same words in both languages, told apart."""
    return {"fr": f"{text} (fr)", "en": f"{text} (en)"}


def framework_data(**overrides: Any) -> dict[str, Any]:
    """A framework as a file would hold it."""
    return {
        "code": "TST",
        "version": "1.0",
        "title": both("Essai"),
        "audience": both("Essayeurs"),
        "levels": [
            {
                "id": name,
                "title": both(name),
                "descriptor": both(name),
                "difficulty": difficulty,
                "cut": cut,
                "digcomp": "x",
            }
            for name, difficulty, cut in LEVELS
        ],
        "areas": [
            {
                "id": f"TST-{area}",
                "slug": f"domaine-{area}",
                "title": both(f"Domaine {area}"),
                "competencies": [
                    {"id": f"TST-{area}.{one}", "slug": "x", "title": both(f"Compétence {area}.{one}")}
                    for one in (1, 2)
                ],
            }
            for area in (1, 2)
        ],
        **overrides,
    }


def framework(**overrides: Any) -> Framework:
    return Framework.model_validate(framework_data(**overrides))


_TYPES: dict[str, dict[str, Any]] = {
    "single_choice": {
        "options": [
            {"id": "a", "text": both("juste"), "correct": True},
            {"id": "b", "text": both("faux b"), "feedback": both("pas b")},
            {"id": "c", "text": both("faux c"), "feedback": both("pas c")},
            {"id": "d", "text": both("faux d"), "feedback": both("pas d")},
        ]
    },
    "multiple_choice": {
        "choose": 2,
        "options": [
            {"id": "a", "text": both("juste a"), "correct": True},
            {"id": "b", "text": both("faux b"), "feedback": both("pas b")},
            {"id": "c", "text": both("juste c"), "correct": True},
            {"id": "d", "text": both("faux d"), "feedback": both("pas d")},
        ],
    },
    "short_text": {
        "accepted": {"fr": ["réponse"], "en": ["answer"]},
        "normalise": {"slips": 1},
        "hint": both("Un mot"),
    },
    "ordering": {"steps": [{"id": one, "text": both(f"étape {one}")} for one in "abc"]},
    "matching": {
        "pairs": [{"id": one, "left": both(f"gauche {one}"), "right": both(f"droite {one}")} for one in "abc"],
        "decoys": [{"id": "x", "right": both("leurre")}],
    },
}
TYPES = tuple(_TYPES)


def item_data(
    number: int = 1, *, kind: str = "short_text", competency: str = "TST-1.1", **overrides: Any
) -> dict[str, Any]:
    """An item as a file would hold it."""
    return {
        "id": f"{competency}-{number:02d}",
        "competency": competency,
        "level": "L2",
        "pool": "open",
        "type": kind,
        "stem": both("Question ?"),
        "explanation": both("Parce que."),
        "ground": "given",
        "confidence": "given",
        "source_url": "https://example.com/source",
        "checked_on": date(2026, 11, 24),
        "review_on": date(2027, 11, 24),
        **_TYPES[kind],
        **overrides,
    }


def item(number: int = 1, **overrides: Any) -> Item:
    return ITEM.validate_python(item_data(number, **overrides))


def bank(per_competency: int = 8, *, kinds: tuple[str, ...] = TYPES) -> Bank:
    """A bank with that many items for each competency and pool, over the levels and types in turn."""
    items = []
    number = 0
    for area in (1, 2):
        for one in (1, 2):
            competency = f"TST-{area}.{one}"
            for pool in ("open", "reserved"):
                for place in range(per_competency):
                    number += 1
                    items.append(
                        item(
                            (place if pool == "open" else place + 50) + 1,
                            kind=kinds[number % len(kinds)],
                            competency=competency,
                            pool=pool,
                            level=f"L{place % 4 + 1}",
                        )
                    )
    return make_bank([framework()], items)


def text(words: str) -> Bilingual:
    return Bilingual(fr=words, en=words)
