"""What happens in a sitting besides answers: recorded in order, read back by a replay.

Each says after how many answers it came. Together with the form that was drawn they say what a sitting asks:

- more questions on one area, at the person's wish (`Extension`)
- a question that gave way to another (`Replacement`)
- the second sets that missed critical questions opened (`SecondSets`): what was left of the form is not asked any more
- the closing, by the clock or by somebody (`Closure`): what was left is not asked any more
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Closed by the clock: second sets open still. By somebody: nothing more is asked.
TIME, ENDED = "time", "ended"
ANNULLED, CALLED_OFF = "annulled", "called-off"
#: What was closed so proves nothing, even if it was finished before.
VOID = (ANNULLED, CALLED_OFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More questions on one area, at the person's wish, after the sitting had ended.

    Args:
        after: Answers given before it.
        area_id: The area whose level was borderline.
    """

    after: int
    area_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A question on screen that gave way to another: it is not scored, and never asked to this person again.

    Args:
        replaced: The item that left.
        item_id: The one that came.
    """

    after: int
    replaced: str
    item_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondSets:
    """The second sets of a sitting, opened together.

    Args:
        sets: Theme (a competency) and its items in order; none where none was left to ask.
    """

    after: int
    sets: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """The end, by the clock or by somebody.

    Args:
        reason: "time", "ended", "annulled" or "called-off".
        left: The item that was on screen: seen, and not answered.
    """

    after: int
    reason: str
    left: str | None


Addition = Extension | Replacement | SecondSets | Closure


def to_plain(one: Addition) -> dict[str, Any]:
    """Return an addition as it is stored."""
    match one:
        case Extension():
            return {"after": one.after, "area": one.area_id}
        case Replacement():
            return {"after": one.after, "replaced": one.replaced, "by": one.item_id}
        case SecondSets():
            return {"after": one.after, "sets": [[theme, list(items)] for theme, items in one.sets]}
        case _:
            return {"after": one.after, "closed": one.reason, "left": one.left}


def from_plain(data: Mapping[str, Any]) -> Addition:
    """Return what `to_plain` stored."""
    after = data["after"]
    if "area" in data:
        return Extension(after=after, area_id=data["area"])
    if "replaced" in data:
        return Replacement(after=after, replaced=data["replaced"], item_id=data["by"])
    if "sets" in data:
        return SecondSets(after=after, sets=tuple((theme, tuple(items)) for theme, items in data["sets"]))
    return Closure(after=after, reason=data["closed"], left=data["left"])


def not_asked_again(recorded: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the items that stored additions show to have been seen without an answer: those replaced, and those left on screen."""
    seen = {one.get("replaced") or one.get("left") for one in recorded}
    return frozenset(item_id for item_id in seen if item_id)


def swapped(item_ids: Iterable[str], additions: Sequence[Addition]) -> tuple[str, ...]:
    """Return items with each one that was replaced standing for the one that came."""
    found = list(item_ids)
    for one in additions:
        if isinstance(one, Replacement):
            found = [one.item_id if item_id == one.replaced else item_id for item_id in found]
    return tuple(found)


def script(form: Sequence[str], additions: Sequence[Addition]) -> tuple[str, ...]:
    """Return everything that a form asks, in order, as it stands after what happened."""
    found = list(form)
    for one in additions:
        match one:
            case Replacement():
                found = list(swapped(found, [one]))
            case SecondSets():
                found = found[: one.after] + [item_id for _theme, items in one.sets for item_id in items]
            case Closure():
                found = found[: one.after]
            case _:
                raise TypeError("a form is never extended")
    return tuple(found)


def second_sets(additions: Sequence[Addition]) -> dict[str, tuple[str, ...]]:
    """Return the second sets, by theme, as asked: with what replaced one of their items."""
    opened = next((one for one in additions if isinstance(one, SecondSets)), None)
    return {theme: swapped(items, additions) for theme, items in opened.sets} if opened else {}


def closing(additions: Sequence[Addition]) -> str | None:
    """Return why a sitting was closed, the last reason given; None where its answers ended it, or nothing has."""
    return next((one.reason for one in reversed(additions) if isinstance(one, Closure)), None)
