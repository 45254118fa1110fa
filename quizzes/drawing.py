"""What a sitting settles before its first item: the form, or what is left to choose from and what is on trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizzes import forms, trials

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from quizzes.catalogue import Catalogue
    from quizzes.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """What is decided before the first item: the form, or what only calibrated items leave open and what is on trial beside them."""

    form: tuple[str, ...] = ()
    trials: tuple[tuple[int, str], ...] = ()
    closed: NDArray[np.bool_]


def draw(listed: Catalogue, policy: Policy, *, excluded: frozenset[str], resting: frozenset[str], seed: int) -> Drawn:
    """Return what a policy settles beforehand.

    Args:
        excluded: Items that may not be asked.
        resting: Items that are asked only where nothing else is left.
        seed: Decides between equals.
    """
    closed, rested = listed.mask(excluded), listed.mask(resting)
    blueprint = policy.blueprint.get(listed.framework.code)
    if blueprint is None or policy.choice == "adaptive":
        return Drawn(closed=closed)
    if policy.choice == "form" or not trials.is_served(listed, blueprint, closed=closed):
        rows = forms.draw(listed, blueprint, closed=closed, resting=rested, seed=seed)
        return Drawn(form=tuple(listed.items[row].id for row in rows), closed=closed)
    tried = trials.draw(listed, policy.trials, closed=closed, resting=rested, seed=seed, before=policy.minimum_items)
    beside = trials.beside(listed, [listed.rows[item_id] for _place, item_id in tried])
    closed = closed | ~listed.calibrated
    closed[sorted(beside)] = True
    return Drawn(trials=tried, closed=closed)
