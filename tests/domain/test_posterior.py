"""From answers to abilities: refusals, exactness against brute force, order, slips."""

import itertools
import math

import numpy as np
import pytest
from catsim.estimation import NumericalSearchEstimator
from catsim.item_bank import ItemBank

from quizzes.posterior import SLIPPING, Evidence, Prior, posterior
from quizzes.response import GRID, HALF, RIGHT, WRONG, Parameters, curves

CHANCE = np.random.default_rng(11)
CURVES = curves(Parameters.of(CHANCE.lognormal(0, 0.3, 60), CHANCE.normal(0, 1.2, 60), CHANCE.uniform(0, 0.3, 60)))
TWO = Prior.alike(2, correlation=0.6)

REFUSED = {
    "no area": {"means": (), "spreads": (), "loadings": ()},
    "one spread too few": {"means": (0.0, 0.0), "spreads": (1.0,), "loadings": (0.5, 0.5)},
    "a spread of zero": {"means": (0.0,), "spreads": (0.0,), "loadings": (0.0,)},
    "nobody who slips": {"means": (0.0,), "spreads": (1.0,), "loadings": (0.0,), "slipping": 0.0},
    "areas that are one": {"means": (0.0,), "spreads": (1.0,), "loadings": (1.0,)},
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_a_population_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r".+"):
        Prior(**wrong)


def test_a_correlation_that_cannot_be():
    with pytest.raises(ValueError, match="correlation"):
        Prior.alike(2, correlation=1.0)


def test_half_credit_where_an_item_has_none():
    with pytest.raises(ValueError, match="partial"):
        Evidence(1).add(CURVES, 0, 0, HALF)


def evidence_of(answers, areas=1):
    found = Evidence(areas)
    for item, area, score in answers:
        found.add(CURVES, item, area, score)
    return found


ANSWERS = [(item, item % 2, RIGHT if item % 3 else WRONG) for item in range(12)]


class TestPrior:
    def test_before_any_answer_areas_are_the_population(self):
        found = posterior(Evidence(2), Prior.alike(2, mean=0.3, spread=1.4, correlation=0.5))

        assert found.means == pytest.approx([0.3, 0.3], abs=1e-3)
        assert found.deviations == pytest.approx([1.4, 1.4], abs=0.02)
        assert found.whole_deviation == pytest.approx(1.4 * math.sqrt(0.75), abs=0.02)
        assert found.slipping == pytest.approx(SLIPPING)

    def test_one_area_speaks_for_another_by_their_correlation(self):
        evidence = Evidence(2)
        evidence.rows[:, 0] = -0.5 * ((GRID - 1.2) / 0.05) ** 2

        found = posterior(evidence, TWO)

        assert found.means[1] == pytest.approx(0.6 * 1.2, abs=0.02)
        assert found.deviations[1] == pytest.approx(0.8, abs=0.02)

    def test_loadings_apart_give_correlations_apart(self):
        evidence = Evidence(3)
        evidence.rows[:, 0] = -0.5 * ((GRID - 1.0) / 0.05) ** 2

        found = posterior(evidence, Prior(means=(0.0,) * 3, spreads=(1.0,) * 3, loadings=(0.9, 0.8, 0.2)))

        assert found.means[1:] == pytest.approx([0.72, 0.18], abs=0.02)


