"""Exposure: what rests, and that no item becomes everybody's."""

import numpy as np
import pytest

from quizzes.exposure import LOWEST_CAP, TOLERANCE, Exposure, cap_of, draw_ineligible, eligibility
from quizzes.study import Engine


class TestCap:
    def test_a_quarter_where_the_pool_is_large(self):
        assert cap_of(32, 500) == LOWEST_CAP

    def test_a_little_more_than_the_share_of_the_pool_where_it_is_small(self):
        assert cap_of(32, 64) == pytest.approx(0.65)

    def test_everything_where_the_test_takes_the_whole_pool(self):
        assert cap_of(32, 33) == 1


class TestEligibility:
    def test_what_was_never_asked_may_be(self):
        assert eligibility(Exposure(), sittings=100, cap=0.25) == 1

    def test_what_is_asked_too_often_seldom_is(self):
        assert eligibility(Exposure(eligible=99, asked=50), sittings=200, cap=0.25) == pytest.approx(0.5)

    def test_what_is_far_above_the_cap_rests(self):
        assert eligibility(Exposure(eligible=100, asked=40), sittings=100, cap=0.25) == 0

    def test_a_newcomer_is_measured_against_the_sittings_since_it_came(self):
        assert eligibility(Exposure(eligible=10, asked=10, missed=90), sittings=100, cap=0.25) == 0


def test_the_draw_follows_from_seed_and_counters_alone():
    used = {"a": Exposure(eligible=50, asked=50), "b": Exposure(eligible=50, asked=50)}
    names = [*"abcdef"]

    first = draw_ineligible(names, used, sittings=100, cap=0.25, seed=4)

    assert first == draw_ineligible(list(reversed(names)), used, sittings=100, cap=0.25, seed=4)
    assert first <= set("ab")
    assert len({draw_ineligible(names, used, sittings=200, cap=0.25, seed=seed) for seed in range(40)}) > 1


def test_over_four_hundred_people_no_item_is_asked_much_more_often_than_the_cap():
    chance, people = np.random.default_rng(8), 400
    a, b = chance.lognormal(0, 0.3, 300), chance.normal(0, 1.2, 300)
    engine = Engine(a, b)
    names = [str(row) for row in range(300)]
    asked, rested = np.zeros(300, int), np.zeros(300, int)
    for person in range(people):
        used = {
            name: Exposure(eligible=person - int(rested[row]), asked=int(asked[row])) for row, name in enumerate(names)
        }
        resting = draw_ineligible(names, used, sittings=person, cap=cap_of(20, 300), seed=person)
        run, ability = engine.start(seed=person, ineligible=[int(name) for name in resting]), chance.normal()
        while run.count < 20:
            row = run.next()
            run.answer(row, float(chance.random() < 1 / (1 + np.exp(-a[row] * (ability - b[row])))))
        asked[run.asked] += 1
        rested[[int(name) for name in resting]] += 1

    assert asked.max() / people <= LOWEST_CAP * TOLERANCE + 1 / people
