"""Policies: what cannot be one, and when enough is known."""

import pytest
from pydantic import ValidationError

from quizzes.policy import Policy, Stop, policies
from tests.domain.test_measurement import measured

GOOD = policies()["certification"].model_dump()
REFUSED = {
    "a stop that wants nothing": {"stop": {"per_area": 2}},
    "a pass without its level": {"stop": {"passed": 0.95}},
    "a level to pass without its probability": {"stop": {"level": 0.8, "pass_level": "L2"}},
    "a minimum above the maximum": {"minimum_items": 40},
    "a blueprint of another length": {"blueprint": {"CIT": {"CIT-1": 5}}},
    "a probability that is no better than chance": {"stop": {"level": 0.5}},
    "a way of choosing that does not exist": {"choice": "random"},
}


EXAMINATION = policies()["examination"].model_dump()
SECOND = EXAMINATION["passing"]["second_set"]
REFUSED_PASSING = {
    "questions chosen one by one": {"choice": "adaptive"},
    "no blueprint": {"blueprint": {}},
    "more questions that must count than there are": {"passing": {"cut": 75, "fewest": 41}},
    "a minimum of an area that is not asked": {"passing": {"cut": 75, "fewest": 30, "minimums": {"PRO-9": 60}}},
    "a cut of everything": {"passing": {"cut": 100, "fewest": 30}},
    "a minimum of nothing": {"passing": {"cut": 75, "fewest": 30, "minimums": {"PRO-1": 0}}},
    "an area that fails as likely as not": {"passing": {"cut": 75, "fewest": 30, "certainty": 0.5}},
    "a second set that one question fails": {
        "passing": {"cut": 75, "fewest": 30, "second_set": SECOND | {"may_lose": 0.5}}
    },
    "a second set that nobody fails": {"passing": {"cut": 75, "fewest": 30, "second_set": SECOND | {"may_lose": 4}}},
    "a second set of one question": {"passing": {"cut": 75, "fewest": 30, "second_set": SECOND | {"items": 1}}},
    "a rule that does not exist": {"passing": {"cut": 75, "fewest": 30, "bonus": 3}},
}


@pytest.mark.parametrize("wrong", REFUSED_PASSING.values(), ids=REFUSED_PASSING)
def test_pass_rules_refused(wrong):
    with pytest.raises(ValidationError):
        Policy.model_validate({**EXAMINATION, **wrong})


def test_those_that_are_supervised_are_begun_by_nobody_alone():
    assert {one.id for one in policies().values() if one.is_supervised} == {"examination", "supervised", "update"}


def test_the_rules_of_the_examination_are_those_that_are_published():
    passing = policies()["examination"].passing

    assert (passing.cut, passing.certainty) == (75, 0.8)
    assert passing.minimums == {"PRO-1": 70, "PRO-2": 70, "PRO-3": 60, "PRO-4": 60, "PRO-5": 60}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
def test_refused(wrong):
    with pytest.raises(ValidationError):
        Policy.model_validate({**GOOD, **wrong})


def test_those_that_are_shipped():
    assert set(policies()) == {"positioning", "practice", "certification", "examination", "supervised", "update"}


class TestStop:
    def test_not_while_the_level_is_borderline(self):
        assert not Stop(level=0.8).is_known(measured(0.0, 0.0, counts=(9, 9)))

    def test_once_the_level_is_known(self):
        assert Stop(level=0.8).is_known(measured(0.4, 0.4, counts=(40, 40), width=0.1))

    @pytest.mark.parametrize("at", [-2.0, 1.5])
    def test_once_passing_or_failing_is_known(self, at):
        assert Stop(passed=0.95, pass_level="L2").is_known(measured(at, at, counts=(9, 9), width=0.2))

    def test_not_on_the_cut(self):
        assert not Stop(passed=0.95, pass_level="L2").is_known(measured(-0.8, -0.8, counts=(9, 9)))
