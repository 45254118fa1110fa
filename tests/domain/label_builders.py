"""Facts and dossiers of labels, with one-line overrides."""

from dataclasses import replace
from datetime import date

from certificates.label import checklist
from certificates.label_rules.delays import Term
from certificates.label_rules.dossier import Dossier, Notice, NoticeKind, State
from certificates.label_rules.facts import (
    Activity,
    Certification,
    Charter,
    Evidence,
    Facts,
    Identity,
    Number,
    Proof,
    Supervision,
    Training,
    UpdateTest,
)
from certificates.label_rules.machine import Act, Actor, Decider, Seat
from certificates.label_rules.parameters import parameters

RULES = parameters()
TODAY = date(2026, 11, 30)
COMMITTEE = (Decider(person_id=1), Decider(person_id=2))
PANEL = tuple(Decider(person_id=10 + rank, seat=seat) for rank, seat in enumerate(Seat))


def number(**changes):
    good = Number(
        rpps="10101234567",
        activity=Activity.ACTIVE,
        checked_on=date(2026, 11, 1),
        name="Claire DUBREUIL",
        is_vouched=False,
    )
    return replace(good, **changes)


def identity(**changes):
    return replace(Identity(number=number(), family_name="Dubreuil", given_names="Claire Marie"), **changes)


def supervision(**changes):
    return replace(Supervision(is_identity_checked=True), **changes)


def certification(**changes):
    good = Certification(
        framework="PRO",
        assurance="A2",
        obtained_on=date(2026, 9, 21),
        valid_until=date(2029, 9, 20),
        supervision=supervision(),
    )
    return replace(good, **changes)


def training(**changes):
    good = Training(hours=28, theme="other", done_on=date(2024, 6, 1), is_initial=True, proof=Proof.GIVEN)
    return replace(good, **changes)


def evidence(practice, **changes):
    return replace(
        Evidence(practice=practice, done_on=date(2026, 9, 1), is_declared=True, proof=Proof.GIVEN), **changes
    )


FIVE = ("inform_patient", "cyber_hygiene", "inclusion_referral", "mssante", "dmp")


def facts(**changes):
    good = Facts(
        identity=identity(),
        certification=certification(),
        trainings=(training(),),
        evidence=tuple(evidence(practice) for practice in FIVE),
        charter=Charter(version="1.0", interests="aucun", is_public_accepted=True),
    )
    return replace(good, **changes)


TERM = date(2023, 12, 20)


def renewing(**changes):
    """Facts of somebody whose first term ends on 19 December 2026."""
    hours = (("cyber", 3), ("ai_ethics", 2), ("inclusion", 2), ("other", 7))
    good = facts(
        term_from=TERM,
        renewal=1,
        trainings=tuple(
            training(hours=count, theme=theme, done_on=date(2025, 3, 1), is_initial=False) for theme, count in hours
        ),
        update_test=UpdateTest(is_passed=True, taken_on=date(2026, 10, 1)),
    )
    return replace(good, **changes)


def dossier(state=State.UNDER_REVIEW, **changes):
    good = Dossier(
        state=state,
        since=TODAY,
        findings=checklist(facts(), rules=RULES, on=TODAY),
        term=Term(awarded_on=date(2025, 1, 1)),
        activity=Activity.ACTIVE,
    )
    return replace(good, **changes)


def notice(**changes):
    good = Notice(kind=NoticeKind.SUSPENSION, ground="fraud-inquiry", sent_on=TODAY)
    return replace(good, **changes)


def act(transition, actor=Actor.COMMITTEE, reason="criteria-met", **changes):
    several = {Actor.COMMITTEE: COMMITTEE, Actor.TWO_OFFICERS: COMMITTEE, Actor.PANEL: PANEL}
    deciders = several.get(actor, COMMITTEE[:1] if actor is Actor.OFFICER else ())
    return replace(Act(transition=transition, actor=actor, reason=reason, on=TODAY, deciders=deciders), **changes)
