"""What has to be read again: content past or near its day of review, and content whose facts have changed since it was checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from quizzes.facts import Fact
    from quizzes.items import Item
    from quizzes.paths import Module

#: How long before its day content is shown as due.
NOTICE = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing to read again.

    Args:
        language, variant: Of a module; empty otherwise.
        changed: Facts that changed after it was checked.
    """

    kind: Literal["item", "module", "fact"]
    id: str
    title: str
    language: str
    variant: str
    checked_on: date
    review_on: date
    changed: tuple[Fact, ...]


def due(*, items: Sequence[Item], modules: Sequence[Module], facts: Sequence[Fact], today: date) -> list[Due]:
    """Return what has to be read again: what changed first, then by day of review."""
    register = {fact.id: fact for fact in facts}
    found = [
        *(_item(item, register) for item in items),
        *(_module(module, register) for module in modules),
        *(_fact(fact) for fact in facts),
    ]
    wanted = [one for one in found if one.changed or one.review_on <= today + NOTICE]
    return sorted(wanted, key=lambda one: (not one.changed, one.review_on, one.kind, one.id))


def changed_since(names: Sequence[str], register: Mapping[str, Fact], day: date) -> tuple[Fact, ...]:
    """Return the facts that changed after a day; a name that the register lacks is the checker's business."""
    known = [register[name] for name in names if name in register]
    return tuple(fact for fact in known if fact.changed_on is not None and fact.changed_on > day)


def items_on_changes(items: Sequence[Item], facts: Sequence[Fact], *, since: date) -> frozenset[str]:
    """Return the items that rest on a fact which changed after a day, and were read again since it did: what an update test asks first."""
    register = {fact.id: fact for fact in facts}
    return frozenset(
        item.id
        for item in items
        if changed_since(item.facts, register, since) and not changed_since(item.facts, register, item.checked_on)
    )


def _item(item: Item, register: Mapping[str, Fact]) -> Due:
    return Due(
        kind="item",
        id=item.id,
        title=item.stem.fr,
        language="",
        variant="",
        checked_on=item.checked_on,
        review_on=item.review_on,
        changed=changed_since(item.facts, register, item.checked_on),
    )


def _module(module: Module, register: Mapping[str, Fact]) -> Due:
    return Due(
        kind="module",
        id=module.id,
        title=module.title,
        language=module.language,
        variant=module.variant,
        checked_on=module.checked_on,
        review_on=module.review_on,
        changed=changed_since(module.facts, register, module.checked_on),
    )


def _fact(fact: Fact) -> Due:
    return Due(
        kind="fact",
        id=fact.id,
        title=fact.statement.fr,
        language="",
        variant="",
        checked_on=fact.checked_on,
        review_on=fact.review_on,
        changed=(),
    )
