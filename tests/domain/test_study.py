"""The engine on arrays: refusals, properties, and its own example."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import study
from quizzes.posterior import Prior
from quizzes.study import Engine

CHANCE = np.random.default_rng(2)
A, B = CHANCE.lognormal(0, 0.3, 60), CHANCE.normal(0, 1.2, 60)
ENGINE = Engine(A, B, cuts=(-0.8, 0.0, 0.8))

REFUSED = {
    "no item": {"a": [], "b": []},
    "areas that are not numbers from zero": {"a": A, "b": B, "area": [-1] * 60},
    "areas of another length": {"a": A, "b": B, "area": [0] * 59},
    "competencies of another length": {"a": A, "b": B, "competency": [0] * 3},
    "half an area": {"a": A, "b": B, "area": [0.5] * 60},
    "half a competency": {"a": A, "b": B, "competency": [0.5] * 60},
    "a prior with too few areas": {"a": A, "b": B, "area": [0, 1] * 30, "prior": Prior.alike(1)},
    "cuts that do not rise": {"a": A, "b": B, "cuts": (0.0, 0.0)},
    "a slope that is not positive": {"a": -A, "b": B},
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_refused(wrong):
    with pytest.raises(ValueError, match=r".+"):
        Engine(**wrong)


def test_an_item_is_answered_once():
    run = ENGINE.start()
    run.answer(3, 1.0)

    with pytest.raises(ValueError, match="once"):
        run.answer(3, 0.0)


@pytest.mark.parametrize("row", [-1, 60])
def test_a_row_that_the_bank_has_not_is_neither_answered_nor_spared(row):
    run = ENGINE.start()

    with pytest.raises(ValueError, match=f"no row {row}"):
        run.answer(row, 1.0)
    with pytest.raises(ValueError, match=f"no row {row}"):
        ENGINE.start(ineligible=[row])

    assert run.asked == []


def test_the_example_in_the_module_is_true():
    assert doctest.testmod(study).failed == 0


def test_a_used_up_bank_ends():
    run = Engine([1.0, 1.0], [0.0, 1.0]).start()
    while (row := run.next()) is not None:
        run.answer(row, 1.0)

    assert run.count == 2


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), pattern=st.lists(st.booleans(), min_size=24, max_size=24))
def test_adaptively_a_right_answer_never_lowers_and_a_wrong_one_never_raises(seed, pattern):
    run = ENGINE.start(seed=seed)
    for right in pattern:
        before, row = run.estimate().mean, run.next()
        run.answer(row, float(right))
        after = run.estimate()
        assert (after.mean >= before) if right else (after.mean <= before)
        assert after.interval[0] < after.mean < after.interval[1]
        assert sum(after.levels) == pytest.approx(1)
    assert len(set(run.asked)) == 24


def test_areas_take_turns_and_competencies_too():
    engine = Engine(A, B, area=np.arange(60) % 3, competency=np.arange(60) % 6, prior=Prior.alike(3, correlation=0.65))
    run = engine.start(seed=4)
    for place in range(12):
        row = run.next()
        run.answer(row, float(place % 2))

    assert np.bincount(np.array(run.asked) % 3).tolist() == [4, 4, 4]
    assert np.bincount(np.array(run.asked) % 6).tolist() == [2] * 6
    mean, error = run.overall()
    assert mean == pytest.approx(np.mean([run.estimate(area).mean for area in range(3)]), abs=1e-6)
    assert 0 < error < 1


def test_what_rests_is_asked_last():
    resting = set(range(0, 60, 2))
    run = ENGINE.start(ineligible=resting)
    for _ in range(30):
        run.answer(run.next(), 1.0)

    assert not resting & set(run.asked)
    assert run.next() in resting
