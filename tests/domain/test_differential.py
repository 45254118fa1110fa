"""Differential functioning: Mantel and Haenszel, by hand and by simulation."""

import math

import numpy as np
import pytest

from quizzes.differential import COMPARED_FROM, _class, compare


def people(seed, *, gap=0.0, count=800, impact=0.0, ease=0.0):
    """Half of them focal; `gap`: harder for them by that many logits; `impact`: less able by as many."""
    chance = np.random.default_rng(seed)
    focal = np.arange(count) % 2 == 0
    ability = chance.normal(0, 1, count) - impact * focal
    right = chance.random(count) < 1 / (1 + np.exp(-(ability + ease - gap * focal)))
    return ability, right, focal


def test_says_nothing_of_small_groups():
    ability, right, focal = people(1, count=2 * COMPARED_FROM - 2)

    assert compare("x", ability, right, focal) is None


def test_says_nothing_where_everybody_is_right():
    ability, _right, focal = people(1)

    assert compare("x", ability, np.ones(800, dtype=bool), focal) is None


def test_a_harder_item_is_found_with_its_sign_and_class():
    found = compare("x", *people(2, gap=1.0, count=2000))

    assert found.ets == "C"
    assert found.delta == pytest.approx(-2.35, abs=0.6)
    assert found.chance < 0.001
    assert found.is_flagged
    assert (found.reference, found.focal) == (1000, 1000)


def test_groups_that_differ_in_ability_only_are_left_in_peace():
    flagged = [compare("x", *people(seed, impact=1.0)).ets for seed in range(30)]

    assert flagged.count("A") >= 27


def test_by_hand():
    # Two strata would be two tables; eight strata of one ability are one table here: 60/40 against 40/60.
    focal = np.repeat([False, True], 100)
    right = np.concatenate([np.arange(100) < 60, np.arange(100) < 40])

    found = compare("x", np.zeros(200), right, focal)

    odds = math.log((60 * 60) / (40 * 40))
    expected, variance = 100 * 100 / 200, 100 * 100 * 100 * 100 / (200**2 * 199)
    assert found.delta == pytest.approx(-2.35 * odds)
    assert found.chi_square == pytest.approx((60 - expected - 0.5) ** 2 / variance)
    assert found.error == pytest.approx(2.35 * math.sqrt(1 / 60 + 1 / 40 + 1 / 40 + 1 / 60), rel=1e-6)


@pytest.mark.parametrize(
    ("delta", "error", "chance", "ets"),
    [
        (-0.9, 0.1, 0.001, "A"),
        (-2.0, 0.1, 0.06, "A"),
        (1.2, 0.1, 0.01, "B"),
        (-1.6, 0.9, 0.04, "B"),
        (1.6, 0.1, 0.001, "C"),
    ],
)
def test_classes(delta, error, chance, ets):
    assert _class(delta, error, chance) == ets
