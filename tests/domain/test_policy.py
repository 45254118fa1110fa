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
