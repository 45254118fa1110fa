"""The criteria that a person meets, or not yet: N1 to N7, N9, N13 and N15, each a function of facts.

Every answer bears a reason code; the words are the pages' business. A criterion that does not concern the person says
"not applicable", which is never held against them. N8, N10, N11 and N12 are about time and decisions: `machine.py`. N14
and the organisational half of N4 are parameters and documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from certificates.label_rules.delays import Term, hours_count_from, months_after
from certificates.label_rules.facts import Activity, Proof
from certificates.label_rules.same_name import is_name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from certificates.label_rules.facts import Evidence, Facts, Identity, Number
    from certificates.label_rules.parameters import Parameters

#: What may be arranged at an examination; none of these says why.
ACCOMMODATIONS = frozenset(("extra-time", "breaks", "reader", "large-type"))


class Outcome(StrEnum):
    """Whether a criterion is met."""

    MET = "met"
    MISSING = "missing"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one criterion.

    Args:
        reason: Stable code of why.
        missing: What exactly is still missing: practices, themes, areas; sorted.
        done: How much there is, where it is counted.
        needed: How much it takes.
    """

    criterion: str
    outcome: Outcome
    reason: str
    missing: tuple[str, ...] = ()
    done: float | None = None
    needed: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether it stands in nobody's way."""
        return self.outcome is not Outcome.MISSING


def identity(facts: Facts, rules: Parameters, on: date) -> Finding:
    """N1: an active RPPS number of this very person, looked up lately; or a diploma that two officers saw, and an employer.

    RPPS numbers are public: whoever declares one shows nothing yet. It is theirs when a provider of identity says so, or when the
    directory's name is the one that was checked at the examination. Nobody may decide otherwise.
    """
    who, number = facts.identity, facts.identity.number
    if number is not None:
        is_active, is_own = _is_active(number, rules, on), _is_own(number, who)
        if number.activity is Activity.INACTIVE:
            return _missing("N1", "rpps-inactive")
        if number.name and who.family_name and not is_own:
            return _missing("N1", "rpps-other-name")
        if is_active and is_own:
            return _met("N1", "rpps-active")
    return _without_number(who, rules) or _missing("N1", _awaited(number, rules, on))


def _without_number(who: Identity, rules: Parameters) -> Finding | None:
    """Return what the papers come to; None where there are none."""
    officers, attested = len(who.diploma_officers), who.is_employer_attested
    if who.is_paper_refused:
        return _missing("N1", "paper-refused")
    if officers >= rules.diploma_officers and attested:
        return _met("N1", "diploma-and-employer")
    if officers or attested:
        reason = "employer-missing" if officers >= rules.diploma_officers else "officer-missing"
        return _missing("N1", reason, done=officers, needed=rules.diploma_officers)
    return None


def _awaited(number: Number | None, rules: Parameters, on: date) -> str:
    """Return what is awaited of a number that is not held against anybody, and does not show anything yet."""
    if number is None:
        return "nothing-given"
    if _is_active(number, rules, on):
        return "rpps-name-unchecked"
    return "rpps-unknown" if number.activity is Activity.UNKNOWN else "rpps-not-checked-lately"


def certification(facts: Facts, rules: Parameters, on: date) -> Finding:
    """N2: a professional certification, supervised, on the day that `certified_on` says.

    Cut and minima are the examination's, whose panel may have moved the nominal ones of the parameters.
    """
    one = facts.certification
    if one is None:
        return _missing("N2", "no-certification")
    day = certified_on(term_from=facts.term_from, renewal=facts.renewal, rules=rules, on=on)
    reasons = {
        "demonstration-certification": one.is_demonstration,
        "another-framework": one.framework != rules.framework,
        "not-supervised": one.assurance != rules.assurance,
        "certification-over": one.valid_until is not None and one.valid_until < day,
    }
    found = next((reason for reason, holds in reasons.items() if holds), None)
    if found is not None:
        return _missing("N2", found)
    return _met("N2", "certified" if one.valid_until is None or one.valid_until >= on else "certified-at-award")


