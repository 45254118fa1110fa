"""Person fit: honest sittings are left in peace, broken ones are found."""

import numpy as np
import pytest

from quizzes import response
from quizzes.person_fit import JUDGED_FROM, misfit_of
from quizzes.population import NODES
from quizzes.posterior import Prior

COUNT = 60
AREAS = np.arange(COUNT) % 3
CHANCE = np.random.default_rng(7)
PARAMETERS = response.Parameters.of(np.ones(COUNT), CHANCE.normal(0, 1, COUNT))
CHANCES = response.probabilities(PARAMETERS, NODES)
PRIOR = Prior.alike(3, spread=1.2)


def sit(seed, *, asked=40, change=None):
    chance = np.random.default_rng(seed)
    items = chance.permutation(COUNT)[:asked]
    abilities = 1.2 * (np.sqrt(0.5) * chance.normal() + np.sqrt(0.5) * chance.normal(size=3))
    right = 1 / (1 + np.exp(-(abilities[AREAS[items]] - PARAMETERS.difficulty[items])))
    scores = 2 * (chance.random(asked) < right).astype(np.intp)
    if change is not None:
        change(scores)
    return misfit_of(seed, items, scores, areas=AREAS, chances=CHANCES, prior=PRIOR, seed=seed)


def helped(scores):
    scores[20:] = 2


def given_up(scores):
    scores[22:] = 0


def test_says_nothing_of_a_short_sitting():
    assert sit(1, asked=JUDGED_FROM - 1) is None


def test_leaves_honest_sittings_in_peace():
    assert sum(sit(seed).is_flagged for seed in range(25)) <= 1


@pytest.mark.parametrize(("change", "least"), [(helped, 3), (given_up, 6)])
def test_finds_some_of_those_that_break(change, least):
    assert sum(sit(seed, change=change).is_flagged for seed in range(25)) >= least


def test_the_same_sitting_gets_the_same_answer():
    assert sit(5, change=helped) == sit(5, change=helped)
