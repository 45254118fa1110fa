"""Monitors: what is left in peace, what is pointed at."""

import numpy as np
import pytest

from quizzes.monitors import CALM, LIMIT, Seen, Use, drift, haste, limit_of, medians


def seen(**overrides):
    return Seen(
        **{
            "sitting": 1,
            "person": 1,
            "item_id": "TST-1.1-01",
            "fingerprint": "f",
            "score": 1.0,
            "is_skip": False,
            "seconds": 30.0,
            "at": 0.0,
            "language": "fr",
            "is_assured": True,
            **overrides,
        }
    )


def residuals(seed, count, *, shift=0.0, since=0):
    """Answers less what was expected of half-easy items; from `since` on they are right more often than expected."""
    chance = np.random.default_rng(seed)
    expected = chance.uniform(0.2, 0.8, count)
    moved = np.clip(expected + np.where(np.arange(count) >= since, shift, 0), 0, 1)
    return (chance.random(count) < moved) - expected


def watch(values, **options):
    return drift("x", values, np.arange(len(values)) * 1.0, **{"variance": 0.2, "is_calibrated": True, **options})


class TestDrift:
    def test_says_nothing_of_few_answers(self):
        assert watch(residuals(1, 49)) is None

    def test_leaves_honest_items_in_peace(self):
        flagged = [watch(residuals(seed, 1000)).is_flagged for seed in range(60)]

        assert sum(flagged) <= 4

    @pytest.mark.parametrize(("shift", "is_easier"), [(0.25, True), (-0.25, False)])
    def test_finds_when_and_which_way_an_item_moved(self, shift, is_easier):
        found = watch(residuals(3, 600, shift=shift, since=300))

        assert found.is_flagged
        assert found.is_easier is is_easier
        assert found.since == pytest.approx(300, abs=60)
        assert found.shift == pytest.approx(shift, abs=0.1)

    def test_an_assumed_difficulty_that_is_wrong_is_no_drift(self):
        misplaced = residuals(4, 400, shift=0.2)

        assert watch(misplaced).is_flagged
        assert not watch(misplaced, is_calibrated=False).is_flagged

    @pytest.mark.parametrize("since", [150, 450])
    def test_from_its_own_average_too(self, since):
        found = watch(residuals(5, 600, shift=0.4, since=since), is_calibrated=False)

        assert (found.is_flagged, found.is_easier) == (True, True)
        assert found.since == pytest.approx(since, abs=90)

    def test_an_item_that_never_rises_has_no_peak(self):
        found = watch(np.zeros(60))

        assert (found.peak, found.is_flagged) == (0.0, False)

    def test_busy_items_cry_no_oftener(self):
        assert limit_of(10, 0.2) == limit_of(CALM, 0.2) == LIMIT
        assert limit_of(10_000, 0.2) > limit_of(1_000, 0.2) > LIMIT


class TestUse:
    @pytest.mark.parametrize(
        ("share", "sittings", "is_flagged"),
        [(0.5, 99, False), (0.26, 100, False), (0.3, 100, True), (0.0, 100, True), (0, 9, False)],
    )
    def test_over_its_cap_or_never(self, share, sittings, is_flagged):
        one = Use(item_id="x", policy_id="p", sittings=sittings, share=share, cap=0.25)

        assert one.is_flagged is is_flagged


USUAL = {"TST-1.1-01": 30.0}


class TestHaste:
    def test_the_usual_time_rests_on_twenty_answers_and_no_skip(self):
        times = [seen(seconds=float(second)) for second in range(20, 41)]
        skips = [seen(item_id="b", is_skip=True)] * 30

        assert medians([*times, *skips]) == USUAL
        assert medians(times[:19]) == {}

    def test_three_rapid_guesses_are_pointed_at(self):
        rapid, slow = seen(seconds=5.0), seen(seconds=7.0)

        found = haste([rapid, rapid, rapid, slow, seen(sitting=2, seconds=1.0)], USUAL)

        assert [(one.sitting, one.answers, one.rapid, one.is_flagged) for one in found] == [
            (1, 4, 3, True),
            (2, 1, 1, False),
        ]

    def test_skips_unknown_times_and_practice_are_not(self):
        others = [
            seen(seconds=1.0, is_skip=True),
            seen(seconds=1.0, item_id="unknown"),
            seen(seconds=1.0, is_assured=False, sitting=3),
        ]

        assert [(one.sitting, one.rapid) for one in haste(others, USUAL)] == [(1, 0)]
