"""Pass rules, as data of a policy: the cut, the areas' minimums, the second set that a missed critical item opens.

They are read by `quizzes.outcome`. A change is a change of the rules of the examination: a line in the change log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from quizzes.framework import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

Percent = Annotated[float, Field(gt=0, lt=100)]


class SecondSet(Frozen):
    """What a missed critical item opens: more items on its theme, which decide of the theme and of nothing else.

    The theme is the item's competency. However many items are left for it, `may_lose` points may be lost: it is one point or more, so
    that no item fails anybody alone.

    Args:
        items: How many are asked, where so many are left.
        may_lose: Points that may be lost on them; an item that is left unanswered loses one.
        minutes: Added to the time when the set opens.
    """

    items: Annotated[int, Field(ge=2)]
    may_lose: Annotated[float, Field(ge=1)]
    minutes: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.may_lose >= self.items:
            raise ValueError("may_lose atteint items : personne ne peut échouer")
        return self


class Passing(Frozen):
    """What passing asks, in per cent of the points of the whole reserved pool (see `quizzes.standard`).

    Args:
        cut: Nominal; a panel's signed cut takes its place.
        minimums: Area -> what it asks by itself. An area that is not named has no minimum.
        certainty: An area fails from this probability on that its ability gives less than its minimum.
        fewest: Items that must still count after neutralisation; with fewer nothing is decided.
        second_set: None: a missed critical item opens nothing.
    """

    cut: Percent
    minimums: dict[str, Percent] = Field(default_factory=dict)
    certainty: Annotated[float, Field(gt=0.5, lt=1)] = 0.8
    fewest: Annotated[int, Field(ge=1)]
    second_set: SecondSet | None = None

    def check(self, blueprint: Mapping[str, Mapping[str, int]], length: int) -> str | None:
        """Return what is wrong of these rules for a test of this length and blueprint, in French; None where nothing is."""
        if not blueprint:
            return "une épreuve qui se réussit a un plan (blueprint)"
        if self.fewest > length:
            return "fewest dépasse la longueur de l’épreuve"
        known = {area for areas in blueprint.values() for area in areas}
        strangers = sorted(set(self.minimums) - known)
        return f"minimum d’un domaine qui n’est pas au plan : {strangers[0]}" if strangers else None
