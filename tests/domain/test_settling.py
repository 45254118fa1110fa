"""What would settle a doubt: open questions where two levels meet, never reserved ones."""

import numpy as np
import pytest

from quizzes import settling
from quizzes.catalogue import catalogue
from quizzes.errors import UnknownFrameworkError
from tests.banks import bank
from tests.domain.test_measurement import measured
from tests.exams import BANK as EXAM

BANK = bank()


class TestBetween:
    def test_nothing_where_the_level_is_known(self):
        assert settling.between(measured(0.4, 0.4, counts=(9, 9), width=0.1).areas[0]) is None

    def test_nothing_where_nothing_was_measured(self):
        assert settling.between(measured(0.0, None, counts=(1, 0)).areas[0]) is None

    @pytest.mark.parametrize(("at", "upper"), [(-1.6, "L1"), (-0.8, "L2"), (0.0, "L3"), (0.8, "L4")])
    def test_the_upper_one_of_the_two_that_meet_there(self, at, upper):
        assert settling.between(measured(at, at, counts=(9, 9), width=0.3).areas[0]) == upper

    def test_the_likelier_neighbour_where_there_are_two(self):
        assert settling.between(measured(0.3, 0.3, counts=(9, 9), width=0.5).areas[0]) == "L3"
        assert settling.between(measured(0.5, 0.5, counts=(9, 9), width=0.5).areas[0]) == "L4"

    def test_at_either_end_there_is_one_neighbour(self):
        assert settling.between(measured(-1.8, -1.8, counts=(9, 9), width=0.5).areas[0]) == "L1"
        assert settling.between(measured(1.0, 1.0, counts=(9, 9), width=0.5).areas[0]) == "L4"


class TestQuestions:
    def test_not_of_an_area_that_does_not_exist(self):
        with pytest.raises(UnknownFrameworkError):
            settling.questions(BANK, "TST", ability=0.0, language="fr", count=5, area_id="TST-9")

    @pytest.mark.parametrize("at", [-1.6, 0.0, 0.8])
    def test_open_ones_of_the_area_that_say_most_there(self, at):
        found = settling.questions(BANK, "TST", ability=at, language="fr", count=5, area_id="TST-2")

        listed = catalogue(BANK, "TST", "open", "fr")
        told = listed.curves.information_at(at)
        own = listed.quotas.of_area(1)
        assert len(found) == 5
        assert {BANK.item(one).pool for one in found} == {"open"}
        worst = min(told[listed.rows[one]] for one in found)
        assert np.sum(told[own] > worst + 1e-9) < 5
        assert all(one.startswith("TST-2") for one in found)

    def test_of_the_whole_as_many_in_each_area(self):
        found = settling.questions(BANK, "TST", ability=0.0, language="fr", count=5)

        assert [sum(one.startswith(area) for one in found) for area in ("TST-1", "TST-2")] == [3, 3]


class TestPassing:
    def test_nothing_is_passed_where_there_is_no_examination(self):
        assert settling.passing_ability(BANK, "TST", "fr") is None

    def test_stands_where_the_nominal_cut_does(self):
        at = settling.passing_ability(EXAM, "PRO", "fr")

        listed = catalogue(EXAM, "PRO", "reserved", "fr")
        assert 0.5 < at < 3
        assert (
            abs(float(np.mean([np.interp(at, np.linspace(-6, 6, 97), row) for row in listed.curves.expected])) - 0.75)
            < 0.03
        )
