"""What the votes of a round come to, and when a round is over.

A round ends with every step that changes what is voted on: a vote is about what its author could read. Then everybody
votes again, and nobody's former vote is counted with one about something else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certificates.label_rules.machine import Actor, Seat, deciders_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certificates.label_rules.dossier import Dossier
    from certificates.label_rules.parameters import Parameters

#: The only steps that leave what is voted on as it was: a term that is longer, a pause that is only announced.
_SAME_MATTER = frozenset(("extend", "announce_pause", "forget_pause"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What one person voted.

    Args:
        transition: The transition that they voted for.
        reason: One of its reasons.
        seat: On a panel.
    """

    person_id: int
    transition: str
    reason: str
    seat: Seat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a round decided, for the reason that most of those who decided it gave; the first given, where they are equal."""

    transition: str
    reason: str


def decided(votes: Sequence[Vote], *, actor: Actor, rules: Parameters) -> Decided | None:
    """Return what a round of votes, in the order in which they were cast, has decided; None while it has not.

    Two of three suffice; one against one waits for a third.
    """
    people = {vote.person_id for vote in votes}
    if len(people) < deciders_needed(actor, rules):
        return None
    if actor is Actor.PANEL and {vote.seat for vote in votes} < set(Seat):
        return None
    transition, count = Counter(vote.transition for vote in votes).most_common(1)[0]
    if count * 2 <= len(votes):
        return None
    reason = Counter(vote.reason for vote in votes if vote.transition == transition).most_common(1)[0][0]
    return Decided(transition=transition, reason=reason)


def ends_round(before: Dossier, transition: str) -> bool:
    """Tell whether the votes cast before a step count for nothing after it.

    The first answer to a notice has to be read by whoever votes; what is added to it later may not hold a decision up for ever.
    """
    if transition == "answer_notice":
        return before.notice is None or not before.notice.is_answered
    return transition not in _SAME_MATTER