def certified_on(*, term_from: date | None, renewal: int, rules: Parameters, on: date) -> date:
    """Return the day on which the certification has to run.

    Today, where an examination is asked for. The first day of the term that ends, where an update test is enough: a certification is
    older than the label that it founded and lasts as long, so that it ends a little before.
    """
    return on if term_from is None or (renewal and _asks_for_examination(renewal, rules)) else term_from


def _asks_for_examination(renewal: int, rules: Parameters) -> bool:
    return renewal % rules.full_exam_every == 0


def critical_items(facts: Facts, _rules: Parameters, _on: date) -> Finding:
    """N3: no critical theme is left open: the examination that leaves one open is not passed, a second set on it closes it."""
    return _met("N3", "no-theme-open") if facts.certification is not None else _missing("N3", "no-certification")


def supervised_examination(facts: Facts, _rules: Parameters, _on: date) -> Finding:
    """N4: identity checked, by somebody who was neither trainer nor manager of the person on that day."""
    held = facts.certification.supervision if facts.certification is not None else None
    if held is None:
        return _missing("N4", "no-examination")
    reasons = {
        "identity-not-checked": not held.is_identity_checked,
        "invigilator-tied": bool(held.invigilator_ties),
    }
    found = next((reason for reason, holds in reasons.items() if holds), None)
    return _missing("N4", found, missing=sorted(held.invigilator_ties)) if found else _met("N4", "supervised")


def continuing_education(facts: Facts, rules: Parameters, on: date) -> Finding:
    """N5: first the initial training, any body's, or the examination instead; then so many hours a term, some by theme.

    The hours of a term are those done after the file that it was given on was sent (`delays.hours_count_from`).
    """
    if facts.term_from is None:
        return _initial_training(facts, rules, on)
    begins_on = hours_count_from(term_from=facts.term_from, sent_on=facts.earlier_sent_on, is_first=facts.renewal <= 1)
    counted = [
        one
        for one in facts.trainings
        if not one.is_initial and one.proof in (Proof.GIVEN, Proof.ACCEPTED) and begins_on <= one.done_on <= on
    ]
    hours = sum(one.hours for one in counted)
    by_theme = {theme: sum(one.hours for one in counted if one.theme == theme) for theme in rules.hours_by_theme}
    short = sorted(theme for theme, needed in rules.hours_by_theme.items() if by_theme[theme] < needed)
    if hours < rules.renewal_hours:
        return _missing("N5", "hours-missing", missing=short, done=hours, needed=rules.renewal_hours)
    if short:
        return _missing("N5", "theme-missing", missing=short, done=hours, needed=rules.renewal_hours)
    return _met("N5", "hours-attested", done=hours, needed=rules.renewal_hours)


def _initial_training(facts: Facts, rules: Parameters, on: date) -> Finding:
    hours = sum(
        one.hours
        for one in facts.trainings
        if one.is_initial and one.proof in (Proof.GIVEN, Proof.ACCEPTED) and one.done_on <= on
    )
    needed = rules.initial_training_hours
    if hours >= needed:
        return _met("N5", "initial-training-attested", done=hours, needed=needed)
    if facts.is_tested_out:
        passed = certification(facts, rules, on).is_met
        return _met("N5", "tested-out") if passed else _missing("N5", "test-out-not-passed")
    return _missing("N5", "initial-training-missing", done=hours, needed=needed)


def practices(facts: Facts, rules: Parameters, on: date) -> Finding:
    """N6: five of nine practices in twelve months, three of them compulsory; declared, with a proof that is of no patient.

    The twelve months end when the file is sent: how long others take to decide is held against nobody.
    """
    shown = {one.practice for one in facts.evidence if _counts(one, facts, rules, on)}
    compulsory = sorted(set(rules.compulsory) - shown)
    done, needed = len(shown), rules.practices_required
    if compulsory:
        return _missing("N6", "compulsory-missing", missing=compulsory, done=done, needed=needed)
    if done < needed:
        return _missing("N6", "practices-missing", done=done, needed=needed)
    return _met("N6", "practices-shown", done=done, needed=needed)


