"""What of an item may be shown before it is answered: never what is right, nor identifiers that would tell."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quizzes.items import Item, Matching, MultipleChoice, Ordering, ShortText, SingleChoice
from quizzes.shown_screen import ShownScreen, present_screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quizzes.framework import Bilingual
    from quizzes.items import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
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


def present(item: Item, *, language: str, seed: int) -> Presentation:
    """Return what may be shown of an item before it is answered."""
    names: dict[str, str] = {}

    def shuffled(group: str, things: Sequence[tuple[str, Bilingual]]) -> tuple[Shown, ...]:
        order = list(things)
        random.Random(f"{seed}:{item.id}:{group}").shuffle(order)  # noqa: S311 (an order, not a secret)
        names.update({f"{group}{number}": own for number, (own, _text) in enumerate(order, 1)})
        return tuple(Shown(id=str(number), text=text.get(language)) for number, (_own, text) in enumerate(order, 1))

    parts: dict[str, Any] = {}
    match item:
        case SingleChoice():
            parts["options"] = shuffled("", [(option.id, option.text) for option in item.options])
        case MultipleChoice():
            parts["options"] = shuffled("", [(option.id, option.text) for option in item.options])
            parts["choose"] = item.choose
        case ShortText():
            parts["hint"] = item.hint.get(language) if item.hint else None
        case Ordering():
            parts["steps"] = shuffled("", [(step.id, step.text) for step in item.steps])
        case Matching():
            parts["lefts"] = shuffled("l", [(pair.id, pair.left) for pair in item.pairs])
            rights = [*((pair.id, pair.right) for pair in item.pairs), *((one.id, one.right) for one in item.decoys)]
            parts["rights"] = shuffled("r", rights)
        case _:
            parts["screen"] = present_screen(item.screen, language=language)
    return Presentation(
        item_id=item.id,
        type=item.type,
        stem=item.stem.get(language),
        context=_shown_context(item.context, language),
        _names=names,
        **parts,
    )


def _shown_context(context: Context | None, language: str) -> ShownContext | None:
    if context is None:
        return None
    return ShownContext(kind=context.kind, title=context.title.get(language), body=context.body.get(language))