class TestExactness:
    def test_against_a_plain_sum_over_every_pair_of_abilities(self):
        """Two areas, their bivariate normal prior written out, both likelihoods mixed: no factor, no trick."""
        points = np.linspace(-5, 5, 201)
        first, second = np.meshgrid(points, points, indexing="ij")
        rho = 0.6
        prior = np.exp(-(first**2 - 2 * rho * first * second + second**2) / (2 * (1 - rho**2)))
        rows = evidence_of(ANSWERS, 2).rows
        total = np.zeros_like(prior)
        for weight, component in zip((1 - SLIPPING, SLIPPING), rows, strict=True):
            shapes = [np.exp(np.interp(points, GRID, row)) for row in component]
            total += weight * prior * shapes[0][:, None] * shapes[1][None, :]
        total /= total.sum()
        means = [(total * one).sum() for one in (first, second)]
        spreads = [
            math.sqrt((total * one**2).sum() - mean**2) for one, mean in zip((first, second), means, strict=True)
        ]

        found = posterior(evidence_of(ANSWERS, 2), TWO)

        assert found.means == pytest.approx(means, abs=2e-3)
        assert found.deviations == pytest.approx(spreads, abs=2e-3)
        whole = (first + second) / 2
        assert found.whole_mean == pytest.approx((total * whole).sum(), abs=2e-3)
        assert found.whole_deviation == pytest.approx(
            math.sqrt((total * whole**2).sum() - (total * whole).sum() ** 2), abs=2e-3
        )

    def test_with_a_wide_prior_the_mode_is_the_likelihood_s_found_by_another_engine(self):
        bank = ItemBank(
            np.column_stack(
                [*(getattr(CURVES.parameters, n) for n in ("slope", "difficulty", "guessing")), np.ones(60)]
            )
        )
        answers = [(item, 0, RIGHT if item % 2 else WRONG) for item in range(30)]
        found = posterior(evidence_of(answers), Prior.alike(1, spread=30.0))
        other = NumericalSearchEstimator().estimate(
            item_bank=bank,
            administered_items=[item for item, _area, _score in answers],
            response_vector=[score == RIGHT for _item, _area, score in answers],
            est_theta=0.0,
        )
        clean = evidence_of(answers).rows[0, 0]

        assert GRID[int(clean.argmax())] == pytest.approx(other, abs=GRID[1] - GRID[0])
        assert found.means[0] == pytest.approx(other, abs=0.25)


class TestOrder:
    def test_the_order_of_answers_does_not_matter(self):
        one = posterior(evidence_of(ANSWERS, 2), TWO)
        other = posterior(evidence_of(reversed(ANSWERS), 2), TWO)

        assert other.means == pytest.approx(one.means, abs=1e-12)
        assert other.whole_deviation == pytest.approx(one.whole_deviation, abs=1e-12)

    def test_all_at_once_is_one_by_one(self):
        items, areas, scores = (np.array(column, dtype=np.intp) for column in zip(*ANSWERS, strict=True))

        assert (Evidence.of(CURVES, items, areas, scores, count=2).rows == evidence_of(ANSWERS, 2).rows).all()

    def test_a_copy_is_apart(self):
        first = evidence_of(ANSWERS, 2)
        second = first.copy()
        second.add(CURVES, 20, 0, RIGHT)

        assert (first.rows[:, 1] == second.rows[:, 1]).all()
        assert (first.rows[:, 0] != second.rows[:, 0]).any()


class TestExtremes:
    @pytest.mark.parametrize("score", [RIGHT, WRONG])
    def test_all_right_and_all_wrong_stay_finite(self, score):
        found = posterior(evidence_of([(item, 0, score) for item in range(60)]), Prior.alike(1))

        assert np.isfinite([*found.means, *found.deviations, found.whole_mean, found.whole_deviation]).all()
        assert (found.means[0] > 1.5) == (score == RIGHT)
        assert abs(found.means[0]) < 6

    def test_more_right_answers_never_mean_less(self):
        means = [
            posterior(
                evidence_of([(item, 0, RIGHT if item < right else WRONG) for item in range(20)]), Prior.alike(1)
            ).means[0]
            for right in range(21)
        ]

        assert all(later > earlier for earlier, later in itertools.pairwise(means[::4]))


class TestSlips:
    def test_two_early_slips_cost_less_than_they_would(self):
        easy = curves(Parameters.of(1.5, np.concatenate([[-1.0, -1.0], np.linspace(0.5, 2.5, 20)])))
        slipped = Evidence(1)
        for item in range(22):
            slipped.add(easy, item, 0, WRONG if item < 2 else (RIGHT if item < 14 else WRONG))

        found = posterior(slipped, Prior.alike(1))
        believed = slipped.copy()
        believed.rows[1] = -1e9  # as if nobody ever slipped

        assert found.slipping > 5 * SLIPPING
        assert found.means[0] > posterior(believed, Prior.alike(1)).means[0] + 0.08
