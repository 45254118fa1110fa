"""The item types and the responses they take."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, HttpUrl, TypeAdapter, model_validator

from quizzes.errors import MalformedResponseError
from quizzes.framework import Bilingual, Frozen, Words
from quizzes.partial import choice_luck, order_luck, pair_luck
from quizzes.screens import MAXIMUM_TEXT, Accepted, Entry, Menu, Normalise, Screen, Switch, check_state, initial_of

#: Longest option over shortest, in characters, above which the right one can be guessed by its length.
MAXIMUM_LENGTH_RATIO = 2.5
#: Words of stem and context from which an item is long.
LONG_FROM_WORDS = 90
#: Areas in which an item may be critical: wrong patient, secrecy, response to an incident.
CRITICAL_AREAS = ("PRO-1.", "PRO-2.")

Pool = Literal["open", "reserved"]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]{1,8}$")]


class Context(Frozen):
    """What is shown with the question: a message, a document, a screen, a situation."""

    kind: Literal["message", "document", "screen", "situation"]
    title: Bilingual
    body: Bilingual


class Option(Frozen):
    """One answer to choose; wrong ones say why they are wrong."""

    id: Identifier
    text: Bilingual
    correct: bool = False
    feedback: Bilingual | None = None


class Step(Frozen):
    """One step to put in order."""

    id: Identifier
    text: Bilingual


class Pair(Frozen):
    """What stands on the left, and what goes with it."""

    id: Identifier
    left: Bilingual
    right: Bilingual


class Decoy(Frozen):
    """Something on the right that goes with nothing."""

    id: Identifier
    right: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What was given, in the item's own identifiers.

    Args:
        data: `{"choice": id}`, `{"choices": [ids]}`, `{"text": str}`, `{"order": [ids]}`, `{"pairs": {left: right}}`,
            `{"state": {control: value}}` or `{"skipped": True}`.
    """

    data: Mapping[str, Any]

    @classmethod
    def skip(cls) -> Response:
        """Return "je passe": recorded, scored 0."""
        return cls(data={"skipped": True})

    @property
    def skipped(self) -> bool:
        return "skipped" in self.data

    def to_json(self) -> dict[str, Any]:
        """Return plain data, equal for equal responses."""
        return dict(self.data)


