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


def framework_data(code: str = "TST", *, area_count: int = 2, **overrides: Any) -> dict[str, Any]:
    """A framework as a file would hold it."""
    return {
        "code": code,
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
                "id": f"{code}-{area}",
                "slug": f"domaine-{area}",
                "title": both(f"Domaine {area}"),
                "competencies": [
                    {"id": f"{code}-{area}.{one}", "slug": "x", "title": both(f"Compétence {area}.{one}")}
                    for one in (1, 2)
                ],
            }
            for area in range(1, area_count + 1)
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
#: Types whose answer is chosen or typed: the bank's, which frozen sittings rest on.
WRITTEN = tuple(_TYPES)

#: Screens of three kinds: switches; a menu on each message; menus, a text and a switch that does not count.
SCREENS: dict[str, dict[str, Any]] = {
    "settings": {
        "kind": "settings",
        "tool": {"fr": "Carnet Lilas", "en": "Carnet Lilas"},
        "title": {"fr": "Qui peut voir mes documents ?", "en": "Who can see my documents?"},
        "sections": [
            {
                "body": {
                    "fr": "Vous pouvez changer d’avis à tout moment. La personne n’est pas prévenue.",
                    "en": "You can change your mind at any time. The person is not told.",
                },
                "controls": [
                    {
                        "kind": "switch",
                        "id": name,
                        "label": {"fr": label, "en": label},
                        "note": {"fr": note, "en": f"{note} (en)"},
                        "initial": initial,
                        "expected": expected,
                        "feedback": {"fr": f"Regardez encore {label}.", "en": f"Look at {label} again."},
                    }
                    for name, label, note, initial, expected in (
                        ("belkacem", "Dr Samira Belkacem", "Médecin traitante. Dernier accès : hier.", True, True),
                        ("brunel", "Claire Brunel", "Kinésithérapeute. Dernier accès : 4 septembre.", True, False),
                        ("vauban", "Laboratoire Vauban", "N’a jamais ouvert vos documents.", False, False),
                    )
                ],
            },
            {
                "title": {"fr": "En cas d’urgence", "en": "In an emergency"},
                "body": {
                    "fr": "Les équipes de secours peuvent consulter votre carnet. Chaque ouverture est notée.",
                    "en": "Rescue teams can open your record. Each opening is written down.",
                },
            },
        ],
    },
    "mailbox": {
        "kind": "mailbox",
        "tool": {"fr": "Courrier Galet", "en": "Courrier Galet"},
        "title": {"fr": "Boîte de réception", "en": "Inbox"},
        "sections": [
            {
                "title": {"fr": subject, "en": f"{subject} (en)"},
                "facts": [
                    {"label": {"fr": "De", "en": "From"}, "value": {"fr": sender, "en": sender}},
                    {"label": {"fr": "Reçu", "en": "Received"}, "value": {"fr": when, "en": when}},
                ],
                "body": {"fr": words, "en": f"{words} (en)"},
                "controls": [
                    {
                        "kind": "menu",
                        "id": name,
                        "label": {"fr": "Que faites-vous de ce message ?", "en": "What do you do with it?"},
                        "options": [
                            {"id": "keep", "text": {"fr": "Le garder", "en": "Keep it"}},
                            {"id": "open", "text": {"fr": "Ouvrir le lien", "en": "Open the link"}},
                            {"id": "report", "text": {"fr": "Le signaler", "en": "Report it"}},
                            {"id": "forward", "text": {"fr": "Le transférer à un proche", "en": "Forward it"}},
                        ],
                        "expected": [expected],
                        "feedback": {"fr": f"Relisez l’adresse : {sender}.", "en": f"Read the address: {sender}."},
                    }
                ],
            }
            for name, subject, sender, when, words, expected in (
                (
                    "first",
                    "Votre rendez-vous de mardi",
                    "secretariat@cabinet-des-tilleuls.exemple",
                    "24 novembre, 9 h 12",
                    "Bonjour,\nVotre rendez-vous est confirmé mardi à 10 h. Rien à faire de votre côté.",
                    "keep",
                ),
                (
                    "second",
                    "Remboursement en attente : action immédiate",
                    "service@rembours-sante-urgent.exemple",
                    "24 novembre, 23 h 58",
                    "Cher client,\nVotre remboursement de 214 € sera annulé dans 2 heures. Donnez vite votre carte.",
                    "report",
                ),
            )
        ],
    },
    "booking": {
        "kind": "booking",
        "tool": {"fr": "Agenda Récif", "en": "Agenda Récif"},
        "title": {"fr": "Prendre rendez-vous", "en": "Book an appointment"},
        "sections": [
            {
                "title": {"fr": "Votre rendez-vous", "en": "Your appointment"},
                "controls": [
                    {
                        "kind": "menu",
                        "id": "mode",
                        "label": {"fr": "Comment ?", "en": "How?"},
                        "options": [
                            {"id": "there", "text": {"fr": "Au cabinet", "en": "At the surgery"}},
                            {"id": "video", "text": {"fr": "En vidéo", "en": "By video"}},
                        ],
                        "initial": "there",
                        "expected": ["video"],
                        "feedback": {"fr": "Le rendez-vous est encore au cabinet.", "en": "It is at the surgery."},
                    },
                    {
                        "kind": "entry",
                        "id": "reason",
                        "label": {"fr": "Motif, en un mot", "en": "Reason, in one word"},
                        "note": {"fr": "Ce que le médecin lira.", "en": "What the doctor will read."},
                        "accepted": {"fr": ["renouvellement"], "en": ["renewal"]},
                        "normalise": {"slips": 1},
                        "feedback": {"fr": "Le motif ne dit pas un renouvellement.", "en": "Not a renewal."},
                    },
                    {
                        "kind": "switch",
                        "id": "reminder",
                        "label": {"fr": "Recevoir un rappel", "en": "Get a reminder"},
                    },
                ],
            }
        ],
    },
}
_TYPES["simulation"] = {"screen": SCREENS["settings"]}
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


def bank(per_competency: int = 8, *, kinds: tuple[str, ...] = WRITTEN) -> Bank:
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
