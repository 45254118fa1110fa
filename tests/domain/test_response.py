"""The response model: refusals, hand-made figures, agreement with another engine."""

import numpy as np
import pytest
from catsim import irt

from quizzes.response import GRID, HALF, RIGHT, SLIP, WRONG, Parameters, column, curves, information, probabilities

REFUSED = {
    "a slope of zero": {"slope": 0.0},
    "a slope that is no number": {"slope": float("nan")},
    "an infinite difficulty": {"difficulty": float("inf")},
    "a sure guess": {"guessing": 1.0},
    "a negative asymptote": {"guessing": -0.1},
    "half credit rarer than full credit": {"guessing": 0.3, "half_guessing": 0.2},
    "sure half credit": {"half_guessing": 1.0},
    "half credit harder than full credit": {"half_guessing": 0.3, "half_step": -0.1},
    "a negative error": {"difficulty_error": -1.0},
    "arrays in two dimensions": {"difficulty": [[0.0]]},
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_refused(wrong):
    with pytest.raises(ValueError, match=r".+"):
        Parameters.of(**{"slope": 1.0, "difficulty": 0.0, **wrong})


def test_a_score_that_does_not_exist():
    with pytest.raises(ValueError, match=r".+"):
        column(0.7)


class TestRightOrWrong:
    def test_at_its_difficulty_an_item_is_right_half_of_the_time_or_more_if_it_can_be_guessed(self):
        found = probabilities(Parameters.of(1.0, [0.0, 0.0], [0.0, 0.25]), np.zeros(1))

        assert found[:, RIGHT, 0] == pytest.approx([0.5, 0.625])
        assert found[:, HALF, 0] == pytest.approx([0, 0])

    def test_information_is_a_quarter_at_most_and_less_when_it_can_be_guessed(self):
        open_answer, guessed = information(Parameters.of(1.0, [0.0, 0.0], [0.0, 0.25]), GRID)

        assert open_answer.max() == pytest.approx(0.25)
        assert guessed.max() < 0.16

    def test_probability_and_information_are_those_of_another_engine(self):
        chance = np.random.default_rng(3)
        a, b, c = chance.lognormal(0, 0.3, 40), chance.normal(0, 1.2, 40), chance.uniform(0, 0.4, 40)
        model = Parameters.of(a, b, c)

        for ability in (-2.0, -0.3, 0.0, 1.7):
            at = np.array([ability])
            for row in range(40):
                assert probabilities(model, at)[row, RIGHT, 0] == pytest.approx(
                    irt.icc(ability, a[row], b[row], c[row]), abs=1e-12
                )
                assert information(model, at)[row, 0] == pytest.approx(
                    irt.inf(ability, a[row], b[row], c[row]), abs=1e-12
                )


class TestPartialCredit:
    MODEL = Parameters.of(1.2, [0.3], [0.05], half_guessing=[0.3])

    def test_scores_share_the_whole(self):
        assert probabilities(self.MODEL, GRID).sum(axis=1) == pytest.approx(np.ones((1, len(GRID))))

    def test_without_knowing_anything_luck_gives_what_it_gives(self):
        blind = probabilities(self.MODEL, np.array([-40.0]))[0, :, 0]

        assert blind == pytest.approx([0.7, 0.25, 0.05])

    def test_half_credit_tells_more_than_right_or_wrong(self):
        whole = Parameters.of(1.2, [0.3], [0.05])

        assert information(self.MODEL, np.array([-0.5]))[0, 0] > information(whole, np.array([-0.5]))[0, 0]

    def test_information_is_the_curvature_of_the_expected_logarithm(self):
        """Fisher information, found again by finite differences."""
        step = 1e-4
        for ability in (-1.0, 0.2, 1.5):
            below, at, above = (probabilities(self.MODEL, np.array([ability + d]))[0, :, 0] for d in (-step, 0, step))
            slope = (above - below) / (2 * step)

            assert information(self.MODEL, np.array([ability]))[0, 0] == pytest.approx((slope**2 / at).sum(), rel=1e-5)


class TestErrorsOfParameters:
    def test_a_difficulty_known_badly_proves_less(self):
        sure, unsure = Parameters.of(1.0, [0.0]), Parameters.of(1.0, [0.0], difficulty_error=0.85)

        assert information(unsure, np.zeros(1))[0, 0] < 0.9 * information(sure, np.zeros(1))[0, 0]
        assert probabilities(unsure, np.zeros(1))[0, RIGHT, 0] == pytest.approx(0.5)

    def test_the_curve_is_the_mean_over_what_the_difficulty_may_be(self):
        chance = np.random.default_rng(5)
        drawn = chance.normal(0.4, 0.85, 200_000)
        mean = (1 / (1 + np.exp(drawn - 1.3))).mean()

        model = Parameters.of(1.0, [0.4], difficulty_error=0.85)

        assert probabilities(model, np.array([1.3]))[0, RIGHT, 0] == pytest.approx(mean, abs=0.003)

    def test_a_slope_known_badly_changes_the_curve_away_from_its_middle(self):
        sure, unsure = Parameters.of(1.5, [0.0]), Parameters.of(1.5, [0.0], slope_error=0.5)

        assert probabilities(unsure, np.array([2.0]))[0, RIGHT, 0] < probabilities(sure, np.array([2.0]))[0, RIGHT, 0]


class TestCurves:
    def test_somebody_who_slips_loses_a_share_of_the_right_answers(self):
        table = curves(Parameters.of(1.0, [0.0]))

        assert np.exp(table.slip[0, RIGHT]) == pytest.approx((1 - SLIP) * np.exp(table.clean[0, RIGHT]))
        assert np.exp(table.slip[0]).sum(axis=0) == pytest.approx(np.ones(len(GRID)))
        assert np.exp(table.slip[0, WRONG, -1]) > SLIP

    def test_information_between_two_points_of_the_grid(self):
        model = Parameters.of(1.0, [0.0, 1.0])

        assert curves(model).information_at(0.03) == pytest.approx(information(model, np.array([0.03]))[:, 0], abs=1e-3)
        assert curves(model).information_at(99.0) == pytest.approx(information(model, np.array([6.0]))[:, 0], abs=1e-6)

    def test_the_expected_score_counts_half_credit_for_half(self):
        table = curves(TestPartialCredit.MODEL)
        chances = probabilities(TestPartialCredit.MODEL, GRID)[0]

        assert table.expected[0] == pytest.approx(chances[RIGHT] + chances[HALF] / 2)
        assert len(table) == 1