class _Item(Frozen):
    """What all types share.

    Args:
        id: Never reused, even after retirement.
        ground: Why its answer is right: a sourced fact, what the item shows, or recognised good practice.
        enemies: Items that may not be asked in the same sitting, because one gives the other away.
        situation: Whether it puts the person in a situation of life or of practice.
        facts: Facts of the register that it rests on: when one changes, the item has to be read again.
        professions: Whom it suits; empty: everybody. An item for some professions stays in the open pool.
        critical: Whether missing it opens a second set on its theme (professional examination).
    """

    id: Annotated[str, Field(pattern=r"^[A-Z]{3}-\d+\.\d+-\d{2,3}$")]
    competency: Words
    level: Annotated[str, Field(pattern=r"^L[1-9]$")]
    pool: Pool
    stem: Bilingual
    context: Context | None = None
    explanation: Bilingual
    ground: Literal["fact", "given", "practice"]
    confidence: Literal["F", "F2", "given", "practice"]
    source_url: HttpUrl
    checked_on: date
    review_on: date
    enemies: tuple[str, ...] = ()
    situation: bool = False
    facts: tuple[str, ...] = ()
    professions: tuple[Words, ...] = ()
    critical: bool = False

    @model_validator(mode="after")
    def _check_ground(self) -> Self:
        if self.ground == "practice" and self.pool == "reserved":
            raise ValueError("une question fondée sur la pratique reste dans le vivier ouvert (pool: open)")
        wanted = {"fact": ("F", "F2"), "given": ("given",), "practice": ("practice",)}[self.ground]
        if self.confidence not in wanted:
            raise ValueError(f"confidence doit valoir {' ou '.join(wanted)} quand ground vaut {self.ground}")
        if self.professions and self.pool == "reserved":
            raise ValueError("une question réservée convient à toutes les professions (professions: vide)")
        if self.critical and not self.competency.startswith(CRITICAL_AREAS):
            raise ValueError("une question critique appartient à PRO-1 ou à PRO-2")
        if self.review_on <= self.checked_on:
            raise ValueError("review_on doit suivre checked_on")
        if not self.id.startswith(self.competency + "-"):
            raise ValueError("l’identifiant commence par celui de la compétence")
        return self

    @property
    @abstractmethod
    def guessing(self) -> float:
        """Probability of being right by chance: the lower asymptote of the response model."""

    @property
    def half_guessing(self) -> float | None:
        """Probability of half credit or more by chance; None where there is no partial credit."""
        return None

    @property
    def is_long(self) -> bool:
        """Whether it takes long to read: two such items never follow each other."""
        words = len(self.stem.fr.split()) + (len(self.context.body.fr.split()) if self.context else 0)
        return words > LONG_FROM_WORDS

    @abstractmethod
    def check(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the canonical response; raise MalformedResponseError for anything else."""


class SingleChoice(_Item):
    """Exactly one option is right."""

    type: Literal["single_choice"] = "single_choice"
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=6)]

    @model_validator(mode="after")
    def _check_options(self) -> Self:
        _check_choices(self.options)
        if sum(option.correct for option in self.options) != 1:
            raise ValueError("une seule option doit être juste (correct: true)")
        return self

    @property
    def guessing(self) -> float:
        return 1 / len(self.options)

    def check(self, data: Mapping[str, Any]) -> dict[str, Any]:
        choice = data.get("choice")
        if not isinstance(choice, str) or choice not in {option.id for option in self.options}:
            raise MalformedResponseError(self.id)
        return {"choice": choice}


class MultipleChoice(_Item):
    """A stated number of options is right; all of them and no other must be chosen."""

    type: Literal["multiple_choice"] = "multiple_choice"
    options: Annotated[tuple[Option, ...], Field(min_length=4, max_length=8)]
    choose: Annotated[int, Field(ge=2)]

    @model_validator(mode="after")
    def _check_options(self) -> Self:
        _check_choices(self.options)
        right = sum(option.correct for option in self.options)
        if right != self.choose:
            raise ValueError(f"choose vaut {self.choose} et {right} options sont justes")
        if right == len(self.options):
            raise ValueError("au moins une option doit être fausse")
        return self

    @property
    def guessing(self) -> float:
        return 1 / math.comb(len(self.options), self.choose)

    @property
    def half_guessing(self) -> float | None:
        return choice_luck(self.choose, len(self.options))

    def check(self, data: Mapping[str, Any]) -> dict[str, Any]:
        chosen = data.get("choices")
        known = {option.id for option in self.options}
        if (
            not isinstance(chosen, Sequence)
            or isinstance(chosen, str)
            or not all(isinstance(one, str) for one in chosen)
        ):
            raise MalformedResponseError(self.id)
        if len(set(chosen)) != len(chosen) or len(chosen) != self.choose or not set(chosen) <= known:
            raise MalformedResponseError(self.id)
        return {"choices": sorted(chosen)}


class ShortText(_Item):
    """A word or a number, typed."""

    type: Literal["short_text"] = "short_text"
    accepted: Accepted
    normalise: Normalise = Normalise()
    hint: Bilingual | None = None

    @property
    def guessing(self) -> float:
        return 0.0

    def check(self, data: Mapping[str, Any]) -> dict[str, Any]:
        text = data.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > MAXIMUM_TEXT:
            raise MalformedResponseError(self.id)
        return {"text": text.strip()}


class Ordering(_Item):
    """Steps, written in their right order, to be put back in it."""

    type: Literal["ordering"] = "ordering"
    steps: Annotated[tuple[Step, ...], Field(min_length=3, max_length=6)]

    @model_validator(mode="after")
    def _check_steps(self) -> Self:
        _check_unique([step.id for step in self.steps])
        return self

    @property
    def guessing(self) -> float:
        return 1 / math.factorial(len(self.steps))

    @property
    def half_guessing(self) -> float | None:
        return order_luck(len(self.steps))

    def check(self, data: Mapping[str, Any]) -> dict[str, Any]:
        order = data.get("order")
        if not isinstance(order, list) or sorted(map(str, order)) != sorted(step.id for step in self.steps):
            raise MalformedResponseError(self.id)
        return {"order": list(order)}


class Matching(_Item):
    """Each left goes with one right; decoys go with none."""

    type: Literal["matching"] = "matching"
    pairs: Annotated[tuple[Pair, ...], Field(min_length=3, max_length=6)]
    decoys: Annotated[tuple[Decoy, ...], Field(max_length=2)] = ()

    @model_validator(mode="after")
    def _check_pairs(self) -> Self:
        _check_unique([pair.id for pair in self.pairs] + [decoy.id for decoy in self.decoys])
        return self

    @property
    def guessing(self) -> float:
        return 1 / math.perm(len(self.pairs) + len(self.decoys), len(self.pairs))

    @property
    def half_guessing(self) -> float | None:
        return pair_luck(len(self.pairs), len(self.pairs) + len(self.decoys))

    def check(self, data: Mapping[str, Any]) -> dict[str, Any]:
        pairs = data.get("pairs")
        lefts = {pair.id for pair in self.pairs}
        rights = lefts | {decoy.id for decoy in self.decoys}
        if not isinstance(pairs, Mapping) or set(pairs) != lefts or not set(map(str, pairs.values())) <= rights:
            raise MalformedResponseError(self.id)
        if len(set(pairs.values())) != len(pairs):
            raise MalformedResponseError(self.id)
        return {"pairs": {left: pairs[left] for left in sorted(pairs)}}


class Simulation(_Item):
    """Something to do on an invented screen; the state in which it is left is graded."""

    type: Literal["simulation"] = "simulation"
    screen: Screen

    @property
    def guessing(self) -> float:
        return self.screen.guessing

    @property
    def is_long(self) -> bool:
        return True

    def check(self, data: Mapping[str, Any]) -> dict[str, Any]:
        state = check_state(self.screen, data.get("state"))
        if state is None:
            raise MalformedResponseError(self.id)
        return {"state": state}


Item = SingleChoice | MultipleChoice | ShortText | Ordering | Matching | Simulation
ITEM: TypeAdapter[Item] = TypeAdapter(Annotated[Item, Field(discriminator="type")])


def _check_choices(options: Sequence[Option]) -> None:
    _check_unique([option.id for option in options])
    if any(option.feedback is None for option in options if not option.correct):
        raise ValueError("chaque option fausse explique pourquoi elle l’est (feedback)")
    for language in ("fr", "en"):
        lengths = [len(option.text.get(language)) for option in options]
        if max(lengths) > MAXIMUM_LENGTH_RATIO * min(lengths) and max(lengths) > 30:
            raise ValueError(f"options de longueurs trop inégales ({language}) : la bonne se devine")


def _check_unique(ids: Sequence[str]) -> None:
    if len(set(ids)) != len(ids):
        raise ValueError("un identifiant sert deux fois dans la question")


def parse_response(item: Item, data: Mapping[str, Any]) -> Response:
    """Check a response against its item and return it in canonical form.

    Raises:
        MalformedResponseError: It does not have the shape that the item demands.
    """
    if data.get("skipped") is True:
        return Response.skip()
    return Response(data=item.check(data))


def right_response(item: Item) -> Response:
    """Return the response that is right: for simulations and demonstrations."""
    match item:
        case SingleChoice():
            return Response(data={"choice": next(option.id for option in item.options if option.correct)})
        case MultipleChoice():
            return Response(data={"choices": sorted(option.id for option in item.options if option.correct)})
        case ShortText():
            return Response(data={"text": item.accepted.fr[0]})
        case Ordering():
            return Response(data={"order": [step.id for step in item.steps]})
        case Matching():
            return Response(data={"pairs": {pair.id: pair.id for pair in sorted(item.pairs, key=lambda one: one.id)}})
        case _:
            return Response(data={"state": right_state(item.screen)})


def right_state(screen: Screen) -> dict[str, bool | str]:
    """Return a state in which every graded control is right and the others are as they were found."""
    found: dict[str, bool | str] = {}
    for control in sorted(screen.controls, key=lambda one: one.id):
        match control:
            case Switch(expected=bool() as expected):
                found[control.id] = expected
            case Menu(expected=(first, *_)):
                found[control.id] = first
            case Entry(accepted=Accepted() as accepted):
                found[control.id] = accepted.fr[0]
            case _:
                found[control.id] = initial_of(control)
    return found
