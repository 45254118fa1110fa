"""The life of a label: what is refused, what each path asks for, and that no path reaches a label without its conditions."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from certificates import evidence, patient_signs
from certificates.errors import (
    ConditionNotMetError,
    LabelError,
    NoSuchTransitionError,
    PanelIncompleteError,
    TooFewDecidersError,
    UnknownReasonError,
    WrongActorError,
)
from certificates.label import checklist
from certificates.label_rules.conditions import HOLDS, Condition
from certificates.label_rules.criteria import CRITERIA
from certificates.label_rules.delays import Term
from certificates.label_rules.dossier import EXAMINED, HELD, IN_FORCE, LIVING, OVER, Dossier, NoticeKind, State
from certificates.label_rules.facts import Activity, Audit, Facts
from certificates.label_rules.independence import Part
from certificates.label_rules.machine import (
    TRANSITIONS,
    Act,
    Actor,
    Decider,
    Move,
    Seat,
    follow,
    open_transitions,
)
from certificates.label_rules.public import Shown, is_listed, revoked_from, shown
from certificates.label_rules.votes import Vote, decided, ends_round
from certificates.label_rules.words import all_words, seen, word
from tests.domain.label_builders import COMMITTEE, PANEL, RULES, TODAY, act, dossier, facts, notice
from tests.domain.test_label_criteria import CASES

NOTHING = checklist(Facts(), rules=RULES, on=TODAY)
LONG_AGO = date(2020, 1, 1)
HOLDER, OFFICER, CLOCK, JUDGES = Actor.HOLDER, Actor.OFFICER, Actor.CLOCK, Actor.PANEL
TWO = Actor.TWO_OFFICERS
REVOCATION = notice(kind=NoticeKind.REVOCATION, ground="fraud-proven")

REFUSED = {
    "a transition that the machine does not have": (dossier(), act("promote"), NoSuchTransitionError),
    "an award from a draft": (dossier(State.DRAFT), act("award"), NoSuchTransitionError),
    "an award after a refusal": (dossier(State.REFUSED), act("award"), NoSuchTransitionError),
    "a revocation without a suspension before": (
        dossier(State.AWARDED, notice=REVOCATION),
        act("revoke", reason="fraud-proven"),
        NoSuchTransitionError,
    ),
    "anything after a death": (dossier(State.ENDED), act("withdraw", HOLDER, "own-wish"), NoSuchTransitionError),
    "a death that one officer reports alone": (
        dossier(State.AWARDED),
        act("end", TWO, "death", deciders=COMMITTEE[:1]),
        TooFewDecidersError,
    ),
    "a death reported twice by the same one": (
        dossier(State.AWARDED),
        act("end", TWO, "death", deciders=COMMITTEE[:1] * 2),
        TooFewDecidersError,
    ),
    "a death put right by one": (
        dossier(State.ENDED, ended_from=State.AWARDED),
        act("undo_end", TWO, "ended-in-error", deciders=COMMITTEE[:1]),
        TooFewDecidersError,
    ),
    "a holder who decides": (dossier(), act("award", HOLDER), WrongActorError),
    "the clock that suspends": (
        dossier(State.AWARDED, notice=notice(is_answered=True)),
        act("suspend", CLOCK, "fraud-inquiry"),
        WrongActorError,
    ),
    "a reason that is none": (dossier(), act("award", reason="nice-person"), UnknownReasonError),
    "a decision by one alone": (dossier(), act("award", deciders=COMMITTEE[:1]), TooFewDecidersError),
    "a decision by one who votes twice": (dossier(), act("award", deciders=COMMITTEE[:1] * 2), TooFewDecidersError),
    "an appeal decided by two": (
        dossier(State.APPEAL),
        act("uphold", JUDGES, "decision-right", deciders=PANEL[:2]),
        TooFewDecidersError,
    ),
    "an appeal decided without a user": (
        dossier(State.APPEAL),
        act("uphold", JUDGES, "decision-right", deciders=(*PANEL[1:], Decider(person_id=99, seat=Seat.PEER))),
        PanelIncompleteError,
    ),
    "a suspension on another ground than the one announced": (
        dossier(State.AWARDED, notice=notice(is_answered=True)),
        act("suspend", reason="temporary-ban"),
        UnknownReasonError,
    ),
}


@pytest.mark.parametrize(("given", "asked", "error"), REFUSED.values(), ids=REFUSED)
def test_refused(given, asked, error):
    with pytest.raises(LabelError) as caught:
        follow(given, asked, RULES)

    assert caught.type is error


DUE = Term(awarded_on=date(2023, 12, 1))  # ends today
SUBMIT, AWARD, RENEW = act("submit", HOLDER, "complete"), act("award"), act("renew")
SUSPEND, REVOKE = act("suspend", reason="fraud-inquiry"), act("revoke", reason="fraud-proven")
APPEAL, PAUSE = act("appeal", HOLDER, "contested"), act("pause", CLOCK, "inactive-number")
EXPIRE, RESUME = act("expire", CLOCK, "not-renewed"), act("resume", CLOCK, "number-active")
COME_BACK, ANSWER = act("undo_end", TWO, "ended-in-error"), act("answer_notice", HOLDER, "answered")
APPEAL_RETURN = act("appeal_return", HOLDER, "contested")
APPEAL_SUSPENSION = act("appeal_suspension", HOLDER, "contested")
SUSPENDED = dossier(State.SUSPENDED)
#: What stands in the way, and the nearest case in which nothing does any more.
CONDITIONS = {
    "something is missing": (dossier(State.DRAFT, findings=NOTHING), SUBMIT, Condition.CRITERIA_MET),
    "nobody has looked at the criteria": (dossier(findings=()), AWARD, Condition.CRITERIA_MET),
    "a criterion fails when it comes to awarding": (dossier(findings=NOTHING), AWARD, Condition.CRITERIA_MET),
    "the audit is not done": (dossier(audit=Audit.DRAWN), AWARD, Condition.AUDIT_SETTLED),
    "the audit refused a proof": (dossier(audit=Audit.REFUSED), AWARD, Condition.AUDIT_SETTLED),
    "a second award for one person": (dossier(has_another=True), AWARD, Condition.ONLY_LABEL),
    "a second application for one person": (dossier(State.DRAFT, has_another=True), SUBMIT, Condition.ONLY_LABEL),
    "eleven months after a revocation": (
        dossier(State.DRAFT, last_revoked_on=date(2025, 12, 1)),
        SUBMIT,
        Condition.REAPPLY_DELAY_OVER,
    ),
    "an audit that was not drawn": (
        dossier(),
        act("audit", OFFICER, "audit-clear"),
        Condition.AUDIT_DRAWN,
    ),
    "a renewal seven months before the end": (
        dossier(State.AWARDED, term=replace(DUE, extended_months=7)),
        act("open_renewal", CLOCK, "window-open"),
        Condition.WINDOW_OPEN,
    ),
    "a renewal that nobody asked for": (dossier(State.RENEWAL_DUE), RENEW, Condition.RENEWAL_PENDING),
    "a renewal asked for twice": (
        dossier(State.RENEWAL_DUE, is_renewal_pending=True),
        act("apply_again", HOLDER, "complete"),
        Condition.NO_RENEWAL_PENDING,
    ),
    "a renewal asked for after the grace": (
        dossier(State.RENEWAL_DUE, term=Term(awarded_on=date(2023, 8, 30))),
        act("apply_again", HOLDER, "complete"),
        Condition.BEFORE_GRACE_ENDS,
    ),
    "a third extension": (
        dossier(State.RENEWAL_DUE, term=replace(DUE, extended_months=12)),
        act("extend", OFFICER, "illness"),
        Condition.EXTENSION_LEFT,
    ),
    "an end on the last day of grace": (
        dossier(State.RENEWAL_DUE, term=Term(awarded_on=date(2023, 8, 31))),
        EXPIRE,
        Condition.GRACE_OVER,
    ),
    "an end while the committee has the renewal": (
        dossier(State.RENEWAL_DUE, term=Term(awarded_on=LONG_AGO), is_renewal_pending=True),
        EXPIRE,
        Condition.NO_RENEWAL_PENDING,
    ),
    "an end while the renewal that was not given may still be contested": (
        dossier(State.RENEWAL_DUE, term=Term(awarded_on=LONG_AGO), returned_on=date(2026, 9, 30)),
        EXPIRE,
        Condition.NO_RETURN_CONTESTABLE,
    ),
    "an end while three others judge": (
        dossier(State.RENEWAL_DUE, term=Term(awarded_on=LONG_AGO), appealed=State.RENEWAL_DUE),
        EXPIRE,
        Condition.NO_RETURN_APPEALED,
    ),
    "a renewal sent again while three others judge": (
        dossier(State.RENEWAL_DUE, appealed=State.RENEWAL_DUE),
        act("apply_again", HOLDER, "complete"),
        Condition.NO_RETURN_APPEALED,
    ),
    "an appeal of a renewal that nobody refused": (
        dossier(State.RENEWAL_DUE),
        APPEAL_RETURN,
        Condition.RETURN_CONTESTABLE,
    ),
    "an appeal of a renewal on the day after two months": (
        dossier(State.RENEWAL_DUE, returned_on=date(2026, 9, 29)),
        APPEAL_RETURN,
        Condition.RETURN_CONTESTABLE,
    ),
    "an appeal of a renewal that was sent again": (
        dossier(State.RENEWAL_DUE, returned_on=TODAY, is_renewal_pending=True),
        APPEAL_RETURN,
        Condition.NO_RENEWAL_PENDING,
    ),
    "a second appeal of one renewal": (
        dossier(State.RENEWAL_DUE, returned_on=TODAY, appealed=State.RENEWAL_DUE),
        APPEAL_RETURN,
        Condition.NO_RETURN_APPEALED,
    ),
    "a second appeal of one suspension": (
        replace(SUSPENDED, is_suspension_contested=True),
        APPEAL_SUSPENSION,
        Condition.NO_SUSPENSION_CONTESTED,
    ),
    "an appeal of a suspension two months later": (
        dossier(State.SUSPENDED, since=date(2026, 9, 29)),
        APPEAL_SUSPENSION,
        Condition.WITHIN_APPEAL_TIME,
    ),
    "a panel for a suspension that nobody contests": (
        SUSPENDED,
        act("overturn_suspension", JUDGES, "facts"),
        Condition.SUSPENSION_APPEALED,
    ),
    "a renewal judged while the suspension waits": (
        replace(SUSPENDED, appealed=State.RENEWAL_DUE, is_suspension_appealed=True),
        act("uphold_return", JUDGES, "decision-right"),
        Condition.NO_SUSPENSION_APPEALED,
    ),
    "a panel that nobody appealed to": (
        dossier(State.RENEWAL_DUE),
        act("overturn_return", JUDGES, "facts"),
        Condition.RETURN_APPEALED,
    ),
    "a file given back of which nothing was asked": (
        dossier(State.RENEWAL_DUE),
        act("give_renewal_back", CLOCK, "patient-data"),
        Condition.RENEWAL_PENDING,
    ),
    "a suspension without notice": (dossier(State.AWARDED), SUSPEND, Condition.HEARD_ON_SUSPENSION),
    "a suspension on the fifteenth day, unanswered": (
        dossier(State.AWARDED, notice=notice(sent_on=date(2026, 11, 15))),
        SUSPEND,
        Condition.HEARD_ON_SUSPENSION,
    ),
    "a revocation on the notice of a suspension": (
        replace(SUSPENDED, notice=notice(is_answered=True)),
        REVOKE,
        Condition.HEARD_ON_REVOCATION,
    ),
    "a revocation that cannot wait": (
        replace(SUSPENDED, notice=replace(REVOCATION, is_urgent=True)),
        REVOKE,
        Condition.HEARD_ON_REVOCATION,
    ),
    "a second notice over the first": (
        dossier(State.AWARDED, notice=notice()),
        act("announce_suspension", OFFICER, "temporary-ban"),
        Condition.NO_NOTICE,
    ),
    "back from a death, with another label meanwhile": (
        dossier(State.ENDED, ended_from=State.AWARDED, has_another=True),
        COME_BACK,
        Condition.MAY_COME_BACK,
    ),
    "back from a death that nobody wrote down": (dossier(State.ENDED), COME_BACK, Condition.MAY_COME_BACK),
    "an answer to no notice": (
        dossier(State.AWARDED),
        ANSWER,
        Condition.NOTICE_OPEN,
    ),
    "a suspension of exactly six months, lifted by time": (
        replace(SUSPENDED, since=date(2026, 5, 30)),
        act("lift", CLOCK, "time-over"),
        Condition.SUSPENSION_OVER,
    ),
    "an appeal on the day after two months": (
        dossier(State.REFUSED, since=date(2026, 9, 29)),
        APPEAL,
        Condition.WITHIN_APPEAL_TIME,
    ),
    "an award on the appeal of a revocation": (
        dossier(State.OVERTURNED, appealed=State.REVOKED),
        act("award_on_appeal", CLOCK, "overturned"),
        Condition.REFUSAL_APPEALED,
    ),
    "an award on appeal while a criterion is missing": (
        dossier(State.OVERTURNED, appealed=State.REFUSED, findings=NOTHING),
        act("award_on_appeal", CLOCK, "overturned"),
        Condition.CRITERIA_MET,
    ),
    "a reinstatement on the appeal of a refusal": (
        dossier(State.OVERTURNED, appealed=State.REFUSED),
        act("reinstate_on_appeal", CLOCK, "overturned"),
        Condition.REVOCATION_APPEALED,
    ),
    "a pause announced about an active number": (
        dossier(State.AWARDED),
        act("announce_pause", CLOCK, "inactive-number"),
        Condition.NUMBER_INACTIVE,
    ),
    "a pause announced twice": (
        dossier(State.AWARDED, activity=Activity.INACTIVE, pause_announced_on=TODAY),
        act("announce_pause", CLOCK, "inactive-number"),
        Condition.NO_PAUSE_ANNOUNCED,
    ),
    "a pause on the ninetieth day": (
        dossier(State.AWARDED, activity=Activity.INACTIVE, pause_announced_on=TODAY - timedelta(days=90)),
        PAUSE,
        Condition.PAUSE_ANNOUNCED_LONG_ENOUGH,
    ),
    "a pause that nobody announced": (
        dossier(State.AWARDED, activity=Activity.INACTIVE),
        PAUSE,
        Condition.PAUSE_ANNOUNCED_LONG_ENOUGH,
    ),
    "a pause while the directory is silent": (
        dossier(State.AWARDED, activity=Activity.UNKNOWN, pause_announced_on=LONG_AGO),
        PAUSE,
        Condition.NUMBER_INACTIVE,
    ),
    "a notice forgotten that was not given": (
        dossier(State.AWARDED),
        act("forget_pause", CLOCK, "number-active"),
        Condition.PAUSE_ANNOUNCED,
    ),
    "a return while the directory is silent": (
        dossier(State.DORMANT, activity=Activity.UNKNOWN),
        RESUME,
        Condition.NUMBER_ACTIVE,
    ),
    "the clock ends a pause that the holder asked for": (
        dossier(State.DORMANT, is_paused_by_holder=True),
        RESUME,
        Condition.PAUSED_BY_NUMBER,
    ),
    "the holder ends a pause that they did not ask for": (
        dossier(State.DORMANT),
        act("come_back", HOLDER, "back"),
        Condition.PAUSED_BY_HOLDER,
    ),
    "the holder comes back on an inactive number": (
        dossier(State.DORMANT, is_paused_by_holder=True, activity=Activity.INACTIVE),
        act("come_back", HOLDER, "back"),
        Condition.NUMBER_NOT_INACTIVE,
    ),
}


@pytest.mark.parametrize(("given", "asked", "condition"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_condition_stands_in_the_way(given, asked, condition):
    with pytest.raises(ConditionNotMetError) as caught:
        follow(given, asked, RULES)

    assert caught.value.condition == condition


def test_every_condition_is_refused_somewhere():
    used = {condition for line in TRANSITIONS.values() for condition in line.conditions}

    assert {condition for _, _, condition in CONDITIONS.values()} == set(Condition) == used == set(HOLDS)


FOLLOWED = {
    "everything is there": (dossier(State.DRAFT), SUBMIT, State.SUBMITTED),
    "twelve months after a revocation": (
        dossier(State.DRAFT, last_revoked_on=date(2025, 11, 30)),
        SUBMIT,
        State.SUBMITTED,
    ),
    "two agree": (dossier(), AWARD, State.AWARDED),
    "the audit is clear": (dossier(audit=Audit.CLEAR), AWARD, State.AWARDED),
    "two refuse": (dossier(findings=NOTHING), act("refuse", reason="criteria-not-met"), State.REFUSED),
    "an audit is done": (dossier(audit=Audit.DRAWN), act("audit", OFFICER, "audit-clear"), State.UNDER_REVIEW),
    "the window opens": (
        dossier(State.AWARDED, term=replace(DUE, extended_months=6)),
        act("open_renewal", CLOCK, "window-open"),
        State.RENEWAL_DUE,
    ),
    "a renewal in the grace": (
        dossier(State.RENEWAL_DUE, term=Term(awarded_on=date(2023, 8, 31))),
        act("apply_again", HOLDER, "complete"),
        State.RENEWAL_DUE,
    ),
    "a renewal": (dossier(State.RENEWAL_DUE, is_renewal_pending=True), RENEW, State.RENEWED),
    "a renewal that is not complete": (
        dossier(State.RENEWAL_DUE, is_renewal_pending=True),
        act("return_renewal", reason="criteria-not-met"),
        State.RENEWAL_DUE,
    ),
    "an appeal of a suspension on its last day": (
        dossier(State.SUSPENDED, since=date(2026, 9, 30)),
        APPEAL_SUSPENSION,
        State.SUSPENDED,
    ),
    "a suspension upheld": (
        replace(SUSPENDED, is_suspension_appealed=True),
        act("uphold_suspension", JUDGES, "decision-right"),
        State.SUSPENDED,
    ),
    "a suspension overturned": (
        replace(SUSPENDED, is_suspension_appealed=True),
        act("overturn_suspension", JUDGES, "facts"),
        State.REINSTATED,
    ),
    "an appeal of a renewal on its last day": (
        dossier(State.RENEWAL_DUE, returned_on=date(2026, 9, 30)),
        APPEAL_RETURN,
        State.RENEWAL_DUE,
    ),
    "a panel confirms that a label is not renewed": (
        dossier(State.RENEWAL_DUE, appealed=State.RENEWAL_DUE),
        act("uphold_return", JUDGES, "decision-right"),
        State.RENEWAL_DUE,
    ),
    "a panel judges while the label is paused": (
        dossier(State.DORMANT, appealed=State.RENEWAL_DUE),
        act("overturn_return", JUDGES, "facts"),
        State.DORMANT,
    ),
    "a renewal on appeal": (
        dossier(State.RENEWAL_DUE, appealed=State.RENEWAL_DUE),
        act("renew_on_appeal", CLOCK, "overturned"),
        State.RENEWED,
    ),
    "a suspension that cannot wait for the appeal of a renewal": (
        dossier(State.RENEWAL_DUE, appealed=State.RENEWAL_DUE, notice=notice(is_urgent=True)),
        SUSPEND,
        State.SUSPENDED,
    ),
    "a file that lost a piece": (dossier(), act("give_back", CLOCK, "patient-data"), State.DRAFT),
    "an extension": (dossier(State.RENEWAL_DUE, term=DUE), act("extend", OFFICER, "birth"), State.RENEWAL_DUE),
    "the day after the grace": (
        dossier(State.RENEWAL_DUE, term=Term(awarded_on=date(2023, 8, 30))),
        EXPIRE,
        State.EXPIRED,
    ),
    "the sixteenth day, unanswered": (
        dossier(State.AWARDED, notice=notice(sent_on=date(2026, 11, 14))),
        SUSPEND,
        State.SUSPENDED,
    ),
    "an answered notice": (dossier(State.RENEWED, notice=notice(is_answered=True)), SUSPEND, State.SUSPENDED),
    "an urgent suspension": (dossier(State.AWARDED, notice=notice(is_urgent=True)), SUSPEND, State.SUSPENDED),
    "a ban that is over": (SUSPENDED, act("reinstate", reason="ban-over"), State.REINSTATED),
    "six months and a day": (
        replace(SUSPENDED, since=date(2026, 5, 29)),
        act("lift", CLOCK, "time-over"),
        State.REINSTATED,
    ),
    "a revocation that was heard": (
        replace(SUSPENDED, notice=replace(REVOCATION, is_answered=True)),
        REVOKE,
        State.REVOKED,
    ),
    "an appeal on its last day": (dossier(State.REVOKED, since=date(2026, 9, 30)), APPEAL, State.APPEAL),
    "a panel upholds": (dossier(State.APPEAL), act("uphold", JUDGES, "decision-right"), State.UPHELD),
    "a panel overturns": (dossier(State.APPEAL), act("overturn", JUDGES, "facts"), State.OVERTURNED),
    "an award on appeal": (
        dossier(State.OVERTURNED, appealed=State.REFUSED),
        act("award_on_appeal", CLOCK, "overturned"),
        State.AWARDED,
    ),
    "another look on appeal": (
        dossier(State.OVERTURNED, appealed=State.REFUSED, findings=NOTHING),
        act("review_again", CLOCK, "overturned"),
        State.UNDER_REVIEW,
    ),
    "a revocation undone": (
        dossier(State.OVERTURNED, appealed=State.REVOKED),
        act("reinstate_on_appeal", CLOCK, "overturned"),
        State.REINSTATED,
    ),
    "a pause, ninety-one days after its notice": (
        dossier(State.AWARDED, activity=Activity.INACTIVE, pause_announced_on=TODAY - timedelta(days=91)),
        PAUSE,
        State.DORMANT,
    ),
    "a number that is active again in time": (
        dossier(State.AWARDED, pause_announced_on=TODAY),
        act("forget_pause", CLOCK, "number-active"),
        State.AWARDED,
    ),
    "a retirement": (dossier(State.RENEWED), act("pause_on_request", HOLDER, "retirement"), State.DORMANT),
    "an active number ends the pause": (dossier(State.DORMANT, paused_from=State.RENEWED), RESUME, State.RENEWED),
    "a holder comes back, without a number": (
        dossier(State.DORMANT, paused_from=State.AWARDED, is_paused_by_holder=True, activity=Activity.UNKNOWN),
        act("come_back", HOLDER, "back"),
        State.AWARDED,
    ),
    "nobody knows where the pause began": (dossier(State.DORMANT), RESUME, State.DORMANT),
    "a death": (dossier(State.SUSPENDED), act("end", TWO, "death"), State.ENDED),
    "a death that was none": (dossier(State.ENDED, ended_from=State.SUSPENDED), COME_BACK, State.SUSPENDED),
    "one of a label that was over, beside another": (
        dossier(State.ENDED, ended_from=State.EXPIRED, has_another=True),
        COME_BACK,
        State.EXPIRED,
    ),
    "an answer during a pause": (dossier(State.DORMANT, notice=notice()), ANSWER, State.DORMANT),
}


@pytest.mark.parametrize(("given", "asked", "then"), FOLLOWED.values(), ids=FOLLOWED)
def test_followed(given, asked, then):
    assert follow(given, asked, RULES) is then


@pytest.mark.parametrize("state", sorted(LIVING))
def test_a_holder_may_withdraw_at_any_time(state):
    assert follow(dossier(state), act("withdraw", HOLDER, "own-wish"), RULES) is State.VOLUNTARILY_WITHDRAWN


def test_only_a_decision_suspends():
    leading = {name: line for name, line in TRANSITIONS.items() if line.target is State.SUSPENDED}

    assert {name: line.actor for name, line in leading.items()} == {"suspend": Actor.COMMITTEE}


def test_what_is_revoked_reads_so_from_the_day_on_which_it_did():
    contestable, safe = dossier(State.REVOKED, since=date(2026, 9, 30)), dossier(State.REVOKED)

    assert revoked_from(contestable, ground="fraud-proven", rules=RULES) == date(2026, 12, 1)
    assert revoked_from(safe, ground="struck-off", rules=RULES) == TODAY
    assert revoked_from(dossier(State.UPHELD), ground="fraud-proven", rules=RULES) == TODAY


def test_nothing_leaves_what_is_over_but_an_appeal_a_death_and_its_correction():
    leaving = {name for name, line in TRANSITIONS.items() if line.sources & OVER}

    assert leaving == {"appeal", "end", "undo_end"}


def test_a_page_offers_what_the_machine_would_accept():
    assert open_transitions(dossier(), Actor.COMMITTEE, RULES, on=TODAY) == ("award", "refuse")
    assert open_transitions(dossier(findings=NOTHING), Actor.COMMITTEE, RULES, on=TODAY) == ("refuse",)
    assert open_transitions(dossier(State.ENDED), HOLDER, RULES, on=TODAY) == ()


TOLD = {
    "an application": (dossier(State.UNDER_REVIEW, term=None), None, None),
    "a refusal": (dossier(State.REFUSED, term=None), None, None),
    "a death": (dossier(State.ENDED), None, None),
    "in force": (dossier(State.AWARDED), None, Shown.ACTIVE),
    "past its end, renewal awaited": (
        dossier(State.RENEWAL_DUE, term=Term(awarded_on=date(2023, 11, 30))),
        None,
        Shown.RENEWING,
    ),
    "on its last day": (dossier(State.RENEWAL_DUE, term=DUE), None, Shown.ACTIVE),
    "paused": (dossier(State.DORMANT), None, Shown.PAUSED),
    "suspended": (SUSPENDED, None, Shown.SUSPENDED),
    "not renewed, under appeal": (dossier(State.RENEWAL_DUE, appealed=State.RENEWAL_DUE), None, Shown.ACTIVE),
    "expired": (dossier(State.EXPIRED), None, Shown.EXPIRED),
    "given back": (dossier(State.VOLUNTARILY_WITHDRAWN), None, Shown.WITHDRAWN),
    "revoked, while an appeal is possible": (
        dossier(State.REVOKED, since=date(2026, 9, 30)),
        "fraud-proven",
        Shown.SUSPENDED,
    ),
    "revoked, once none is": (dossier(State.REVOKED, since=date(2026, 9, 29)), "fraud-proven", Shown.WITHDRAWN),
    "struck off": (dossier(State.REVOKED), "struck-off", Shown.WITHDRAWN),
    "an appeal suspends": (
        dossier(State.APPEAL, appealed=State.REVOKED, since=LONG_AGO),
        "fraud-proven",
        Shown.SUSPENDED,
    ),
    "an appeal does not suspend a striking-off": (
        dossier(State.APPEAL, appealed=State.REVOKED),
        "struck-off",
        Shown.WITHDRAWN,
    ),
    "a revocation upheld": (dossier(State.UPHELD, appealed=State.REVOKED), "fraud-proven", Shown.WITHDRAWN),
    "given back during an appeal": (
        dossier(State.VOLUNTARILY_WITHDRAWN, appealed=State.REVOKED),
        "fraud-proven",
        Shown.WITHDRAWN,
    ),
}


@pytest.mark.parametrize(("given", "ground", "word"), TOLD.values(), ids=TOLD)
def test_what_the_public_reads(given, ground, word):
    assert shown(given, ground=ground, rules=RULES, on=TODAY) is word


LISTED = {
    "an application": (dossier(State.DRAFT, term=None), False),
    "in force for long": (dossier(State.AWARDED, since=LONG_AGO), True),
    "expired a year ago": (dossier(State.EXPIRED, since=date(2025, 11, 30)), True),
    "expired a year and a day ago": (dossier(State.EXPIRED, since=date(2025, 11, 29)), False),
    "dead": (dossier(State.ENDED), False),
}


@pytest.mark.parametrize(("given", "is_there"), LISTED.values(), ids=LISTED)
def test_the_register_forgets_a_year_after_the_end(given, is_there):
    assert is_listed(given, ground=None, rules=RULES, on=TODAY) is is_there


#: What a shell writes down beside the state.
BOOKS = {
    "announce_suspension": lambda _before, asked: {
        "notice": notice(kind=NoticeKind.SUSPENSION, ground=asked.reason, sent_on=asked.on)
    },
    "announce_revocation": lambda _before, asked: {
        "notice": notice(kind=NoticeKind.REVOCATION, ground=asked.reason, sent_on=asked.on)
    },
    "answer_notice": lambda before, _asked: {"notice": replace(before.notice, is_answered=True)},
    "drop_notice": lambda _before, _asked: {"notice": None},
    "announce_pause": lambda _before, asked: {"pause_announced_on": asked.on},
    "forget_pause": lambda _before, _asked: {"pause_announced_on": None},
    "apply_again": lambda _before, _asked: {"is_renewal_pending": True, "returned_on": None},
    "return_renewal": lambda _before, asked: {"is_renewal_pending": False, "returned_on": asked.on},
    "give_renewal_back": lambda _before, _asked: {"is_renewal_pending": False},
    "appeal_return": lambda _before, _asked: {"appealed": State.RENEWAL_DUE},
    "uphold_return": lambda _before, _asked: {"appealed": None, "returned_on": None},
    "renew_on_appeal": lambda _before, _asked: {"appealed": None, "returned_on": None},
    "appeal_suspension": lambda _before, _asked: {"is_suspension_appealed": True, "is_suspension_contested": True},
    "uphold_suspension": lambda _before, _asked: {"is_suspension_appealed": False},
    "review_renewal_again": lambda _before, _asked: {"appealed": None, "returned_on": None, "is_renewal_pending": True},
}


class Lives(RuleBasedStateMachine):
    """Anybody tries anything, at any time; what was refused leaves the dossier as it was."""

    @initialize()
    def begin(self):
        self.on = TODAY
        self.dossier = Dossier(state=State.DRAFT, since=TODAY)
        self.was_complete_when_given = self.heard = True
        self.path = []

    @rule(
        name=st.sampled_from(sorted(TRANSITIONS)),
        actor=st.sampled_from(Actor),
        deciders=st.sampled_from(((), COMMITTEE[:1], COMMITTEE, PANEL[:2], PANEL)),
        chance=st.integers(0, 5),
    )
    def try_anything(self, name, actor, deciders, chance):
        reasons = TRANSITIONS[name].reasons
        self.attempt(
            Act(transition=name, actor=actor, reason=reasons[chance % len(reasons)], on=self.on, deciders=deciders)
        )

    @rule(chance=st.integers(0, 50))
    def go_on(self, chance):
        """Take one of the transitions that are open, as its own actor, so that paths grow long."""
        choices = [
            (name, actor) for actor in Actor for name in open_transitions(self.dossier, actor, RULES, on=self.on)
        ]
        if choices:
            name, actor = choices[chance % len(choices)]
            reasons = TRANSITIONS[name].reasons
            announced = self.dossier.notice.ground if self.dossier.notice else None
            reason = announced if announced in reasons else reasons[0]
            deciders = {OFFICER: COMMITTEE[:1], TWO: COMMITTEE, Actor.COMMITTEE: COMMITTEE, JUDGES: PANEL}.get(
                actor, ()
            )
            self.attempt(Act(transition=name, actor=actor, reason=reason, on=self.on, deciders=deciders))

    @rule(days=st.sampled_from((1, 16, 91, 200)))
    def time_passes(self, days):
        self.on += timedelta(days=days)

    @rule(is_complete=st.booleans())
    def the_facts_change(self, is_complete):
        given = checklist(facts(), rules=RULES, on=TODAY) if is_complete else NOTHING
        self.dossier = replace(self.dossier, findings=given)

    @rule(activity=st.sampled_from(Activity), audit=st.sampled_from(Audit), has_another=st.booleans())
    def the_world_changes(self, activity, audit, has_another):
        self.dossier = replace(self.dossier, activity=activity, audit=audit, has_another=has_another)

    def attempt(self, asked):
        before = self.dossier
        try:
            state = follow(before, asked, RULES)
        except LabelError:
            return
        line = TRANSITIONS[asked.transition]
        self.path.append(asked.transition)
        if asked.transition in ("award", "award_on_appeal", "renew", "renew_on_appeal"):
            assert all(finding.is_met for finding in before.findings)
            assert before.findings
            assert before.audit in (Audit.NOT_DRAWN, Audit.CLEAR)
        if asked.transition in ("award", "award_on_appeal"):
            assert not before.has_another
        if state is State.SUSPENDED and before.state in IN_FORCE:
            assert asked.actor is Actor.COMMITTEE
            assert len({decider.person_id for decider in asked.deciders}) >= 2
            assert before.notice is not None
        if state is State.DORMANT and before.state in IN_FORCE and asked.actor is Actor.CLOCK:
            assert before.activity is Activity.INACTIVE
        self.dossier = self.after(before, asked, state, line)

    def after(self, before, asked, state, line):
        """Keep the books as a shell would."""
        changes = {"state": state}
        if state is not before.state:
            changes |= {"since": asked.on, "pause_announced_on": None}
        if state not in HELD or asked.transition in ("suspend", "reinstate", "lift", "overturn_suspension"):
            changes["notice"] = None
        if state in (State.AWARDED, State.RENEWED) and line.target not in (Move.BACK, Move.STAY):
            changes |= {"term": Term(awarded_on=asked.on), "is_renewal_pending": False, "returned_on": None}
        if state is State.DORMANT and before.state in IN_FORCE:
            by_holder = asked.transition == "pause_on_request"
            changes |= {"paused_from": before.state, "is_paused_by_holder": by_holder}
        if state not in (State.SUSPENDED, State.ENDED):
            changes |= {"is_suspension_appealed": False, "is_suspension_contested": False}
        if state is State.APPEAL and before.state is not State.ENDED:
            changes["appealed"] = before.state
        if state is State.ENDED:
            changes["ended_from"] = before.state
        changes |= BOOKS.get(asked.transition, lambda _before, _asked: {})(before, asked)
        return replace(before, **changes)

    @invariant()
    def a_label_was_given(self):
        if self.dossier.state in IN_FORCE | {State.SUSPENDED, State.DORMANT, State.EXPIRED}:
            assert {"award", "award_on_appeal"} & set(self.path)
            assert "submit" in self.path
        if self.dossier.state is State.REVOKED:
            assert "suspend" in self.path
            assert "announce_revocation" in self.path
        if self.dossier.state is State.RENEWED:
            assert "apply_again" in self.path
        if self.dossier.state in EXAMINED | {State.DRAFT}:
            assert "award" not in self.path

    @invariant()
    def the_public_reads_a_word_only_of_a_label_that_was_given(self):
        word = shown(self.dossier, ground=None, rules=RULES, on=self.on)
        assert (word is None) == (self.dossier.term is None or self.dossier.state is State.ENDED)


Lives.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLives = Lives.TestCase


def vote(person_id, transition="award", reason="criteria-met", seat=None):
    return Vote(person_id=person_id, transition=transition, reason=reason, seat=seat)


AGAINST = {"transition": "refuse", "reason": "criteria-not-met"}
SEATED = [vote(rank, "uphold", "decision-right", seat) for rank, seat in enumerate(Seat)]
BALLOTS = {
    "nobody has voted": ([], Actor.COMMITTEE, None),
    "one alone": ([vote(1)], Actor.COMMITTEE, None),
    "two agree": ([vote(1), vote(2)], Actor.COMMITTEE, ("award", "criteria-met")),
    "one against one": ([vote(1), vote(2, **AGAINST)], Actor.COMMITTEE, None),
    "a third decides": (
        [vote(1), vote(2, **AGAINST), vote(3, **AGAINST)],
        Actor.COMMITTEE,
        ("refuse", "criteria-not-met"),
    ),
    "two against two": ([vote(1), vote(2), vote(3, **AGAINST), vote(4, **AGAINST)], Actor.COMMITTEE, None),
    "the reason that most gave": (
        [vote(1, "refuse", "audit-refused"), vote(2, **AGAINST), vote(3, **AGAINST)],
        Actor.COMMITTEE,
        ("refuse", "criteria-not-met"),
    ),
    "the reason given first": (
        [vote(1, "refuse", "audit-refused"), vote(2, **AGAINST)],
        Actor.COMMITTEE,
        ("refuse", "audit-refused"),
    ),
    "a panel of two": (SEATED[:2], Actor.PANEL, None),
    "a panel without a user": ([*SEATED[1:], vote(9, "uphold", "decision-right", Seat.PEER)], Actor.PANEL, None),
    "a whole panel": (SEATED, Actor.PANEL, ("uphold", "decision-right")),
    "two of three": (
        [*SEATED[:2], vote(9, "overturn", "facts", Seat.INDEPENDENT)],
        Actor.PANEL,
        ("uphold", "decision-right"),
    ),
}


@pytest.mark.parametrize(("votes", "actor", "outcome"), BALLOTS.values(), ids=BALLOTS)
def test_what_votes_come_to(votes, actor, outcome):
    found = decided(votes, actor=actor, rules=RULES)

    assert (found and (found.transition, found.reason)) == outcome


ENDS = {
    "a file that goes back": (dossier(), "ask_again", True),
    "an audit": (dossier(), "audit", True),
    "a notice that is dropped": (dossier(State.AWARDED, notice=notice()), "drop_notice", True),
    "a first answer": (dossier(State.AWARDED, notice=notice()), "answer_notice", True),
    "what is added to it": (dossier(State.AWARDED, notice=notice(is_answered=True)), "answer_notice", False),
    "a decision": (dossier(), "award", True),
    "an end that is moved": (dossier(State.RENEWAL_DUE), "extend", False),
    "a pause that is announced": (dossier(State.AWARDED), "announce_pause", False),
}


@pytest.mark.parametrize(("before", "transition", "is_over"), ENDS.values(), ids=ENDS)
def test_a_round_ends_with_what_changes_the_matter(before, transition, is_over):
    assert ends_round(before, transition) is is_over


class TestWords:
    def test_every_code_that_somebody_may_read_is_called_something_in_both_languages(self):
        every = all_words()

        assert set(every["criteria"]) == set(CRITERIA)
        assert set(every["practices"]) == {practice.id for practice in RULES.practices} == set(every["proofs"])
        assert set(every["equivalents"]) == set(every["practices"])
        assert set(every["themes"]) == {*RULES.hours_by_theme, "other"}
        assert set(every["states"]) == set(State)
        assert set(every["shown"]) == set(Shown)
        assert set(every["steps"]) == set(TRANSITIONS)
        assert set(every["parts"]) == set(Part)
        assert set(every["seats"]) == set(Seat)
        deciding = (Actor.COMMITTEE, Actor.PANEL)
        assert set(every["decisions"]) == {name for name, line in TRANSITIONS.items() if line.actor in deciding}
        assert set(every["reasons"]) == {reason for line in TRANSITIONS.values() for reason in line.reasons}

    def test_every_sign_of_a_patient_is_told(self):
        told = all_words()

        assert set(told["signs"]) == {*patient_signs._SIGNS, evidence.UNREAD}
        assert set(told["papers"]) == set(told["subjects"]) == {"diploma", "employer"}

    def test_every_finding_is_told(self):
        assert {reason for cases in CASES.values() for _facts, _outcome, reason in cases.values()} == set(
            all_words()["findings"]
        )

    def test_who_decides_is_not_spoken_to_as_if_it_were_their_own_file(self):
        every = all_words()

        assert set(every["seen"]) <= set(every["findings"])
        for language, spoken in (("fr", r"\b(vous|votre|vos)\b|-(vous|les?|la)\b"), ("en", r"\b(you|yours?)\b")):
            told = {code: seen(code, language) for code in every["findings"]}
            assert [text for text in told.values() if re.search(spoken, text, re.IGNORECASE)] == []

    def test_no_two_languages_say_the_same(self):
        pairs = [pair for group in all_words().values() for pair in group.values()]

        assert [pair for pair in pairs if pair[0] == pair[1]] == []

    def test_a_word_is_in_the_language_that_is_asked_for(self):
        assert (word("states", "dormant", "fr"), word("states", "dormant", "en")) == ("En pause", "Paused")
