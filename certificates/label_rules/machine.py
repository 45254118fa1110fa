"""The life of a label as a table: which transition, from where, to where, by whom, on which conditions, for which reasons.

What is not in the table cannot happen. `follow` is the only way from one state to the next; it takes these steps:

1. the table has this transition from this state            NoSuchTransitionError
2. it belongs to this actor                                 WrongActorError
3. it bears one of its own reasons (the announced one)      UnknownReasonError
4. enough distinct people decide it, each seat of a panel   TooFewDecidersError, PanelIncompleteError
5. each of them is independent of the person                NotIndependentError
6. every condition holds                                    ConditionNotMetError
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from certificates.errors import (
    ConditionNotMetError,
    NoSuchTransitionError,
    PanelIncompleteError,
    TooFewDecidersError,
    UnknownReasonError,
    WrongActorError,
)
from certificates.label_rules import independence
from certificates.label_rules.conditions import HOLDS, Condition
from certificates.label_rules.dossier import EXAMINED, HELD, IN_FORCE, LIVING, State
from certificates.label_rules.independence import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from certificates.label_rules.dossier import Dossier
    from certificates.label_rules.parameters import Parameters


class Actor(StrEnum):
    """Whose a transition is."""

    HOLDER = "holder"
    OFFICER = "officer"
    COMMITTEE = "committee"
    PANEL = "panel"
    TWO_OFFICERS = "two-officers"
    CLOCK = "clock"


class Move(StrEnum):
    """Where a transition leads, other than to a state that it names."""

    STAY = "stay"
    BACK = "back"


class Seat(StrEnum):
    """Who sits on the panel of an appeal: each seat is taken once at least."""

    USER = "user"
    PEER = "peer"
    INDEPENDENT = "independent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """One human who acts for the certifying authority.

    Args:
        parts: What they have been to the person concerned.
        seat: On a panel.
    """

    person_id: int
    parts: frozenset[Part] = frozenset()
    seat: Seat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is asked for.

    Args:
        deciders: Who acts; for a decision, everybody who voted for it. Nobody, for the holder and the clock.
    """

    transition: str
    actor: Actor
    reason: str
    on: date
    deciders: tuple[Decider, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of the table.

    Args:
        part: Which part acting gives; decides who is too close to take it.
    """

    sources: frozenset[State]
    target: State | Move
    actor: Actor
    reasons: tuple[str, ...]
    conditions: tuple[Condition, ...]
    part: Part | None


#: Given, and not near its end.
RUNNING = frozenset((State.AWARDED, State.RENEWED, State.REINSTATED))
SUSPENSION_GROUNDS = ("temporary-ban", "audit-refused", "fraud-inquiry")
REVOCATION_GROUNDS = ("fraud-proven", "false-evidence", "used-while-suspended", "struck-off")
#: Handing a label back under one of these bars a new application for as long as a revocation does; a ban alone bars nobody.
BARRING_GROUNDS = frozenset((*SUSPENSION_GROUNDS, *REVOCATION_GROUNDS)) - {"temporary-ban"}
#: An appeal suspends a revocation, but for these: patients come first.
SAFETY_GROUNDS = frozenset(("struck-off",))
OVERTURN_REASONS = ("facts", "procedure", "proportion")
EXTENSION_REASONS = ("illness", "birth", "leave")
#: Of a pause: the directory says the number inactive, or its holder shows it no more.
NOT_SHOWN = "number-not-shown"
_NO_RIGHT_SHOWN = ("inactive-number", NOT_SHOWN)
ASK_AGAIN_REASONS = ("proof-unreadable", "proof-insufficient", "patient-data", "identity-unclear")


#: Which part acting gives, where it gives one.
_PARTS = {
    Actor.OFFICER: Part.COMMITTEE,
    Actor.TWO_OFFICERS: Part.COMMITTEE,
    Actor.COMMITTEE: Part.COMMITTEE,
    Actor.PANEL: Part.PANEL,
}


def _line(
    actor: Actor,
    sources: State | frozenset[State],
    target: State | Move,
    reasons: tuple[str, ...],
    *conditions: Condition,
    part: Part | None = None,
) -> Transition:
    return Transition(
        sources=sources if isinstance(sources, frozenset) else frozenset((sources,)),
        target=target,
        actor=actor,
        reasons=reasons,
        conditions=conditions,
        part=part or _PARTS.get(actor),
    )


_RETURN_JUDGED = (Condition.RETURN_APPEALED, Condition.NO_SUSPENSION_APPEALED)
_GIVEN = (Condition.CRITERIA_MET, Condition.AUDIT_SETTLED, Condition.ONLY_LABEL)
TRANSITIONS: Mapping[str, Transition] = {
    # The application.
    "submit": _line(
        Actor.HOLDER,
        State.DRAFT,
        State.SUBMITTED,
        ("complete",),
        Condition.CRITERIA_MET,
        Condition.ONLY_LABEL,
        Condition.REAPPLY_DELAY_OVER,
    ),
    "take_up": _line(Actor.OFFICER, State.SUBMITTED, State.UNDER_REVIEW, ("taken-up",)),
    "ask_again": _line(Actor.OFFICER, EXAMINED, State.DRAFT, ASK_AGAIN_REASONS),
    "give_back": _line(Actor.CLOCK, EXAMINED, State.DRAFT, ("patient-data",)),
    "audit": _line(
        Actor.OFFICER,
        frozenset((State.UNDER_REVIEW, State.RENEWAL_DUE)),
        Move.STAY,
        ("audit-clear", "audit-refused"),
        Condition.AUDIT_DRAWN,
        part=Part.AUDITOR,
    ),
    "award": _line(Actor.COMMITTEE, State.UNDER_REVIEW, State.AWARDED, ("criteria-met",), *_GIVEN),
    "refuse": _line(
        Actor.COMMITTEE, State.UNDER_REVIEW, State.REFUSED, ("criteria-not-met", "audit-refused", "false-evidence")
    ),
    # The renewal.
    "open_renewal": _line(Actor.CLOCK, RUNNING, State.RENEWAL_DUE, ("window-open",), Condition.WINDOW_OPEN),
    "apply_again": _line(
        Actor.HOLDER,
        State.RENEWAL_DUE,
        Move.STAY,
        ("complete",),
        Condition.CRITERIA_MET,
        Condition.BEFORE_GRACE_ENDS,
        Condition.NO_RENEWAL_PENDING,
        Condition.NO_RETURN_APPEALED,
    ),
    "give_renewal_back": _line(Actor.CLOCK, HELD, Move.STAY, ("patient-data",), Condition.RENEWAL_PENDING),
    "renew": _line(
        Actor.COMMITTEE,
        State.RENEWAL_DUE,
        State.RENEWED,
        ("criteria-met",),
        Condition.CRITERIA_MET,
        Condition.AUDIT_SETTLED,
        Condition.RENEWAL_PENDING,
    ),
    "return_renewal": _line(
        Actor.COMMITTEE,
        frozenset((State.RENEWAL_DUE, State.DORMANT)),
        Move.STAY,
        ("criteria-not-met", "audit-refused"),
        Condition.RENEWAL_PENDING,
    ),
    "extend": _line(Actor.OFFICER, IN_FORCE | {State.DORMANT}, Move.STAY, EXTENSION_REASONS, Condition.EXTENSION_LEFT),
    "expire": _line(
        Actor.CLOCK,
        HELD,
        State.EXPIRED,
        ("not-renewed",),
        Condition.GRACE_OVER,
        Condition.NO_RENEWAL_PENDING,
        Condition.NO_RETURN_CONTESTABLE,
        Condition.NO_RETURN_APPEALED,
    ),
    # Suspension and revocation: announced, answered, decided.
    "announce_suspension": _line(Actor.OFFICER, IN_FORCE, Move.STAY, SUSPENSION_GROUNDS, Condition.NO_NOTICE),
    "announce_revocation": _line(Actor.OFFICER, State.SUSPENDED, Move.STAY, REVOCATION_GROUNDS, Condition.NO_NOTICE),
    "answer_notice": _line(Actor.HOLDER, HELD, Move.STAY, ("answered",), Condition.NOTICE_OPEN),
    "drop_notice": _line(Actor.OFFICER, HELD, Move.STAY, ("ground-gone", "answer-accepted"), Condition.NOTICE_OPEN),
    "suspend": _line(Actor.COMMITTEE, IN_FORCE, State.SUSPENDED, SUSPENSION_GROUNDS, Condition.HEARD_ON_SUSPENSION),
    "reinstate": _line(
        Actor.COMMITTEE, State.SUSPENDED, State.REINSTATED, ("ground-gone", "answer-accepted", "ban-over")
    ),
    "lift": _line(Actor.CLOCK, State.SUSPENDED, State.REINSTATED, ("time-over",), Condition.SUSPENSION_OVER),
    "revoke": _line(Actor.COMMITTEE, State.SUSPENDED, State.REVOKED, REVOCATION_GROUNDS, Condition.HEARD_ON_REVOCATION),
    # The appeal.
    "appeal": _line(
        Actor.HOLDER,
        frozenset((State.REFUSED, State.REVOKED)),
        State.APPEAL,
        ("contested",),
        Condition.WITHIN_APPEAL_TIME,
        Condition.ONLY_LABEL,
    ),
    # The appeal of a suspension: it stays, as it protects whoever relies on the label, while three others judge.
    "appeal_suspension": _line(
        Actor.HOLDER,
        State.SUSPENDED,
        Move.STAY,
        ("contested",),
        Condition.WITHIN_APPEAL_TIME,
        Condition.NO_SUSPENSION_CONTESTED,
    ),
    "uphold_suspension": _line(
        Actor.PANEL, State.SUSPENDED, Move.STAY, ("decision-right",), Condition.SUSPENSION_APPEALED
    ),
    "overturn_suspension": _line(
        Actor.PANEL, State.SUSPENDED, State.REINSTATED, OVERTURN_REASONS, Condition.SUSPENSION_APPEALED
    ),
    # The appeal of a renewal that was not given: the label stays what it is while three others judge.
    "appeal_return": _line(
        Actor.HOLDER,
        HELD,
        Move.STAY,
        ("contested",),
        Condition.RETURN_CONTESTABLE,
        Condition.NO_RENEWAL_PENDING,
        Condition.NO_RETURN_APPEALED,
    ),
    # One panel at a time: a suspension that is appealed against too is judged first.
    "uphold_return": _line(Actor.PANEL, HELD, Move.STAY, ("decision-right",), *_RETURN_JUDGED),
    "overturn_return": _line(Actor.PANEL, HELD, Move.STAY, OVERTURN_REASONS, *_RETURN_JUDGED),
    "renew_on_appeal": _line(
        Actor.CLOCK,
        State.RENEWAL_DUE,
        State.RENEWED,
        ("overturned",),
        Condition.RETURN_APPEALED,
        Condition.CRITERIA_MET,
        Condition.AUDIT_SETTLED,
    ),
    "review_renewal_again": _line(Actor.CLOCK, HELD, Move.STAY, ("overturned",), Condition.RETURN_APPEALED),
    "uphold": _line(Actor.PANEL, State.APPEAL, State.UPHELD, ("decision-right",)),
    "overturn": _line(Actor.PANEL, State.APPEAL, State.OVERTURNED, OVERTURN_REASONS),
    "award_on_appeal": _line(
        Actor.CLOCK, State.OVERTURNED, State.AWARDED, ("overturned",), Condition.REFUSAL_APPEALED, *_GIVEN
    ),
    "review_again": _line(
        Actor.CLOCK, State.OVERTURNED, State.UNDER_REVIEW, ("overturned",), Condition.REFUSAL_APPEALED
    ),
    "reinstate_on_appeal": _line(
        Actor.CLOCK, State.OVERTURNED, State.REINSTATED, ("overturned",), Condition.REVOCATION_APPEALED
    ),
    # What is nobody's fault.
    "withdraw": _line(Actor.HOLDER, LIVING, State.VOLUNTARILY_WITHDRAWN, ("own-wish",)),
    "announce_pause": _line(
        Actor.CLOCK, IN_FORCE, Move.STAY, _NO_RIGHT_SHOWN, Condition.NUMBER_INACTIVE, Condition.NO_PAUSE_ANNOUNCED
    ),
    "forget_pause": _line(
        Actor.CLOCK, IN_FORCE, Move.STAY, ("number-active",), Condition.PAUSE_ANNOUNCED, Condition.NUMBER_ACTIVE
    ),
    "pause": _line(
        Actor.CLOCK,
        IN_FORCE,
        State.DORMANT,
        _NO_RIGHT_SHOWN,
        Condition.PAUSE_ANNOUNCED_LONG_ENOUGH,
        Condition.NUMBER_INACTIVE,
    ),
    "pause_on_request": _line(
        Actor.HOLDER, IN_FORCE, State.DORMANT, ("leave", "retirement", "between-posts"), Condition.NO_NOTICE
    ),
    "resume": _line(
        Actor.CLOCK,
        State.DORMANT,
        Move.BACK,
        ("number-active",),
        Condition.PAUSED_BY_NUMBER,
        Condition.NUMBER_ACTIVE,
    ),
    "come_back": _line(
        Actor.HOLDER,
        State.DORMANT,
        Move.BACK,
        ("back",),
        Condition.PAUSED_BY_HOLDER,
        Condition.NUMBER_NOT_INACTIVE,
    ),
    "end": _line(Actor.TWO_OFFICERS, frozenset(State) - {State.ENDED}, State.ENDED, ("death",)),
    "undo_end": _line(Actor.TWO_OFFICERS, State.ENDED, Move.BACK, ("ended-in-error",), Condition.MAY_COME_BACK),
}
#: Decisions that bear the ground that their notice announced, and no other.
_ANNOUNCED = frozenset(("suspend", "revoke"))
#: How many distinct people each actor is, at least.
_FIXED = {Actor.HOLDER: 0, Actor.CLOCK: 0, Actor.OFFICER: 1, Actor.TWO_OFFICERS: 2}


def deciders_needed(actor: Actor, rules: Parameters) -> int:
    """Return how many distinct people it takes."""
    several = {Actor.COMMITTEE: rules.committee, Actor.PANEL: rules.panel}
    return several[actor] if actor in several else _FIXED[actor]


def follow(dossier: Dossier, act: Act, rules: Parameters) -> State:
    """Return the state that follows, taking steps 1 to 6.

    Raises:
        LabelError: The leaf that the first failing step names.
    """
    line = TRANSITIONS.get(act.transition)
    if line is None or dossier.state not in line.sources:
        raise NoSuchTransitionError(act.transition, dossier.state.value)
    if act.actor is not line.actor:
        raise WrongActorError
    if act.reason not in line.reasons:
        raise UnknownReasonError
    _check_deciders(act, line, rules)
    failing = unmet(dossier, line, rules, on=act.on)
    if failing is not None:
        raise ConditionNotMetError(failing.value)
    if act.transition in _ANNOUNCED and dossier.notice is not None and act.reason != dossier.notice.ground:
        raise UnknownReasonError
    return target_of(dossier, line)


def unmet(dossier: Dossier, line: Transition, rules: Parameters, *, on: date) -> Condition | None:
    """Return the first condition of a transition that does not hold; None when all do."""
    return next((one for one in line.conditions if not HOLDS[one](dossier, rules, on)), None)


def open_transitions(dossier: Dossier, actor: Actor, rules: Parameters, *, on: date) -> tuple[str, ...]:
    """Return what an actor may do now, in the order of the table; whether they are independent is not looked at."""
    return tuple(
        name
        for name, line in TRANSITIONS.items()
        if line.actor is actor and dossier.state in line.sources and unmet(dossier, line, rules, on=on) is None
    )


def target_of(dossier: Dossier, line: Transition) -> State:
    """Return where a transition leads from here."""
    if isinstance(line.target, State):
        return line.target
    before = dossier.ended_from if dossier.state is State.ENDED else dossier.paused_from
    if line.target is Move.BACK and before is not None:
        return before
    return dossier.state


def _check_deciders(act: Act, line: Transition, rules: Parameters) -> None:
    needed = deciders_needed(line.actor, rules)
    if len({decider.person_id for decider in act.deciders}) < needed:
        raise TooFewDecidersError(needed)
    if line.actor is Actor.PANEL:
        taken = {decider.seat for decider in act.deciders}
        for seat in Seat:
            if seat not in taken:
                raise PanelIncompleteError(seat.value)
    if line.part is None:
        return  # the holder and the clock judge nobody
    for decider in act.deciders:
        independence.check(line.part, decider.parts)
