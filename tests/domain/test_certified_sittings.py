"""Certification by its own policy, as it is shipped: why it stops, and frozen ones of each kind that never change."""

import json
from pathlib import Path

import pytest

from quizzes import sitting as engine
from quizzes.engine_versions import ENGINES
from quizzes.policy import Stop, policies
from tests import exams
from tests.vectors.make_sittings import CERTIFIED, IN_PART, WHOLE, describe_certified, run_certified

CERTIFICATION = policies()["certification"]
VECTORS = Path(__file__).parent.parent / "vectors" / "sittings"
#: The stop of before: the level alone.
LEVEL_ALONE = CERTIFICATION.model_copy(update={"stop": Stop(level=0.8, per_area=4, every_competency=True)})
#: One right in five: below the first level, and not at once surely.
LOW = (True, False, False, False, False)


def finish(pattern, *, policy=CERTIFICATION, bank=WHOLE, seed=40):
    state = exams.begin(policy, bank=bank, seed=seed)
    while state.finished is None:
        state = exams.answered(state, right=pattern[len(state.answers) % len(pattern)], bank=bank)
    return state


def asked_before(state, bank=WHOLE):
    """Return the same sitting without its last answer."""
    return engine.replay(
        bank,
        framework_code=state.framework_code,
        policy=state.policy,
        seed=state.seed,
        answers=[(one.item_id, one.response) for one in state.answers[:-1]],
    )


@pytest.mark.parametrize("version", ENGINES)
@pytest.mark.parametrize("name", CERTIFIED)
class TestFrozen:
    def test_they_never_change(self, name, version):
        frozen = json.loads((VECTORS / version / f"{name}.json").read_text(encoding="utf-8"))

        assert frozen["engine_version"] == version
        assert describe_certified(run_certified(name, version)) == frozen

    def test_replayed_they_are_the_same(self, name, version):
        state = run_certified(name, version)

        again = exams.replayed(state, bank=CERTIFIED[name][0])

        assert again == state
        frozen = json.loads((VECTORS / version / f"{name}.json").read_text(encoding="utf-8"))
        assert {**describe_certified(again), "reasons": frozen["reasons"]} == frozen


class TestBothHaveToBeKnown:
    @pytest.mark.parametrize("policy", ["certification", "supervised"])
    def test_it_is_the_rule_that_is_shipped(self, policy):
        stop = policies()[policy].stop

        assert (stop.level, stop.passed, stop.pass_level) == (0.8, 0.95, "L1")
        assert (stop.per_area, stop.every_competency) == (4, True)
        assert policies()[policy].maximum_items == 32

    @pytest.mark.parametrize("seed", range(40, 46))
    def test_a_level_that_is_known_does_not_end_a_test_while_a_refusal_is_less_sure_than_19_in_20(self, seed):
        before, now = finish(LOW, policy=LEVEL_ALONE, seed=seed), finish(LOW, seed=seed)

        assert before.finished == "confident"
        assert before.measurement.overall.probabilities[0] < 0.95
        assert len(now.answers) > len(before.answers)
        assert [one.item_id for one in now.answers[: len(before.answers)]] == [one.item_id for one in before.answers]

    @pytest.mark.parametrize("seed", range(40, 46))
    def test_it_ends_on_the_very_answer_that_makes_it_sure(self, seed):
        state = finish(LOW, seed=seed)
        one_less = asked_before(state)

        assert state.finished == "confident"
        assert state.measurement.overall.at_least[0] <= 0.05
        assert max(state.measurement.overall.probabilities) >= 0.8
        assert one_less.finished is None
        assert not CERTIFICATION.stop.is_known(one_less.measurement)

    def test_passing_alone_does_not_end_it_while_the_level_is_borderline(self):
        state = finish((True, False))

        assert state.measurement.overall.at_least[0] >= 0.95
        assert state.measurement.overall.is_borderline
        assert (state.finished, len(state.answers)) == ("maximum", 32)

    @pytest.mark.parametrize("pattern", [(True,), (False,)], ids=["passed", "failed"])
    def test_nothing_ends_before_its_content_was_asked(self, pattern):
        for seed in range(6):
            state = finish(pattern, seed=seed)
            competencies = {item.competency for item in WHOLE.items_of("PRO", "reserved")}

            assert state.finished == "confident"
            assert len(state.counted) >= CERTIFICATION.minimum_items
            assert min(area.answer_count for area in state.measurement.areas) >= CERTIFICATION.stop.per_area
            assert {WHOLE.item(one.item_id).competency for one in state.counted} == competencies

    def test_what_is_on_trial_decides_nothing_of_it(self):
        state = finish((True,), bank=IN_PART)

        assert state.finished == "confident"
        assert len(state.answers) == len(state.counted) + 2
        assert len(state.counted) >= CERTIFICATION.minimum_items

    def test_a_form_is_asked_whole_whatever_is_known(self):
        state = finish((True,), bank=exams.BANK)

        assert (state.finished, len(state.answers), state.is_form) == ("complete", 32, True)
        assert CERTIFICATION.stop.is_known(asked_before(state, exams.BANK).measurement)


def test_every_level_that_a_policy_speaks_of_exists(loaded):
    for policy in policies().values():
        for code in policy.blueprint:
            names = [level.id for level in loaded.bank.framework(code).levels]
            assert policy.stop is None or policy.stop.pass_level in (None, *names)
