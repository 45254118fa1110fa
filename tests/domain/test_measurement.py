"""What answers prove: against hand-made figures, and honest over many simulated people."""

import math
import random

import pytest

from quizzes import sitting as engine
from quizzes.items import Response
from quizzes.measurement import measure
from quizzes.policy import policies
from quizzes.posterior import Evidence, Prior, posterior
from quizzes.response import GRID
from quizzes.scale import CORRELATION, EXPERT_ERROR, SPREAD
from tests.banks import bank, framework


def found(*places, width=0.5):
    """The posterior of one area a place, known to that width; None: nothing known."""
    evidence = Evidence(len(places))
    for area, at in enumerate(places):
        if at is not None:
            evidence.rows[:, area] = -0.5 * ((GRID - at) / width) ** 2
    return posterior(evidence, Prior.alike(len(places), spread=SPREAD, correlation=CORRELATION))


def measured(*places, counts=(0, 0), width=0.5, provisional=True):
    return measure(framework(), found(*places, width=width), counts, provisional=provisional)


class TestPrior:
    def test_before_any_answer_no_area_is_certified(self):
        told = measured(None, None)

        assert [area.certified_level for area in told.areas] == [None, None]
        assert told.provisional
        assert told.overall.is_borderline

    def test_before_any_answer_each_area_has_the_spread_of_the_population(self):
        told = measured(None, None)

        assert told.areas[0].mean == pytest.approx(0, abs=1e-9)
        assert told.areas[0].standard_deviation == pytest.approx(SPREAD, abs=0.01)
        assert told.overall.standard_deviation == pytest.approx(SPREAD * math.sqrt((1 + CORRELATION) / 2), abs=0.01)


class TestTooFewAnswers:
    def test_what_was_hardly_asked_has_no_level_whatever_the_population_s_is(self):
        told = measured(2.5, None, counts=(1, 0), width=0.1)

        assert told.areas[0].probabilities[4] > 0.99
        assert [area.certified_level for area in (*told.areas, told.overall)] == [None, None, None]
        assert [area.is_measured for area in (*told.areas, told.overall)] == [False, False, False]

    def test_two_answers_an_area_are_enough_for_the_whole_and_not_for_the_areas(self):
        told = measured(2.5, 2.5, counts=(2, 2), width=0.1)

        assert told.overall.certified_level == "L4"
        assert told.areas[0].certified_level is None


class TestLevels:
    def test_probabilities_are_whole(self):
        area = measured(0.3, 0.3, counts=(5, 5)).areas[0]

        assert sum(area.probabilities) == pytest.approx(1)
        assert list(area.at_least) == sorted(area.at_least, reverse=True)
        assert area.at_least[1] == pytest.approx(sum(area.probabilities[2:]))

    @pytest.mark.parametrize(("at", "level"), [(-3.0, None), (-1.2, "L1"), (-0.4, "L2"), (0.4, "L3"), (2.5, "L4")])
    def test_what_is_almost_known_is_certified(self, at, level):
        told = measured(at, at, counts=(40, 40), width=0.1, provisional=False)

        assert told.area("TST-1").certified_level == level
        assert told.overall.certified_level == level
        assert told.overall.likeliest_level == level
        assert told.overall.answer_count == 80
        assert not told.overall.is_borderline
        assert not told.provisional

    def test_on_a_cut_neither_side_is_certain(self):
        area = measured(0.0, 0.0, counts=(9, 9), width=0.3).areas[0]

        assert area.at_least[2] == pytest.approx(0.5, abs=0.03)
        assert area.certified_level == "L2"
        assert area.is_borderline
        assert (area.lowest_level, area.highest_level) == ("L2", "L3")


def test_certified_levels_are_too_high_for_less_than_one_in_ten():
    """300 simulated people, known abilities, items that experts have misplaced: the promise behind "au moins"."""
    small, policy, one = bank(16, kinds=("short_text",)), policies()["positioning"], framework()
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
            difficulty = difficulties[item.level] + EXPERT_ERROR * random.Random(item.id).gauss(0, 1)  # noqa: S311
            is_right = chance.random() < 1 / (1 + math.exp(difficulty - ability))
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
    assert certified["overall"] > 150
