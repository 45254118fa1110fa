"""A panel's file: who judged, what they declared, and what each thought of each item, round by round.

The method is the modified Angoff: for each item, a judge says which share of people just good enough for the boundary would answer it
right. After a round, judges see each other's ratings, discuss, and rate again.

1. the file has the fields of a panel
2. at least `MINIMUM_JUDGES` judges, each once however it is written, each with a declaration of interests
3. the boundary is a level of the framework, or "pass"; the items are the bank's
4. at least `MINIMUM_ROUNDS` rounds, numbered in the order in which they were held: the last one counts
5. every judge rates every item in every round, between 0 and 1, and nobody else and nothing else is rated
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field, ValidationError

from quizzes import source
from quizzes.errors import Fault, PanelError
from quizzes.framework import Frozen, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from quizzes.bank import Bank
    from quizzes.items import Item

    Array = NDArray[np.float64]

#: With fewer judges the error of a cut is too large to stand on (Hambleton and Pitoniak 2006; Brandon 2004 asks for ten or more).
MINIMUM_JUDGES = 8
#: What was rated once and never discussed is Angoff's first method, and not the one that is signed.
MINIMUM_ROUNDS = 2
#: Missing ratings that are listed one by one.
LISTED = 20


class Judge(Frozen):
    """Somebody who judged.

    Args:
        id: Initials.
        interests: What ties them to the bank, the organisation or the people who will be judged; "aucun" is said, not left out.
    """

    id: Words
    role: Words
    interests: Words


class Round(Frozen):
    """What judges said in one round: its number from 1, and judge -> item -> share."""

    number: int
    ratings: dict[str, dict[str, Annotated[float, Field(strict=True)]]]


class Panel(Frozen):
    """A panel as its file holds it.

    Args:
        boundary: The level whose lower cut is set, or "pass".
    """

    framework: Words
    language: Literal["fr", "en"] = "fr"
    boundary: Annotated[str, Field(pattern=r"^(L[1-9]|pass)$")]
    held_on: date
    judges: tuple[Judge, ...]
    items: Annotated[tuple[str, ...], Field(min_length=2)]
    rounds: Annotated[tuple[Round, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """A panel that was checked.

    Args:
        items: Those of the bank that were rated, in the order of the file.
        ratings: One array a round, (judges, items).
    """

    panel: Panel
    items: tuple[Item, ...]
    ratings: tuple[Array, ...]


def read(text: str, *, name: str, bank: Bank) -> Judged:
    """Read and check a panel's file.

    Args:
        name: How the file is named in faults.

    Raises:
        PanelError: It is not complete; every fault is listed.
    """
    file = source.parse(text, name=name)
    if isinstance(file, Fault):
        raise PanelError((file,))
    try:
        panel = Panel.model_validate(file.data)
    except ValidationError as error:
        raise PanelError(tuple(file.faults_of(error))) from error
    faults = [file.fault(place, what, remedy) for place, what, remedy in _faults(panel, bank)]
    if faults:
        raise PanelError(tuple(faults))
    return Judged(
        panel=panel,
        items=tuple(bank.item(item_id) for item_id in panel.items),
        ratings=tuple(
            np.array([[one.ratings[judge.id][item_id] for item_id in panel.items] for judge in panel.judges])
            for one in panel.rounds
        ),
    )


_Told = tuple[tuple[int | str, ...], str, str]


def _faults(panel: Panel, bank: Bank) -> Iterator[_Told]:
    names = [judge.id for judge in panel.judges]
    if len(names) < MINIMUM_JUDGES:
        told = f"{len(names)} juges ; il en faut {MINIMUM_JUDGES} au moins."
        yield ("judges",), told, "Complétez le jury."
    written = Counter(" ".join(name.casefold().split()) for name in names)
    for name in sorted(name for name, count in written.items() if count > 1):
        yield ("judges",), f"Le juge {name.upper()} figure deux fois.", "Donnez à chacun ses initiales."
    for item_id in sorted({one for one in panel.items if panel.items.count(one) > 1}):
        yield ("items",), f"La question {item_id} figure deux fois.", "Gardez-la une fois."
    if panel.framework not in bank.frameworks:
        yield ("framework",), f"Référentiel inconnu : {panel.framework}.", "Prenez un code de la banque."
    else:
        yield from _faults_of_framework(panel, bank)
    if len(panel.rounds) < MINIMUM_ROUNDS:
        told = f"{len(panel.rounds)} tour ; il en faut {MINIMUM_ROUNDS} au moins : on note, on discute, on note encore."
        yield ("rounds",), told, "Complétez les tours."
    for number, one in enumerate(panel.rounds):
        if one.number != number + 1:
            told = f"Le tour numéro {one.number} vient à la place du tour {number + 1}."
            yield (
                ("rounds", number, "number"),
                told,
                "Mettez les tours dans l’ordre où ils ont eu lieu : le dernier compte.",
            )
        yield from _faults_of_round(panel, one, number)


def _faults_of_framework(panel: Panel, bank: Bank) -> Iterator[_Told]:
    levels = {level.id for level in bank.framework(panel.framework).levels}
    if panel.boundary not in levels | {"pass"}:
        yield ("boundary",), f"Niveau inconnu : {panel.boundary}.", "Prenez un niveau du référentiel, ou pass."
    for place, item_id in enumerate(panel.items):
        if item_id not in bank.items or not item_id.startswith(f"{panel.framework}-"):
            yield ("items", place), f"Question inconnue : {item_id}.", "Prenez une question de ce référentiel."


def _faults_of_round(panel: Panel, one: Round, number: int) -> Iterator[_Told]:
    at, told = ("rounds", number, "ratings"), f"Tour {number + 1}"
    names = {judge.id for judge in panel.judges}
    for stranger in sorted(set(one.ratings) - names):
        yield (
            (*at, stranger),
            f"{told} : {stranger} note sans être juge.",
            "Ajoutez cette personne au jury, ou retirez ses notes.",
        )
    missing: list[str] = []
    for name in sorted(names):
        given = one.ratings.get(name)
        if given is None:
            yield at, f"{told} : aucune note du juge {name}.", "Un jury est complet ou n’est pas."
            continue
        missing += [f"{name} sur {item_id}" for item_id in panel.items if item_id not in given]
        for item_id, rating in given.items():
            if item_id not in panel.items:
                yield (
                    (*at, name, item_id),
                    f"{told} : {name} note {item_id}, qui n’est pas au jury.",
                    "Ajoutez-la à items.",
                )
            if not 0 <= rating <= 1:
                yield (*at, name, item_id), f"{told} : {name} donne {rating} à {item_id}.", "Une note va de 0 à 1."
    if missing:
        more = f" et {len(missing) - LISTED} autres" if len(missing) > LISTED else ""
        yield (
            at,
            f"{told}, notes manquantes : {', '.join(missing[:LISTED])}{more}.",
            "Complétez-les : rien n’est deviné.",
        )
