"""Calibration: what is refused, what is found again from answers drawn from the model."""

from dataclasses import replace

import numpy as np
import pytest

from quizzes import calibration
from quizzes.calibration import Assumptions, Design, calibrate, holding
from quizzes.population import Table
from quizzes.scale import SLOPES_FROM
from tests.answering_people import answer

STANDARD = Assumptions(mean=0.0, spread=1.0, residual=None)
LEVELS = (-1.2, -0.4, 0.4, 1.2)


class TestRefusals:
    def test_a_scale_that_nothing_places(self):
        with pytest.raises(ValueError, match="places the scale"):
            Assumptions()

    def test_a_table_of_other_items(self):
        with pytest.raises(ValueError, match="not of the same items"):
            calibrate(answer(1).table, Design.plain(3), STANDARD)

    def test_a_table_counts_its_answers(self):
        assert len(answer(1, people=3).table) == 30

    def test_a_design_of_two_lengths(self):
        with pytest.raises(ValueError, match="one value of each"):
            replace(Design.plain(3), guessing=np.zeros(2))

    def test_an_anchor_without_a_slope(self):
        with pytest.raises(ValueError, match="anchor"):
            holding(Design.plain(2), held=np.array([True, False]), difficulty=np.zeros(2), slope=np.array([0.0, 1.0]))


class TestWhatIsFoundAgain:
    def test_the_promise_for_a_thousand_answers_an_item(self):
        errors, middle = [], []
        for seed in range(3):
            truth = answer(seed, people=2000, per_area=60, asked=30)
            found = calibrate(truth.table, truth.design, STANDARD)
            errors.append(found.difficulty - truth.difficulty)
            middle.append((found.difficulty - truth.difficulty)[np.abs(truth.difficulty) < 2])
            assert found.converged

        assert np.sqrt(np.mean(np.concatenate(errors) ** 2)) <= 0.16
        assert np.sqrt(np.mean(np.concatenate(middle) ** 2)) <= 0.12

    def test_five_areas_with_luck_and_partial_credit(self):
        truth = answer(
            5,
            people=1500,
            per_area=18,
            asked=5,
            areas=5,
            mean=-0.3,
            spread=1.2,
            levels=LEVELS,
            residual=0.85,
            guessing=(0.0, 0.25),
            partial=True,
        )

        found = calibrate(truth.table, truth.design, Assumptions(level_means=LEVELS))

        error = found.difficulty - truth.difficulty
        assert np.std(error) < 0.25
        assert found.mean - error.mean() == pytest.approx(
            -0.3, abs=0.1
        )  # experts place the scale, with their own error
        assert found.spread == pytest.approx(1.2, abs=0.12)
        assert found.correlation == pytest.approx(0.5, abs=4 * found.correlation_error)
        assert found.prior(5).spreads == (found.spread,) * 5

    def test_its_errors_are_the_size_of_the_mistakes(self):
        truth = answer(6, people=1000, per_area=40, asked=20)

        found = calibrate(truth.table, truth.design, STANDARD)

        assert 0.75 < np.std((found.difficulty - truth.difficulty) / found.difficulty_error) < 1.3
        assert 0.75 < np.std((found.slope - truth.slope) / found.slope_error) < 1.3

    def test_the_means_of_levels_where_the_population_places_the_scale(self):
        truth = answer(7, people=1200, per_area=40, asked=20, levels=(-1.0, 1.0), residual=0.4)

        found = calibrate(truth.table, truth.design, STANDARD)

        assert found.level_means == pytest.approx([-1, 1], abs=0.3)
        assert found.residual == pytest.approx(0.4, abs=0.15)


class TestFewAnswers:
    def test_slopes_are_one_until_a_hundred_answers(self):
        truth = answer(8, people=150, per_area=20, asked=10)
        few = truth.table.counts < SLOPES_FROM

        found = calibrate(truth.table, truth.design, STANDARD)

        assert few.any()
        assert (found.slope[few] == 1).all()
        assert (found.slope_error[few] == 0).all()
        assert (found.difficulty_error > 0).all()

    def test_an_item_that_tells_people_apart_badly_claims_no_smaller_error(self):
        """Its difficulty is as unsure as another's; claiming less, it would be chosen first, and results would be worse."""
        people, count = 110, 40
        chance = np.random.default_rng(1)
        badly = np.arange(count) % 2 == 1
        slope, difficulty = np.where(badly, 0.4, 2.0), np.repeat(chance.normal(0, 0.8, count // 2), 2)
        items = np.argsort(chance.random((people, count)), axis=1)[:, :30]
        abilities = chance.normal(0, 1.2, people)[:, None]
        right = chance.random(items.shape) < 1 / (1 + np.exp(-slope[items] * (abilities - difficulty[items])))
        table = Table(
            person=np.repeat(np.arange(people), 30),
            item=items.ravel(),
            score=2 * right.ravel().astype(np.intp),
            people=people,
            items=count,
        )

        found = calibrate(table, Design.plain(count), Assumptions(level_means=(0.0,), mean=0.0, spread=1.2))

        assert table.counts.max() < 100
        assert found.difficulty_error[badly].mean() > 0.92 * found.difficulty_error[~badly].mean()

    def test_an_item_that_nobody_met_stays_with_its_level(self):
        truth = answer(9, people=150, per_area=20, asked=10)
        wider = replace(truth.table, items=21)
        design = replace(Design.plain(21), levels=np.array([0] * 20 + [1]), areas=np.zeros(21, dtype=np.intp))

        found = calibrate(wider, design, Assumptions(level_means=(0.0, 1.5)))

        assert found.difficulty[20] == 1.5
        assert found.difficulty_error[20] == pytest.approx(0.85)

    def test_it_says_when_it_did_not_settle(self):
        truth = answer(10, people=150)

        assert not calibrate(truth.table, truth.design, STANDARD, rounds=1).converged


class TestAnchors:
    def test_stay_where_they_are_and_place_the_scale(self):
        truth = answer(11, people=1000, mean=0.5, spread=1.3)
        held = np.arange(20) < 8
        design = holding(truth.design, held=held, difficulty=truth.difficulty, slope=truth.slope)

        found = calibrate(truth.table, design, Assumptions(anchored=True))

        assert found.difficulty[held].tolist() == truth.difficulty[held].tolist()
        assert (found.difficulty_error[held] == 0).all()
        assert found.mean == pytest.approx(0.5, abs=0.15)
        assert found.spread == pytest.approx(1.3, abs=0.15)
        assert found.correlation is None

    def test_may_be_everything(self):
        truth = answer(12, people=300)
        design = holding(truth.design, held=np.ones(20, dtype=bool), difficulty=truth.difficulty, slope=truth.slope)

        found = calibrate(truth.table, design, Assumptions(anchored=True, residual=None))

        assert found.difficulty.tolist() == truth.difficulty.tolist()
        assert found.residual == 0.85


def test_chances_are_those_of_the_estimates():
    truth = answer(13, people=150)
    found = calibrate(truth.table, truth.design, STANDARD)

    assert calibration.chances(truth.design, found).sum(axis=1) == pytest.approx(1.0)
