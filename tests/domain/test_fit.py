"""Fit of items: honest ones are left in peace, odd ones are found."""

from dataclasses import replace

import numpy as np
import pytest

from quizzes import calibration
from quizzes.calibration import Assumptions, calibrate
from quizzes.fit import JUDGED_FROM, fit_of, predict
from tests.answering_people import answer

STANDARD = Assumptions(mean=0.0, spread=1.0, residual=None)


def fits(truth, table):
    found = calibrate(table, truth.design, STANDARD)
    predicted = predict(table, truth.design.areas, calibration.chances(truth.design, found), found.prior(1))
    return predicted, [fit_of(predicted, np.flatnonzero(table.item == row), estimated=2) for row in range(table.items)]


def test_judges_nothing_from_few_answers():
    truth = answer(1, people=JUDGED_FROM - 1, asked=20)

    assert fits(truth, truth.table)[1] == [None] * 20


def test_expects_of_honest_answers_what_they_are():
    truth = answer(2, people=1500, per_area=40, asked=25, guessing=(0.0, 0.25), partial=True)

    predicted, found = fits(truth, truth.table)

    assert predicted.residual.mean() == pytest.approx(0, abs=0.01)
    assert (predicted.residual**2 / predicted.variance).mean() == pytest.approx(1, abs=0.05)
    assert sum(one.chance < 0.05 for one in found) <= 6
    assert sum(one.is_suspect for one in found) == 0


def test_finds_the_item_that_does_not_measure_the_same_thing():
    truth = answer(3, people=1500, per_area=30, asked=20)
    own = truth.table.item == 4
    # The best fail it: as with a wrong key.
    ability = truth.abilities[truth.table.person[own], 0]
    score = np.where(ability > 0.5, 0, np.where(ability > -0.5, 2, truth.table.score[own]))
    changed = truth.table.score.copy()
    changed[own] = score

    found = fits(truth, replace(truth.table, score=changed))[1]

    assert found[4].is_suspect
    assert found[4].strata[0].observed < found[4].strata[2].observed > found[4].strata[4].observed
    assert sum(one.is_suspect for one in found) <= 2
