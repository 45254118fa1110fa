"""The engines that sittings were taken with: what differs between them, so that each sitting goes on, and is judged, as it began.

A version changes whenever the same answers could prove something else, or be followed by another item. It is written into every sitting
and every certificate. A former one stays here as long as a sitting taken with it may be contested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from quizzes.errors import UnknownEngineError
from quizzes.posterior import SLIPPING
from quizzes.selection import GENTLE_START

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The one that sittings begin with.
ENGINE_VERSION = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What an engine assumes and does that another does not.

    Args:
        slipping: How many people slip, before any answer (`quizzes.posterior`).
        gentle: Drop of ability for the first items, in logits (`quizzes.selection`).
    """

    slipping: float
    gentle: tuple[float, ...]


#: Version -> engine. Version 1 was never released.
ENGINES: Mapping[str, Engine] = {
    "2": Engine(slipping=0.1, gentle=(1.2, 0.8, 0.4)),
    ENGINE_VERSION: Engine(slipping=SLIPPING, gentle=GENTLE_START),
}


def engine_of(version: str) -> Engine:
    """Return an engine.

    Raises:
        UnknownEngineError: No sitting is taken or replayed with it here.
    """
    if version not in ENGINES:
        raise UnknownEngineError(version)
    return ENGINES[version]
