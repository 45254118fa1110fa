"""Exposure: no item becomes everybody's, or it is known before it is asked.

Eligibility control (van der Linden and Veldkamp 2004). Before a sitting, each item of the pool is declared eligible by a draw; its
chance is what keeps the share of people who are asked it at the cap. The counters live outside; the set drawn is stored with the
sitting, since counters move and a replay may not depend on them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Nobody needs a lower cap.
LOWEST_CAP = 0.25
#: How much of a test's share of its pool an item may take at the least.
HEADROOM = 1.3
#: Share of the cap that may be passed by chance; beyond it an item rests until others have caught up.
TOLERANCE = 1.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What is known of one item's use.

    Args:
        eligible: Sittings in which it could be asked.
        asked: Sittings in which it was.
        missed: Sittings begun before it entered the pool: a newcomer is not owed what the others have had.
    """

    eligible: int = 0
    asked: int = 0
    missed: int = 0


def cap_of(length: int, pool_size: int) -> float:
    """Return the largest share of sittings that an item may be asked in: max(.25, 1.3 × length / pool size), 1 at most."""
    return min(1.0, max(LOWEST_CAP, HEADROOM * length / pool_size))


def eligibility(used: Exposure, *, sittings: int, cap: float) -> float:
    """Return the chance that an item is eligible for the next person.

    Args:
        sittings: Sittings begun with this pool so far.
    """
    if used.asked >= TOLERANCE * cap * (sittings - used.missed) + 1:
        return 0.0
    return min(1.0, cap * (used.eligible + 1) / used.asked) if used.asked else 1.0


def draw_ineligible(
    item_ids: Sequence[str], used: Mapping[str, Exposure], *, sittings: int, cap: float, seed: int
) -> frozenset[str]:
    """Draw the items that the next sitting may not ask; the same for the same seed and counters."""
    chance = random.Random(f"{seed}:eligibility")  # noqa: S311 (a rotation, not a secret)
    found = set()
    for item_id in sorted(item_ids):
        draw = chance.random()  # one draw an item, whatever its counters: the others' do not depend on it
        if draw >= eligibility(used.get(item_id, Exposure()), sittings=sittings, cap=cap):
            found.add(item_id)
    return frozenset(found)
