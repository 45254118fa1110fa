"""What has to be read again, and why."""

from datetime import date

import pytest

from quizzes.facts import Fact
from quizzes.upkeep import changed_since, due, items_on_changes
from tests.banks import item
from tests.corpora import fact_data, sound

TODAY = date(2026, 12, 1)


def fact(**overrides):
    return Fact.model_validate(fact_data(**overrides))


@pytest.fixture
def modules(tmp_path):
    return [one.module for one in sound().read(tmp_path).modules]


def test_nothing_while_every_day_is_far(modules):
    assert due(items=[item()], modules=modules, facts=[fact()], today=TODAY) == []


def test_sixty_days_ahead_the_soonest_first(modules):
    soon, late = item(1, review_on=date(2027, 1, 20)), item(2, review_on=date(2026, 11, 25))

    found = due(items=[soon, late], modules=modules, facts=[fact(review_on=date(2027, 1, 1))], today=TODAY)

    assert [(one.kind, one.id) for one in found] == [
        ("item", "TST-1.1-02"),
        ("fact", "le-fait"),
        ("item", "TST-1.1-01"),
    ]


def test_what_rests_on_a_fact_that_changed_comes_first_whatever_its_day(modules):
    changed = fact(changed_on=date(2026, 11, 30))
    resting = item(ground="fact", confidence="F", facts=["le-fait"])

    found = due(items=[resting, item(2, review_on=date(2026, 11, 26))], modules=modules, facts=[changed], today=TODAY)

    assert found[0].changed == (changed,)
    assert {one.kind for one in found[:-1]} == {"item", "module"}
    assert {(one.language, one.variant) for one in found if one.kind == "module"} == {
        ("fr", "standard"),
        ("en", "standard"),
        ("fr", "plain"),
    }
    assert found[-1].id == "TST-1.1-02"


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2026, 12, 1)])
def test_what_was_checked_since_is_up_to_date(day):
    register = {"le-fait": fact(changed_on=date(2026, 11, 30))}

    assert changed_since(("le-fait", "unknown"), register, day) == ()


class TestItemsOnChanges:
    """What an update test asks first."""

    SINCE = date(2026, 6, 1)

    def found(self, *, changed_on, checked_on):
        resting = item(ground="fact", confidence="F", facts=["le-fait"], checked_on=checked_on)
        return items_on_changes([resting, item(2)], [fact(changed_on=changed_on)], since=self.SINCE)

    def test_not_what_nothing_has_changed_for(self):
        assert self.found(changed_on=None, checked_on=date(2026, 11, 24)) == frozenset()

    def test_not_what_had_changed_before(self):
        assert self.found(changed_on=date(2026, 5, 31), checked_on=date(2026, 11, 24)) == frozenset()

    def test_not_what_was_not_read_again_since(self):
        assert self.found(changed_on=date(2026, 9, 1), checked_on=date(2026, 8, 1)) == frozenset()

    def test_what_was(self):
        assert self.found(changed_on=date(2026, 9, 1), checked_on=date(2026, 11, 24)) == {"TST-1.1-01"}
