"""What the machine looks at: where a label stands, since when, and what surrounds it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from certificates.label_rules.facts import Activity, Audit

if TYPE_CHECKING:
    from datetime import date

    from certificates.label_rules.criteria import Finding
    from certificates.label_rules.delays import Term


class State(StrEnum):
    """Where a label stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    REFUSED = "refused"
    AWARDED = "awarded"
    RENEWAL_DUE = "renewal_due"
    RENEWED = "renewed"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    REVOKED = "revoked"
    APPEAL = "appeal"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    VOLUNTARILY_WITHDRAWN = "voluntarily_withdrawn"
    DORMANT = "dormant"
    ENDED = "ended"


#: Being looked at.
EXAMINED = frozenset((State.SUBMITTED, State.UNDER_REVIEW))
#: The label holds.
IN_FORCE = frozenset((State.AWARDED, State.RENEWED, State.REINSTATED, State.RENEWAL_DUE))
#: Given, not ended, and not being taken back: may be renewed, paused, suspended.
HELD = IN_FORCE | {State.SUSPENDED, State.DORMANT}
#: Over for good; another application is another label.
OVER = frozenset((State.REFUSED, State.REVOKED, State.UPHELD, State.EXPIRED, State.VOLUNTARILY_WITHDRAWN, State.ENDED))
#: A person has one label in one of these states at most.
LIVING = frozenset(State) - OVER


class NoticeKind(StrEnum):
    """What a notice announces."""

    SUSPENSION = "suspension"
    REVOCATION = "revocation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A reasoned notice that was sent and neither dropped nor followed by a decision.

    Args:
        ground: One of the reasons of what it announces.
        is_answered: Whether the person has said what they had to say.
        is_urgent: Whether waiting for the answer would put somebody at risk; for a suspension only.
    """

    kind: NoticeKind
    ground: str
    sent_on: date
    is_answered: bool = False
    is_urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One label and what surrounds it, on one day.

    Args:
        since: Day on which it entered its state.
        findings: Of every criterion; empty where they were not looked at.
        term: For how long it was given; None before an award.
        pause_announced_on: Day of the notice that an inactive number will lead to a pause, while it runs.
        activity: Of the RPPS number that the label bears; unknown where it bears none.
        has_another: Whether the person has another label that is not over.
        last_revoked_on: Day on which a former label of the person was revoked, or handed back while fraud was looked into.
        appealed: What an appeal is against: refused or revoked; renewal_due for a renewal that was not given, while it is judged.
        is_suspension_appealed: Whether an appeal against the suspension that runs waits for its panel; beside any other.
        is_suspension_contested: Whether the suspension that runs was appealed against, judged or not: once is all.
        paused_from: Where a paused label goes back to.
        ended_from: Where a label that ended with its holder's life goes back to, if that was an error.
        is_paused_by_holder: Whether the person asked for the pause.
        is_renewal_pending: Whether a renewal was asked for and not decided.
        returned_on: Day on which a committee did not renew, until the renewal is asked for anew or an appeal is decided.
    """

    state: State
    since: date
    findings: tuple[Finding, ...] = ()
    audit: Audit = Audit.NOT_DRAWN
    term: Term | None = None
    notice: Notice | None = None
    pause_announced_on: date | None = None
    activity: Activity = Activity.UNKNOWN
    has_another: bool = False
    last_revoked_on: date | None = None
    appealed: State | None = None
    is_suspension_appealed: bool = False
    is_suspension_contested: bool = False
    paused_from: State | None = None
    ended_from: State | None = None
    is_paused_by_holder: bool = False
    is_renewal_pending: bool = False
    returned_on: date | None = None
