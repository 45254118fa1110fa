"""Forms drawn under a blueprint."""

import numpy as np
import pytest

from quizzes import forms
from quizzes.bank import make_bank
from quizzes.catalogue import catalogue
from tests.banks import bank, framework, item

BANK = bank(8)
LISTED = catalogue(BANK, "TST", "reserved", "fr")
NONE = np.zeros(len(LISTED.items), dtype=bool)
PLAN = {"TST-1": 8, "TST-2": 6}


def drawn(seed=1, plan=PLAN, closed=NONE, resting=NONE, listed=LISTED):
    return [listed.items[row] for row in forms.draw(listed, plan, closed=closed, resting=resting, seed=seed)]


def test_an_area_that_has_too_few_gives_what_it_has():
    closed = LISTED.mask([one.id for one in LISTED.items if one.competency.startswith("TST-2")][3:])

    assert sum(one.competency.startswith("TST-2") for one in drawn(closed=closed)) == 3


@pytest.mark.parametrize("seed", range(6))
def test_the_blueprint_is_held(seed):
    form = drawn(seed)

    assert sum(one.competency.startswith("TST-1") for one in form) == 8
    assert len({one.id for one in form}) == 14
    per_competency = [
        sum(one.competency == name for one in form) for name in ("TST-1.1", "TST-1.2", "TST-2.1", "TST-2.2")
    ]
    assert per_competency == [4, 4, 3, 3]
    assert {
        sum(one.level == level for one in form if one.competency.startswith("TST-1"))
        for level in ("L1", "L2", "L3", "L4")
    } == {2}


def test_the_same_seed_gives_the_same_form_and_others_other_ones():
    assert drawn(3) == drawn(3)
    assert len({tuple(one.id for one in drawn(seed)) for seed in range(12)}) == 12


def test_the_easier_ones_come_first():
    assert {one.level for one in drawn()[:2]} == {"L1"}


def test_what_rests_is_left_aside_where_there_is_enough():
    resting = LISTED.mask([one.id for one in LISTED.items][:3])

    assert not {one.id for one in drawn(resting=resting)} & {one.id for one in LISTED.items[:3]}


def test_enemies_do_not_meet():
    items = [item(number, competency="TST-1.1", enemies=["TST-1.1-01"] if number > 1 else []) for number in range(1, 6)]
    listed = catalogue(make_bank([framework()], items), "TST", "open", "fr")

    form = drawn(plan={"TST-1": 5}, listed=listed, closed=np.zeros(5, bool), resting=np.zeros(5, bool))

    assert len(form) in (1, 4)


@pytest.mark.parametrize("seed", range(6))
def test_enemies_of_two_areas_do_not_meet(seed):
    items = [item(number, competency="TST-1.1") for number in range(1, 4)]
    items += [item(number, competency="TST-2.1", enemies=[f"TST-1.1-{number:02d}"]) for number in range(1, 4)]
    listed = catalogue(make_bank([framework()], items), "TST", "open", "fr")

    form = drawn(seed, {"TST-1": 2, "TST-2": 3}, listed=listed, closed=np.zeros(6, bool), resting=np.zeros(6, bool))

    assert len(form) == 3
    assert len({one.id[-2:] for one in form}) == 3


def test_two_long_items_do_not_follow_each_other_where_there_is_a_choice():
    long = {"fr": "mot " * 120, "en": "word " * 120}
    items = [item(number, competency="TST-1.1", stem=long) for number in range(1, 4)]
    items += [item(number, competency="TST-2.1") for number in range(1, 4)]
    listed = catalogue(make_bank([framework()], items), "TST", "open", "fr")

    form = drawn(plan={"TST-1": 3, "TST-2": 3}, listed=listed, closed=np.zeros(6, bool), resting=np.zeros(6, bool))

    assert [one.is_long for one in form] in ([True, False] * 3, [False, True] * 3)
