"""What happens besides answers: stored and read back, and what a form asks after it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import additions
from quizzes import sitting as engine
from quizzes.additions import Closure, Extension, Replacement, SecondSets
from quizzes.bank import make_bank
from quizzes.errors import EmptyPoolError, NoReplacementError, SittingClosedError, UnexpectedItemError
from quizzes.items import Response
from quizzes.policy import policies
from tests.domain.test_trials import RESERVED, with_lines
from tests.exams import BANK, EXAMINATION, answered, begin, critical_of, replayed, sit

STORED = {
    "more questions": (Extension(after=12, area_id="TST-1"), {"after": 12, "area": "TST-1"}),
    "a replacement": (Replacement(after=3, replaced="a", item_id="b"), {"after": 3, "replaced": "a", "by": "b"}),
    "second sets": (
        SecondSets(after=40, sets=(("PRO-1.1", ("a", "b")),)),
        {"after": 40, "sets": [["PRO-1.1", ["a", "b"]]]},
    ),
    "a closing": (Closure(after=9, reason="time", left="a"), {"after": 9, "closed": "time", "left": "a"}),
}


@pytest.mark.parametrize(("one", "plain"), STORED.values(), ids=STORED)
def test_stored_and_read_back(one, plain):
    assert additions.to_plain(one) == plain
    assert additions.from_plain(plain) == one


def test_a_form_is_never_extended():
    with pytest.raises(TypeError):
        additions.script("abc", [Extension(after=3, area_id="TST-1")])


def test_what_was_seen_without_an_answer():
    recorded = [plain for _one, plain in STORED.values()] + [{"after": 9, "closed": "annulled", "left": None}]

    assert additions.not_asked_again(recorded) == {"a"}


class TestReplacing:
    def test_not_when_it_is_over(self):
        with pytest.raises(SittingClosedError):
            engine.replace_current(sit(begin()), bank=BANK)

    def test_not_when_nothing_else_is_left_in_the_area(self):
        state = begin()
        area = state.current_item_id[:5]
        unseen = frozenset(one for one in BANK.items if one.startswith(area) and one not in state.form)

        with pytest.raises(NoReplacementError):
            engine.replace_current(begin(excluded=unseen), bank=BANK)

    def test_not_by_an_enemy_of_a_question_of_the_form(self):
        state = begin()
        area = state.current_item_id[:5]
        others = tuple(one for one in BANK.items if one.startswith(area) and one not in state.form)
        items = [
            one.model_copy(update={"enemies": others}) if one.id == state.form[-1] else one
            for one in BANK.items.values()
        ]
        hostile = make_bank(list(BANK.frameworks.values()), items)
        again = begin(bank=hostile)

        assert again.form == state.form
        with pytest.raises(NoReplacementError):
            engine.replace_current(again, bank=hostile)

    def test_the_answer_to_the_question_that_left_is_refused(self):
        state = begin()
        after = engine.replace_current(state, bank=BANK)

        with pytest.raises(UnexpectedItemError):
            engine.answer(after, item_id=state.current_item_id, response=Response.skip(), bank=BANK)

    def test_another_of_the_same_competency_comes_and_nothing_else_changes(self):
        state = sit(begin(), count=7)

        after = engine.replace_current(state, bank=BANK)

        assert after.current_item_id not in state.form
        assert after.current_item_id[:7] == state.current_item_id[:7]
        assert after.current_trace == {"reason": "replacement", "place": 8, "replaced": state.current_item_id}
        assert (after.answers, after.measurement) == (state.answers, state.measurement)
        assert after.maximum_items == 40

    def test_of_the_area_where_the_competency_has_no_other(self):
        items = [one for one in BANK.items.values() if not one.id.startswith("PRO-5.1") or one.id[-2:] in ("01", "02")]
        own = make_bank(list(BANK.frameworks.values()), items)
        state = begin(bank=own)
        while not state.current_item_id.startswith("PRO-5.1"):
            state = answered(state, bank=own)

        assert engine.replace_current(state, bank=own).current_item_id.startswith("PRO-5.2")

    def test_what_rests_comes_last(self):
        state = begin()
        unseen = [one for one in BANK.items if one.startswith(state.current_item_id[:7]) and one not in state.form]
        tired = begin(resting=frozenset(unseen[:-1]))

        assert tired.form == state.form
        assert engine.replace_current(tired, bank=BANK).current_item_id == unseen[-1]

    def test_one_after_the_other_none_comes_back(self):
        state = begin()
        seen = [state.current_item_id]
        for _time in range(4):
            state = engine.replace_current(state, bank=BANK)
            seen.append(state.current_item_id)
        state = sit(state)

        assert len(set(seen)) == 5
        assert not {one.item_id for one in state.answers} & set(seen[:-1])
        assert (state.finished, len(state.answers)) == ("complete", 40)
        assert replayed(state) == state

    def test_item_by_item_too(self):
        policy = EXAMINATION.model_copy(update={"choice": "adaptive", "passing": None})
        state = sit(begin(policy), count=3)

        after = engine.replace_current(engine.replace_current(state, bank=BANK), bank=BANK)

        assert after.current_item_id[:5] == state.current_item_id[:5]
        assert replayed(after) == after
        ended = sit(after)
        assert not {one.item_id for one in ended.answers} & {one.replaced for one in ended.additions}
        assert replayed(ended) == ended

    def test_a_question_on_trial_gives_way_to_one_that_counts(self):
        own = with_lines(RESERVED[:-2])
        policy = policies()["certification"].model_copy(
            update={
                "blueprint": {"TST": {"TST-1": 16, "TST-2": 16}},
                "trials": 2,
                "minimum_items": 10,
                "maximum_items": 12,
            }
        )
        state = engine.start(own, framework_code="TST", policy=policy, seed=1)
        while not state.is_trial(state.current_item_id):
            state = answered(state, bank=own)

        after = engine.replace_current(state, bank=own)

        assert not after.is_trial(after.current_item_id)
        assert len(answered(after, bank=own).counted) == len(state.counted) + 1


class TestASecondSet:
    def test_does_not_open_when_no_critical_question_was_missed(self):
        ordinary = next(one for one in begin().form if not BANK.item(one).critical)

        state = sit(begin(), lambda item_id: item_id != ordinary)

        assert (state.finished, state.second_sets, len(state.answers)) == ("complete", {}, 40)

    def test_nor_in_a_test_whose_rules_have_none(self):
        passing = EXAMINATION.passing.model_copy(update={"second_set": None})
        state = sit(begin(EXAMINATION.model_copy(update={"passing": passing})), lambda _item_id: False)

        assert (state.finished, state.second_sets) == ("complete", {})

    def test_nor_before_the_last_question(self):
        missed = critical_of(begin())[0]

        assert sit(begin(), lambda item_id: item_id != missed, count=39).second_sets == {}

    def test_opens_on_the_theme_of_the_question_missed(self):
        missed = critical_of(begin())[0]
        state = sit(begin(), lambda item_id: item_id != missed, count=40)

        assert state.finished is None
        assert state.current_trace == {"reason": "second-set", "place": 41}
        ((theme, items),) = state.second_sets.items()
        assert theme == "PRO-1.1"
        assert {one[:7] for one in items} == {"PRO-1.1"}
        assert len(items) == EXAMINATION.passing.second_set.items
        assert not set(items) & set(state.form)
        assert state.maximum_items == 44
        assert sit(state).finished == "complete"

    def test_stays_near_the_level_of_the_question_missed(self):
        missed = critical_of(begin())[0]
        items = sit(begin(), lambda item_id: item_id != missed, count=40).second_sets["PRO-1.1"]
        levels = [int(BANK.item(one).level[1:]) for one in (missed, *items)]

        distances = [abs(one - levels[0]) for one in levels[1:]]
        assert distances == sorted(distances)

    def test_decides_of_its_theme_only_and_measures_nothing(self):
        missed = critical_of(begin())[0]
        opened = sit(begin(), lambda item_id: item_id != missed, count=40)

        well, badly = sit(opened), sit(opened, lambda _item_id: False)

        assert well.measurement == badly.measurement == opened.measurement
        assert len(well.counted) == len(badly.counted) == 40
        assert replayed(badly) == badly

    def test_two_themes_come_one_after_the_other(self):
        seed = next(one for one in range(20) if critical_of(begin(seed=one), "PRO-2.1"))
        state = sit(begin(seed=seed), lambda item_id: not BANK.item(item_id).critical, count=40)

        assert list(state.second_sets) == ["PRO-1.1", "PRO-2.1"]
        assert state.maximum_items == 48
        done = sit(state, lambda _item_id: False)
        assert (done.finished, list(done.second_sets)) == ("complete", ["PRO-1.1", "PRO-2.1"])

    def test_where_nothing_is_left_it_is_empty_and_the_sitting_ends(self):
        form = begin().form
        unseen = frozenset(one for one in BANK.items if one.startswith("PRO-1") and one not in form)
        missed = critical_of(begin(excluded=unseen))[0]

        state = sit(begin(excluded=unseen), lambda item_id: item_id != missed)

        assert state.second_sets == {"PRO-1.1": ()}
        assert (state.finished, len(state.answers)) == ("complete", 40)
        assert replayed(state) == state

    def test_no_two_enemies_are_in_it(self):
        missed = critical_of(begin())[0]
        first = sit(begin(), lambda item_id: item_id != missed, count=40).second_sets["PRO-1.1"]
        items = [
            one.model_copy(update={"enemies": first[1:]}) if one.id == first[0] else one for one in BANK.items.values()
        ]
        hostile = make_bank(list(BANK.frameworks.values()), items)
        state = sit(begin(bank=hostile), lambda item_id: item_id != missed, count=40, bank=hostile)

        items = state.second_sets["PRO-1.1"]

        assert len(items) == 4
        assert not (first[0] in items and set(items) & set(first[1:]))

    def test_one_of_its_questions_can_be_replaced(self):
        missed = critical_of(begin())[0]
        state = sit(begin(), lambda item_id: item_id != missed, count=41)
        left = state.current_item_id

        after = engine.replace_current(state, bank=BANK)

        assert left not in after.second_sets["PRO-1.1"]
        assert after.current_item_id in after.second_sets["PRO-1.1"]
        done = sit(after)
        assert len(done.counted) == 40
        assert replayed(done) == done


class TestClosing:
    def test_what_is_finished_stays_as_it_is(self):
        state = sit(begin())

        assert engine.close(state, reason="time", bank=BANK) is state
        assert engine.close(state, reason="ended", bank=BANK) is state

    def test_what_was_annulled_stays_annulled(self):
        state = engine.close(begin(), reason="annulled", bank=BANK)

        assert engine.close(state, reason="called-off", bank=BANK) is state
        assert state.current_item_id is None

    @pytest.mark.parametrize("reason", ["time", "ended", "annulled", "called-off"])
    def test_no_answer_is_taken_any_more(self, reason):
        state = sit(begin(), count=9)
        closed = engine.close(state, reason=reason, bank=BANK)

        assert (closed.finished, closed.answers) == (reason, state.answers)
        with pytest.raises(SittingClosedError):
            engine.answer(closed, item_id=state.current_item_id, response=Response.skip(), bank=BANK)
        assert closed.additions[-1].left == state.current_item_id
        assert replayed(closed) == closed

    def test_item_by_item_too(self):
        policy = EXAMINATION.model_copy(update={"choice": "adaptive", "passing": None})
        closed = engine.close(sit(begin(policy), count=9), reason="time", bank=BANK)

        assert (closed.finished, len(closed.answers)) == ("time", 9)
        assert replayed(closed) == closed

    def test_after_the_end_it_can_still_be_annulled(self):
        state = engine.close(sit(begin()), reason="annulled", bank=BANK)

        assert (state.finished, state.additions[-1].left) == ("annulled", None)
        assert replayed(state) == state

    def test_the_clock_opens_the_second_set_that_is_due(self):
        missed = critical_of(begin())[0]
        state = sit(begin(), lambda item_id: item_id != missed, count=39)
        left = state.current_item_id

        closed = engine.close(state, reason="time", bank=BANK)

        assert closed.finished is None
        assert closed.current_item_id in closed.second_sets["PRO-1.1"]
        assert left not in closed.script
        done = sit(closed)
        assert (done.finished, len(done.answers), len(done.counted)) == ("time", 43, 39)
        assert replayed(done) == done

    def test_a_second_time_it_ends(self):
        missed = critical_of(begin())[0]
        closed = engine.close(sit(begin(), lambda item_id: item_id != missed, count=39), reason="time", bank=BANK)

        again = engine.close(answered(closed), reason="time", bank=BANK)

        assert (again.finished, len(again.answers)) == ("time", 40)
        assert len(again.second_sets["PRO-1.1"]) == 4
        assert replayed(again) == again

    def test_whoever_ends_it_leaves_the_second_set_unanswered(self):
        missed = critical_of(begin())[0]
        closed = engine.close(sit(begin(), lambda item_id: item_id != missed, count=39), reason="ended", bank=BANK)

        assert (closed.finished, len(closed.second_sets["PRO-1.1"])) == ("ended", 4)
        assert replayed(closed) == closed


def one_missed(*, count=39):
    missed = critical_of(begin())[0]
    return sit(begin(), lambda item_id: item_id != missed, count=count)


class TestReopening:
    @pytest.mark.parametrize(
        "closed",
        [
            begin(),
            engine.close(begin(), reason="ended", bank=BANK),
            engine.close(one_missed(), reason="annulled", bank=BANK),
            engine.close(sit(engine.close(one_missed(), reason="time", bank=BANK)), reason="ended", bank=BANK),
        ],
        ids=["it runs", "no second set was due", "it was annulled", "the second set was answered"],
    )
    def test_nothing_else_goes_on(self, closed):
        with pytest.raises(SittingClosedError):
            engine.reopen(closed, bank=BANK)

    def test_a_second_set_cut_off_goes_on_as_if_the_clock_had_ended_the_rest(self):
        before = one_missed()
        ended = engine.close(before, reason="ended", bank=BANK)

        again = engine.reopen(ended, bank=BANK)

        assert ended.unanswered_themes == ("PRO-1.1",)
        assert again == engine.close(before, reason="time", bank=BANK)
        assert replayed(again) == again
        done = sit(again)
        assert (done.finished, len(done.answers), done.unanswered_themes) == ("time", 43, ())

    def test_one_that_was_on_screen_goes_on_at_the_same_question(self):
        for begun in (one_missed(count=41), answered(engine.close(one_missed(), reason="time", bank=BANK))):
            again = engine.reopen(engine.close(begun, reason="ended", bank=BANK), bank=BANK)

            assert again == begun
            assert replayed(again) == again


def test_a_form_that_would_be_short_is_not_begun():
    seen = frozenset([one for one in BANK.items if one.startswith("PRO-4")][:16])

    with pytest.raises(EmptyPoolError):
        begin(excluded=seen)


def test_nobody_has_what_was_supervised_put_on_paper_alone():
    assert sit(begin()).measurement.overall.certified_level is not None
    assert not sit(begin()).may_certify


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_happens_a_replay_finds_the_same(data):
    state = begin(seed=data.draw(st.integers(0, 999)))
    for _step in range(data.draw(st.integers(1, 60))):
        if state.finished is not None:
            break
        what = data.draw(st.sampled_from(["right", "wrong", "right", "wrong", "replace", "time"]))
        if what == "replace":
            state = engine.replace_current(state, bank=BANK)
        elif what == "time" and data.draw(st.booleans()):
            state = engine.close(state, reason="time", bank=BANK)
        else:
            state = answered(state, right=what == "right")
    asked = [one.item_id for one in state.answers]

    assert replayed(state) == state
    assert replayed(state).current_trace == state.current_trace
    assert len(set(asked)) == len(asked)
    assert not set(asked) & {one.replaced for one in state.additions if isinstance(one, Replacement)}
