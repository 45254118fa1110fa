"""Plots and pages: what they say without a picture, and that nothing from outside is taken for markup."""

from xml.etree import ElementTree as ET

import pytest

from quizzes.charts import Axis, Series, bars, plot
from quizzes.pages import Section, columns, page, percent, plots, table, told


def read(svg):
    return ET.fromstring(svg)  # noqa: S314 (our own)


def texts(svg):
    return ["".join(one.itertext()) for one in read(svg).iter() if one.tag.endswith(("text", "title"))]


class TestPlot:
    def test_says_what_it_shows_and_names_its_series(self):
        drawn = plot(
            "Deux <courbes>",
            [
                Series(name="attendu", xs=[-4, 0, 4], ys=[0, 0.5, 1]),
                Series(name="autre", xs=[-4, 4], ys=[0, 1]),
                Series(name="observé", xs=[0, 1], ys=[0.4, 0.6], joined=False, errors=[0.1, 0]),
                Series(name="sans barre", xs=[0], ys=[0.4], joined=False),
            ],
            across=Axis(title="capacité"),
            up=Axis(title="score", low=0, high=1),
            marks=[(0.8, "L4")],
        )

        assert texts(drawn)[0] == "Deux <courbes>"
        assert {"— attendu", "● observé", "capacité", "score", "L4", "−4", "0,2"} <= set(texts(drawn))
        assert len([one for one in read(drawn).iter() if one.tag.endswith("circle")]) == 3
        assert "style=" not in drawn

    @pytest.mark.parametrize("ys", [[], [2.0, 2.0]])
    def test_draws_nothing_or_a_level_without_a_fault(self, ys):
        drawn = plot("x", [Series(name="a", xs=ys, ys=ys)], across=Axis(title=""), up=Axis(title=""))

        assert "— a" not in texts(drawn)  # one series needs no name


class TestBars:
    def test_one_a_value_and_a_line_to_compare_with(self):
        drawn = bars("Usage", [("a", 0.2), ("b", 0.4)], up=Axis(title="part"), line=0.3)

        assert len([one for one in read(drawn).iter() if one.tag.endswith("rect")]) == 3
        assert {"a", "b", "part"} <= set(texts(drawn))

    def test_none(self):
        assert texts(bars("Rien", [], up=Axis(title="")))[0] == "Rien"


class TestPages:
    def test_numbers_are_written_as_the_french_do(self):
        assert [told(one) for one in (None, float("nan"), -1.234, 3, "x")] == ["–", "–", "−1,23", "3", "x"]
        assert [percent(one) for one in (None, float("nan"), 0.126)] == ["–", "–", "13 %"]
        assert percent(0.126, 1) == "12,6 %"

    def test_nothing_is_taken_for_markup(self):
        whole = page(
            "<t>",
            [Section(title="<s>", words=["<w>"], parts=[plots([]), table("<c>", ["<h>"], [["<r>"]])])],
            lead="<l>",
        )

        for name in "tswchrl":
            assert f"<{name}>" not in whole.replace("</", "")
            assert f"&lt;{name}&gt;" in whole

    def test_columns_line_up_in_a_terminal(self):
        assert columns(["nom", "x"], [["a", 1.5], ["bcde", None]]) == "nom      x\na     1,50\nbcde     –"
