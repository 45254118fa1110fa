"""Between which totals somebody stands: exact for every ability, and the same whatever form was drawn."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import standard, true_score
from quizzes.catalogue import catalogue
from quizzes.response import GRID, SCORES, Parameters, curves
from tests.exams import BANK, EXAMINATION, begin

LISTED = catalogue(BANK, "PRO", "reserved", "fr")
SCALE = standard.standard_of(LISTED, EXAMINATION.blueprint["PRO"])
FORM = begin().form

REFUSED = {
    "no question": ((), 0.0),
    "more points than questions": (FORM, 40.5),
    "points below none": (FORM, -0.5),
    "a quarter of a point": (FORM, 20.25),
}


@pytest.mark.parametrize(("form", "points"), REFUSED.values(), ids=REFUSED)
def test_points_that_cannot_be_got(form, points):
    with pytest.raises(ValueError, match="points"):
        true_score.interval(LISTED, SCALE, form, points)


def test_the_points_on_a_form_are_distributed_as_a_count_of_every_way_says():
    """Four items, one with half points: every combination of scores written out."""
    four = curves(Parameters.of([1.0, 0.8, 1.3, 1.0], [-1.0, 0.0, 0.5, 1.0], [0.25, 0.0, 0.0, 0.1], half_guessing=[np.nan, 0.3, np.nan, np.nan]))  # fmt: skip
    chances = np.exp(four.clean)
    counted = np.zeros((9, len(GRID)))
    for way in itertools.product(range(len(SCORES)), repeat=4):
        halves = round(2 * sum(SCORES[one] for one in way))
        counted[halves] += np.prod([chances[item, one] for item, one in enumerate(way)], axis=0)

    found = true_score.points_at(four, range(4))

    assert found == pytest.approx(counted)
    assert found.sum(axis=0) == pytest.approx(1)


@pytest.mark.parametrize("ability", [-3.0, -1.0, 0.0, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("share", [0.8, 0.9, 0.95])
def test_it_holds_the_true_total_of_that_share_of_people_of_any_ability(ability, share):
    """Exactly, by the distribution of the points: never less, and not a world more."""
    chances = true_score.points_at(LISTED.curves, [LISTED.rows[one] for one in FORM])
    place = int(np.argmin(np.abs(GRID - ability)))
    true = 100 * SCALE.whole[place]
    holds = np.zeros(81)
    for halves in range(81):
        low, high = true_score.interval(LISTED, SCALE, FORM, halves / 2, share=share)
        holds[halves] = low - 1e-9 <= true <= high + 1e-9

    covered = float(holds @ chances[:, place])

    assert share - 1e-9 <= covered <= share + (1 - share) * 0.8


def totals(areas):
    """Return, of somebody with these abilities by area, the true total and the distribution of the points on the form."""
    places = [int(np.argmin(np.abs(GRID - one))) for one in areas]
    own = LISTED.quotas.areas
    counted = np.array([1.0])
    for item_id in FORM:
        row = LISTED.rows[item_id]
        counted = np.convolve(counted, np.exp(LISTED.curves.clean[row, :, places[own[row]]]))
    return 100 * float(SCALE.weights @ SCALE.areas[range(5), places]), counted


@pytest.mark.parametrize("areas", [(-1.0, 0.0, 0.5, 1.0, 2.0), (2.0, -2.0, 2.0, -2.0, 0.0), (1.0, 1.0, 1.0, 1.0, -3.0)])
def test_nor_less_of_people_who_are_not_equally_able_in_every_area(areas):
    true, chances = totals(areas)
    intervals = [true_score.interval(LISTED, SCALE, FORM, halves / 2) for halves in range(81)]

    covered = sum(chance for chance, (low, high) in zip(chances, intervals, strict=True) if low <= true <= high)

    assert covered >= 0.9


forms = st.integers(0, 500).map(lambda seed: begin(seed=seed).form)


@settings(max_examples=30, deadline=None)
@given(form=forms, low=st.integers(0, 80), more=st.integers(0, 80))
def test_it_holds_the_total_and_rises_with_the_points(form, low, more):
    points = [min(one, 80) / 2 for one in (low, low + more)]
    first, second = (true_score.interval(LISTED, SCALE, form, one) for one in points)

    for one, told in zip(points, (first, second), strict=True):
        assert 0 <= told[0] <= standard.scaled(LISTED, SCALE, form, one) <= told[1] <= 100
    assert first[0] <= second[0]
    assert first[1] <= second[1]


def test_more_questions_say_more():
    (low, high), (low_of_ten, high_of_ten) = (
        true_score.interval(LISTED, SCALE, FORM[:count], count / 2) for count in (40, 10)
    )

    assert high - low < 0.75 * (high_of_ten - low_of_ten)


def test_from_nothing_to_everything():
    assert true_score.interval(LISTED, SCALE, FORM, 0.0)[0] == 0
    assert true_score.interval(LISTED, SCALE, FORM, 40.0)[1] == 100
