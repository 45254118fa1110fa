"""What makes an item or a lesson good, as far as a program can tell."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Protocol

from quizzes.items import SingleChoice
from quizzes.rules import demands, readability

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from quizzes.bank import PlacedItem
    from quizzes.errors import Fault
    from quizzes.rules.corpus import Corpus


class Placed(Protocol):
    """Anything that stands in a file and can say where."""

    def fault(self, field_name: str, message: str, remedy: str) -> Fault:
        """Return a fault at one of its fields."""


_OFFLINE = {
    "fr": re.compile(r"^#+ .*\b(en ligne|internet|ordinateur)\b", re.MULTILINE | re.IGNORECASE),
    "en": re.compile(r"^#+ .*\b(online|internet|computer)\b", re.MULTILINE | re.IGNORECASE),
}
_CONTENT_WORD = re.compile(r"[a-zà-öø-ÿœ]{4,}|\d+")


def fact_items_name_a_fact(corpus: Corpus) -> Iterator[Fault]:
    """An item whose answer rests on a fact names it, so that it is read again when the fact changes."""
    for one in corpus.items.values():
        if one.item.ground == "fact" and not one.item.facts:
            yield one.fault("ground", "aucun fait n’est nommé.", "Ajoutez facts: [identifiant du registre].")


def easy_to_read(corpus: Corpus) -> Iterator[Fault]:
    """What is read before answering an item of a simple level is easy to read."""
    for code, wanted in demands.AMOUNTS.items():
        for one in corpus.items_of(code):
            if one.item.level not in wanted.simple_levels:
                continue
            found = readability.read(_read_first(one))
            if found is None:
                continue
            if found.score < demands.LEAST_READABLE:
                message = f"lisibilité {found.score:.0f} (Kandel et Moles), il en faut {demands.LEAST_READABLE:.0f}."
                yield one.fault("stem", message, "Prenez des mots plus courts.")
            if found.words_per_sentence > demands.MOST_SENTENCE_WORDS:
                message = f"{found.words_per_sentence:.0f} mots par phrase, {demands.MOST_SENTENCE_WORDS:.0f} au plus."
                yield one.fault("stem", message, "Coupez les phrases.")


def _read_first(one: PlacedItem) -> str:
    context = one.item.context
    return one.item.stem.fr if context is None else f"{one.item.stem.fr}\n{context.body.fr}"


def the_longest_is_not_the_right_one(corpus: Corpus) -> Iterator[Fault]:
    """Over a framework, the right option is not the longest by habit."""
    for code in corpus.frameworks:
        chosen = _single_choices(corpus, code)
        guilty = [item.id for item in chosen if _right_is_longest(item)]
        if len(chosen) >= demands.ENOUGH_FOR_A_HABIT and len(guilty) > demands.MOST_LONGEST_RIGHT * len(chosen):
            message = (
                f"la bonne réponse est la plus longue dans {len(guilty)} choix simples sur {len(chosen)} : "
                f"{', '.join(guilty)}."
            )
            yield corpus.framework_fault(code, message, "Allongez des leurres ou raccourcissez de bonnes réponses.")


def the_right_one_has_no_favourite_place(corpus: Corpus) -> Iterator[Fault]:
    """Over a framework, the right option does not stand in one place by habit."""
    for code in corpus.frameworks:
        chosen = _single_choices(corpus, code)
        places = Counter(next(at for at, option in enumerate(item.options, 1) if option.correct) for item in chosen)
        if len(chosen) < demands.ENOUGH_FOR_A_HABIT:
            continue
        [(place, count)] = places.most_common(1)
        if count > demands.MOST_IN_ONE_PLACE * len(chosen):
            message = f"la bonne réponse est en place {place} dans {count} choix simples sur {len(chosen)}."
            yield corpus.framework_fault(code, message, "Variez sa place.")


def _single_choices(corpus: Corpus, code: str) -> list[SingleChoice]:
    return [one.item for one in corpus.items_of(code) if isinstance(one.item, SingleChoice)]


def _right_is_longest(item: SingleChoice) -> bool:
    lengths = sorted((len(option.text.fr), option.correct) for option in item.options)
    return lengths[-1][1] and lengths[-1][0] > lengths[-2][0]


def no_twins(corpus: Corpus) -> Iterator[Fault]:
    """Open and reserved items never ask the same thing: who practises would know the answer."""
    for code in corpus.frameworks:
        signed = [(one, _signature(one)) for one in corpus.items_of(code)]
        opened = [pair for pair in signed if pair[0].item.pool == "open"]
        reserved = [pair for pair in signed if pair[0].item.pool == "reserved"]
        for (first, words), (second, others) in product(opened, reserved):
            likeness = len(words & others) / len(words | others) if words | others else 1.0
            if likeness >= demands.TWINS:
                message = f"ressemble à {first.item.id} ({likeness:.0%} de mots communs), qui est ouverte."
                yield second.fault("stem", message, "Posez une autre question.")


def _signature(one: PlacedItem) -> frozenset[str]:
    """Return the beginnings of the words that count: endings, and short words, differ between twins."""
    return frozenset(word[:6] for word in _CONTENT_WORD.findall(_read_first(one).lower()))


def modules_are_whole(corpus: Corpus) -> Iterator[Fault]:
    """A lesson has its words, its act, its practice, its sources, its drawing, and a way without the internet."""
    for one in corpus.modules:
        module = one.module
        least, most = demands.PLAIN_WORDS if module.variant == "plain" else demands.WORDS
        if not least <= module.words <= most:
            yield one.fault("id", f"{module.words} mots, il en faut {least} à {most}.", "Développez ou resserrez.")
        if module.act is None:
            yield one.fault("id", "aucun acte à faire pour de vrai (act).", "Proposez un seul vrai geste.")
        if len(module.practice) != demands.PRACTICE_ITEMS:
            message = f"{len(module.practice)} questions d’entraînement, il en faut {demands.PRACTICE_ITEMS}."
            yield one.fault("practice", message, "Choisissez-les dans le vivier ouvert de la compétence.")
        if len(module.sources) < demands.LEAST_SOURCES:
            yield one.fault("sources", f"moins de {demands.LEAST_SOURCES} sources.", "Ajoutez-en une.")
        if module.illustration is None:
            yield one.fault("id", "aucun dessin (illustration).", "Dessinez-en un, simple.")
        if not _OFFLINE[module.language].search(one.body):
            message = "aucun titre ne dit comment faire sans internet."
            yield one.fault("id", message, "Ajoutez « Si vous ne pouvez pas le faire en ligne ».")


def plain_is_simple(corpus: Corpus) -> Iterator[Fault]:
    """Plain French has short sentences."""
    for one in corpus.modules:
        found = readability.read(readability.plain_text(one.body)) if one.module.variant == "plain" else None
        if found is not None and found.words_per_sentence > demands.PLAIN_SENTENCE_WORDS:
            message = f"{found.words_per_sentence:.1f} mots par phrase, {demands.PLAIN_SENTENCE_WORDS:.0f} au plus."
            yield one.fault("variant", message, "Une idée par phrase.")


def reviewed_in_time(corpus: Corpus) -> Iterator[Fault]:
    """Nothing is past its day of review, and no such day is more than a year away from the check."""
    longest = timedelta(days=demands.LONGEST_BEFORE_REVIEW_DAYS)
    dated: list[tuple[Placed, date, date]] = [
        *((one, one.item.checked_on, one.item.review_on) for one in corpus.items.values()),
        *((one, one.fact.checked_on, one.fact.review_on) for one in corpus.facts.values()),
        *((one, one.module.checked_on, one.module.review_on) for one in corpus.modules),
    ]
    for one, checked, review in dated:
        if review < corpus.today:
            yield one.fault("review_on", f"à relire depuis le {review:%d/%m/%Y}.", "Relisez, puis datez à nouveau.")
        elif review - checked > longest:
            yield one.fault("review_on", "la relecture est à plus d’un an.", "Rapprochez-la.")


def facts_have_not_changed(corpus: Corpus) -> Iterator[Fault]:
    """What rests on a fact was checked since the fact last changed."""
    placed: list[tuple[Placed, tuple[str, ...], date]] = [
        *((one, one.item.facts, one.item.checked_on) for one in corpus.items.values()),
        *((one, one.module.facts, one.module.checked_on) for one in corpus.modules),
    ]
    for one, names, checked in placed:
        for name in names:
            fact = corpus.facts[name].fact if name in corpus.facts else None
            if fact is not None and fact.changed_on is not None and checked < fact.changed_on:
                message = f"le fait {name} a changé le {fact.changed_on:%d/%m/%Y}, après la relecture."
                yield one.fault("checked_on", message, "Relisez avec le fait nouveau, puis datez à nouveau.")
