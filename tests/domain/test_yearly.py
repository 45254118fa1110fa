"""Which rates of a year may be told: nobody can be told apart, not even by subtracting."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.yearly import FEWEST_ALIKE, SMALLEST_GROUP, Group, middle_days, pass_rates


def group(name, sat, passed):
    return Group(name=name, sat=sat, passed=passed)


HIDDEN = {
    "nobody": [],
    "nine people": [group("a", 9, 5)],
    "all but two passed": [group("a", 40, 38)],
    "all but two did not": [group("a", 40, 2)],
    "several small ones that are small together": [group("a", 3, 1), group("b", 4, 2)],
    "small ones that all passed": [group("a", 9, 9), group("b", 9, 9)],
}


@pytest.mark.parametrize("groups", HIDDEN.values(), ids=HIDDEN)
def test_told_of_nobody(groups):
    told = pass_rates(groups)

    assert told.groups == ()
    assert told.total is None
    assert told.sat == sum(one.sat for one in groups)


def test_more_passed_than_sat():
    with pytest.raises(ValueError, match="11 passed of 10"):
        group("a", 10, 11)


def test_a_small_group_joins_the_others():
    told = pass_rates([group("nurses", 60, 40), group("midwives", 7, 4), group("physicians", 8, 5)])

    assert told.groups == (group("nurses", 60, 40), group(None, 15, 9))
    assert (told.total, told.groups[0].percent) == (group(None, 75, 49), 66)


def test_a_group_alone_in_its_smallness_takes_company_so_that_nobody_subtracts():
    told = pass_rates([group("nurses", 60, 40), group("aides", 20, 12), group("midwives", 2, 0)])

    assert told.groups == (group("nurses", 60, 40), group(None, 22, 12))


def test_where_one_group_and_one_person_remain_only_all_together_are_told():
    told = pass_rates([group("nurses", 60, 40), group("midwives", 1, 0)])

    assert told.groups == (group(None, 61, 40),)


def test_a_group_in_which_nobody_sat_hides_nothing():
    told = pass_rates([group("nurses", 60, 40), group("midwives", 0, 0)])

    assert told.groups == (group("nurses", 60, 40),)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: (max(pair), min(pair))), max_size=8))
def test_whatever_the_year_every_rate_told_is_safe_and_nothing_is_left_by_subtraction(pairs):
    groups = [group(str(place), sat, passed) for place, (sat, passed) in enumerate(pairs)]

    told = pass_rates(groups)

    assert all(one.sat >= SMALLEST_GROUP for one in told.groups)
    assert all(min(one.passed, one.sat - one.passed) >= FEWEST_ALIKE for one in told.groups)
    if told.groups:  # the groups told are everybody: there is nobody left to subtract
        assert sum(one.sat for one in told.groups) == told.sat
        assert sum(one.passed for one in told.groups) == sum(one.passed for one in groups)


def test_a_median_of_a_few_is_not_told():
    assert middle_days([timedelta(days=9)] * 9) is None


def test_the_median_in_days():
    assert middle_days([timedelta(days=day) for day in range(10, 21)]) == 15
