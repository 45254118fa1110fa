"""What answers prove: against hand-made figures, and honest over many simulated people."""

import math
import random

import numpy as np
import pytest

from quizzes import sitting as engine
from quizzes.items import Response
from quizzes.measurement import CORRELATION, GRID, SPREAD, information, measure, posterior, probability_right
from tests.banks import bank, framework


def flat(areas=2):
    return np.ones((areas, len(GRID)))


def likelihood(at, width):
    return np.exp(-0.5 * ((GRID - at) / width) ** 2)


class TestModel:
    def test_at_its_difficulty_an_item_is_right_half_of_the_time_or_more_if_it_can_be_guessed(self):
        middle = len(GRID) // 2
        curves = probability_right(np.array([0.0, 0.0]), np.array([0.0, 0.25]))

        assert curves[0][middle] == pytest.approx(0.5)
        assert curves[1][middle] == pytest.approx(0.625)

    def test_information_is_a_quarter_at_most_and_less_when_it_can_be_guessed(self):
        open_answer, guessed = information(np.array([0.0, 0.0]), np.array([0.0, 0.25]))

        assert open_answer.max() == pytest.approx(0.25)
        assert guessed.max() < 0.16


class TestPrior:
    def test_before_any_answer_no_area_is_certified(self):
        measured = measure(framework(), posterior(flat()), [0, 0])

        assert [area.certified_level for area in measured.areas] == [None, None]
        assert measured.provisional

    def test_before_any_answer_each_area_has_the_spread_of_the_population(self):
        measured = measure(framework(), posterior(flat()), [0, 0])

        assert measured.areas[0].mean == pytest.approx(0, abs=1e-9)
        assert measured.areas[0].standard_deviation == pytest.approx(SPREAD, abs=0.01)
        assert measured.overall.standard_deviation == pytest.approx(SPREAD * math.sqrt((1 + CORRELATION) / 2), abs=0.01)

    def test_one_area_speaks_for_another_by_the_correlation(self):
        measured = measure(framework(), posterior(np.stack([likelihood(1.4, 0.01), np.ones(len(GRID))])), [9, 0])

        assert measured.areas[1].mean == pytest.approx(CORRELATION * 1.4, abs=0.03)
        assert measured.areas[1].standard_deviation == pytest.approx(SPREAD * math.sqrt(1 - CORRELATION**2), abs=0.03)


class TestLevels:
    def test_probabilities_are_whole(self):
        area = measure(framework(), posterior(np.stack([likelihood(0.3, 0.5)] * 2)), [5, 5]).areas[0]

        assert sum(area.probabilities) == pytest.approx(1)
        assert list(area.at_least) == sorted(area.at_least, reverse=True)
        assert area.at_least[1] == pytest.approx(sum(area.probabilities[2:]))

    @pytest.mark.parametrize(("at", "level"), [(-3.0, None), (-1.2, "L1"), (-0.4, "L2"), (0.4, "L3"), (2.5, "L4")])
    def test_what_is_almost_known_is_certified(self, at, level):
        measured = measure(framework(), posterior(np.stack([likelihood(at, 0.1)] * 2)), [40, 40])

        assert measured.area("TST-1").certified_level == level
        assert measured.overall.certified_level == level
        assert measured.overall.likeliest_level == level
        assert measured.overall.answer_count == 80

    def test_on_a_cut_neither_side_is_certain(self):
        area = measure(framework(), posterior(np.stack([likelihood(0.0, 0.3)] * 2)), [9, 9]).areas[0]

        assert area.at_least[2] == pytest.approx(0.5, abs=0.03)
        assert area.certified_level == "L2"
        assert (area.lowest_level, area.highest_level) == ("L2", "L3")


def test_marginals_are_distributions():
    assert posterior(flat(5)).marginals.sum(axis=1) == pytest.approx(np.ones(5))


def test_certified_levels_are_too_high_for_less_than_one_in_ten():
    """300 simulated people, known abilities: the promise behind "au moins"."""
    small, policy, one = bank(12, kinds=("short_text",)), engine.policies()["certification"], framework()
    difficulties = {level.id: level.difficulty for level in one.levels}
    cuts = {level.id: level.cut for level in one.levels}
    too_high = {"area": 0, "overall": 0}
    certified = {"area": 0, "overall": 0}
    for person in range(300):
        chance = random.Random(person)  # noqa: S311 (a simulation)
        shared = chance.gauss(0, 1)
        truth = [
            SPREAD * (math.sqrt(CORRELATION) * shared + math.sqrt(1 - CORRELATION) * chance.gauss(0, 1))
            for _ in range(2)
        ]
        state = engine.start(small, framework_code="TST", policy=policy, seed=person)
        while state.finished is None:
            item = small.item(state.current_item_id)
            ability = truth[int(item.competency[4]) - 1]
            is_right = chance.random() < 1 / (1 + math.exp(difficulties[item.level] - ability))
            response = Response(data={"text": "réponse" if is_right else "zzzzz"})
            state = engine.answer(state, item_id=item.id, response=response, bank=small)
        pairs = [
            ("area", area.certified_level, ability)
            for area, ability in zip(state.measurement.areas, truth, strict=True)
        ]
        for kind, level, ability in [*pairs, ("overall", state.measurement.overall.certified_level, sum(truth) / 2)]:
            if level is not None:
                certified[kind] += 1
                too_high[kind] += ability < cuts[level]

    assert too_high["area"] / certified["area"] <= 0.10
    assert too_high["overall"] / certified["overall"] <= 0.10
    assert certified["overall"] > 200
