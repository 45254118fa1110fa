"""What always holds: what content names exists, drawings are safe, words that are not ours to use are not used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from quizzes.rules.drawings import unsafe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quizzes.errors import Fault
    from quizzes.items import Item
    from quizzes.rules.corpus import Corpus

_EVERYTHING = re.compile(
    r"\b(toutes les (réponses|propositions)|aucune (des|de ces) (réponses|propositions)|(all|none) of the (above|answers))\b",
    re.IGNORECASE,
)
_FALC = re.compile(r"\bFALC\b|facile à lire et à comprendre", re.IGNORECASE)


def facts_exist(corpus: Corpus) -> Iterator[Fault]:
    """Each fact that an item or a module names is in the register."""
    remedy = "Ajoutez-le au registre (facts/) ou corrigez son identifiant."
    for one in corpus.items.values():
        for name in one.item.facts:
            if name not in corpus.facts:
                yield one.fault("facts", f"fait inconnu, {name}.", remedy)
    for module in corpus.modules:
        for name in module.module.facts:
            if name not in corpus.facts:
                yield module.fault("facts", f"fait inconnu, {name}.", remedy)


def practice_items(corpus: Corpus) -> Iterator[Fault]:
    """A module practises with open items of its own competency."""
    for one in corpus.modules:
        for name in one.module.practice:
            placed = corpus.items.get(name)
            if placed is None:
                yield one.fault("practice", f"question inconnue, {name}.", "Corrigez l’identifiant.")
            elif placed.item.pool != "open":
                yield one.fault("practice", f"{name} est réservée.", "Prenez une question du vivier ouvert.")
            elif placed.item.competency != one.module.competency:
                yield one.fault("practice", f"{name} mesure une autre compétence.", "Prenez-en une de cette leçon.")


def module_competencies(corpus: Corpus) -> Iterator[Fault]:
    """A module teaches a competency of a framework."""
    for one in corpus.modules:
        framework = corpus.frameworks.get(one.module.competency.partition("-")[0])
        if framework is None or not framework.has_competency(one.module.competency):
            message = f"compétence inconnue, {one.module.competency}."
            yield one.fault("competency", message, "Prenez un identifiant du référentiel.")


def path_frameworks(corpus: Corpus) -> Iterator[Fault]:
    """A path leads to a test of a framework that exists."""
    for one in corpus.paths:
        if one.path.framework not in corpus.frameworks:
            message = f"{one.path.id} : référentiel inconnu, {one.path.framework}."
            yield one.fault(("framework",), message, "Prenez le code d’un référentiel.")


def illustrations(corpus: Corpus) -> Iterator[Fault]:
    """A drawing that a module names exists, only draws, and is told in words."""
    for one in corpus.modules:
        name = one.module.illustration
        if name is None:
            continue
        if one.module.illustration_alt is None:
            message = "le dessin n’est pas décrit (illustration_alt)."
            yield one.fault("illustration", message, "Dites en une phrase ce qu’il montre.")
        if name not in corpus.illustrations:
            message = f"dessin introuvable, {name}."
            yield one.fault("illustration", message, "Placez-le dans modules/illustrations/.")
        elif (reason := unsafe(corpus.illustrations[name])) is not None:
            yield one.fault("illustration", f"{name} : {reason}.", "Gardez des formes simples, sans style ni script.")


def nothing_of_the_above(corpus: Corpus) -> Iterator[Fault]:
    """No option speaks of the others: the order in which they are shown is drawn, and guessing is taught by it."""
    for one in corpus.items.values():
        for text in _option_texts(one.item):
            if _EVERYTHING.search(text):
                yield one.fault("options", f"« {text} » parle des autres options.", "Écrivez une vraie réponse.")


def _option_texts(item: Item) -> list[str]:
    options = getattr(item, "options", ())
    return [text for option in options for text in (option.text.fr, option.text.en)]


def falc_is_earned(corpus: Corpus) -> Iterator[Fault]:
    """The word FALC is used only of what readers concerned have read."""
    for one in corpus.modules:
        module = one.module
        if module.falc_reviewed_by is None and _FALC.search(f"{module.title} {module.summary} {one.body}"):
            message = "le mot FALC demande la relecture de personnes concernées (falc_reviewed_by)."
            yield one.fault("falc_reviewed_by", message, "Dites « français simple », ou faites relire.")
