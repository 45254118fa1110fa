"""Every monitor over recorded answers, and what is told of them."""

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from quizzes import watch_report
from quizzes.bank import make_bank
from quizzes.errors import UnknownFrameworkError
from quizzes.fingerprint import fingerprint
from quizzes.monitors import Seen, Use
from quizzes.scale import Scale
from quizzes.watch import watch
from tests.banks import bank, framework

BANK = bank(kinds=("short_text",))
OPEN = [item.id for item in BANK.items_of("TST", "open")]
ODD = OPEN[0]
USES = [
    Use(item_id=ODD, policy_id="positioning", sittings=200, share=0.9, cap=0.5),
    Use(item_id=OPEN[1], policy_id="positioning", sittings=200, share=0.0, cap=0.5),
    Use(item_id=OPEN[2], policy_id="positioning", sittings=200, share=0.3, cap=0.5),
]


def answers(*, people=320, groups=("en", "fr"), seed=1):
    """One item is a trap in English, and becomes known in French half-way; one sitting is answered in a hurry and breaks."""
    chance = np.random.default_rng(seed)
    found = []
    for person in range(people):
        ability = chance.normal(0, 1.2)
        group = groups[person % len(groups)]
        for place, item_id in enumerate([ODD, *chance.permutation(OPEN[1:])[:15]]):
            difficulty = framework().level(BANK.item(item_id).level).difficulty
            if item_id == ODD:
                difficulty += 2.5 - 5.0 * (group == "fr" and person > people / 2)
            right = chance.random() < 1 / (1 + np.exp(difficulty - ability))
            broken = person == people - 1
            found.append(
                Seen(
                    sitting=person,
                    person=person,
                    item_id=item_id,
                    fingerprint=fingerprint(BANK.item(item_id), group),
                    score=float(place < 8 if broken else right),
                    is_skip=False,
                    seconds=1.0 if broken else 20.0 + place,
                    at=1_780_000_000.0 + 3600.0 * person + place,
                    language=group,
                    is_assured=person >= people - 12,
                )
            )
    return found


def run(given, **options):
    return watch(BANK, **{"framework_code": "TST", "language": "fr", "answers": given, "uses": USES, **options})


@pytest.fixture(scope="module")
def found():
    return run(answers())


def test_refuses_an_unknown_framework():
    with pytest.raises(UnknownFrameworkError):
        run([], framework_code="ZZZ")


def test_nothing_answered_is_nothing_to_say():
    nothing = run([], uses=[])

    assert (nothing.answers, nothing.drifts, nothing.misfits, nothing.hastes) == (0, [], [], [])
    assert watch_report.text(nothing, {}).count("rien à regarder") == 5
    assert watch_report.render(nothing, {}).count("Rien à regarder.") == 5


def test_answers_to_what_the_bank_does_not_know_are_left_out(found):
    strange = [
        replace(answers(people=1)[0], item_id="TST-9.9-01"),
        replace(answers(people=1)[0], item_id=ODD, score=0.5),
    ]

    assert run([*answers(), *strange]).answers == found.answers


