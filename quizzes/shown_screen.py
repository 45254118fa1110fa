"""What of a simulation's screen may be sent to a browser: its words and how it is found; never how it has to be left."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from quizzes.screens import Entry, Menu, Switch, initial_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizzes.framework import Bilingual
    from quizzes.screens import Screen, Section

#: A menu of this many choices or fewer shows them all; a longer one is folded.
OPEN_CHOICES = 3
#: So does one that holds a text of more signs: folded, a phone would cut it short.
LONGEST_FOLDED = 28
#: What an address spells otherwise, and what only parts words.
_SPELT = str.maketrans({"œ": "oe", "æ": "ae", "’": " "})
#: No name of ours: a choice that the menu never offered is refused, and never taken for "nothing chosen".
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChoice:
    """One thing that a menu offers, under its number."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownControl:
    """Something to set.

    Args:
        kind: "switch", "choices" (all shown), "menu" (folded) or "entry".
        id: Its number on the screen.
        initial: How the person finds it: on or off; the number of a choice or ""; "".
    """

    kind: str
    id: str
    label: str
    note: str | None
    initial: bool | str
    choices: tuple[ShownChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """One block of the screen, in one language; `facts` are pairs of a label and its value."""

    title: str | None
    body: str | None
    facts: tuple[tuple[str, str], ...]
    controls: tuple[ShownControl, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownScreen:
    """An invented tool's screen, in one language.

    Args:
        address: An invented address made from the tool's name, for the window's bar.
    """

    kind: str
    tool: str
    address: str
    title: str
    sections: tuple[ShownSection, ...]
    _names: Mapping[str, str] = field(repr=False)

    @property
    def controls(self) -> tuple[ShownControl, ...]:
        """All controls, in the order of the screen."""
        return tuple(control for section in self.sections for control in section.controls)

    def canonical(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Translate a state in shown names into the item's own; what is unknown becomes what no screen accepts."""
        found: dict[str, Any] = {}
        kinds = {control.id: control.kind for control in self.controls}
        for number, value in state.items():
            name = self._names.get(number, _UNKNOWN)
            is_chosen = kinds.get(number) in ("choices", "menu") and value != ""
            found[name] = self._names.get(f"{number}.{value}", _UNKNOWN) if is_chosen else value
        return found


def present_screen(screen: Screen, *, language: str) -> ShownScreen:
    """Return what may be shown of a screen.

    Controls and choices get numbers in the order in which they stand: a menu reads as its author wrote it, and a name such
    as "trap" stays here.
    """
    names: dict[str, str] = {}
    sections = tuple(_present_section(section, names, language) for section in screen.sections)
    return ShownScreen(
        kind=screen.kind,
        tool=screen.tool.get(language),
        address=f"{_slug(screen.tool.fr)}.exemple",
        title=screen.title.get(language),
        sections=sections,
        _names=MappingProxyType(names),
    )


def _present_section(section: Section, names: dict[str, str], language: str) -> ShownSection:
    return ShownSection(
        title=_told(section.title, language),
        body=_told(section.body, language),
        facts=tuple((fact.label.get(language), fact.value.get(language)) for fact in section.facts),
        controls=tuple(_present_control(control, names, language) for control in section.controls),
    )


def _present_control(control: Switch | Menu | Entry, names: dict[str, str], language: str) -> ShownControl:
    number = str(sum("." not in name for name in names) + 1)
    names[number] = control.id
    kind: str = control.kind
    initial, choices = initial_of(control), tuple[ShownChoice, ...]()
    if isinstance(control, Menu):
        numbers = {option.id: str(place) for place, option in enumerate(control.options, 1)}
        names.update({f"{number}.{place}": own for own, place in numbers.items()})
        choices = tuple(
            ShownChoice(id=numbers[option.id], text=option.text.get(language)) for option in control.options
        )
        is_open = len(choices) <= OPEN_CHOICES or any(len(choice.text) > LONGEST_FOLDED for choice in choices)
        kind, initial = "choices" if is_open else "menu", numbers.get(str(initial), "")
    return ShownControl(
        kind=kind,
        id=number,
        label=control.label.get(language),
        note=_told(control.note, language),
        initial=initial,
        choices=choices,
    )


def _told(text: Bilingual | None, language: str) -> str | None:
    return None if text is None else text.get(language)


def _slug(words: str) -> str:
    words = words.lower().translate(_SPELT)
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "outil"