def _counts(one: Evidence, facts: Facts, rules: Parameters, on: date) -> bool:
    allowed = {practice.id for practice in rules.practices if facts.is_prescriber or not practice.prescribers_only}
    is_recent = months_after(facts.asked_on or on, -rules.practice_months) <= one.done_on <= on
    return one.practice in allowed and is_recent and one.is_declared and one.proof in (Proof.GIVEN, Proof.ACCEPTED)


def charter(facts: Facts, rules: Parameters, _on: date) -> Finding:
    """N7: the charter of today is signed, and interests are declared."""
    if facts.charter.version is None:
        return _missing("N7", "charter-not-signed")
    if facts.charter.version != rules.charter:
        return _missing("N7", "charter-changed")
    return _met("N7", "charter-signed") if facts.charter.interests else _missing("N7", "interests-not-declared")


def renewal(facts: Facts, rules: Parameters, on: date) -> Finding:
    """N9: within the window, an update test; a whole examination at every second renewal."""
    if facts.term_from is None:
        return Finding(criterion="N9", outcome=Outcome.NOT_APPLICABLE, reason="first-award")
    opens_on = Term(awarded_on=facts.term_from).opens_on(rules)
    if _asks_for_examination(facts.renewal, rules):
        one = facts.certification
        fresh = one is not None and one.obtained_on >= opens_on and certification(facts, rules, on).is_met
        return _met("N9", "examined-again") if fresh else _missing("N9", "full-examination-due")
    test = facts.update_test
    if test is None or not opens_on <= test.taken_on <= on:
        return _missing("N9", "update-test-due")
    return _met("N9", "update-test-passed") if test.is_passed else _missing("N9", "update-test-failed")


def public_register(facts: Facts, _rules: Parameters, _on: date) -> Finding:
    """N13: the person knows and accepts that a label is public by nature."""
    return _met("N13", "accepted") if facts.charter.is_public_accepted else _missing("N13", "not-accepted")


def fairness(facts: Facts, _rules: Parameters, _on: date) -> Finding:
    """N15: what was arranged says nothing of anybody's health. No examination is charged for, the first or any other."""
    if facts.certification is None:
        return Finding(criterion="N15", outcome=Outcome.NOT_APPLICABLE, reason="no-examination")
    told = sorted(facts.accommodations - ACCOMMODATIONS)
    return _missing("N15", "accommodation-told", missing=told) if told else _met("N15", "fair")


#: In the order in which a person goes through them.
CRITERIA: Mapping[str, Callable[[Facts, Parameters, date], Finding]] = {
    "N1": identity,
    "N2": certification,
    "N3": critical_items,
    "N4": supervised_examination,
    "N5": continuing_education,
    "N6": practices,
    "N7": charter,
    "N9": renewal,
    "N13": public_register,
    "N15": fairness,
}


def _is_active(number: Number, rules: Parameters, on: date) -> bool:
    oldest = on - timedelta(days=rules.check_days)
    return number.activity is Activity.ACTIVE and number.checked_on is not None and number.checked_on >= oldest


def _is_own(number: Number, who: Identity) -> bool:
    return number.is_vouched or is_name_of(number.name, family_name=who.family_name, given_names=who.given_names)


def _met(criterion: str, reason: str, *, done: float | None = None, needed: float | None = None) -> Finding:
    return Finding(criterion=criterion, outcome=Outcome.MET, reason=reason, done=done, needed=needed)


def _missing(
    criterion: str,
    reason: str,
    *,
    missing: tuple[str, ...] | list[str] = (),
    done: float | None = None,
    needed: float | None = None,
) -> Finding:
    return Finding(
        criterion=criterion,
        outcome=Outcome.MISSING,
        reason=reason,
        missing=tuple(missing),
        done=done,
        needed=needed,
    )
