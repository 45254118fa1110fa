"""Each criterion as a table of named cases: the facts, what is found, and why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from certificates.label import checklist, missing
from certificates.label_rules.criteria import CRITERIA, Outcome
from certificates.label_rules.delays import Term, appeal_decided_by, hours_count_from, months_after
from certificates.label_rules.facts import Activity, Charter, Facts, Proof, UpdateTest, borne
from certificates.label_rules.number import label_number, numbers_in, read_number
from certificates.label_rules.parameters import parameters
from tests.domain.label_builders import (
    FIVE,
    RULES,
    TODAY,
    certification,
    evidence,
    facts,
    identity,
    number,
    renewing,
    supervision,
    training,
)

MET, MISSING, NONE = Outcome.MET, Outcome.MISSING, Outcome.NOT_APPLICABLE


def who(**changes):
    return facts(identity=identity(**{"number": None, **changes}))


def passed(**changes):
    return facts(certification=certification(**changes))


def held(**changes):
    return passed(supervision=supervision(**changes))


def hours(**themes):
    return renewing(
        trainings=tuple(
            training(hours=count, theme=theme, done_on=date(2025, 3, 1), is_initial=False)
            for theme, count in themes.items()
        )
    )


def done_on(day, **changes):
    themes = ("cyber", "ai_ethics", "inclusion")
    trainings = tuple(training(hours=5, theme=theme, done_on=day, is_initial=False) for theme in themes)
    return renewing(trainings=trainings, **changes)


def shown(*practices, **changes):
    return facts(evidence=tuple(evidence(practice, **changes) for practice in practices))


def signed(**changes):
    return facts(charter=replace(Charter(version="1.0", interests="aucun", is_public_accepted=True), **changes))


CASES = {
    "N1": {
        "nothing was given": (who(), MISSING, "nothing-given"),
        "an active number, looked up this month": (who(number=number()), MET, "rpps-active"),
        "an inactive number": (who(number=number(activity=Activity.INACTIVE)), MISSING, "rpps-inactive"),
        "an inactive number is not mended by a diploma": (
            who(
                number=number(activity=Activity.INACTIVE),
                diploma_officers=frozenset({1, 2}),
                is_employer_attested=True,
            ),
            MISSING,
            "rpps-inactive",
        ),
        "somebody else's number": (who(number=number(name="Anne Exemple")), MISSING, "rpps-other-name"),
        "somebody else's number is not mended by a diploma": (
            who(
                number=number(name="Anne Exemple"),
                diploma_officers=frozenset({1, 2}),
                is_employer_attested=True,
            ),
            MISSING,
            "rpps-other-name",
        ),
        "a number of which the directory tells no name": (who(number=number(name="")), MISSING, "rpps-name-unchecked"),
        "a number of somebody whose identity nobody checked": (
            who(number=number(), family_name="", given_names=""),
            MISSING,
            "rpps-name-unchecked",
        ),
        "another name, of a number that Pro Santé Connect vouches for": (
            who(number=number(name="Claire Martin", is_vouched=True)),
            MET,
            "rpps-active",
        ),
        "a vouched number is still looked up": (
            who(number=number(is_vouched=True, checked_on=None)),
            MISSING,
            "rpps-not-checked-lately",
        ),
        "a paper that was found not good": (
            who(diploma_officers=frozenset({1, 2}), is_employer_attested=True, is_paper_refused=True),
            MISSING,
            "paper-refused",
        ),
        "a paper that was found not good, beside an active number": (
            who(number=number(), is_paper_refused=True),
            MET,
            "rpps-active",
        ),
        "a number of which the directory says nothing": (
            who(number=number(activity=Activity.UNKNOWN, checked_on=None)),
            MISSING,
            "rpps-unknown",
        ),
        "a number looked up too long ago": (
            who(number=number(checked_on=date(2026, 10, 29))),
            MISSING,
            "rpps-not-checked-lately",
        ),
        "a number looked up on the last day that counts": (
            who(number=number(checked_on=date(2026, 10, 30))),
            MET,
            "rpps-active",
        ),
        "a number said to be active, never looked up": (
            who(number=number(checked_on=None)),
            MISSING,
            "rpps-not-checked-lately",
        ),
        "a diploma seen by one officer": (
            who(diploma_officers=frozenset({1}), is_employer_attested=True),
            MISSING,
            "officer-missing",
        ),
        "a diploma seen by two, and no employer": (
            who(diploma_officers=frozenset({1, 2})),
            MISSING,
            "employer-missing",
        ),
        "an employer alone": (who(is_employer_attested=True), MISSING, "officer-missing"),
        "a diploma seen by two, and an employer": (
            who(diploma_officers=frozenset({1, 2}), is_employer_attested=True),
            MET,
            "diploma-and-employer",
        ),
        "the same, while the directory is silent": (
            who(
                number=number(activity=Activity.UNKNOWN, checked_on=None),
                diploma_officers=frozenset({1, 2}),
                is_employer_attested=True,
            ),
            MET,
            "diploma-and-employer",
        ),
    },
    "N2": {
        "no certification": (facts(certification=None), MISSING, "no-certification"),
        "of citizens": (passed(framework="CIT"), MISSING, "another-framework"),
        "not supervised": (passed(assurance="A1"), MISSING, "not-supervised"),
        "a demonstration, where labels are none": (
            passed(is_demonstration=True),
            MISSING,
            "demonstration-certification",
        ),
        "over since yesterday": (passed(valid_until=date(2026, 11, 29)), MISSING, "certification-over"),
        "on its last day": (passed(valid_until=TODAY), MET, "certified"),
        "without end": (passed(valid_until=None), MET, "certified"),
        "over since the award, where an update test is enough": (
            renewing(certification=certification(valid_until=date(2026, 11, 29))),
            MET,
            "certified-at-award",
        ),
        "over before the award, where an update test is enough": (
            renewing(certification=certification(valid_until=date(2023, 12, 19))),
            MISSING,
            "certification-over",
        ),
        "over since yesterday, where an examination is asked for": (
            renewing(renewal=2, certification=certification(valid_until=date(2026, 11, 29))),
            MISSING,
            "certification-over",
        ),
    },
    "N3": {
        "no certification": (facts(certification=None), MISSING, "no-certification"),
        "a certification, which leaves none open": (facts(), MET, "no-theme-open"),
    },
    "N4": {
        "no certification": (facts(certification=None), MISSING, "no-examination"),
        "nothing known of how it was held": (passed(supervision=None), MISSING, "no-examination"),
        "nobody checked who it was": (held(is_identity_checked=False), MISSING, "identity-not-checked"),
        "by the candidate's trainer": (held(invigilator_ties=frozenset({"trainer"})), MISSING, "invigilator-tied"),
        "supervised": (facts(), MET, "supervised"),
    },
    "N5": {
        "no training": (facts(trainings=()), MISSING, "initial-training-missing"),
        "twenty-seven hours": (facts(trainings=(training(hours=27),)), MISSING, "initial-training-missing"),
        "twenty-eight hours of two bodies": (
            facts(trainings=(training(hours=14),) * 2),
            MET,
            "initial-training-attested",
        ),
        "a proof that was refused": (
            facts(trainings=(training(proof=Proof.REFUSED),)),
            MISSING,
            "initial-training-missing",
        ),
        "no proof": (facts(trainings=(training(proof=Proof.ABSENT),)), MISSING, "initial-training-missing"),
        "training that is still to come": (
            facts(trainings=(training(done_on=date(2026, 12, 1)),)),
            MISSING,
            "initial-training-missing",
        ),
        "continuing education is not initial training": (
            facts(trainings=(training(is_initial=False),)),
            MISSING,
            "initial-training-missing",
        ),
        "the examination instead": (facts(trainings=(), is_tested_out=True), MET, "tested-out"),
        "the examination instead, not passed": (
            facts(trainings=(), is_tested_out=True, certification=None),
            MISSING,
            "test-out-not-passed",
        ),
        "fourteen hours, every theme": (renewing(), MET, "hours-attested"),
        "thirteen hours": (hours(cyber=2, ai_ethics=2, inclusion=2, other=7), MISSING, "hours-missing"),
        "fourteen hours, none on inclusion": (hours(cyber=6, ai_ethics=8), MISSING, "theme-missing"),
        "the examination does not stand for the hours of a term": (
            renewing(trainings=(), is_tested_out=True),
            MISSING,
            "hours-missing",
        ),
        "hours of the term before": (
            renewing(trainings=(training(hours=20, is_initial=False, done_on=date(2023, 12, 19)),)),
            MISSING,
            "hours-missing",
        ),
        "hours after the last file was sent, before its term began": (
            done_on(date(2023, 10, 2), renewal=2, earlier_sent_on=date(2023, 10, 1)),
            MET,
            "hours-attested",
        ),
        "hours of the day on which the last file was sent are that file's": (
            done_on(date(2023, 10, 1), renewal=2, earlier_sent_on=date(2023, 10, 1)),
            MISSING,
            "hours-missing",
        ),
        "hours of the new term that a file sent in the grace has used": (
            done_on(date(2024, 1, 10), renewal=2, earlier_sent_on=date(2024, 2, 1)),
            MISSING,
            "hours-missing",
        ),
        "hours after a file that was sent in the grace": (
            done_on(date(2024, 2, 2), renewal=2, earlier_sent_on=date(2024, 2, 1)),
            MET,
            "hours-attested",
        ),
        "hours between a first application and its award": (
            done_on(date(2023, 12, 5), renewal=1, earlier_sent_on=date(2023, 12, 1)),
            MET,
            "hours-attested",
        ),
        "hours of the day of a first award": (
            done_on(date(2023, 12, 20), renewal=1, earlier_sent_on=date(2023, 12, 20)),
            MET,
            "hours-attested",
        ),
        "hours of before the term, where nobody knows when the file was sent": (
            done_on(date(2023, 12, 19), renewal=2, earlier_sent_on=None),
            MISSING,
            "hours-missing",
        ),
    },
    "N6": {
        "nothing": (facts(evidence=()), MISSING, "compulsory-missing"),
        "five, one compulsory left out": (
            shown("inform_patient", "cyber_hygiene", "mssante", "dmp", "telehealth"),
            MISSING,
            "compulsory-missing",
        ),
        "the three compulsory ones and another": (shown(*FIVE[:4]), MISSING, "practices-missing"),
        "five": (facts(), MET, "practices-shown"),
        "the same one five times counts once": (shown(*FIVE[:3], "mssante", "mssante"), MISSING, "practices-missing"),
        "thirteen months ago": (shown(*FIVE, done_on=date(2025, 11, 29)), MISSING, "compulsory-missing"),
        "twelve months ago to the day": (shown(*FIVE, done_on=date(2025, 11, 30)), MET, "practices-shown"),
        "tomorrow": (shown(*FIVE, done_on=date(2026, 12, 1)), MISSING, "compulsory-missing"),
        "without a declaration": (shown(*FIVE, is_declared=False), MISSING, "compulsory-missing"),
        "without a proof": (shown(*FIVE, proof=Proof.ABSENT), MISSING, "compulsory-missing"),
        "proofs that the audit refused": (shown(*FIVE, proof=Proof.REFUSED), MISSING, "compulsory-missing"),
        "twelve months before the file was sent, and more since": (
            replace(shown(*FIVE, done_on=date(2025, 6, 1)), asked_on=date(2026, 6, 1)),
            MET,
            "practices-shown",
        ),
        "thirteen months before the file was sent": (
            replace(shown(*FIVE, done_on=date(2025, 5, 1)), asked_on=date(2026, 6, 1)),
            MISSING,
            "compulsory-missing",
        ),
        "proofs that the audit accepted": (shown(*FIVE, proof=Proof.ACCEPTED), MET, "practices-shown"),
        "a practice that is none of the nine": (shown(*FIVE[:4], "origami"), MISSING, "practices-missing"),
        "prescribing, of somebody who prescribes": (shown(*FIVE[:4], "digital_prescription"), MET, "practices-shown"),
        "prescribing, of somebody who does not": (
            replace(shown(*FIVE[:4], "digital_prescription"), is_prescriber=False),
            MISSING,
            "practices-missing",
        ),
    },
    "N7": {
        "not signed": (signed(version=None), MISSING, "charter-not-signed"),
        "another version signed": (signed(version="0.9"), MISSING, "charter-changed"),
        "interests passed over in silence": (signed(interests=None), MISSING, "interests-not-declared"),
        "signed": (facts(), MET, "charter-signed"),
    },
    "N9": {
        "a first award": (facts(), NONE, "first-award"),
        "no update test": (renewing(update_test=None), MISSING, "update-test-due"),
        "an update test before the window": (
            renewing(update_test=UpdateTest(is_passed=True, taken_on=date(2026, 6, 18))),
            MISSING,
            "update-test-due",
        ),
        "on the first day of the window": (
            renewing(update_test=UpdateTest(is_passed=True, taken_on=date(2026, 6, 19))),
            MET,
            "update-test-passed",
        ),
        "failed": (
            renewing(update_test=UpdateTest(is_passed=False, taken_on=date(2026, 10, 1))),
            MISSING,
            "update-test-failed",
        ),
        "the second renewal, on an old examination": (
            renewing(renewal=2, certification=certification(obtained_on=date(2026, 6, 18))),
            MISSING,
            "full-examination-due",
        ),
        "the second renewal, without one": (renewing(renewal=2, certification=None), MISSING, "full-examination-due"),
        "the second renewal, examined again": (renewing(renewal=2), MET, "examined-again"),
        "the third renewal, an update test again": (renewing(renewal=3), MET, "update-test-passed"),
    },
    "N13": {
        "not accepted": (signed(is_public_accepted=False), MISSING, "not-accepted"),
        "accepted": (facts(), MET, "accepted"),
    },
    "N15": {
        "no examination": (facts(certification=None), NONE, "no-examination"),
        "a third more time": (facts(accommodations=frozenset({"extra-time"})), MET, "fair"),
        "an accommodation that tells an illness": (
            facts(accommodations=frozenset({"dyslexia"})),
            MISSING,
            "accommodation-told",
        ),
    },
}
ALL = [
    pytest.param(criterion, *case, id=f"{criterion}, {name}")
    for criterion, cases in CASES.items()
    for name, case in cases.items()
]


@pytest.mark.parametrize(("criterion", "given", "outcome", "reason"), ALL)
def test_what_is_found(criterion, given, outcome, reason):
    found = CRITERIA[criterion](given, RULES, TODAY)

    assert (found.criterion, found.outcome, found.reason) == (criterion, outcome, reason)


def test_every_criterion_has_its_table():
    assert set(CASES) == set(CRITERIA)


class TestChecklist:
    def test_says_everything_that_is_missing_from_somebody_who_has_given_nothing(self):
        found = missing(checklist(Facts(), rules=RULES, on=TODAY))

        assert [one.criterion for one in found] == ["N1", "N2", "N3", "N4", "N5", "N6", "N7", "N13"]

    def test_misses_nothing_once_all_is_there(self):
        assert missing(checklist(facts(), rules=RULES, on=TODAY)) == ()

    def test_names_what_is_missing_and_counts_the_rest(self):
        found = CRITERIA["N6"](shown("mssante", "dmp"), RULES, TODAY)

        assert found.missing == ("cyber_hygiene", "inclusion_referral", "inform_patient")
        assert (found.done, found.needed) == (2, 5)


BORNE = {
    "none, whatever the holder shows": (None, "10100000008", Activity.INACTIVE, Activity.UNKNOWN),
    "the one that the holder shows": ("10100000008", "10100000008", Activity.INACTIVE, Activity.INACTIVE),
    "another": ("10100000008", "10100000016", Activity.ACTIVE, Activity.NOT_SHOWN),
    "one that was taken back": ("10100000008", None, Activity.UNKNOWN, Activity.NOT_SHOWN),
}


@pytest.mark.parametrize(("rpps", "shown", "activity", "expected"), BORNE.values(), ids=BORNE)
def test_the_number_that_a_label_bears(rpps, shown, activity, expected):
    assert borne(rpps, shown=shown, activity=activity) is expected


SHORT = {
    "the end of a longer month": (date(2027, 8, 31), 6, date(2028, 2, 29)),
    "back over a year": (date(2027, 3, 31), -6, date(2026, 9, 30)),
}


class TestDelays:
    TERM = Term(awarded_on=date(2026, 11, 23))

    def test_a_term_is_three_years_to_the_eve(self):
        assert self.TERM.ends_on(RULES) == date(2029, 11, 22)

    def test_a_renewal_opens_six_months_before(self):
        assert self.TERM.opens_on(RULES) == date(2029, 5, 22)

    def test_a_renewal_is_awaited_three_months_after(self):
        assert self.TERM.grace_until(RULES) == date(2030, 2, 22)

    def test_a_panel_has_two_months(self):
        assert appeal_decided_by(date(2026, 12, 31), RULES) == date(2027, 2, 28)

    def test_an_extension_moves_all_three(self):
        longer = replace(self.TERM, extended_months=4)

        assert longer.ends_on(RULES) == date(2030, 3, 22)
        assert longer.opens_on(RULES) == date(2029, 9, 22)

    @pytest.mark.parametrize(("day", "months", "then"), SHORT.values(), ids=SHORT)
    def test_a_shorter_month_gives_its_last_day(self, day, months, then):
        assert months_after(day, months) == then


WRONG = {
    "a digit that slipped": "2026-00043-" + label_number(2026, 42)[-1],
    "too short": "2026-42",
    "no letter": "2026-00042",
    "rank zero": "2026-00000-A",
    "year zero": "0000-00042-A",
    "something else": "LABEL",
}


class TestNumber:
    @pytest.mark.parametrize(("year", "rank"), [(26, 1), (12026, 1), (2026, 0), (2026, 100_000)])
    def test_refuses_a_year_or_a_rank_that_cannot_be_written(self, year, rank):
        with pytest.raises(ValueError, match="not the year and the rank"):
            label_number(year, rank)

    @pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
    def test_reads_nothing_from_what_is_no_number(self, text):
        assert read_number(text) is None

    def test_reads_it_however_it_is_typed(self):
        written = label_number(2026, 42)

        assert read_number(written.replace("-", " ").lower()) == read_number(written) == written

    def test_two_digits_that_changed_places_are_noticed(self):
        numbers = {label_number(2026, rank)[5:10]: label_number(2026, rank)[-1] for rank in range(1, 3000)}

        for rank, letter in numbers.items():
            swapped = rank[:3] + rank[4] + rank[3]
            assert swapped == rank or numbers.get(swapped) != letter

    def test_those_that_a_text_names(self):
        one, other = label_number(2026, 42), label_number(2027, 7)
        text = (
            f"Le label {one.lower()}, et {other.replace('-', ' ')} ; encore {one}. Pas 2026-00042-Z, ni 12026-00042-M."
        )

        assert numbers_in(text) == [one, other]
        assert numbers_in("Rien ici, le 2026-11-30 à 10 h.") == []


class TestParameters:
    def test_are_those_of_the_proposal(self):
        assert (RULES.version, RULES.validity_months, RULES.practices_required) == ("1.0-proposal", 36, 5)
        assert len(RULES.practices) == 9
        assert RULES.area_min == {"PRO-1": 70, "PRO-2": 70, "PRO-3": 60, "PRO-4": 60, "PRO-5": 60}
        assert RULES.compulsory == ("inform_patient", "cyber_hygiene", "inclusion_referral")

    def test_of_a_version_that_was_never_in_force_there_are_none(self):
        with pytest.raises(KeyError):
            parameters("0.1")


@pytest.mark.parametrize(
    "sent",
    [
        (date(2023, 12, 1), date(2026, 9, 1), date(2029, 10, 1)),
        (date(2023, 12, 20), date(2026, 12, 19), date(2029, 12, 19)),
        (date(2023, 12, 20), date(2027, 3, 1), date(2030, 3, 1)),
    ],
    ids=["in the window", "on the last day", "in the grace"],
)
def test_every_day_since_the_award_counts_for_exactly_one_term(sent):
    begins = (date(2023, 12, 20), date(2026, 12, 20), date(2029, 12, 20))
    counted = [
        (hours_count_from(term_from=begins[0], sent_on=sent[0], is_first=True), sent[1]),
        (hours_count_from(term_from=begins[1], sent_on=sent[1], is_first=False), sent[2]),
    ]

    for passed_days in range((sent[2] - begins[0]).days + 1):
        day = begins[0] + timedelta(days=passed_days)
        assert sum(first <= day <= last for first, last in counted) == 1, day
