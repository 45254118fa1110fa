"""The small screens of simulations: an invented tool, described as data, on which a person does something.

A screen is sections of text, facts and controls. Every control is a plain HTML one, so that a simulation is complete without
JavaScript and for a screen reader. What is graded is the state in which the screen is left, whatever the order of the gestures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from quizzes.framework import Bilingual, Frozen, Words

MAXIMUM_CONTROLS = 14
MAXIMUM_TEXT = 200

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,15}$")]
#: What a screen shows: decides its look only, never how it is graded.
Kind = Literal[
    "mailbox",
    "settings",
    "access_log",
    "consent",
    "research_choice",
    "booking",
    "message",
    "prescription",
    "cookies",
    "incident",
    "search",
    "form",
    "record",
    "chat",
]


class Normalise(Frozen):
    """What is forgiven in a typed answer; slips are letters of edit distance."""

    case: bool = True
    accents: bool = True
    spaces: bool = True
    slips: Annotated[int, Field(ge=0, le=2)] = 0


class Accepted(Frozen):
    """The typed answers that count as right, in each language."""

    fr: Annotated[tuple[Words, ...], Field(min_length=1)]
    en: Annotated[tuple[Words, ...], Field(min_length=1)]


class Fact(Frozen):
    """One line of what the screen shows: a label and its value."""

    label: Bilingual
    value: Bilingual


class _Control(Frozen):
    """What all controls share.

    Args:
        note: A line under the label.
        feedback: What is said when it is left wrong; required where it is graded.
    """

    id: Name
    label: Bilingual
    note: Bilingual | None = None
    feedback: Bilingual | None = None


class Switch(_Control):
    """Something that is on or off.

    Args:
        initial: How the person finds it.
        expected: How it has to be left; None where it does not matter.
    """

    kind: Literal["switch"] = "switch"
    initial: bool = False
    expected: bool | None = None

    @property
    def is_graded(self) -> bool:
        return self.expected is not None

    @property
    def chance(self) -> float:
        """Probability of leaving it right without thinking."""
        return 1 / 2 if self.is_graded else 1.0


class Possibility(Frozen):
    """One thing that a menu offers."""

    id: Name
    text: Bilingual


class Menu(_Control):
    """One thing to choose among several.

    Args:
        initial: What is chosen when the person finds it; None: nothing yet.
        expected: The choices that are right; empty where it does not matter.
    """

    kind: Literal["menu"] = "menu"
    options: Annotated[tuple[Possibility, ...], Field(min_length=2, max_length=8)]
    initial: Name | None = None
    expected: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [option.id for option in self.options]
        if len(set(names)) != len(names):
            raise ValueError(f"un choix sert deux fois dans le menu {self.id}")
        unknown = [one for one in (*self.expected, *([self.initial] if self.initial else [])) if one not in names]
        if unknown:
            raise ValueError(f"choix inconnu dans le menu {self.id} : {unknown[0]}")
        if len(self.expected) == len(names):
            raise ValueError(f"le menu {self.id} accepte tout : retirez expected")
        return self

    @property
    def is_graded(self) -> bool:
        return bool(self.expected)

    @property
    def chance(self) -> float:
        """Probability of leaving it right without thinking."""
        return len(self.expected) / len(self.options) if self.is_graded else 1.0


class Entry(_Control):
    """A word or a number to type.

    Args:
        accepted: None where it does not matter.
    """

    kind: Literal["entry"] = "entry"
    accepted: Accepted | None = None
    normalise: Normalise = Normalise()

    @property
    def is_graded(self) -> bool:
        return self.accepted is not None

    @property
    def chance(self) -> float:
        """Probability of leaving it right without thinking."""
        return 0.0 if self.is_graded else 1.0


Control = Annotated[Switch | Menu | Entry, Field(discriminator="kind")]


class Section(Frozen):
    """One block of a screen: a message of a mailbox, a person in a list, a part of a form."""

    title: Bilingual | None = None
    body: Bilingual | None = None
    facts: tuple[Fact, ...] = ()
    controls: tuple[Control, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not (self.title or self.body or self.facts or self.controls):
            raise ValueError("une section est vide")
        return self


class Screen(Frozen):
    """What is on the invented tool's screen.

    Args:
        tool: The invented tool's name, shown in its bar.
        title: What this page of the tool is called.
    """

    kind: Kind
    tool: Bilingual
    title: Bilingual
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [control.id for control in self.controls]
        if len(set(names)) != len(names):
            raise ValueError("un identifiant sert deux fois sur l’écran")
        if len(names) > MAXIMUM_CONTROLS:
            raise ValueError(f"un écran a {MAXIMUM_CONTROLS} commandes au plus")
        graded = [control for control in self.controls if control.is_graded]
        if not graded:
            raise ValueError("aucune commande n’est notée : donnez expected ou accepted")
        silent = [control.id for control in graded if control.feedback is None]
        if silent:
            raise ValueError(f"la commande {silent[0]} est notée : dites pourquoi elle serait fausse (feedback)")
        if all(is_right(control, initial_of(control), typed_right=_nothing_typed) for control in graded):
            raise ValueError("l’écran est déjà dans le bon état : il n’y a rien à faire")
        return self

    @property
    def controls(self) -> tuple[Switch | Menu | Entry, ...]:
        """All controls, in the order of the screen."""
        return tuple(control for section in self.sections for control in section.controls)

    @property
    def guessing(self) -> float:
        """Probability of leaving every graded control right without thinking."""
        chance = 1.0
        for control in self.controls:
            chance *= control.chance
        return chance


def initial_of(control: Switch | Menu | Entry) -> bool | str:
    """Return the state in which a person finds a control."""
    match control:
        case Switch():
            return control.initial
        case Menu():
            return control.initial or ""
        case _:
            return ""


def _nothing_typed(_entry: Entry, _text: str) -> bool:
    return False


def is_right(control: Switch | Menu | Entry, value: bool | str, *, typed_right: Any) -> bool:  # noqa: ANN401, FBT001 (a state is a boolean or a text)
    """Tell whether a control is left as it should be; one that is not graded always is.

    Args:
        typed_right: Compares what was typed with what is accepted: the grader's rule.
    """
    if not control.is_graded:
        return True
    match control:
        case Switch():
            return value is control.expected
        case Menu():
            return value in control.expected
        case _:
            return bool(typed_right(control, value))


def check_state(screen: Screen, state: object) -> dict[str, bool | str] | None:
    """Return the state of every control in the order of their names; None when it is not one of this screen's."""
    if not isinstance(state, Mapping) or set(state) != {control.id for control in screen.controls}:
        return None
    found: dict[str, bool | str] = {}
    for control in sorted(screen.controls, key=lambda one: one.id):
        value = state[control.id]
        match control:
            case Switch() if isinstance(value, bool):
                found[control.id] = value
            case Menu() if value == "" or value in {option.id for option in control.options}:
                found[control.id] = value
            case Entry() if isinstance(value, str) and len(value) <= MAXIMUM_TEXT:
                found[control.id] = value.strip()
            case _:
                return None
    return found
