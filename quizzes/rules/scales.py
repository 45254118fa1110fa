"""Scales: what they name exists, and the lines of the one in use are of the items as they are asked now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizzes.scale import counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quizzes.errors import Fault
    from quizzes.rules.corpus import Corpus
    from quizzes.scale import PlacedScale


def scale_frameworks(corpus: Corpus) -> Iterator[Fault]:
    """A scale is of a framework that exists, and every line of it of an item of that framework."""
    for one in corpus.scales:
        code = one.scale.framework
        if code not in corpus.frameworks:
            yield one.fault(("framework",), f"référentiel inconnu, {code}.", "Corrigez le code, ou retirez ce fichier.")
        for name in one.scale.items:
            if not name.startswith(f"{code}-"):
                message = f"{name} n’est pas une question de {code}."
                yield one.fault(("items", name), message, "Corrigez l’identifiant, ou retirez cette ligne.")


def unknown_scale_items(corpus: Corpus) -> Iterator[Fault]:
    """The scale in use speaks of items that exist: one that is retired, or misspelt, is passed over."""
    for one in _in_use(corpus):
        for name in one.scale.items:
            if name not in corpus.items and name.startswith(f"{one.scale.framework}-"):
                message = f"question inconnue, {name} : cette ligne ne sert pas."
                remedy = "Retirée, il n’y a rien à faire ; sinon, corrigez l’identifiant."
                yield one.fault(("items", name), message, remedy)


def edited_scale_items(corpus: Corpus) -> Iterator[Fault]:
    """The scale in use rests on answers to the items as they are: one that was edited is not calibrated any more."""
    for one in _in_use(corpus):
        for name, line in one.scale.items.items():
            placed = corpus.items.get(name)
            if placed is None or counts(line, placed.item, one.scale.language):
                continue
            if line.fingerprint is None:
                message = f"{name} : ligne sans empreinte, on ne sait pas à quel texte les gens ont répondu ; elle ne sert pas."
            else:
                message = (
                    f"{name} a été modifiée depuis le calibrage : elle n’est plus étalonnée, cette ligne ne sert pas."
                )
            remedy = (
                "Remettez l’ancien texte si le changement n’était pas voulu ; sinon, attendez le prochain calibrage."
            )
            yield one.fault(("items", name), message, remedy)


def _in_use(corpus: Corpus) -> list[PlacedScale]:
    """Return the newest scale of each framework and language, of those that are there."""
    newest = {one.name: one for one in corpus.scales if one.scale.framework in corpus.frameworks}
    return list(newest.values())
