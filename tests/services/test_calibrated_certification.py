"""Certification on a calibrated pool, through the application: why it stops, what its result says, and what old sittings keep."""

from collections import Counter

import pytest

from app.assessments.models import Sitting
from app.assessments.services import results, rules, sittings
from quizzes.items import Response, right_response
from quizzes.policy import Stop, policies
from tests.scales import calibrated
from tests.services.accounts_builders import NOW, guest

CERTIFICATION = policies()["certification"]
#: As it was shipped before: the level alone ended it.
BEFORE = CERTIFICATION.model_copy(update={"stop": Stop(level=0.8, per_area=4, every_competency=True)})
#: One right in five: below the first level, and not at once surely.
LOW = (True, False, False, False, False)


@pytest.fixture(scope="module")
def own(loaded):
    return calibrated(loaded.bank, "CIT")


def begin(db, own, *, policy=CERTIFICATION, seed=5, reference="CERT000000000001"):
    return sittings.start(
        db,
        person_id=guest(db).id,
        framework_code="CIT",
        policy=policy,
        language="fr",
        bank=own,
        seed=seed,
        reference=reference,
        now=NOW,
    )


def answer(db, row, own, *, right):
    held = sittings.hold_own(db, reference=row.reference, person_id=row.person_id, bank=own)
    item = own.item(held.state.current_item_id)
    given = (right_response(item) if right else Response.skip()).to_json()
    return sittings.submit_answer(db, held, item_id=item.id, response=given, now=NOW)


def finish(db, row, own, pattern):
    held = sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=own)
    while held.state.finished is None:
        held = answer(db, row, own, right=pattern[len(held.state.answers) % len(pattern)])
    db.expire_all()
    return sittings.get_own(db, reference=row.reference, person_id=row.person_id, bank=own)


def result_of(opened):
    return results.result_of(opened, modules=(), language="fr")


class TestStops:
    def test_not_before_its_content_was_asked(self, db, own):
        row = begin(db, own)
        for _number in range(CERTIFICATION.minimum_items - 1):
            assert answer(db, row, own, right=True).state.finished is None

        opened = finish(db, row, own, (True,))

        areas = Counter(own.framework("CIT").area_of(own.item(one.item_id).competency).id for one in row.answers)
        assert min(areas.values()) >= CERTIFICATION.stop.per_area
        assert {own.item(one.item_id).competency for one in row.answers} == {
            item.competency for item in own.items_of("CIT", "reserved")
        }
        assert opened.state.finished == row.finish_reason == "confident"

    @pytest.mark.parametrize("pattern", [(True,), (False,)], ids=["passed", "failed"])
    def test_once_both_are_known_and_says_so(self, db, own, pattern):
        opened = finish(db, begin(db, own), own, pattern)

        known = result_of(opened).known
        assert CERTIFICATION.minimum_items <= len(opened.state.answers) < CERTIFICATION.maximum_items
        assert known.level >= known.wanted_level == 0.8
        assert known.passed >= known.wanted_pass == 0.95
        assert (known.pass_level.id, known.is_passed) == ("L1", pattern[0])
        assert opened.state.may_certify is pattern[0]
        assert not opened.state.measurement.provisional

    def test_a_refusal_waits_for_19_in_20(self, db, own):
        seeds = range(5, 11)
        before = [
            finish(db, begin(db, own, policy=BEFORE, seed=seed, reference=f"CERT00000000B{seed:03d}"), own, LOW)
            for seed in seeds
        ]
        now = [finish(db, begin(db, own, seed=seed, reference=f"CERT00000000N{seed:03d}"), own, LOW) for seed in seeds]

        for old, new in zip(before, now, strict=True):
            assert len(new.state.answers) >= len(old.state.answers)
            if new.state.finished == "confident":
                assert new.state.measurement.overall.at_least[0] <= 0.05
        assert any(len(new.state.answers) > len(old.state.answers) for old, new in zip(before, now, strict=True))

    def test_on_the_border_of_two_levels_it_goes_to_its_end_and_nothing_is_said_to_be_known(self, db, own):
        opened = finish(db, begin(db, own), own, (True, False))

        told = result_of(opened)
        assert (opened.state.finished, len(opened.state.answers)) == ("maximum", 32)
        assert told.known is None
        assert told.overall.is_borderline
        assert len(told.overall.between) == 2


def test_what_is_not_calibrated_is_asked_on_trial_and_decides_nothing(db, loaded):
    new = {item.id for item in loaded.bank.items_of("CIT", "reserved")[::12]}
    own = calibrated(loaded.bank, "CIT", left=new.__contains__)

    opened = finish(db, begin(db, own), own, (True,))

    told = result_of(opened)
    assert told.trial_count == CERTIFICATION.trials
    assert told.known is not None
    assert not opened.state.measurement.provisional


def test_on_a_pool_without_a_scale_a_form_is_asked_whole(db, loaded):
    opened = finish(db, begin(db, loaded.bank), loaded.bank, (True,))

    assert (opened.state.finished, len(opened.state.answers)) == ("complete", 32)
    assert opened.state.measurement.provisional
    assert result_of(opened).known is None


def test_a_sitting_of_before_goes_on_under_the_rule_it_began_with(db, own):
    row = begin(db, own, policy=BEFORE, seed=6)

    opened = finish(db, row, own, LOW)

    assert rules.policy_of(db, db.get(Sitting, row.id)) == BEFORE
    assert opened.state.policy.stop.passed is None
    assert opened.state.finished == "confident"
    assert result_of(opened).known.passed is None
