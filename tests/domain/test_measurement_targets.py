"""Every target of measuring is held at each run of the tests, on few people; `python -m benchmarks.measurement --full` is exact.

The seed is fixed: the same engine gives the same figures, so nothing here fails by chance from one run to the next. A change that leads
people otherwise draws, in effect, other people: a figure is failed where it misses its target by more than three of its standard
errors (`_figures.CLEARLY`; `error` over the banks drawn, or over people). One that is exactly at its target then fails once in 740; for
those that stand clear of it, as most do, never. A true miss of six errors is caught 998 times in 1,000. In units of the target, three
errors are under one hundredth for most figures, two for accuracies of levels and product rules, a tenth for numbers of items, a quarter
for calibration. A largest exposure has no error, and is held strictly. Times are of a machine that others may be using: they may take
four times their target. (Of the seeds 7 to 12, none fails anything.)
"""

import math
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import _studies, measurement
from benchmarks._people import Size
from quizzes import posterior, study

SEED = 7
#: Some eight seconds of processor.
SWIFT = Size(
    banks=10,
    people=30,
    catsim=2,
    slips=16,
    guessing=12,
    product=240,
    product_banks=1,
    areas=40,
    samples=2,
    timed=5,
)
TARGETS = {
    *(f"{name}_{length}" for name in ("rmse", "cover", "claimed") for length in (8, 16, 32)),
    "items_to_known",
    "levels_32",
    "levels_stopped",
    "levels_items",
    "certified_too_high",
    "pass_stopped",
    "pass_items",
    "bias_after_2_slips",
    "exposure_500",
    "exposure_2000",
    "product_rmse_500",
    "product_rmse_2000",
    *(f"{name}_{length}" for name in ("areas", "areas_cover") for length in (20, 30, 40)),
    "guessing_rmse",
    "guessing_bias",
    "calibration_rmse_b",
    "calibration_rmse_b_middle",
}
TIMES = {"calibration_seconds", "step_ms_p50", "step_ms_p95", "coupled_ms_p95"}
#: How many times its target a time may take here.
LOADED = 4.0
#: The widest margin that still says something: three errors, as a share of the target.
WIDEST = 0.13


@pytest.fixture(scope="module")
def figures():
    return {one.name: one for one in measurement.measure(SEED, SWIFT)}


def of(measured, place, **sizes):
    """Run one study with fewer people."""
    size = Size(**{**{name: getattr(SWIFT, name) for name in Size.__slots__}, **sizes})
    return {one.name: one for one in measured(np.random.default_rng([SEED, place]), size)}


def test_every_target_is_held_here(figures):
    assert {one.name for one in figures.values() if one.is_judged} == TARGETS | TIMES
    assert {one.name for one in figures.values() if one.is_judged and one.is_time} == TIMES


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_is_met(figures, name):
    figure = figures[name]

    assert not figure.fails(is_strict=False), figure.line()


@pytest.mark.parametrize("name", sorted(TIMES))
def test_is_not_many_times_too_slow(figures, name):
    assert figures[name].value <= LOADED * figures[name].at_most, figures[name].line()


def test_no_margin_is_so_wide_that_it_says_nothing(figures):
    for name in TARGETS - {"bias_after_2_slips", "guessing_bias", "pass_stopped", "certified_too_high"}:
        one = figures[name]
        target = one.at_most if math.isfinite(one.at_most) else one.at_least
        assert 3 * (one.error or 0) <= WIDEST * target or "calibration" in name, one.line()


class TestASpoiledEngine:
    """What is held does fail: each fault is one that somebody could make."""

    def test_that_believes_every_answer(self, monkeypatch):
        alike = posterior.Prior.alike
        monkeypatch.setattr(posterior.Prior, "alike", lambda count: replace(alike(count), slipping=1e-12))

        assert of(_studies.slips, 1)["bias_after_2_slips"].fails(is_strict=False)

    def test_that_knows_nothing_of_guessing(self, monkeypatch):
        monkeypatch.setattr(_studies, "Engine", lambda a, b, _c=None, **more: study.Engine(a, b, **more))

        found = of(_studies.guessing, 4)

        assert found["guessing_rmse"].fails(is_strict=False)
        assert found["guessing_bias"].fails(is_strict=False)

    def test_that_lets_no_item_rest(self, monkeypatch):
        monkeypatch.setattr(_studies, "draw_ineligible", lambda *_names, **_counts: frozenset())

        found = of(_studies.product, 2, product=60)

        assert found["exposure_500"].fails(is_strict=False)
        assert found["exposure_2000"].fails(is_strict=False)

    def test_that_asks_what_comes_first(self, monkeypatch):
        monkeypatch.setattr(study.Run, "next", lambda run: run.count)

        found = of(measurement.STUDIES[0], 0, banks=4, people=20)

        for name in ("rmse_8", "rmse_32", "items_to_known", "levels_items", "pass_items"):
            assert found[name].fails(is_strict=False), found[name].line()

    def test_that_takes_areas_for_one(self, monkeypatch):
        alike = posterior.Prior.alike
        monkeypatch.setattr(posterior.Prior, "alike", lambda count, **_more: alike(count, correlation=0.97))

        found = of(_studies.areas, 3, areas=30)

        assert found["areas_cover_20"].fails(is_strict=False)
        assert found["areas_20"].fails(is_strict=False)
