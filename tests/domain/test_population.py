"""Many people at once: tables, the coupled posterior against the sittings' own, the correlation of areas."""

import numpy as np
import pytest

from quizzes import population, response
from quizzes.population import CORRELATIONS, Columns, Table, couple, peak, profile
from quizzes.posterior import Evidence, Prior, posterior
from tests.answering_people import answer

REFUSED = {
    "an answer without a score": ([0, 0], [0, 1], [1], 1, 2),
    "no answer": ([], [], [], 1, 1),
    "people in disorder": ([1, 0], [0, 0], [0, 0], 2, 1),
    "somebody unknown": ([2], [0], [0], 2, 1),
    "an item unknown": ([0], [1], [0], 1, 1),
    "a score unknown": ([0], [0], [3], 1, 1),
    "a row below nothing": ([0], [-1], [0], 1, 1),
}


@pytest.mark.parametrize(("person", "item", "score", "people", "items"), REFUSED.values(), ids=REFUSED)
def test_refuses(person, item, score, people, items):
    rows = (np.array(one, dtype=np.intp) for one in (person, item, score))

    with pytest.raises(ValueError, match=r"table|order|bounds"):
        Table(**dict(zip(("person", "item", "score"), rows, strict=True)), people=people, items=items)


def likelihoods(truth, block=None):
    columns = Columns.of(truth.table, truth.design.areas)
    parameters = response.Parameters.of(truth.slope, truth.difficulty, truth.design.guessing)
    chances = response.probabilities(parameters, population.NODES)
    logs = np.log(np.maximum(chances[columns.item, columns.score], 1e-12))
    slices = [columns.incidence(truth.table, *one) for one in truth.table.blocks()]
    return columns.likelihoods(np.concatenate(slices), logs)


def test_says_of_each_person_what_a_sitting_would_say():
    truth = answer(1, people=6, per_area=8, asked=5, areas=3)
    prior = Prior.alike(3, mean=0.2, spread=1.3, correlation=0.4)
    curves = response.curves(response.Parameters.of(truth.slope, truth.difficulty))

    found = couple(likelihoods(truth), prior)

    for person in range(6):
        own = truth.table.person == person
        evidence = Evidence.of(
            curves, truth.table.item[own], truth.design.areas[truth.table.item[own]], truth.table.score[own], count=3
        )
        evidence.rows[1] = -1e6  # nobody slips here
        means = found.marginals[:, person] @ population.NODES
        assert means == pytest.approx(posterior(evidence, prior).means, abs=0.01)


def test_blocks_change_nothing(monkeypatch):
    truth = answer(2, people=30, areas=2)
    whole = likelihoods(truth)

    monkeypatch.setattr(population, "BLOCK", 7)

    assert np.concatenate([likelihoods(truth)], axis=1) == pytest.approx(whole)
    assert [count for _block, _first, count in truth.table.blocks()] == [7, 7, 7, 7, 2]


class TestCorrelation:
    def test_is_found_again(self):
        truth = answer(3, people=1500, areas=4, asked=8, correlation=0.6)

        found, error = peak(profile(likelihoods(truth), mean=0.0, spread=1.0))

        assert found == pytest.approx(0.6, abs=3 * error)
        assert 0.005 < error < 0.05

    @pytest.mark.parametrize("end", [0, -1])
    def test_at_an_end_of_the_range_it_has_no_error(self, end):
        values = np.zeros(len(CORRELATIONS))
        values[end] = 1.0

        found, error = peak(values)

        assert found == CORRELATIONS[end]
        assert np.isnan(error)
