"""A sitting: refusals, properties that hold for every one, and frozen ones that never change."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import sitting as engine
from quizzes.engine_versions import ENGINE_VERSION, ENGINES
from quizzes.errors import (
    EmptyPoolError,
    SittingClosedError,
    UnexpectedItemError,
    UnknownEngineError,
    UnknownFrameworkError,
)
from quizzes.items import Response, right_response
from quizzes.policy import policies
from tests.banks import bank
from tests.vectors.make_sittings import CASES, EXAMINED, describe, describe_examined, run, run_examined

BANK = bank()
POSITIONING, PRACTICE = policies()["positioning"], policies()["practice"]
#: Of the small framework, which has no blueprint: chosen one by one.
CERTIFICATION = policies()["certification"].model_copy(update={"choice": "adaptive"})
VECTORS = Path(__file__).parent.parent / "vectors" / "sittings"


def begin(policy=POSITIONING, seed=1, **options):
    return engine.start(BANK, framework_code="TST", policy=policy, seed=seed, **options)


def answered(state, *, right=True):
    item = BANK.item(state.current_item_id)
    response = right_response(item) if right else Response.skip()
    return engine.answer(state, item_id=item.id, response=response, bank=BANK)


def finish(state, pattern=(True,)):
    while state.finished is None:
        state = answered(state, right=pattern[len(state.answers) % len(pattern)])
    return state


class TestRefusals:
    def test_an_unknown_framework(self):
        with pytest.raises(UnknownFrameworkError):
            engine.start(BANK, framework_code="ZZZ", policy=POSITIONING, seed=1)

    def test_everything_seen_already(self):
        with pytest.raises(EmptyPoolError):
            begin(excluded=frozenset(BANK.items))

    def test_too_few_unseen_items_to_attest_anything(self):
        reserved = [item.id for item in BANK.items_of("TST", "reserved")]

        with pytest.raises(EmptyPoolError):
            begin(CERTIFICATION, excluded=frozenset(reserved[CERTIFICATION.minimum_items - 9 :]))

    def test_an_answer_to_another_question(self):
        state = begin()

        with pytest.raises(UnexpectedItemError):
            engine.answer(state, item_id="TST-9.9-99", response=Response.skip(), bank=BANK)

    def test_an_answer_after_the_end(self):
        state = finish(begin(PRACTICE))

        with pytest.raises(SittingClosedError):
            engine.answer(state, item_id="TST-1.1-01", response=Response.skip(), bank=BANK)


class TestEnds:
    def test_practice_after_ten(self):
        assert (state := finish(begin(PRACTICE))).finished == "maximum"
        assert len(state.answers) == PRACTICE.maximum_items

    def test_when_levels_are_clear(self):
        state = finish(begin(), (False,))

        assert state.finished == "confident"
        assert POSITIONING.minimum_items <= len(state.answers) < POSITIONING.maximum_items

    def test_when_nothing_is_left(self):
        left = list(BANK.items_of("TST", "open"))[:3]
        excluded = frozenset(item.id for item in BANK.items_of("TST", "open") if item not in left)

        assert finish(begin(excluded=excluded)).finished == "exhausted"

    def test_what_rests_is_asked_when_nothing_else_is_left(self):
        left = [item.id for item in BANK.items_of("TST", "open")][:3]
        state = finish(begin(resting=frozenset(item.id for item in BANK.items_of("TST", "open")) - set(left)))

        of_area = [one.item_id for one in state.answers if one.item_id.startswith("TST-1")]
        assert set(of_area[:3]) == set(left)
        assert len(of_area) > 3

    def test_when_the_person_stops(self):
        state = engine.stop(answered(begin()))

        assert (state.finished, state.current_item_id) == ("stopped", None)
        assert engine.stop(state) is state


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), pattern=st.lists(st.booleans(), min_size=1, max_size=6))
def test_no_item_comes_twice_nor_from_the_other_pool(seed, pattern):
    state = finish(begin(CERTIFICATION, seed), pattern)
    asked = [one.item_id for one in state.answers]

    assert len(set(asked)) == len(asked)
    assert {BANK.item(one).pool for one in asked} == {"reserved"}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), pattern=st.lists(st.booleans(), min_size=1, max_size=6))
def test_replayed_from_its_answers_it_is_the_same(seed, pattern):
    state = finish(begin(seed=seed), pattern)

    again = engine.replay(
        BANK,
        framework_code="TST",
        policy=POSITIONING,
        seed=seed,
        answers=[(one.item_id, one.response) for one in state.answers],
    )

    assert again == state


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), pattern=st.lists(st.booleans(), min_size=1, max_size=6), data=st.data())
def test_what_is_proved_does_not_depend_on_the_order_of_answers(seed, pattern, data):
    state = finish(begin(seed=seed), pattern)
    shuffled = data.draw(st.permutations([(one.item_id, one.response) for one in state.answers]))

    again = engine.replay(BANK, framework_code="TST", policy=POSITIONING, seed=seed, answers=shuffled)

    assert again.measurement.overall.mean == pytest.approx(state.measurement.overall.mean, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31 - 1), before=st.lists(st.booleans(), max_size=8))
def test_a_right_answer_never_lowers_an_area_and_a_wrong_one_never_raises_it(seed, before):
    state = begin(seed=seed)
    for right in before:
        state = answered(state, right=right)
    area = BANK.framework("TST").area_of(BANK.item(state.current_item_id).competency).id
    now = state.measurement.area(area).mean

    assert answered(state, right=True).measurement.area(area).mean >= now
    assert answered(state, right=False).measurement.area(area).mean <= now


def borderline(seed=3):
    """A finished sitting with an area whose level could not be told apart from a neighbour."""
    state = finish(begin(seed=seed), (True, True, False))
    return state, next(area.area_id for area in state.measurement.areas if state.may_extend(area.area_id))


class TestExtend:
    def test_not_while_it_runs(self):
        with pytest.raises(SittingClosedError):
            engine.extend(begin(), area_id="TST-1", bank=BANK)

    def test_not_a_test_that_offers_none(self):
        with pytest.raises(SittingClosedError):
            engine.extend(finish(begin(PRACTICE), (True, False)), area_id="TST-1", bank=BANK)

    def test_not_an_area_that_does_not_exist(self):
        with pytest.raises(UnknownFrameworkError):
            engine.extend(borderline()[0], area_id="TST-9", bank=BANK)

    def test_a_few_more_on_that_area_only_then_it_ends_and_is_not_offered_again(self):
        state, area_id = borderline()
        before = len(state.answers)

        longer = finish(engine.extend(state, area_id=area_id, bank=BANK), (True, False))

        more = longer.answers[before:]
        assert 0 < len(more) <= POSITIONING.extension
        assert {one.item_id[:5] for one in more} == {area_id}
        assert not longer.may_extend(area_id)

    def test_replayed_it_is_the_same(self):
        state, area_id = borderline()
        longer = answered(engine.extend(state, area_id=area_id, bank=BANK))

        again = engine.replay(
            BANK,
            framework_code="TST",
            policy=POSITIONING,
            seed=3,
            answers=[(one.item_id, one.response) for one in longer.answers],
            additions=longer.additions,
        )

        assert again == longer
        assert again.maximum_items == len(state.answers) + POSITIONING.extension


class TestChoice:
    def test_areas_take_turns_and_each_competency_comes_once_before_any_twice(self):
        asked = [one.item_id.rpartition("-")[0] for one in finish(begin(PRACTICE)).answers]

        assert {one[:5] for one in asked[:2]} == {"TST-1", "TST-2"}
        assert len(set(asked[:4])) == 4

    def test_nobody_begins_with_a_blow(self):
        for seed in range(10):
            state = finish(begin(PRACTICE, seed))
            assert BANK.item(state.answers[0].item_id).level in ("L1", "L2")

    def test_seeds_differ(self):
        assert len({tuple(one.item_id for one in finish(begin(PRACTICE, seed)).answers) for seed in range(20)}) > 3

    def test_each_choice_says_why(self):
        state = answered(begin())

        assert state.answers[0].trace["reason"] == "gentle-start"
        assert state.answers[0].trace["eligible"] == 16
        assert finish(begin(PRACTICE)).answers[-1].trace["reason"] == "information"

    def test_enemies_are_kept_apart(self):
        first = begin()
        enemy = first.current_item_id
        others = [one.id for one in BANK.items_of("TST", "open") if one.id != enemy]
        items = [
            one.model_copy(update={"enemies": tuple(others)}) if one.id == enemy else one for one in BANK.items.values()
        ]
        hostile = type(BANK).from_json(engine_bank(items).to_json())

        state = engine.start(hostile, framework_code="TST", policy=POSITIONING, seed=1)
        state = engine.answer(state, item_id=enemy, response=Response.skip(), bank=hostile)

        assert state.finished == "exhausted"


def engine_bank(items):
    from quizzes.bank import make_bank  # noqa: PLC0415 (one test's need)

    return make_bank(list(BANK.frameworks.values()), items)


@pytest.mark.parametrize("version", ENGINES)
class TestFrozen:
    @pytest.mark.parametrize("name", CASES)
    def test_sittings_never_change(self, name, version):
        frozen = json.loads((VECTORS / version / f"{name}.json").read_text(encoding="utf-8"))

        assert frozen["engine_version"] == version
        assert describe(run(name, version)) == frozen

    @pytest.mark.parametrize("name", EXAMINED)
    def test_nor_do_examinations(self, name, version):
        frozen = json.loads((VECTORS / version / f"{name}.json").read_text(encoding="utf-8"))

        assert frozen["engine_version"] == version
        assert describe_examined(run_examined(name, version)) == frozen


class TestAnEngineOfBefore:
    def replayed(self, version, answers=()):
        return engine.replay(
            BANK, framework_code="TST", policy=POSITIONING, seed=1, answers=answers, engine_version=version
        )

    def test_that_is_not_kept_replays_nothing(self):
        with pytest.raises(UnknownEngineError, match="1"):
            self.replayed("1")

    def test_goes_on_with_the_sittings_that_it_began(self):
        state = self.replayed("2")
        for _place in range(8):
            state = engine.answer(state, item_id=state.current_item_id, response=Response.skip(), bank=BANK)

        assert state == self.replayed("2", [(one.item_id, one.response) for one in state.answers])
        assert state.engine_version == "2"

    def test_measures_as_it_did(self):
        same = [(item_id, Response.skip()) for item_id in sorted(BANK.items)[:8]]
        former, now = self.replayed("2", same), self.replayed(ENGINE_VERSION, same)

        assert former.measurement.slipping > now.measurement.slipping

    def test_is_not_what_a_sitting_begins_with(self):
        assert engine.start(BANK, framework_code="TST", policy=POSITIONING, seed=1).engine_version == ENGINE_VERSION
        assert list(ENGINES)[-1] == ENGINE_VERSION
