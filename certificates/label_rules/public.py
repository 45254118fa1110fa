"""What the public register says of a label: a word and dates, never a reason."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from certificates.label_rules import delays
from certificates.label_rules.dossier import IN_FORCE, Dossier, State
from certificates.label_rules.machine import SAFETY_GROUNDS

if TYPE_CHECKING:
    from datetime import date

    from certificates.label_rules.parameters import Parameters


class Shown(StrEnum):
    """The word that the public reads."""

    ACTIVE = "active"
    RENEWING = "renewing"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


#: A label in one of these is over, and shown for so many months more.
CLOSED = frozenset((Shown.WITHDRAWN, Shown.EXPIRED))


def shown(dossier: Dossier, *, ground: str | None, rules: Parameters, on: date) -> Shown | None:
    """Return what the register says; None where it says nothing: before an award, after a refusal, after a death.

    An appeal suspends a revocation, and so does the time in which one may still be made, except for safety.

    Args:
        ground: Why the label was revoked, for a label that was.
    """
    if dossier.term is None or dossier.state is State.ENDED:
        return None
    if dossier.state in IN_FORCE:
        is_over = on > dossier.term.ends_on(rules)
        return Shown.RENEWING if is_over else Shown.ACTIVE
    if dossier.state is State.REVOKED or dossier.appealed is State.REVOKED:
        return Shown.WITHDRAWN if is_final(dossier, ground=ground, rules=rules, on=on) else Shown.SUSPENDED
    return {
        State.DORMANT: Shown.PAUSED,
        State.SUSPENDED: Shown.SUSPENDED,
        State.EXPIRED: Shown.EXPIRED,
    }.get(dossier.state, Shown.WITHDRAWN)


def is_final(dossier: Dossier, *, ground: str | None, rules: Parameters, on: date) -> bool:
    """Tell whether a revocation takes effect: at once for safety, otherwise when no appeal can change it any more."""
    if ground in SAFETY_GROUNDS or dossier.state in (State.UPHELD, State.VOLUNTARILY_WITHDRAWN):
        return True
    return dossier.state is State.REVOKED and on > delays.appeal_until(dossier.since, rules)


def revoked_from(dossier: Dossier, *, ground: str | None, rules: Parameters) -> date:
    """Return the first day on which a revocation that is final was read as one: the next after the time to appeal, at the latest."""
    if ground in SAFETY_GROUNDS or dossier.state is not State.REVOKED:
        return dossier.since
    return delays.appeal_until(dossier.since, rules) + timedelta(days=1)


def is_listed(dossier: Dossier, *, ground: str | None, rules: Parameters, on: date) -> bool:
    """Tell whether the register still shows a label: while it lives, and for some months after its end."""
    found = shown(dossier, ground=ground, rules=rules, on=on)
    if found is None:
        return False
    return found not in CLOSED or on <= delays.shown_until(dossier.since, rules)
