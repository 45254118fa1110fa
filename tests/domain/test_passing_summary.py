"""Pass rules tried on made-up people: who is counted how, and what is told."""

import json
from dataclasses import replace

import pytest

from quizzes import passing_report, simulation_report
from quizzes.passing_summary import summarise_passes
from quizzes.policy import policies
from quizzes.simulation_summary import summarise
from quizzes.simulator import simulate
from tests.exams import BANK, EXAMINATION

FRAMEWORK = BANK.framework("PRO")


def people(policy=EXAMINATION, *, count=60):
    return simulate(BANK, framework_code="PRO", policy=policy, people=count, seed=3)


@pytest.fixture(scope="module")
def found():
    return people()


@pytest.fixture(scope="module")
def passes(found):
    return summarise_passes(found, BANK)


def test_a_test_without_pass_rules_has_none():
    policy = policies()["practice"].model_copy(update={"pool": "reserved"})

    assert summarise_passes(people(policy, count=3), BANK) is None


def test_everybody_is_in_one_band_and_shares_add_up(passes):
    assert sum(one.people for one in passes.bands) == 60
    assert sum(one.people * one.passed for one in passes.bands) / 60 == pytest.approx(passes.passed)
    assert passes.passed - passes.false_pass + passes.false_fail == pytest.approx(passes.deserving)
    assert passes.passed - passes.passed_below + passes.failed_above == pytest.approx(passes.above)
    assert passes.deserving <= passes.above


def test_nobody_truly_below_the_cut_deserves_to_pass(passes):
    for one in passes.bands:
        assert (one.deserving_passed is None) == (one.deserving == 0)
        if one.high <= 75:
            assert one.deserving == 0


def test_the_weak_fail_and_the_plain_rule_fails_more_than_ours(passes):
    assert passes.bands[0].passed == 0
    for one in passes.bands:
        assert one.by_areas_only <= one.by_areas <= one.by_plain_areas


def test_an_area_that_cannot_be_measured_fails_nobody_plainly_either(found):
    judged = [
        replace(one, judged=replace(one.judged, areas=tuple(replace(area, minimum=None) for area in one.judged.areas)))
        for one in found.outcomes
    ]

    told = summarise_passes(replace(found, outcomes=tuple(judged)), BANK)

    assert {one.by_plain_areas for one in told.bands} == {0.0}


def test_the_interval_that_a_person_is_told_holds_nine_in_ten(passes):
    assert passes.covered >= 0.82  # of sixty people: two errors of sampling
    assert 15 < passes.width < 35


def test_told_on_a_terminal_as_a_page_and_as_json(found, passes):
    summary = summarise(found, FRAMEWORK)

    told = simulation_report.text(found, summary, passes)

    assert "seuil nominal (75 % des points du vivier, provisoire)" in told
    assert "Selon les vrais points" in told
    assert "seuil nominal" in simulation_report.render(found, summary, FRAMEWORK, None, passes)
    assert "seuil nominal" not in simulation_report.text(found, summary)
    assert len(passing_report.tables(passes)[1][2]) == len(passes.bands)
    assert json.loads(json.dumps(passes.to_json()))["cut"] == 75
