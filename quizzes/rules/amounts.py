"""How much there has to be: items per competency, level and pool; shares of types; lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizzes.rules import demands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quizzes.errors import Fault
    from quizzes.items import Item
    from quizzes.rules.corpus import Corpus
    from quizzes.rules.demands import Amounts


def frameworks_are_there(corpus: Corpus) -> Iterator[Fault]:
    """Every framework exists with its number of competencies."""
    for code, wanted in demands.AMOUNTS.items():
        if code not in corpus.frameworks:
            yield corpus.framework_fault(code, f"{code} : référentiel absent.", "Écrivez-le.")
        elif (count := len(_competencies(corpus, code))) != wanted.competencies:
            message = f"{code} : {count} compétences, il en faut {wanted.competencies}."
            yield corpus.framework_fault(code, message, "Complétez le référentiel.")


def enough_items(corpus: Corpus) -> Iterator[Fault]:
    """Each competency has its number of items in each pool."""
    for code, wanted, competency in _demanded(corpus):
        own = _items(corpus, code, competency)
        for pool, least in (("open", wanted.open_items), ("reserved", wanted.reserved_items)):
            count = sum(item.pool == pool for item in own)
            if count < least:
                message = f"{competency} : {count} questions ({pool}), il en faut {least}."
                yield corpus.framework_fault(code, message, f"Écrivez-en {least - count}.")


def every_level(corpus: Corpus) -> Iterator[Fault]:
    """Each competency has items at each of its levels, and none at another."""
    for code, wanted, competency in _demanded(corpus):
        found = {item.level for item in _items(corpus, code, competency)}
        for level in sorted(set(wanted.levels) - found):
            message = f"{competency} : aucune question de niveau {level}."
            yield corpus.framework_fault(code, message, "Écrivez-en une.")
        for level in sorted(found - set(wanted.levels)):
            message = f"{competency} : questions de niveau {level}, que ce référentiel ne mesure pas."
            yield corpus.framework_fault(code, message, "Changez leur niveau.")


def varied_types(corpus: Corpus) -> Iterator[Fault]:
    """Not too many single choices, enough simulations, enough situations."""
    for code in demands.AMOUNTS:
        own = [one.item for one in corpus.items_of(code)]
        if not own:
            continue
        single = sum(item.type == "single_choice" for item in own) / len(own)
        acted = sum(item.type == "simulation" for item in own) / len(own)
        lived = sum(item.situation for item in own) / len(own)
        if single > demands.MOST_SINGLE_CHOICE:
            message = f"{code} : {single:.0%} de choix simples, {demands.MOST_SINGLE_CHOICE:.0%} au plus."
            yield corpus.framework_fault(code, message, "Prenez d’autres types.")
        if acted < demands.LEAST_SIMULATIONS:
            message = f"{code} : {acted:.0%} de mises en situation, {demands.LEAST_SIMULATIONS:.0%} au moins."
            yield corpus.framework_fault(code, message, "Faites faire (type: simulation).")
        if lived < demands.LEAST_SITUATIONS:
            message = f"{code} : {lived:.0%} de situations vécues, {demands.LEAST_SITUATIONS:.0%} au moins."
            yield corpus.framework_fault(code, message, "Partez de la vie ou du métier (situation: true).")


def every_lesson(corpus: Corpus) -> Iterator[Fault]:
    """Each competency has its lesson, in plain French too where that is promised."""
    written = {(one.module.competency, one.module.variant) for one in corpus.modules}
    for code, wanted, competency in _demanded(corpus):
        if (competency, "standard") not in written:
            yield corpus.framework_fault(code, f"{competency} : aucune leçon.", "Écrivez-la.")
        if wanted.plain and (competency, "plain") not in written:
            message = f"{competency} : aucune leçon en français simple."
            yield corpus.framework_fault(code, message, f"Écrivez modules/{competency}.plain.md.")


def _competencies(corpus: Corpus, code: str) -> list[str]:
    return [one.id for area in corpus.frameworks[code].areas for one in area.competencies]


def _demanded(corpus: Corpus) -> Iterator[tuple[str, Amounts, str]]:
    for code, wanted in demands.AMOUNTS.items():
        if code in corpus.frameworks:
            for competency in _competencies(corpus, code):
                yield code, wanted, competency


def _items(corpus: Corpus, code: str, competency: str) -> list[Item]:
    return [one.item for one in corpus.items_of(code) if one.item.competency == competency]