class TestWhatIsFound:
    def test_the_item_that_became_known(self, found):
        drifted = {one.item_id: one for one in found.drifts if one.is_flagged}

        assert drifted[ODD].is_easier
        assert len(drifted) <= 2

    def test_the_item_that_is_a_trap_in_another_language(self, found):
        worst = [one.difference for one in found.differences if one.difference.item_id == ODD and one.group == "en"]

        assert [one.ets for one in worst] == ["C"]
        assert worst[0].delta < 0

    def test_the_sitting_that_broke_and_was_answered_in_a_hurry(self, found):
        assert watch_report.flagged_sittings(found) == {319}
        assert len(found.misfits) == 6

    def test_the_newest_sittings_only_are_looked_at_one_by_one(self):
        assert [one.sitting for one in run(answers(), fitted=2).misfits] == [317, 319]
        assert run(answers(), fitted=0).misfits == []

    def test_a_sitting_in_another_language_is_left_to_its_own_scale_and_times(self, found):
        english = {one.sitting for one in answers() if one.language == "en" and one.is_assured}

        assert not english & {one.sitting for one in found.misfits}
        assert not english & {one.sitting for one in found.hastes}
        other = run(answers(), language="en")
        assert english == {one.sitting for one in other.misfits} == {one.sitting for one in other.hastes}

    def test_slow_readers_of_another_language_make_nobody_hasty(self):
        given = [replace(one, seconds=200.0) if one.language == "en" else one for one in answers()]

        assert [one.sitting for one in run(given).hastes if one.is_flagged] == [319]

    def test_people_who_practise_an_item_again_are_no_drift(self):
        given = [replace(one, score=0.0) if one.item_id == OPEN[3] else one for one in answers(groups=("fr",))]
        again = [
            replace(one, sitting=one.sitting + 1000, at=one.at + 1e7, score=1.0)
            for one in given
            if one.item_id == OPEN[3]
        ]

        once, twice = ({one.item_id: one for one in run(some).drifts}[OPEN[3]] for some in (given, [*given, *again]))

        assert again
        assert twice.answers == once.answers
        assert not twice.is_flagged

    def test_short_sittings_have_no_fit(self):
        short = [replace(one, is_assured=True) for one in answers(people=60)][:5]

        assert run(short).misfits == []

    def test_one_group_is_compared_with_nobody(self):
        assert run(answers(groups=("fr",))).differences == []

    def test_a_group_alone_has_no_drift_of_the_other(self):
        assert run(answers(groups=("en",))).drifts == []

    def test_a_calibrated_item_is_watched_where_its_scale_puts_it(self):
        line = {"answers": 250, "difficulty": 3.0, "difficulty_error": 0.1}
        scale = Scale.model_validate(
            {
                "framework": "TST",
                "language": "fr",
                "made_on": date(2026, 11, 25),
                "people": 900,
                "items": {OPEN[5]: line},
            }
        )
        own = make_bank(list(BANK.frameworks.values()), list(BANK.items.values()), [scale])

        found = watch(own, framework_code="TST", language="fr", answers=answers(groups=("fr",)), uses=[])

        assert OPEN[5] in {one.item_id for one in found.drifts if one.is_flagged and one.is_easier}


class TestWhatIsTold:
    def test_flags_on_a_terminal_with_what_they_mean(self, found):
        told = watch_report.text(found, {319: "ABCD"})

        for words in (
            "Dérive des questions",
            "plus facile",
            "au-dessus du plafond",
            "jamais posée",
            "ABCD",
            "Aucun ne sanctionne",
        ):
            assert words in told
        assert OPEN[2] not in told.split("Exposition")[1]

    def test_everything_on_a_page_with_what_it_does_not_mean(self, found):
        told = watch_report.render(found, {319: "ABCD"})

        assert told.count("Ce que cela ne veut pas dire") == 5
        assert OPEN[2] in told.split("<h2>Exposition</h2>")[1]

    def test_a_harder_item_is_told_as_such(self, found):
        harder = replace(found, drifts=[replace(one, is_easier=False) for one in found.drifts])

        assert "plus difficile" in watch_report.text(harder, {})

    def test_how_many_people_each_group_has_and_never_how_few(self, found):
        told = watch_report.text(found, {})

        assert "langue du test français 160" in told
        assert "sexe femmes moins de 100" in told
        assert re.search(r"Par hasard seul : \d+\.\d signes attendus sur \d+ comparaisons", told)


class TestFormerTexts:
    def test_answers_to_a_text_that_was_edited_are_left_aside_and_named(self, found):
        half = [
            replace(one, fingerprint="former") if one.item_id == ODD and one.sitting % 2 else one for one in answers()
        ]

        own = run(half)

        assert own.edited == {ODD: 160}
        assert own.answers == found.answers - 160
        assert not [one for one in own.differences if one.difference.item_id == ODD]
        assert f"laissées de côté : {ODD} (160)" in watch_report.text(own, {319: "ABCD"})
        assert f"{ODD} (160)" in watch_report.render(own, {319: "ABCD"})

    def test_an_edited_translation_leaves_the_other_language_alone(self, found):
        own = run([replace(one, fingerprint="former") if one.language == "en" else one for one in answers()])

        assert own.answers == found.answers / 2
        assert own.drifts

    def test_nothing_edited_is_not_told(self, found):
        assert found.edited == {}
        assert "laissées de côté" not in watch_report.text(found, {319: "ABCD"})
