"""What of an item may be shown before it is answered: never what is right, nor identifiers that would tell."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from quizzes.items import Item, Matching, MultipleChoice, Ordering, ShortText, SingleChoice
from quizzes.shown_screen import ShownScreen, present_screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quizzes.framework import Bilingual
    from quizzes.items import Context


class Shown(NamedTuple):
    """One thing to choose, under a name that says nothing about what is right."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownContext:
    """What is shown with the question, in one language."""

    kind: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """What may be sent to a browser: never what is right, nor identifiers that would tell.

    The order and the names of what is shown depend on the sitting's seed only: a reload, or another language, shows
    the same.
    """

    item_id: str
    type: str
    stem: str
    context: ShownContext | None
    options: tuple[Shown, ...] = ()
    choose: int = 0
    hint: str | None = None
    steps: tuple[Shown, ...] = ()
    lefts: tuple[Shown, ...] = ()
    rights: tuple[Shown, ...] = ()
    screen: ShownScreen | None = None
    _names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def canonical(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Translate a response in shown names into the item's own; what is unknown stays as it is, to be refused."""
        names = self._names
        if "choice" in given:
            return {"choice": names.get(str(given["choice"]), "")}
        if "choices" in given:
            return {"choices": [names.get(str(one), "") for one in given["choices"]]}
        if "order" in given:
            return {"order": [names.get(str(one), "") for one in given["order"]]}
        if "pairs" in given:
            pairs = given["pairs"]
            return {"pairs": {names.get(f"l{left}", ""): names.get(f"r{right}", "") for left, right in pairs.items()}}
        if "state" in given and self.screen is not None:
            return {"state": self.screen.canonical(given["state"])}
        return dict(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Things that each sitting shows in an order of its own.

    Args:
        part: Where a presentation holds them.
        prefix: Of their shown names among those of the item.
        things: Their own identifiers and texts.
    """

    part: str
    prefix: str
    things: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshuffled:
    """What may be shown of an item in one language, before each sitting's order: made once, shown to many.

    Args:
        plain: What is the same for everybody.
        groups: What is shuffled; none where everybody sees the same.
    """

    plain: Presentation
    groups: tuple[_Group, ...]

    def for_seed(self, seed: int) -> Presentation:
        """Return what the sitting of this seed shows."""
        if not self.groups:
            return self.plain
        names: dict[str, str] = {}
        parts: dict[str, Any] = {}
        for group in self.groups:
            order, shown = list(group.things), []
            random.Random(f"{seed}:{self.plain.item_id}:{group.prefix}").shuffle(order)  # noqa: S311 (an order, not a secret)
            for number, (own, text) in enumerate(order, 1):
                names[f"{group.prefix}{number}"] = own
                shown.append(Shown(str(number), text))
            parts[group.part] = tuple(shown)
        return replace(self.plain, _names=names, **parts)


def present(item: Item, *, language: str, seed: int) -> Presentation:
    """Return what may be shown of an item before it is answered."""
    return unshuffled(item, language=language).for_seed(seed)


def unshuffled(item: Item, *, language: str) -> Unshuffled:
    """Return what may be shown of an item before it is answered, whatever the sitting."""

    def group(part: str, prefix: str, things: Iterable[tuple[str, Bilingual]]) -> _Group:
        return _Group(part=part, prefix=prefix, things=tuple((own, text.get(language)) for own, text in things))

    parts: dict[str, Any] = {}
    groups: tuple[_Group, ...] = ()
    match item:
        case SingleChoice():
            groups = (group("options", "", ((option.id, option.text) for option in item.options)),)
        case MultipleChoice():
            groups = (group("options", "", ((option.id, option.text) for option in item.options)),)
            parts["choose"] = item.choose
        case ShortText():
            parts["hint"] = item.hint.get(language) if item.hint else None
        case Ordering():
            groups = (group("steps", "", ((step.id, step.text) for step in item.steps)),)
        case Matching():
            rights = [*((pair.id, pair.right) for pair in item.pairs), *((one.id, one.right) for one in item.decoys)]
            groups = (group("lefts", "l", ((pair.id, pair.left) for pair in item.pairs)), group("rights", "r", rights))
        case _:
            parts["screen"] = present_screen(item.screen, language=language)
    plain = Presentation(
        item_id=item.id,
        type=item.type,
        stem=item.stem.get(language),
        context=_shown_context(item.context, language),
        **parts,
    )
    return Unshuffled(plain=plain, groups=groups)


def _shown_context(context: Context | None, language: str) -> ShownContext | None:
    if context is None:
        return None
    return ShownContext(kind=context.kind, title=context.title.get(language), body=context.body.get(language))
