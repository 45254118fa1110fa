"""The scale of the cut: the same everywhere, whatever form was drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes import panel, standard
from quizzes.catalogue import catalogue
from quizzes.cutscore import cut_of
from quizzes.cutscore_report import record_of
from quizzes.response import GRID
from tests.banks import bank
from tests.exams import BANK, EXAMINATION, begin
from tests.panels import panel_text

LISTED = catalogue(BANK, "PRO", "reserved", "fr")
BLUEPRINT = EXAMINATION.blueprint["PRO"]
SCALE = standard.standard_of(LISTED, BLUEPRINT)


def cut_ability(signed=None, cut=75.0):
    return standard.cut_ability(SCALE, cut=cut, panel=signed, bank=BANK, listed=LISTED)


def test_areas_weigh_as_the_blueprint_says():
    assert SCALE.weights.tolist() == pytest.approx([9 / 40, 7 / 40, 7 / 40, 9 / 40, 8 / 40])
    assert np.allclose(SCALE.whole, SCALE.weights @ SCALE.areas)


def test_an_area_that_is_not_asked_weighs_nothing():
    one = standard.standard_of(LISTED, {"PRO-3": 5})

    assert np.allclose(one.whole, SCALE.areas[2])


def test_an_area_without_items_has_no_scale():
    other = catalogue(BANK, "PRO", "open", "fr")

    assert np.isnan(standard.standard_of(other, {"PRO-1": 1}).areas).all()


def test_the_nominal_cut_stands_where_the_whole_pool_gives_it():
    assert standard.share_at(SCALE.whole, cut_ability()) == pytest.approx(0.75)
    assert cut_ability(cut=60.0) < cut_ability() < cut_ability(cut=90.0)


class TestAPanel:
    def test_is_placed_by_what_it_said_on_the_scale_of_today(self):
        items = tuple(BANK.items)[:30]
        expected = sum(standard.expected_at(LISTED, items, 0.4))

        found = cut_ability(standard.PanelCut(items=items, score=expected, ability=-3.0))

        assert found == pytest.approx(0.4, abs=1e-6)

    def test_by_the_ability_that_was_signed_where_its_questions_have_left(self):
        own = standard.PanelCut(items=("PRO-1.1-99", *list(BANK.items)[:3]), score=2.0, ability=0.7)

        assert cut_ability(own) == 0.7

    def test_or_where_they_cannot_tell(self):
        own = standard.PanelCut(items=tuple(BANK.items)[:3], score=3.0, ability=0.7)

        assert cut_ability(own) == 0.7

    def test_is_read_from_the_record_that_was_signed(self):
        small = bank()
        own = panel.read(panel_text(sorted(small.items)[:20]), name="p.yaml", bank=small)
        cut = cut_of(own, small.framework("TST"), None)
        record = record_of(own, cut, bank=small, panel_sha256="0" * 64)

        found = standard.panel_cut(record)

        assert found.items == own.panel.items
        assert (found.score, found.ability) == (record["cut"]["score"], record["cut"]["ability"])


forms = st.integers(0, 500).map(lambda seed: begin(seed=seed).form)


@settings(max_examples=30, deadline=None)
@given(form=forms, ability=st.floats(-5.5, 5.5))
def test_whoever_gets_what_an_ability_gives_on_a_form_stands_where_it_stands_on_the_whole(form, ability):
    points = sum(standard.expected_at(LISTED, form, ability))

    found = standard.scaled(LISTED, SCALE, form, points)

    assert found == pytest.approx(100 * standard.share_at(SCALE.whole, ability), abs=0.05)


@settings(max_examples=30, deadline=None)
@given(form=forms, low=st.integers(0, 80), more=st.integers(0, 80))
def test_more_points_never_stand_lower(form, low, more):
    points = [min(one, 80) / 2 for one in (low, low + more)]
    found = [standard.scaled(LISTED, SCALE, form, one) for one in points]

    assert 0 <= found[0] <= found[1] <= 100


def test_nothing_is_nothing_and_everything_is_everything():
    form = begin().form

    assert standard.scaled(LISTED, SCALE, form, 0.0) == 0
    assert standard.scaled(LISTED, SCALE, form, 40.0) == 100


def test_a_chance_below_is_shared_on_a_grid_point():
    marginal = np.zeros(len(GRID))
    marginal[40] = 1.0

    assert standard.chance_below(marginal, float(GRID[40])) == pytest.approx(0.5)
    assert standard.chance_below(marginal, float(GRID[41])) == pytest.approx(1)
    assert standard.chance_below(marginal, float(GRID[39])) == pytest.approx(0)
