"""Days that people read."""

from datetime import UTC, date, datetime

import pytest

from certificates.dates import day_in_paris, told
from certificates.wording import whole_percent

DAYS = {
    "half past midnight in Paris, in winter": (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), date(2026, 11, 23)),
    "half past midnight in Paris, in summer": (datetime(2026, 7, 13, 22, 30, tzinfo=UTC), date(2026, 7, 14)),
    "the new year": (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    "one minute before": (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
    "noon": (datetime(2026, 11, 23, 11, 0, tzinfo=UTC), date(2026, 11, 23)),
}


@pytest.mark.parametrize(("moment", "day"), DAYS.values(), ids=DAYS)
def test_the_day_is_that_of_paris(moment, day):
    assert day_in_paris(moment) == day


def test_a_naive_moment_has_no_day():
    with pytest.raises(ValueError, match="naive"):
        day_in_paris(datetime(2026, 11, 23))  # noqa: DTZ001


def test_told():
    assert told(date(2026, 8, 1), "fr") == "1er août 2026"
    assert told(date(2026, 8, 1), "en") == "1 August 2026"


@pytest.mark.parametrize(
    ("probability", "percent"), [(0.9799, 97), (0.97, 97), (0.29, 29), (0.9999, 99), (1, 99), (0, 1), (0.98, 98)]
)
def test_certainty_is_never_rounded_up(probability, percent):
    assert whole_percent(probability) == percent
