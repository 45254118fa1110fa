"""A small corpus that every rule accepts, as files: each test breaks one thing of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from quizzes.fingerprint import fingerprint
from quizzes.items import ITEM
from quizzes.rules.corpus import read_corpus
from quizzes.rules.demands import Amounts
from tests.banks import SCREENS, both, framework_data, item_data

if TYPE_CHECKING:
    from pathlib import Path

    from quizzes.rules.corpus import Corpus

TODAY = date(2026, 12, 1)
COMPETENCIES = ("TST-1.1", "TST-1.2", "TST-2.1", "TST-2.2")
#: What the small corpus is held to.
AMOUNTS = {
    "TST": Amounts(
        competencies=4, open_items=3, reserved_items=1, levels=("L1", "L2"), plain=True, simple_levels=("L1",)
    )
}
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 260"><rect width="640" height="260" fill="#E6EFEE"/></svg>'
#: Nouns that no two stems share.
_NOUNS = [
    "lampe",
    "chien",
    "mouton",
    "garage",
    "panier",
    "navire",
    "bouton",
    "citron",
    "tambour",
    "fourmi",
    "rideau",
    "marteau",
    "jardin",
    "wagon",
    "plateau",
    "cheval",
]
_KINDS = ("single_choice", "simulation", "short_text", "simulation")


def fact_data(**overrides: Any) -> dict[str, Any]:
    return {
        "id": "le-fait",
        "statement": both("Un fait."),
        "confidence": "F",
        "source_url": "https://example.com/fait",
        "checked_on": date(2026, 11, 24),
        "review_on": date(2027, 11, 24),
        **overrides,
    }


def head(competency: str, language: str, *, variant: str = "standard") -> dict[str, Any]:
    return {
        "id": competency,
        "language": language,
        "variant": variant,
        "competency": competency,
        "title": "Titre",
        "summary": "Une phrase.",
        "minutes": 8,
        "sources": [{"title": name, "url": f"https://example.com/{name}"} for name in "ab"],
        "checked_on": date(2026, 11, 24),
        "review_on": date(2027, 11, 24),
        "act": "Ouvrez le journal.",
        "practice": [f"{competency}-0{number}" for number in (1, 2, 3)],
        "facts": ["le-fait"],
        "illustration": "dessin.svg",
        "illustration_alt": "Un rectangle.",
    }


def body(words: int, *, language: str = "fr") -> str:
    title = "## Si vous ne pouvez pas le faire en ligne" if language == "fr" else "## If you cannot do it online"
    return f"{title}\n\n" + "Voici une phrase courte. " * ((words - 10) // 4)


@dataclass
class Files:
    """The files of the corpus, as data: changed by a test, then written."""

    framework: dict[str, Any] = field(default_factory=framework_data)
    items: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=lambda: [fact_data()])
    heads: dict[str, dict[str, Any]] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    drawings: dict[str, str] = field(default_factory=lambda: {"dessin.svg": DRAWING})
    path: dict[str, Any] = field(default_factory=dict)
    scales: dict[str, dict[str, Any]] = field(default_factory=dict)

    def item(self, item_id: str) -> dict[str, Any]:
        return next(one for one in self.items if one["id"] == item_id)

    def write(self, root: Path) -> None:
        _dump(root / "frameworks/TST.yaml", self.framework)
        _dump(root / "items/TST.yaml", self.items)
        _dump(root / "facts/TST.yaml", self.facts)
        _dump(root / "paths/essai.yaml", self.path)
        for name, scale in self.scales.items():
            _dump(root / f"scales/{name}.yaml", scale)
        (root / "modules/illustrations").mkdir(parents=True)
        for name, one in self.heads.items():
            text = f"---\n{yaml.safe_dump(one, allow_unicode=True, sort_keys=False)}---\n{self.bodies[name]}\n"
            (root / f"modules/{name}.md").write_text(text, encoding="utf-8")
        for name, drawing in self.drawings.items():
            (root / "modules/illustrations" / name).write_text(drawing, encoding="utf-8")

    def read(self, root: Path, *, today: date = TODAY) -> Corpus:
        self.write(root)
        return read_corpus((root,), today=today)


def _dump(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def scale_line(files: Files, item_id: str = "TST-1.1-02") -> dict[str, Any]:
    """What 250 answers have taught of an item as it is now."""
    return {
        "answers": 250,
        "difficulty": 0.3,
        "difficulty_error": 0.1,
        "fingerprint": fingerprint(ITEM.validate_python(files.item(item_id)), "fr"),
    }


def scale_data(files: Files, **overrides: Any) -> dict[str, Any]:
    """A scale with a line for one item, as a file would hold it."""
    return {
        "framework": "TST",
        "language": "fr",
        "made_on": date(2026, 11, 25),
        "people": 300,
        "items": {"TST-1.1-02": scale_line(files)},
        **overrides,
    }


def sound() -> Files:
    """Return a corpus without a fault."""
    files = Files()
    nouns = iter(_NOUNS)
    for competency in COMPETENCIES:
        for number, kind in enumerate(_KINDS, 1):
            extra: dict[str, Any] = {"screen": SCREENS["settings"]} if kind == "simulation" else {}
            one = item_data(number, kind=kind, competency=competency, **extra)
            one = copy.deepcopy(one)  # options and screens are shared by all that is built
            one |= {
                "level": "L1" if number % 2 else "L2",
                "pool": "reserved" if number == 4 else "open",
                "situation": number < 3,
                "stem": both(f"Où est le {next(nouns)} ?"),
            }
            files.items.append(one)
        for language, variant in (("fr", "standard"), ("en", "standard"), ("fr", "plain")):
            name = f"{competency}.{'plain' if variant == 'plain' else language}"
            files.heads[name] = head(competency, language, variant=variant)
            files.bodies[name] = body(400 if variant == "plain" else 700, language=language)
    files.item("TST-1.1-03").update(ground="fact", confidence="F", facts=["le-fait"])
    files.path = {
        "id": "essai",
        "framework": "TST",
        "title": both("Essai"),
        "summary": both("Essai"),
        "modules": ["TST-1.1"],
        "assessment": "practice",
        "profiles": ["patient"],
        "attests": both("Rien."),
    }
    return files
