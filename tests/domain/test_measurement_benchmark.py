"""The benchmark of measuring: its yardsticks are right, its judgement is strict where it says so, and it still runs."""

import json
import math
from statistics import NormalDist

import numpy as np
import pytest

from benchmarks import _figures, _limit, measurement
from benchmarks._figures import Figure
from benchmarks._limit import GRID, POPULATION, Items
from benchmarks._people import People
from quizzes.posterior import Evidence, Prior, posterior
from quizzes.response import Parameters, curves, information, probabilities

CHANCE = np.random.default_rng(5)
ITEMS = Items.draw(CHANCE, 40, guessing=0.2)
AT = np.array([-2.0, 0.3, 1.7])


CASES = {
    "above its most": (Figure(name="x", words="x", value=1.1, error=0.01, at_most=1.0), True, True),
    "below its least": (Figure(name="x", words="x", value=0.9, error=0.01, at_least=1.0), True, True),
    "by little": (Figure(name="x", words="x", value=1.02, error=0.01, at_most=1.0), True, False),
    "a maximum, by little": (Figure(name="x", words="x", value=1.02, at_most=1.0), True, True),
    "a time": (Figure(name="x", words="x", value=9.0, at_most=1.0, is_time=True), True, False),
    "not a number": (Figure(name="x", words="x", value=math.nan, at_most=1.0), True, True),
    "met": (Figure(name="x", words="x", value=1.0, error=0.01, at_most=1.0), False, False),
    "only shown": (Figure(name="x", words="x", value=9.0), False, False),
}


@pytest.mark.parametrize(("figure", "strictly", "loosely"), CASES.values(), ids=CASES)
def test_what_fails(figure, strictly, loosely):
    assert figure.fails(is_strict=True) is strictly
    assert figure.fails(is_strict=False) is loosely


class TestYardsticks:
    def test_chances_and_information_are_those_of_the_engine(self):
        parameters = Parameters.of(ITEMS.a, ITEMS.b, ITEMS.c)

        assert ITEMS.rights(AT) == pytest.approx(probabilities(parameters, AT)[:, 2])
        assert ITEMS.information(AT) == pytest.approx(information(parameters, AT))

    def test_the_limit_of_items_that_are_all_alike_is_a_sum(self):
        alike = Items(a=np.ones(4), b=np.zeros(4), c=np.zeros(4))
        right = 1 / (1 + np.exp(-GRID))
        told = float((right * (1 - right)) @ POPULATION)

        assert _limit.van_trees(alike, (1, 4)) == pytest.approx({1: (1 + told) ** -0.5, 4: (1 + 4 * told) ** -0.5})

    def test_an_oracle_needs_no_more_items_than_its_information_says(self):
        steep = Items(a=np.full(90, 2.0), b=np.zeros(90), c=np.zeros(90))  # information 1 each at 0

        assert _limit.oracle_counts(steep, np.array([0.0]), error=0.3, at_most=60).tolist() == [11.0]
        assert _limit.oracle_counts(steep, np.array([5.0]), error=0.3, at_most=60).tolist() == [60.0]

    def test_levels_known_exactly_are_right_and_known_no_better_than_the_population_are_guessed(self):
        assert _limit.accuracy_at(0.001, (0.0,)) == pytest.approx(1, abs=0.01)
        assert _limit.accuracy_at(0.9999, (0.0,)) == pytest.approx(0.5, abs=0.01)

    def test_the_exact_posterior_is_that_of_the_engine_where_nobody_slips(self):
        asked = CHANCE.permutation(40)[None, :20]
        right = CHANCE.random((1, 20)) < 0.5
        tables = curves(Parameters.of(ITEMS.a, ITEMS.b, ITEMS.c))
        evidence = Evidence(1)
        for item, score in zip(asked[0], right[0], strict=True):
            evidence.add(tables, int(item), 0, 2 * int(score))
        evidence.rows[1] = evidence.rows[0]

        *_before, last = _limit.follow(ITEMS, asked, right)
        found = posterior(evidence, Prior.alike(1))

        means, variances = _limit.moments(last)
        assert means == pytest.approx(found.means, abs=1e-4)
        assert np.sqrt(variances) == pytest.approx(found.deviations, abs=1e-4)

    def test_coupled_areas_too(self):
        area_of = np.arange(40) % 3
        asked = CHANCE.permutation(40)[None, :20]
        right = CHANCE.random((1, 20)) < 0.5
        tables = curves(Parameters.of(ITEMS.a, ITEMS.b, ITEMS.c))
        evidence = Evidence(3)
        for item, score in zip(asked[0], right[0], strict=True):
            evidence.add(tables, int(item), int(area_of[item]), 2 * int(score))
        evidence.rows[1] = evidence.rows[0]

        (density,) = _limit.follow_areas(ITEMS, area_of, asked, right, correlation=0.65, lengths=(20,))
        found = posterior(evidence, Prior.alike(3, correlation=0.65))

        assert _limit.moments(density)[0][:, 0] == pytest.approx(found.means, abs=1e-3)

    def test_an_interval_covers_what_lies_in_it(self):
        density = np.tile(POPULATION, (2, 1))

        covered = _limit.within(density, np.array([-1.96, -9.0]), np.array([1.96, 9.0]))

        assert covered == pytest.approx([0.95, 1.0], abs=1e-4)

    def test_levels_of_a_posterior_sum_to_one(self):
        levels = _limit.levels(POPULATION[None, :], (-0.8, 0.0, 0.8))

        assert levels == pytest.approx(np.array([[0.2119, 0.2881, 0.2881, 0.2119]]), abs=1e-3)


