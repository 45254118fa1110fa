"""Where a pool says little."""

import numpy as np

from quizzes.bank_information import information, places, told_thin
from tests.banks import bank, framework

OPEN = bank().items_of("TST", "open")


def test_nothing_says_nothing_and_everything_is_to_be_written():
    found = places(framework(), (), None)

    assert information((), framework(), None, np.zeros(3)) == [0, 0, 0]
    assert all(one.is_thin for one in found)
    assert "TST-1 L1, TST-1 L2" in told_thin(found)


def test_a_place_is_thin_where_an_area_says_little():
    found = places(framework(), [one for one in OPEN if one.id.startswith("TST-1")], None)

    assert {one.area_id for one in found if one.is_thin} == {"TST-2"}
    assert [one.items for one in found if one.area_id == "TST-1"] == [4, 4, 4, 4]


def test_nothing_is_thin_where_all_is_even():
    assert told_thin(places(framework(), OPEN, None)) == "Aucun endroit n’est maigre."
