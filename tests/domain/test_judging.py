"""Judging: what fails and what cannot, what neutralising does, and what each person is told."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import sitting as engine
from quizzes.bank import make_bank
from quizzes.engine_versions import ENGINES
from quizzes.judging import judge
from quizzes.outcome import Standing, Verdict
from quizzes.policy import policies
from quizzes.scale import ItemScale, Scale
from quizzes.standard import PanelCut
from tests.exams import BANK, EXAMINATION, UPDATE, begin, critical_of, sit
from tests.vectors.make_sittings import begin as begin_with

PASSING = EXAMINATION.passing
LENIENT = EXAMINATION.model_copy(update={"passing": PASSING.model_copy(update={"cut": 20.0, "minimums": {}})})
#: Levels, as citizens have them, on the same small bank.
LEVELS = policies()["supervised"].model_copy(
    update={"blueprint": {"PRO": EXAMINATION.blueprint["PRO"]}, "maximum_items": 40, "minimum_items": 20}
)


def decided(state, *neutralised, **options):
    return judge(state, bank=BANK, neutralised=frozenset(neutralised), **options)


def of_area(outcome, area_id):
    return next(one for one in outcome.areas if one.area_id == area_id)


def missing(state, count, *, among=lambda item_id: not BANK.item(item_id).critical):
    """Return the first so many questions of a form that may be missed."""
    return [item_id for item_id in state.form if among(item_id)][:count]


@pytest.mark.parametrize("version", ENGINES)
def test_it_is_judged_by_the_engine_that_it_was_sat_with(version):
    begun = begin_with(BANK, "PRO", EXAMINATION, seed=4, version=version)
    wrong = missing(begun, 12)
    state = sit(begun, lambda item_id: item_id not in wrong)

    found = decided(state)

    assert found.measurement == state.measurement
    other = decided(replace(state, engine_version=next(one for one in ENGINES if one != version)))
    assert other.measurement.mean != pytest.approx(found.measurement.mean, abs=1e-4)


class TestIsRefused:
    def test_while_it_runs(self):
        with pytest.raises(ValueError, match="runs"):
            decided(begin())


class TestFails:
    def test_somebody_who_knows_nothing(self):
        found = decided(sit(begin(), lambda _item_id: False))

        assert (found.verdict, found.points, found.percent, found.scaled) == (Verdict.FAILED, 0.0, 0.0, 0.0)
        assert found.interval[0] == 0
        assert [one.area_id for one in found.to_work_on] == [one.area_id for one in found.failed_areas]
        assert found.secured == ()
        assert found.level is None

    def test_by_the_points_with_every_area_at_its_minimum(self):
        rules = EXAMINATION.model_copy(update={"passing": PASSING.model_copy(update={"cut": 90.0, "minimums": {}})})
        missed = [item_id for item_id in begin(rules).form if not BANK.item(item_id).critical and item_id[4] in "345"][
            ::3
        ]
        found = decided(sit(begin(rules), lambda item_id: item_id not in missed))

        assert found.verdict is Verdict.FAILED
        assert found.percent < found.required
        assert found.scaled < found.cut == pytest.approx(90)
        assert found.failed_areas == found.lost_themes == ()
        assert found.to_work_on
        assert all(one.margin < 0 for one in found.to_work_on)

    def test_by_one_area_whose_minimum_is_surely_missed(self):
        found = decided(sit(begin(), lambda item_id: not item_id.startswith("PRO-3")))

        assert found.verdict is Verdict.FAILED
        assert found.percent >= found.required
        assert [one.area_id for one in found.failed_areas] == ["PRO-3"]
        assert of_area(found, "PRO-3").below >= 0.8
        assert found.to_work_on[0].area_id == "PRO-3"

    def test_by_a_critical_theme_that_the_second_set_loses(self):
        form = begin().form
        missed = critical_of(begin())[0]
        found = decided(sit(begin(), lambda item_id: item_id in form and item_id != missed))

        assert found.verdict is Verdict.FAILED
        assert (found.percent >= found.required, found.failed_areas) == (True, ())
        (theme,) = found.lost_themes
        assert (theme.competency_id, theme.asked, theme.lost) == ("PRO-1.1", 4, 4.0)

    def test_whoever_answers_too_few_in_time(self):
        found = decided(engine.close(sit(begin(), count=20), reason="time", bank=BANK))

        assert (found.verdict, found.available, found.unanswered) == (Verdict.FAILED, 40, 20)
        assert found.interval is None  # what was left says nothing of what is known
        assert found.points == 20

    def test_whoever_leaves_before_the_second_set(self):
        missed = critical_of(begin())[0]
        state = sit(begin(), lambda item_id: item_id != missed, count=39)

        found = decided(engine.close(state, reason="ended", bank=BANK))

        assert found.verdict is Verdict.FAILED
        assert (found.unanswered, found.lost_themes[0].lost) == (1, 4.0)
        assert found.hangs_on(["PRO-1.1", "PRO-2.1"])
        assert not found.hangs_on(["PRO-2.1"])

    def test_a_theme_changes_nothing_for_whoever_fails_by_the_points_or_an_area(self):
        missed = critical_of(begin())[0]
        early = sit(begin(), lambda item_id: item_id != missed, count=20)
        assert not decided(engine.close(early, reason="ended", bank=BANK)).hangs_on(["PRO-1.1"])
        passed = decided(sit(begin()))
        assert not passed.hangs_on(["PRO-1.1"])
        assert not replace(passed, verdict=Verdict.FAILED).hangs_on(["PRO-1.1"])  # no theme is lost


class TestFailsNobody:
    def test_one_critical_question_missed(self):
        missed = critical_of(begin())[0]
        found = decided(sit(begin(), lambda item_id: item_id != missed))

        assert found.verdict is Verdict.PASSED
        assert [(one.asked, one.lost, one.is_held) for one in found.themes] == [(4, 0.0, True)]

    @pytest.mark.parametrize("item_id", begin().form)
    def test_any_single_question_missed(self, item_id):
        assert decided(sit(begin(), lambda one: one != item_id)).verdict is Verdict.PASSED

    def test_a_second_set_with_two_points_lost(self):
        form, missed = begin().form, critical_of(begin())[0]
        state = sit(begin(), lambda item_id: item_id in form and item_id != missed, count=42)
        found = decided(sit(state))

        assert [(one.lost, one.is_held) for one in found.themes] == [(2.0, True)]
        assert found.verdict is Verdict.PASSED

    def test_a_theme_for_which_no_question_was_left(self):
        unseen = frozenset(one for one in BANK.items if one.startswith("PRO-1") and one not in begin().form)
        missed = critical_of(begin(excluded=unseen))[0]
        found = decided(sit(begin(excluded=unseen), lambda item_id: item_id != missed))

        assert [(one.asked, one.is_held) for one in found.themes] == [(0, True)]
        assert found.verdict is Verdict.PASSED

    def test_an_area_of_which_fewer_than_three_questions_are_left(self):
        state = sit(begin(LENIENT_AREAS), lambda item_id: not item_id.startswith("PRO-3"))
        own = [item_id for item_id in state.form if item_id.startswith("PRO-3")]

        assert of_area(decided(state), "PRO-3").standing is Standing.FAILED
        found = decided(state, *own[2:])
        assert of_area(found, "PRO-3").standing is Standing.UNMEASURED
        assert of_area(found, "PRO-3").available == 2
        assert found.verdict is Verdict.PASSED
        assert of_area(found, "PRO-3") not in found.to_work_on
        assert of_area(decided(state, *own), "PRO-3").standing is Standing.UNMEASURED

    def test_the_clock_when_what_was_answered_is_enough(self):
        found = decided(engine.close(sit(begin(), count=38), reason="time", bank=BANK))

        assert (found.verdict, found.unanswered, found.points) == (Verdict.PASSED, 2, 38.0)


LENIENT_AREAS = EXAMINATION.model_copy(update={"passing": PASSING.model_copy(update={"fewest": 20})})


class TestNeutralised:
    def test_counts_for_nobody(self):
        state = sit(begin())
        found = decided(state, *state.form[:3])

        assert (found.available, found.points, found.neutralised) == (37, 37.0, 3)

    def test_what_this_sitting_did_not_ask_changes_nothing(self):
        state = sit(begin())
        others = [one for one in BANK.items if one not in state.form]

        assert decided(state, *others) == decided(state)

    def test_a_critical_question_opens_no_theme_and_its_second_set_decides_nothing(self):
        form, missed = begin().form, critical_of(begin())[0]
        state = sit(begin(), lambda item_id: item_id in form and item_id != missed)

        found = decided(state, missed)

        assert (found.verdict, found.themes) == (Verdict.PASSED, ())

    def test_a_question_of_a_second_set_loses_nothing(self):
        form, missed = begin().form, critical_of(begin())[0]
        state = sit(begin(), lambda item_id: item_id in form and item_id != missed)
        own = state.second_sets["PRO-1.1"]

        assert decided(state, own[0]).verdict is Verdict.FAILED
        found = decided(state, *own[:2])
        assert [(one.asked, one.lost, one.is_held) for one in found.themes] == [(2, 2.0, True)]
        assert (found.verdict, found.neutralised, found.available) == (Verdict.PASSED, 2, 40)

    def test_too_many_and_nothing_is_decided(self):
        state = sit(begin(), lambda _item_id: False)

        assert decided(state, *state.form[:10]).verdict is Verdict.FAILED
        assert decided(state, *state.form[:11]).verdict is Verdict.UNDECIDED

    @pytest.mark.parametrize("policy", [EXAMINATION, LEVELS, UPDATE], ids=["examination", "levels", "update"])
    def test_all_of_them_and_nothing_is_said(self, policy):
        state = sit(begin(policy))

        found = decided(state, *state.form)

        assert (found.verdict, found.available, found.percent, found.scaled) == (Verdict.UNDECIDED, 0, None, None)
        assert found.interval is None
        assert {one.standing for one in found.areas} == {Standing.UNMEASURED}
        assert (found.level, found.secured, found.to_work_on) == (None, (), ())


@pytest.mark.parametrize("reason", ["annulled", "called-off"])
@pytest.mark.parametrize("policy", [EXAMINATION, LEVELS], ids=["examination", "levels"])
def test_what_was_annulled_proves_nothing(reason, policy):
    state = engine.close(sit(begin(policy)), reason=reason, bank=BANK)

    found = decided(state)

    assert (found.verdict, found.level) == (Verdict.ANNULLED, None)


class TestPasses:
    def test_somebody_who_knows_everything(self):
        found = decided(sit(begin()))

        assert found.verdict is Verdict.PASSED
        assert (found.points, found.percent, found.scaled) == (40.0, 100.0, 100.0)
        assert 80 < found.interval[0] < found.interval[1] == 100
        assert found.cut == pytest.approx(75)
        assert [one.area_id for one in found.secured] == [f"PRO-{area}" for area in range(1, 6)]
        assert (found.themes, found.to_work_on, found.unanswered) == ((), (), 0)

    def test_provisionally_until_a_panel_has_signed_and_its_questions_are_calibrated(self):
        state = sit(begin())
        panel = PanelCut(items=tuple(state.form[:20]), score=12.0, ability=0.3)

        found = decided(state, panel=panel)

        assert (decided(state).is_cut_nominal, decided(state).provisional) == (True, True)
        assert (found.is_cut_nominal, found.provisional) == (False, True)
        own = make_bank(
            list(BANK.frameworks.values()),
            list(BANK.items.values()),
            [
                Scale(
                    framework="PRO",
                    language="fr",
                    made_on="2026-11-20",
                    people=300,
                    items={one: ItemScale(answers=300, difficulty=0.0, difficulty_error=0.1) for one in BANK.items},
                )
            ],
        )
        sure = judge(sit(begin(bank=own), bank=own), bank=own, panel=panel)
        assert (sure.is_cut_nominal, sure.provisional) == (False, False)

    def test_an_update_test_has_no_minimums(self):
        found = decided(sit(begin(UPDATE)))

        assert found.verdict is Verdict.PASSED
        assert {one.standing for one in found.areas} == {Standing.FREE}
        assert found.to_work_on == ()

    def test_and_after_its_failure_tells_the_areas_short_of_the_cut(self):
        found = decided(sit(begin(UPDATE), lambda item_id: item_id[4] in "12"))

        assert found.verdict is Verdict.FAILED
        assert {one.area_id for one in found.to_work_on} == {"PRO-3", "PRO-4", "PRO-5"}


class TestLevels:
    def test_nobody_who_knows_nothing_is_given_one(self):
        found = decided(sit(begin(LEVELS), lambda _item_id: False))

        assert (found.verdict, found.level, found.cut, found.required, found.scaled) == (
            Verdict.NOT_ESTABLISHED, None, None, None, None,
        )  # fmt: skip
        assert len(found.to_work_on) == 5

    def test_are_those_of_the_sitting_and_no_critical_question_opens_anything(self):
        state = sit(begin(LEVELS), lambda item_id: not BANK.item(item_id).critical)
        found = decided(state)

        assert found.verdict is Verdict.ESTABLISHED
        assert found.level == state.measurement.overall.certified_level
        assert found.measurement == state.measurement
        assert (found.themes, len(state.answers)) == ((), 40)
        assert {one.area_id for one in found.secured} | {one.area_id for one in found.to_work_on} == {
            f"PRO-{area}" for area in range(1, 6)
        }

    def test_one_by_one_on_a_provisional_scale_establish_none(self):
        state = sit(begin(LEVELS.model_copy(update={"choice": "adaptive", "stop": None})))

        assert state.measurement.overall.certified_level is not None
        assert decided(state).verdict is Verdict.NOT_ESTABLISHED

    @pytest.mark.parametrize("reason", ["ended", "time"])
    def test_whoever_is_ahead_gains_nothing_by_leaving(self, reason):
        state = engine.close(sit(begin(LEVELS), count=13), reason=reason, bank=BANK)

        found = decided(state)

        assert state.measurement.overall.certified_level is not None
        assert (found.unanswered, found.available) == (27, 40)
        assert (found.verdict, found.level) == (Verdict.NOT_ESTABLISHED, None)

    def test_ask_for_the_fewest_questions_of_their_test_one_by_one_too(self):
        rules = LEVELS.model_copy(update={"choice": "adaptive", "stop": None})
        state = engine.close(sit(begin(rules), count=19), reason="ended", bank=BANK)
        assert decided(state).verdict is Verdict.NOT_ESTABLISHED
        assert decided(state, state.answers[0].item_id).verdict is Verdict.UNDECIDED

    def test_rest_on_what_is_left(self):
        state = sit(begin(LEVELS), lambda item_id: not item_id.startswith("PRO-2"))
        own = [item_id for item_id in state.form if item_id.startswith("PRO-2")]

        found = decided(state, *own[1:])

        assert of_area(found, "PRO-2").standing is Standing.UNMEASURED
        assert (found.verdict, found.level) == (Verdict.NOT_ESTABLISHED, None)
        assert decided(state).measurement != found.measurement
        assert decided(state, *state.form[:36]).verdict is Verdict.UNDECIDED


def test_a_question_that_came_counts_in_the_place_of_the_one_that_left():
    state = begin()
    left = state.current_item_id
    state = sit(engine.replace_current(state, bank=BANK), lambda item_id: item_id in state.form)
    came = state.additions[0].item_id

    found = decided(state)

    assert (found.available, found.points) == (40, 39.0)
    assert decided(state, came).points == 39.0
    assert decided(state, came).available == 39
    assert decided(state, left) == found


sittings = st.tuples(st.integers(0, 99), st.lists(st.booleans(), min_size=1, max_size=9), st.integers(0, 40))


def taken(seed, pattern, count, policy=EXAMINATION):
    state = begin(policy, seed=seed)
    number = 0
    while state.finished is None and number < count:
        state = sit(state, lambda _item_id: pattern[number % len(pattern)], count=1)  # noqa: B023 (called at once)
        number += 1
    return engine.close(engine.close(state, reason="time", bank=BANK), reason="time", bank=BANK)


@settings(max_examples=40, deadline=None)
@given(drawn=sittings, data=st.data())
def test_neutralising_a_missed_question_never_harms(drawn, data):
    """Points come nearer to what is required, no area becomes likelier to fail, no theme is lost."""
    state = taken(*drawn)
    scores = {one.item_id: one.score for one in state.answers}
    asked = [*state.form, *(one for items in state.second_sets.values() for one in items)]
    missed = [item_id for item_id in asked if scores.get(item_id, 0.0) == 0]
    if not missed:
        return
    before = decided(state)

    after = decided(state, *data.draw(st.lists(st.sampled_from(missed), min_size=1, max_size=10, unique=True)))

    assert after.verdict not in (Verdict.UNDECIDED, Verdict.ANNULLED)
    assert not (before.verdict is Verdict.PASSED and after.verdict is Verdict.FAILED)
    assert sum(one.margin for one in after.areas) >= sum(one.margin for one in before.areas) - 1e-9
    for one, other in zip(before.areas, after.areas, strict=True):
        assert other.below <= one.below + 1e-9
    assert {one.competency_id for one in after.lost_themes} <= {one.competency_id for one in before.lost_themes}


@settings(max_examples=40, deadline=None)
@given(drawn=sittings, data=st.data())
def test_being_right_instead_of_wrong_never_harms(drawn, data):
    seed, pattern, _count = drawn
    wrong = taken(seed, pattern, 40)
    missed = [one.item_id for one in wrong.answers if one.score == 0 and one.item_id in wrong.form]
    if not missed:
        return
    mended = data.draw(st.sampled_from(missed))
    places = {one.item_id: one.score == 1 for one in wrong.answers}
    right = sit(begin(seed=seed), lambda item_id: item_id == mended or places.get(item_id, False))

    before, after = decided(wrong), decided(right)

    assert after.points == before.points + 1
    assert after.scaled >= before.scaled
    for one, other in zip(before.areas, after.areas, strict=True):
        assert other.below <= one.below + 1e-9


@settings(max_examples=40, deadline=None)
@given(drawn=sittings)
def test_the_two_comparisons_with_the_cut_agree(drawn):
    found = decided(taken(*drawn))

    assert (found.percent >= found.required - 1e-9) == (found.scaled >= found.cut - 1e-6)


@settings(max_examples=20, deadline=None)
@given(drawn=sittings, chance=st.randoms(use_true_random=False))
def test_the_order_of_answers_changes_nothing(drawn, chance):
    """The same questions with the same answers, in another order."""
    state = taken(*drawn)
    answers = list(state.answers)
    chance.shuffle(answers)
    shuffled = replace(state, answers=tuple(answers))

    one, other = decided(state), decided(shuffled)

    assert (one.verdict, one.points, one.themes) == (other.verdict, other.points, other.themes)
    for first, second in zip(one.areas, other.areas, strict=True):
        assert second.below == pytest.approx(first.below, abs=1e-9)