class TestPeople:
    def test_one_from_each_part_of_the_population(self):
        people = People.draw_evenly(CHANCE, ITEMS, 200)

        places = np.sort([NormalDist().cdf(one) for one in people.abilities.tolist()]) * 200
        assert np.floor(places).tolist() == list(range(200))
        assert len(people.first(3)) == 3

    def test_areas_correlate_as_asked(self):
        people = People.draw_areas(CHANCE, ITEMS, np.arange(40) % 2, 4000, correlation=0.65)

        assert np.corrcoef(people.abilities.T)[0, 1] == pytest.approx(0.65, abs=0.03)
        assert people.answers.shape == (4000, 40)


class TestSamplingErrors:
    def test_banks_are_what_was_drawn_where_each_has_its_people(self):
        banks = np.array([[1.0, 1.0], [3.0, 3.0]])

        assert _figures.mean(banks) == pytest.approx((2.0, 1.0))
        assert _figures.mean(banks.ravel()) == pytest.approx((2.0, math.sqrt(4 / 3) / 2))

    def test_a_ratio_over_the_same_people_knows_that_they_are_the_same(self):
        people = CHANCE.chisquare(1, 500)

        assert _figures.ratio_of_roots(4 * people, people) == pytest.approx((2.0, 0.0))
        assert _figures.root(people)[0] == pytest.approx(math.sqrt(people.mean()))


class TestTheRun:
    def test_every_study_says_something_and_nothing_beats_the_limit(self):
        figures = {one.name: one for one in measurement.measure(7, measurement.FORMS["tiny"])}

        assert all(math.isfinite(one.value) for one in figures.values())
        assert sum(one.is_judged for one in figures.values()) == 35
        for name in ("rmse_8", "rmse_16", "rmse_32", "catsim_rmse_32", "areas_40", "guessing_rmse_own"):
            assert figures[name].value > 0.8
        assert figures["calibration_rmse_b"].value < 0.2

    def test_it_ends_with_one_line_of_json_and_judges_nothing_in_its_tiny_form(self, capsys):
        status = measurement.main(["--tiny", "--seed", "7", "--json"])

        *lines, last = capsys.readouterr().out.splitlines()
        told = json.loads(last)
        assert status == 0
        assert told["form"] == "tiny"
        assert told["failing"] == []
        assert len(told["figures"]) == len(lines) - 2
        assert told["figures"]["rmse_32"]["at_most"] == 1.04
