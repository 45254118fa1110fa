"""Who may do what about one person, given what else they have been to that person.

The pairs that may not meet are written one by one: whoever wants to know whether the employer's manager may sit on the
committee looks the pair up. Whoever wrote or saw reserved questions is kept away from deciding for 24 months; whether
those are over is for whoever gathers the parts to say.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from certificates.errors import NotIndependentError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Part(StrEnum):
    """What somebody is, or has been, to the person concerned."""

    HOLDER = "holder"
    TRAINER = "trainer"
    MANAGER = "manager"
    INVIGILATOR = "invigilator"
    JUROR = "juror"
    AUTHOR = "author"
    DIPLOMA_OFFICER = "diploma-officer"
    AUDITOR = "auditor"
    COMMITTEE = "committee"
    PANEL = "panel"
    COMPLAINT_HANDLER = "complaint-handler"


def _pairs(part: Part, others: Iterable[Part]) -> set[frozenset[Part]]:
    return {frozenset((part, other)) for other in others}


_OTHERS = frozenset(Part) - {Part.HOLDER}
_DECIDING = frozenset((Part.AUDITOR, Part.COMMITTEE, Part.PANEL))
#: Two parts that one human may not have about the same person.
INCOMPATIBLE: frozenset[frozenset[Part]] = frozenset(
    _pairs(Part.HOLDER, _OTHERS)
    | _pairs(Part.TRAINER, {Part.INVIGILATOR, Part.JUROR, Part.DIPLOMA_OFFICER, Part.AUTHOR, *_DECIDING})
    | _pairs(Part.MANAGER, {Part.INVIGILATOR, Part.JUROR, Part.DIPLOMA_OFFICER, *_DECIDING})
    | _pairs(Part.INVIGILATOR, {Part.JUROR, *_DECIDING})
    | _pairs(Part.JUROR, _DECIDING)
    | _pairs(Part.AUTHOR, {Part.COMMITTEE, Part.PANEL})
    | _pairs(Part.DIPLOMA_OFFICER, {Part.PANEL})
    | _pairs(Part.AUDITOR, {Part.COMMITTEE, Part.PANEL})
    | _pairs(Part.COMMITTEE, {Part.PANEL})
    | _pairs(Part.COMPLAINT_HANDLER, _OTHERS - {Part.COMPLAINT_HANDLER})
)


def conflict(part: Part, held: Iterable[Part]) -> Part | None:
    """Return the first part, in the order of `Part`, that forbids taking `part`; None when nothing does."""
    have = set(held) - {part}
    return next((other for other in Part if other in have and frozenset((part, other)) in INCOMPATIBLE), None)


def check(part: Part, held: Iterable[Part]) -> None:
    """Check that somebody may take a part.

    Raises:
        NotIndependentError: They have had one that forbids it.
    """
    found = conflict(part, held)
    if found is not None:
        raise NotIndependentError(found.value)
