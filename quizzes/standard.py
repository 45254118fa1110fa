"""Where a cut in per cent stands on the scale of ability, and what a form asks for at that place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCut:
    """What a panel set and signed.

    Args:
        items: Those that were judged.
        score: Points that somebody just good enough gets on them.
        ability: The same on the scale of that day, in logits.
    """

    items: tuple[str, ...]
    score: float
    ability: float


def panel_cut(record: Mapping[str, Any]) -> PanelCut:
    """Return the cut of a signed record (`quizzes.cutscore_report.record_of`)."""
    cut = record["cut"]
    return PanelCut(items=tuple(record["items"]), score=cut["score"], ability=cut["ability"])
